//! The evidence pack: a folder that an auditor can check without this program.
//!
//! A pack is plain data first; [`Pack::write_to`] and [`verify_folder`] are the only functions of the
//! crate that touch a file system.
//!
//! The manifest shows that nothing was changed by accident or by hand. Who wrote it is shown by a
//! detached signature over it: [`Pack::sign`] takes any signer of the crate `signature`, so the key stays
//! where it is.

#[cfg(feature = "ed25519")]
pub mod ed25519;
mod manifest;
mod raw;
mod readme;
mod signature;
mod verify;

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::string::{String, ToString as _};
use std::vec::Vec;
use std::{fs, io};

use sha2::{Digest as _, Sha256};

pub use manifest::{MANIFEST_NAME, MANIFEST_SCHEMA, Manifest, PackedFile};
pub use signature::{SIGNATURE_NAME, SignatureState};
pub use verify::{
    Change, Verification, verify, verify_folder, verify_signed, verify_signed_folder,
};

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::drift::Drift;
use crate::evaluation::Evaluation;
use crate::evidence::{CanonicalError, Digest, canonical};
#[cfg(feature = "html")]
use crate::export::html;
use crate::export::views::View;
use crate::export::{self, Format, Report};
use crate::pii::{PeopleInClear, PiiMode};
use crate::sample::Sample;

/// Files of an evidence pack by name, the manifest among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    files: BTreeMap<String, Vec<u8>>,
    evaluation: Digest,
    mode: PiiMode,
}

/// Why a pack could not be made or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A value has no canonical form.
    #[error("the evaluation has no canonical form: {0}")]
    Canonical(#[from] CanonicalError),
    /// The report could not be told in a format.
    #[error(transparent)]
    Export(#[from] export::ExportError),
    /// A table could not be written.
    #[error("a table could not be written: {0}")]
    Table(#[from] export::csv::Error),
    /// The manifest cannot be read, or a file would take its place or that of its signature.
    #[error(
        "the manifest of the pack and its signature are written by the pack itself, give the file \
         another name"
    )]
    Manifest,
    /// People stand in clear where the configuration asks for pseudonyms.
    #[error(transparent)]
    People(#[from] PeopleInClear),
    /// Raw records show people as they are, and the configuration asks for something else.
    #[error("raw records show people as they are: with `pii_mode` `{0}` leave them out")]
    RawPeople(PiiMode),
    /// A report, view or sample is of another evaluation than the pack.
    #[error(
        "what is added to the pack is of another evaluation, make it from the one that is packed"
    )]
    OtherEvaluation,
    /// The signer failed.
    #[error("the manifest could not be signed: {0}")]
    Signer(#[from] ::signature::Error),
    /// A file could not be written or read.
    #[error("`{name}` in the evidence folder: {source}")]
    File {
        /// Name of the file.
        name: String,
        /// What the system says.
        source: io::Error,
    },
}

impl Pack {
    /// Packs an evaluation: native form, tables, configuration, rules, and how to verify.
    ///
    /// # Errors
    ///
    /// [`PackError::People`] when the `pii_mode` of the configuration is not clear, and the evaluation or
    /// the configuration has not been through [`Pseudonyms`](crate::pii::Pseudonyms);
    /// [`PackError::Canonical`] when the evaluation was read from elsewhere and holds a fraction.
    pub fn of(
        evaluation: &Evaluation,
        catalogue: &Catalogue<'_>,
        config: &Config,
    ) -> Result<Self, PackError> {
        let mut files = BTreeMap::new();
        contents(evaluation, catalogue, config, &mut |name, write| {
            let mut bytes = Vec::new();
            write(&mut bytes)?;
            files.insert(name.to_string(), bytes);
            Ok(())
        })?;
        let packed = files.iter().map(|(name, bytes)| PackedFile::of(name, bytes)).collect();
        let manifest = Manifest::of(evaluation, packed);
        files.insert(MANIFEST_NAME.to_string(), line(&manifest)?.into_bytes());
        Ok(Self { files, evaluation: evaluation.digest, mode: config.pii_mode })
    }

