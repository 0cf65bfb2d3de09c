//! Raw records beside the snapshot.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::raw_record::RawRecord;

/// End of the names of files in a [`RawFolder`]. Files named otherwise are left alone.
const END: &str = ".raw.jsonl";

/// Keeps the records of a collection as the service sent them.
///
/// Implement it to keep them elsewhere than in a [folder](RawFolder). It is called while a page is
/// handled, so a slow place slows the reading down.
pub trait RawSink: fmt::Debug + Send + Sync {
    /// Keeps the records of one page, all of one input.
    ///
    /// A page that is read again is handed over again, and records that turn out to be gone when a
    /// list is read twice are among them: the digests of the snapshot say which ones count.
    ///
    /// # Errors
    ///
    /// When they cannot be kept. The collection tells and goes on.
    fn keep(&self, page: &[RawRecord]) -> io::Result<()>;
}

impl<S: RawSink + ?Sized> RawSink for Arc<S> {
    fn keep(&self, page: &[RawRecord]) -> io::Result<()> {
        (**self).keep(page)
    }
}

/// Keeps raw records in a folder, a file of JSON lines for each input.
///
/// Each page is appended as it arrives, so that memory stays bounded and a program that is killed
/// loses at most the page it was writing. Where the system knows owners, only the owner may read the
/// files. Runs with the same checkpoint, and refreshes, should use the same folder, since what they
/// do not ask for again is there already.
///
/// ```
/// use jumpcloud_client::Client;
/// use jumpcloud_client::collect::{Plan, Preset, RawFolder};
///
/// # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let raw = RawFolder::new("raw");
/// let collector = client.collect(Plan::preset(Preset::Integration)).keep_raw(raw.clone());
/// let snapshot = collector.run(&mut |_| {}).await?;
/// for record in raw.records()? {
///     let record = record?;
///     println!("{} {:?} {}", record.input, record.id, record.digest);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RawFolder(PathBuf);

impl RawFolder {
    /// In this folder, which is made when needed.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Every record that was kept, by input and in the order of arrival; nothing where there is no
    /// folder.
    ///
    /// A line that was cut off when a program was killed is passed over: its page was never done, so
    /// it was read again.
    ///
    /// # Errors
    ///
    /// When the folder or, on the way, a file of it cannot be read.
    pub fn records(&self) -> io::Result<impl Iterator<Item = io::Result<RawRecord>> + use<>> {
        let mut files = Vec::new();
        match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            entries => {
                for entry in entries? {
                    let path = entry?.path();
                    if path.to_string_lossy().ends_with(END) {
                        files.push(path);
                    }
                }
            }
        }
        files.sort();
        let lines = files.into_iter().flat_map(|path| match fs::File::open(path) {
            Ok(file) => Lines::Of(BufReader::new(file)),
            Err(error) => Lines::Failed(Some(error)),
        });
        Ok(lines.filter_map(|line| match line {
            Ok(line) => serde_json::from_slice(&line).ok().map(Ok),
            Err(error) => Some(Err(error)),
        }))
    }

    fn open(&self, path: &Path) -> io::Result<fs::File> {
        let mut options = fs::OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut folder = fs::DirBuilder::new();
                folder.recursive(true);
                #[cfg(unix)]
                std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
                folder.create(&self.0)?;
                options.open(path)
            }
            opened => opened,
        }
    }
}

impl RawSink for RawFolder {
    fn keep(&self, page: &[RawRecord]) -> io::Result<()> {
        let Some(first) = page.first() else { return Ok(()) };
        let name = first.input.to_ascii_lowercase();
        let mut file = self.open(&self.0.join(format!("{name}{END}")))?;
        let mut text = Vec::new();
        if file.seek(SeekFrom::End(0))? > 0 {
            // A line that was cut off stays one of its own.
            let mut last = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                text.push(b'\n');
            }
        }
        for record in page {
            serde_json::to_writer(&mut text, record)?;
            text.push(b'\n');
        }
        file.write_all(&text)
    }
}

/// Lines of a file, or why there are none.
enum Lines {
    Of(BufReader<fs::File>),
    Failed(Option<io::Error>),
}

impl Iterator for Lines {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Failed(error) => error.take().map(Err),
            Self::Of(file) => {
                let mut line = Vec::new();
                match file.read_until(b'\n', &mut line) {
                    Ok(0) => None,
                    Ok(_) => Some(Ok(line)),
                    Err(error) => {
                        *self = Self::Failed(None);
                        Some(Err(error))
                    }
                }
            }
        }
    }
}

/// A sink, and the inputs that it could not keep.
#[derive(Debug)]
pub(super) struct Tap {
    sink: Box<dyn RawSink>,
    failed: Mutex<BTreeSet<&'static str>>,
}

impl Tap {
    pub(super) fn new(sink: impl RawSink + 'static) -> Self {
        Self { sink: Box::new(sink), failed: Mutex::default() }
    }

    /// Keeps a page; a failure is noted.
    pub(super) fn keep(&self, input: &'static str, page: &[RawRecord]) {
        if let Err(error) = self.sink.keep(page) {
            let first = self.failed.lock().unwrap_or_else(PoisonError::into_inner).insert(input);
            if first {
                tracing::warn!(input, %error, "raw records could not be kept");
            }
        }
    }

    /// Inputs of which some page could not be kept.
    pub(super) fn failed(&self) -> BTreeSet<&'static str> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
