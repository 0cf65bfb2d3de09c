//! A checkpoint of files in a folder.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::checkpoint::{Checkpoint, CheckpointError};

/// End of the name of a piece that is whole. Files named otherwise are left alone.
const WHOLE: &str = ".piece.json";
/// End of the name of a piece that is being written.
const HALF: &str = ".piece.json.new";

/// Keeps each piece in a file of its own in one folder.
///
/// A piece is written beside its place and renamed, so that a program that is killed leaves none
/// half written. Where the system knows owners, only the owner may read the files. One collection
/// at a time should use the folder; it is made when needed and stays, empty, at the end.
#[derive(Clone, Debug)]
pub struct FolderCheckpoint(PathBuf);

impl FolderCheckpoint {
    /// In this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    fn file(&self, name: &str, end: &str) -> PathBuf {
        self.0.join(format!("{name}{end}"))
    }

    /// Names the folder and not the file, whose name holds the id of a record.
    fn failed(&self, what: &str, why: impl fmt::Display) -> CheckpointError {
        CheckpointError::new(format!("cannot {what} {}", self.0.display()), why)
    }

    fn make(&self) -> std::io::Result<()> {
        let mut folder = fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&self.0)
    }
}

fn write(file: &Path, piece: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(piece)
}

#[async_trait]
impl Checkpoint for FolderCheckpoint {
    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, CheckpointError> {
        let file = self.file(name, WHOLE);
        match fs::read(&file) {
            Ok(piece) => Ok(Some(piece)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read a piece in", error)),
        }
    }

    async fn keep(&self, name: &str, piece: &[u8]) -> Result<(), CheckpointError> {
        let (half, whole) = (self.file(name, HALF), self.file(name, WHOLE));
        let written = match write(&half, piece) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.make().and_then(|()| write(&half, piece))
            }
            written => written,
        };
        written
            .and_then(|()| fs::rename(&half, &whole))
            .map_err(|error| self.failed("write a piece in", error))
    }

    async fn clear(&self) -> Result<(), CheckpointError> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(self.failed("look into", error)),
        };
        for entry in entries {
            let file = entry.map_err(|error| self.failed("look into", error))?.path();
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.ends_with(WHOLE) || name.ends_with(HALF) {
                fs::remove_file(&file).map_err(|error| self.failed("remove a piece in", error))?;
            }
        }
        Ok(())
    }
}