    /// Packs an evaluation straight into a folder, file by file, and gives the manifest back.
    ///
    /// The folder holds afterwards what [`of`](Self::of) and [`write_to`](Self::write_to) would have put
    /// there, but the long files are never held in memory. Files of an earlier pack are replaced one after
    /// another, the manifest last: a pack that was cut short does not verify.
    ///
    /// # Errors
    ///
    /// As `of` and `write_to`.
    pub fn write_folder(
        evaluation: &Evaluation,
        catalogue: &Catalogue<'_>,
        config: &Config,
        folder: &Path,
    ) -> Result<Manifest, PackError> {
        PeopleInClear::check(evaluation, config)?;
        fs::create_dir_all(folder).map_err(failed("."))?;
        for stale in [SIGNATURE_NAME, MANIFEST_NAME] {
            let path = folder.join(stale);
            if path.exists() {
                fs::remove_file(path).map_err(failed(stale))?;
            }
        }
        let mut packed = Vec::new();
        contents(evaluation, catalogue, config, &mut |name, write| {
            let file = fs::File::create(folder.join(name)).map_err(failed(name))?;
            let mut file = Measured { to: BufWriter::new(file), hasher: Sha256::new(), bytes: 0 };
            write(&mut file)?;
            file.flush().map_err(failed(name))?;
            packed.push(PackedFile {
                name: name.to_string(),
                bytes: file.bytes,
                digest: Digest::from_bytes(file.hasher.finalize().into()),
            });
            Ok(())
        })?;
        packed.sort();
        let manifest = Manifest::of(evaluation, packed);
        let text = line(&manifest)?;
        fs::write(folder.join(MANIFEST_NAME), text).map_err(failed(MANIFEST_NAME))?;
        Ok(manifest)
    }

    /// Adds a file of the caller's; the manifest lists it as it lists the others.
    ///
    /// A file of the same name is replaced. A signature is dropped, since it was over another manifest.
    ///
    /// # Errors
    ///
    /// [`PackError::Manifest`] for the name of the manifest or its signature.
    pub fn with_file(mut self, name: &str, bytes: Vec<u8>) -> Result<Self, PackError> {
        let read = self.files.get(MANIFEST_NAME).map(|bytes| serde_json::from_slice(bytes));
        let Some(Ok::<Manifest, _>(mut manifest)) = read else { return Err(PackError::Manifest) };
        if [MANIFEST_NAME, SIGNATURE_NAME].contains(&name) {
            return Err(PackError::Manifest);
        }
        manifest.files.retain(|file| file.name != name);
        manifest.files.push(PackedFile::of(name, &bytes));
        manifest.files.sort();
        self.files.insert(name.to_string(), bytes);
        self.files.insert(MANIFEST_NAME.to_string(), line(&manifest)?.into_bytes());
        self.files.remove(SIGNATURE_NAME);
        Ok(self)
    }

    /// Adds the report in further formats.
    ///
    /// # Errors
    ///
    /// [`PackError::Export`] when the report cannot be told in a format,
    /// [`PackError::OtherEvaluation`] when it is of another evaluation.
    pub fn with(mut self, report: &Report<'_>, formats: &[Format]) -> Result<Self, PackError> {
        self.fits(report.evaluation().digest)?;
        for format in formats {
            self = self.with_file(format.file_name(), format.text(report)?.into_bytes())?;
        }
        Ok(self)
    }

    /// Adds the report as a page, `report.html`.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    #[cfg(feature = "html")]
    pub fn with_page(self, page: &html::Page<'_>) -> Result<Self, PackError> {
        self.fits(page.report().evaluation().digest)?;
        self.with_file(html::FILE_NAME, page.text()?.into_bytes())
    }

    /// Adds a table a view, each by its name.
    ///
    /// # Errors
    ///
    /// [`PackError::OtherEvaluation`] when a view is of another evaluation.
    pub fn with_views(mut self, views: &[View]) -> Result<Self, PackError> {
        for view in views {
            self.fits(view.evaluation)?;
            let mut table = Vec::new();
            view.write_csv(&mut table)?;
            self = self.with_file(&std::format!("{}.csv", view.name), table)?;
        }
        Ok(self)
    }

    /// Adds what changed since an earlier evaluation, `drift.json`, which names both evaluations.
    ///
    /// `before` is the earlier one as it was kept, so that its own pack is found again.
    ///
    /// # Errors
    ///
    /// [`PackError::People`] when people stand in clear where the configuration asks for pseudonyms.
    pub fn with_drift(self, before: &Evaluation, drift: &Drift) -> Result<Self, PackError> {
        PeopleInClear::check_drift(drift, self.mode)?;
        let file = manifest::DriftFile::of(before, self.evaluation, drift);
        let text = line(&file)?;
        self.with_file("drift.json", text.into_bytes())
    }

