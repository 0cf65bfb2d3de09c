//! The records behind the findings, as the service sent them.

use std::collections::{BTreeMap, BTreeSet};
use std::string::{String, ToString as _};
use std::vec::Vec;
use std::{format, io};

use jumpcloud_client::{RawRecord, RecordDigest, Snapshot};
use serde::Serialize;

use super::{Pack, PackError};
use crate::evaluation::Evaluation;
use crate::pii::PiiMode;

/// Folder of the pack in which they stand, a file for each input.
const FOLDER: &str = "raw/";

/// The file that names records of findings of which no text was given.
const MISSING: &str = "raw/missing.jsonl";

/// A record that an observation names: its input, and its id or that of what it hangs on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Named {
    input: String,
    record_id: String,
}

impl Named {
    fn new(input: &str, record_id: &str) -> Self {
        Self { input: input.into(), record_id: record_id.into() }
    }

    /// The names by which an observation may mean a raw record.
    fn all(record: &RawRecord) -> impl Iterator<Item = Self> + '_ {
        [&record.id, &record.of].into_iter().flatten().map(|id| Self::new(&record.input, id))
    }
}

impl Pack {
    /// Adds the raw records behind the findings, `raw/<input>.jsonl`, one JSON line a record.
    ///
    /// `records` may be all that were kept while the snapshot was read, as
    /// [`RawRecord`]s of whatever source; they are looked through one by one, and those that an
    /// observation of a finding names are packed: the record itself, rows of the device, the list of
    /// the object. Only what the snapshot has by its digest counts. A named record of which no text
    /// was given is listed in `raw/missing.jsonl`; so are those of events, whose text is never kept.
    ///
    /// An auditor goes from an observation (`source`, `record_id`) to the line (`input`, and `id` or
    /// `of`), and for one that is `verbatim` from its text to its digest with `sha256sum`; the digest is
    /// that of the snapshot, over which the digest of the evaluation goes. [`verify`](super::verify())
    /// does the same.
    ///
    /// # Errors
    ///
    /// [`PackError::RawPeople`] unless the `pii_mode` of the configuration is clear, since raw records
    /// show people as they are; [`PackError::OtherEvaluation`] when the evaluation is not that of the
    /// pack or not of this snapshot; [`PackError::File`] when a record cannot be had.
    pub fn with_raw(
        mut self,
        evaluation: &Evaluation,
        snapshot: &Snapshot,
        records: impl IntoIterator<Item = io::Result<RawRecord>>,
    ) -> Result<Self, PackError> {
        if self.mode != PiiMode::Clear {
            return Err(PackError::RawPeople(self.mode));
        }
        self.fits(evaluation.digest)?;
        if !evaluation.judged(snapshot) {
            return Err(PackError::OtherEvaluation);
        }
        let mut missing = named(evaluation);
        // Lists of several objects may hold the same record, to the byte.
        let mut found: BTreeMap<(String, RecordDigest), BTreeMap<Option<String>, RawRecord>> =
            BTreeMap::new();
        for record in records {
            let record =
                record.map_err(|source| PackError::File { name: FOLDER.into(), source })?;
            if Named::all(&record).any(|name| missing.contains(&name)) && record.is_intact() {
                let alike = found.entry((record.input.clone(), record.digest)).or_default();
                alike.insert(record.of.clone(), record);
            }
        }
        let mut packed = Vec::new();
        snapshot.digests(|input, parent, _, digest| {
            let Some(alike) = found.get_mut(&(input.to_string(), digest)) else { return };
            packed.extend(match parent {
                Some(parent) => alike.remove(&Some(parent.to_string())),
                None => alike.pop_first().map(|(_, record)| record),
            });
        });
        packed.sort_by(|a, b| {
            (&a.input, &a.of, &a.id, a.digest).cmp(&(&b.input, &b.of, &b.id, b.digest))
        });
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for record in &packed {
            let file = files.entry(format!("{FOLDER}{}.jsonl", record.input)).or_default();
            line(file, record)?;
            for name in Named::all(record) {
                missing.remove(&name);
            }
        }
        for named in &missing {
            line(files.entry(MISSING.to_string()).or_default(), named)?;
        }
        for (name, bytes) in files {
            self = self.with_file(&name, bytes)?;
        }
        Ok(self)
    }
}

/// Records that observations name, of inputs that were read.
fn named(evaluation: &Evaluation) -> BTreeSet<Named> {
    let read: BTreeSet<&str> =
        evaluation.coverage.iter().map(|input| input.input.as_str()).collect();
    let observations = evaluation.findings.iter().flat_map(|own| &own.evidence.observations);
    observations
        .filter(|observation| read.contains(observation.source.as_str()))
        .filter_map(|observation| {
            Some(Named::new(&observation.source, observation.record_id.as_deref()?))
        })
        .collect()
}

fn line<T: Serialize>(file: &mut Vec<u8>, value: &T) -> Result<(), PackError> {
    serde_json::to_writer(&mut *file, value)
        .map_err(|error| PackError::File { name: FOLDER.into(), source: error.into() })?;
    file.push(b'\n');
    Ok(())
}

/// Whether a file of raw records holds what its digests say.
pub(super) fn is_broken(name: &str, bytes: &[u8]) -> bool {
    let records = name.starts_with(FOLDER) && name != MISSING;
    let intact = |line: &[u8]| {
        serde_json::from_slice::<RawRecord>(line).is_ok_and(|record| record.is_intact())
    };
    records && !bytes.split_inclusive(|byte| *byte == b'\n').all(intact)
}
