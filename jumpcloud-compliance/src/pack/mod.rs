//! The evidence pack: a folder that an auditor can check without this program.
//!
//! A pack is plain data first; [`Pack::write_to`] is the only function of the crate that touches a
//! file system.

mod manifest;
mod readme;
mod verify;

use std::collections::BTreeMap;
use std::path::Path;
use std::string::{String, ToString as _};
use std::vec::Vec;
use std::{fs, io};

pub use manifest::{MANIFEST_NAME, MANIFEST_SCHEMA, Manifest, PackedFile};
pub use verify::{Change, Verification, verify, verify_folder};

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::evaluation::Evaluation;
use crate::evidence::{CanonicalError, canonical};
use crate::export::{self, Format, Report};

/// Files of an evidence pack by name, the manifest among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    files: BTreeMap<String, Vec<u8>>,
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
    /// The manifest cannot be replaced or read.
    #[error("the manifest of the pack cannot be replaced or read")]
    Manifest,
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
    /// [`PackError::Canonical`] when the evaluation was read from elsewhere and holds a fraction.
    pub fn of(
        evaluation: &Evaluation,
        catalogue: &Catalogue<'_>,
        config: &Config,
    ) -> Result<Self, PackError> {
        let mut files = BTreeMap::new();
        let mut text = |name: &str, text: String| {
            files.insert(name.to_string(), text.into_bytes());
        };
        text("evaluation.json", export::native(evaluation)?);
        text("findings.jsonl", export::findings_jsonl(evaluation)?);
        text("coverage.json", line(&evaluation.coverage)?);
        text("population.json", line(&(&evaluation.population, &evaluation.subjects))?);
        text("waivers.json", line(&(&config.waivers, &evaluation.waiver_report))?);
        text("attestations.json", line(&config.attestations)?);
        text("config.json", line(config)?);
        text("rules.json", line(&manifest::rules(catalogue, evaluation))?);
        text("README.txt", readme::readme(evaluation, catalogue));
        let mut table =
            |name: &str, write: &dyn Fn(&mut Vec<u8>) -> Result<(), export::csv::Error>| {
                let mut bytes = Vec::new();
                write(&mut bytes)?;
                files.insert(name.to_string(), bytes);
                Ok::<(), export::csv::Error>(())
            };
        table("findings.csv", &|to| export::csv::findings(evaluation, catalogue, to))?;
        table("population.csv", &|to| export::csv::population(evaluation, to))?;
        table("controls.csv", &|to| export::csv::controls(evaluation, catalogue, to))?;
        table("coverage.csv", &|to| export::csv::coverage(evaluation, to))?;
        let manifest = Manifest::of(evaluation, &files);
        files.insert(MANIFEST_NAME.to_string(), line(&manifest)?.into_bytes());
        Ok(Self { files })
    }

    /// Adds a file, for example a report; the manifest lists it as it lists the others.
    ///
    /// A file of the same name is replaced.
    ///
    /// # Errors
    ///
    /// [`PackError::Manifest`] for the name of the manifest, or when it cannot be read.
    pub fn with_file(mut self, name: &str, bytes: Vec<u8>) -> Result<Self, PackError> {
        let read = self.files.get(MANIFEST_NAME).map(|bytes| serde_json::from_slice(bytes));
        let Some(Ok::<Manifest, _>(mut manifest)) = read else { return Err(PackError::Manifest) };
        if name == MANIFEST_NAME {
            return Err(PackError::Manifest);
        }
        manifest.files.retain(|file| file.name != name);
        manifest.files.push(PackedFile::of(name, &bytes));
        manifest.files.sort();
        self.files.insert(name.to_string(), bytes);
        self.files.insert(MANIFEST_NAME.to_string(), line(&manifest)?.into_bytes());
        Ok(self)
    }

    /// Adds the report in further formats; the manifest covers them too.
    ///
    /// # Errors
    ///
    /// [`PackError::Export`] when the report cannot be told in a format.
    pub fn with(mut self, report: &Report<'_>, formats: &[Format]) -> Result<Self, PackError> {
        for format in formats {
            self = self.with_file(format.file_name(), format.text(report)?.into_bytes())?;
        }
        Ok(self)
    }

    /// The files by name.
    pub const fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Writes the files into a folder, which is made when it is not there.
    ///
    /// Files of an earlier pack in the folder are replaced; others are left alone, and
    /// [`verify_folder`] names them.
    ///
    /// # Errors
    ///
    /// [`PackError::File`] with the file at fault.
    pub fn write_to(&self, folder: &Path) -> Result<(), PackError> {
        let failed = |name: &str| {
            let name = name.to_string();
            move |source| PackError::File { name, source }
        };
        fs::create_dir_all(folder).map_err(failed("."))?;
        for (name, bytes) in &self.files {
            fs::write(folder.join(name), bytes).map_err(failed(name))?;
        }
        Ok(())
    }
}

/// Canonical JSON and a line break.
fn line<T: serde::Serialize>(value: &T) -> Result<String, CanonicalError> {
    let mut text = canonical(value)?;
    text.push('\n');
    Ok(text)
}