    /// Adds a drawn sample, `sample.csv`, with all that is needed to draw it again.
    ///
    /// # Errors
    ///
    /// [`PackError::OtherEvaluation`] when it was drawn from another evaluation.
    pub fn with_sample(
        self,
        sample: &Sample<'_>,
        catalogue: &Catalogue<'_>,
    ) -> Result<Self, PackError> {
        self.fits(sample.evaluation)?;
        let mut table = Vec::new();
        export::csv::sample(sample, catalogue, &mut table)?;
        self.with_file("sample.csv", table)
    }

    /// Refuses what is of another evaluation, such as one in which people stand in clear.
    fn fits(&self, evaluation: Digest) -> Result<(), PackError> {
        if evaluation == self.evaluation { Ok(()) } else { Err(PackError::OtherEvaluation) }
    }

    /// The files by name.
    pub const fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Writes the files into a folder, which is made when it is not there.
    ///
    /// Files of an earlier pack in the folder are replaced, and its signature is removed; other files
    /// are left alone, and [`verify_folder`] names them.
    ///
    /// # Errors
    ///
    /// [`PackError::File`] with the file at fault.
    pub fn write_to(&self, folder: &Path) -> Result<(), PackError> {
        fs::create_dir_all(folder).map_err(failed("."))?;
        let stale = folder.join(SIGNATURE_NAME);
        if !self.files.contains_key(SIGNATURE_NAME) && stale.exists() {
            fs::remove_file(stale).map_err(failed(SIGNATURE_NAME))?;
        }
        for (name, bytes) in &self.files {
            let file = folder.join(name);
            if let Some(inner) = file.parent().filter(|_| name.contains('/')) {
                fs::create_dir_all(inner).map_err(failed(name))?;
            }
            fs::write(file, bytes).map_err(failed(name))?;
        }
        Ok(())
    }
}

/// The error of a file.
fn failed(name: &str) -> impl FnOnce(io::Error) -> PackError + use<> {
    let name = name.to_string();
    move |source| PackError::File { name, source }
}

/// Writes one file.
type Write<'w> = &'w dyn Fn(&mut dyn io::Write) -> Result<(), PackError>;

/// Hands every file of a pack over but the manifest, each to be written when its place is open.
fn contents(
    evaluation: &Evaluation,
    catalogue: &Catalogue<'_>,
    config: &Config,
    put: &mut dyn FnMut(&str, Write<'_>) -> Result<(), PackError>,
) -> Result<(), PackError> {
    PeopleInClear::check(evaluation, config)?;
    put("evaluation.json", &|to| Ok(export::write_native(evaluation, to)?))?;
    put("findings.jsonl", &|to| Ok(export::write_findings(evaluation, to)?))?;
    let mut text = |name: &str, text: String| {
        put(name, &|to| to.write_all(text.as_bytes()).map_err(failed(name)))
    };
    text("coverage.json", line(&evaluation.coverage)?)?;
    text("population.json", line(&(&evaluation.population, &evaluation.subjects))?)?;
    text("waivers.json", line(&(&config.waivers, &evaluation.waiver_report))?)?;
    text("attestations.json", line(&config.attestations)?)?;
    text("config.json", line(config)?)?;
    text("rules.json", line(&manifest::rules(catalogue, evaluation))?)?;
    text("README.txt", readme::readme(evaluation, catalogue, config.pii_mode))?;
    put("findings.csv", &|to| Ok(export::csv::findings(evaluation, catalogue, to)?))?;
    put("population.csv", &|to| Ok(export::csv::population(evaluation, to)?))?;
    put("controls.csv", &|to| Ok(export::csv::controls(evaluation, catalogue, to)?))?;
    put("coverage.csv", &|to| Ok(export::csv::coverage(evaluation, to)?))
}

/// A writer that digests and counts what goes through it.
struct Measured<W> {
    to: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: io::Write> io::Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Canonical JSON and a line break.
fn line<T: serde::Serialize>(value: &T) -> Result<String, CanonicalError> {
    let mut text = canonical(value)?;
    text.push('\n');
    Ok(text)
}
