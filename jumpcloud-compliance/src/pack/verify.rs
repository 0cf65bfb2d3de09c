//! Whether a pack is what its manifest says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::string::{String, ToString as _};
use std::vec::Vec;

use ::signature::{SignatureEncoding, Verifier};

use super::manifest::{MANIFEST_NAME, Manifest, PackedFile};
use super::signature::{SIGNATURE_NAME, SignatureState};
use super::{Pack, PackError, raw};
use crate::evaluation::Evaluation;

/// What was done to a pack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Change {
    /// The manifest is missing or cannot be read.
    NoManifest,
    /// A file that the manifest lists is not there.
    Removed(String),
    /// A file's content is not the listed one.
    Changed(String),
    /// A file is there that the manifest does not list.
    Added(String),
    /// The evaluation's own digest, or that of a finding in it, does not fit its content.
    Broken(String),
}

/// Result of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// What was done to the pack, sorted; empty for an untouched one.
    pub changes: Vec<Change>,
    /// What the signature over the manifest says.
    pub signature: SignatureState,
}

impl Verification {
    /// Whether nothing was changed, removed or added, and no signature speaks against it.
    ///
    /// An unsigned pack can be intact: whoever rewrites a file and the manifest with it is only found
    /// out by a signature.
    pub fn is_intact(&self) -> bool {
        self.changes.is_empty() && self.signature != SignatureState::Invalid
    }

    /// Whether the pack is intact and the holder of the key signed it.
    pub fn is_authentic(&self) -> bool {
        self.is_intact() && self.signature == SignatureState::Valid
    }
}

/// Verifies files by name; a signature is not checked.
pub fn verify(files: &BTreeMap<String, Vec<u8>>) -> Verification {
    let signature = if files.contains_key(SIGNATURE_NAME) {
        SignatureState::Unchecked
    } else {
        SignatureState::Unsigned
    };
    Verification { changes: changes(files), signature }
}

/// Verifies files by name, and the signature over the manifest with a public key.
pub fn verify_signed<S: SignatureEncoding>(
    files: &BTreeMap<String, Vec<u8>>,
    key: &impl Verifier<S>,
) -> Verification {
    Verification { changes: changes(files), signature: SignatureState::of(files, key) }
}

fn changes(files: &BTreeMap<String, Vec<u8>>) -> Vec<Change> {
    let manifest =
        files.get(MANIFEST_NAME).and_then(|bytes| serde_json::from_slice::<Manifest>(bytes).ok());
    let Some(manifest) = manifest else {
        return std::vec![Change::NoManifest];
    };
    let mut changes = Vec::new();
    for listed in &manifest.files {
        match files.get(&listed.name) {
            None => changes.push(Change::Removed(listed.name.clone())),
            Some(bytes) if PackedFile::of(&listed.name, bytes) != *listed => {
                changes.push(Change::Changed(listed.name.clone()));
            }
            Some(_) => {}
        }
    }
    for name in files.keys() {
        if ![MANIFEST_NAME, SIGNATURE_NAME].contains(&name.as_str())
            && manifest.files.iter().all(|listed| listed.name != *name)
        {
            changes.push(Change::Added(name.clone()));
        }
    }
    for (name, bytes) in files {
        if raw::is_broken(name, bytes) {
            changes.push(Change::Broken(name.clone()));
        }
    }
    // The manifest itself is bound to the content through the digests inside the evaluation.
    let evaluation = files
        .get("evaluation.json")
        .and_then(|bytes| serde_json::from_slice::<Evaluation>(bytes).ok());
    match evaluation {
        Some(evaluation) => {
            if !evaluation.is_intact() || evaluation.digest != manifest.pack_id {
                changes.push(Change::Broken("evaluation.json".to_string()));
            }
            for finding in &evaluation.findings {
                if !finding.evidence.is_intact() {
                    changes.push(Change::Broken(finding.finding_id.to_string()));
                }
            }
            let header =
                Manifest { files: manifest.files.clone(), ..Manifest::of(&evaluation, Vec::new()) };
            if header != manifest {
                changes.push(Change::Changed(MANIFEST_NAME.to_string()));
            }
        }
        None => changes.push(Change::Broken("evaluation.json".to_string())),
    }
    changes.sort();
    changes.dedup();
    changes
}

/// Verifies a folder; a signature is not checked.
///
/// # Errors
///
/// [`PackError::File`] when a file cannot be read.
pub fn verify_folder(folder: &Path) -> Result<Verification, PackError> {
    Ok(verify(&read(folder)?))
}

/// Verifies a folder, and the signature over its manifest with a public key.
///
/// # Errors
///
/// [`PackError::File`] when a file cannot be read.
pub fn verify_signed_folder<S: SignatureEncoding>(
    folder: &Path,
    key: &impl Verifier<S>,
) -> Result<Verification, PackError> {
    Ok(verify_signed(&read(folder)?, key))
}

/// Files of a folder by name, with those of folders in it; a folder deeper down is a file without
/// content, which no manifest lists.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, PackError> {
    let failed = |name: String| move |source| PackError::File { name, source };
    let mut files = BTreeMap::new();
    let mut inner = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(".".to_string()))? {
        let entry = entry.map_err(failed(".".to_string()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            inner.push((name, entry.path()));
        } else {
            let bytes = fs::read(entry.path()).map_err(failed(name.clone()))?;
            files.insert(name, bytes);
        }
    }
    for (outer, path) in inner {
        let mut empty = true;
        for entry in fs::read_dir(path).map_err(failed(outer.clone()))? {
            let entry = entry.map_err(failed(outer.clone()))?;
            let name = std::format!("{outer}/{}", entry.file_name().to_string_lossy());
            let bytes = if entry.path().is_dir() {
                Vec::new()
            } else {
                fs::read(entry.path()).map_err(failed(name.clone()))?
            };
            files.insert(name, bytes);
            empty = false;
        }
        if empty {
            files.insert(outer, Vec::new());
        }
    }
    Ok(files)
}

impl Pack {
    /// Verifies this pack; a signature is not checked.
    pub fn verify(&self) -> Verification {
        verify(&self.files)
    }
}
