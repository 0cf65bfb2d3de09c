//! What a verdict rests on: values that were read, inputs, tables, digests.

mod canonical;
mod digest;
mod observation;
mod writer;

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use canonical::Lines;
pub use canonical::{CanonicalError, MAX_INTEGER, canonical, canonical_value};
pub use digest::{Digest, DigestParseError};
pub use observation::{Observation, Observed, Presence, Redaction};

use crate::param::Values;

vocabulary! {
    /// What is known about the completeness of an input, best first.
    pub enum CoverageState {
        /// Everything the source holds arrived.
        Complete = "complete",
        /// Something is missing.
        Partial = "partial",
        /// The read failed.
        Failed = "failed",
        /// The input was not asked for.
        NotCollected = "not_collected",
        /// The organisation's plan lacks the feature.
        NotLicensed = "not_licensed",
    }
}

/// An input a verdict looked at, and how complete it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InputUse {
    /// Input code.
    pub input: String,
    /// Object of a per-object input; absent for organisation-wide inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// How complete it was.
    pub state: CoverageState,
    /// Class of the shortfall; absent when complete or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A data table a verdict used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TableRef {
    /// Table name.
    pub name: String,
    /// Date up to which the table knows the world, `YYYY-MM-DD`.
    pub as_of: String,
    /// Digest of the table's content.
    pub digest: Digest,
}

/// Observations that did not fit into the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Overflow {
    /// How many were left out.
    pub count: u64,
    /// Digest of the complete sorted list.
    pub digest: Digest,
}

/// Evidence of one finding, before it is sealed.
///
/// Order and repetitions do not matter; [`Evidence::seal`] settles both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceParts {
    /// Time of the evaluation, UTC.
    pub evaluated_at: Timestamp,
    /// Rule that judged.
    pub rule_id: String,
    /// Version of its logic.
    pub logic_version: u16,
    /// Effective parameters of the rule.
    pub parameters: Values,
    /// Values that were read.
    pub observations: Vec<Observation>,
    /// Inputs looked at.
    pub inputs_used: Vec<InputUse>,
    /// Tables looked at.
    pub tables_used: Vec<TableRef>,
}

/// Evidence of one finding: enough to repeat the read and the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Time of the evaluation, UTC.
    #[serde(with = "crate::time::millis")]
    pub evaluated_at: Timestamp,
    /// Rule that judged.
    pub rule_id: String,
    /// Version of its logic.
    pub logic_version: u16,
    /// Effective parameters of the rule, by name.
    pub parameters: Values,
    /// Values that were read, sorted by path, source and record.
    pub observations: Vec<Observation>,
    /// Observations left out for size; absent when none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<Overflow>,
    /// Inputs looked at, sorted.
    pub inputs_used: Vec<InputUse>,
    /// Tables looked at, sorted.
    pub tables_used: Vec<TableRef>,
    /// Digest of everything above.
    pub digest: Digest,
}

impl Evidence {
    /// Sorts, removes repetitions, keeps at most `max_observations` and digests.
    ///
    /// # Errors
    ///
    /// A [`CanonicalError`] when a value has no canonical form, for example an
    /// integer beyond 2^53.
    pub fn seal(parts: EvidenceParts, max_observations: usize) -> Result<Self, CanonicalError> {
        let (evidence, sealed) = Self::arrange(parts, max_observations);
        sealed.map(|()| evidence)
    }

    /// As [`Evidence::seal`]; what has no canonical form is left out rather than the finding.
    pub(crate) fn seal_what_can_be(parts: EvidenceParts, max_observations: usize) -> Self {
        let (mut evidence, sealed) = Self::arrange(parts, max_observations);
        if sealed.is_err() {
            evidence.observations = Vec::new();
            evidence.parameters = Values::default();
            evidence.overflow = None;
            evidence.digest =
                Digest::of_sealed(&evidence).unwrap_or_else(|_| Digest::of_bytes(&[]));
        }
        evidence
    }

    /// The evidence in order, and whether it could be digested.
    fn arrange(
        parts: EvidenceParts,
        max_observations: usize,
    ) -> (Self, Result<(), CanonicalError>) {
        let EvidenceParts { mut observations, mut inputs_used, mut tables_used, .. } = parts;
        observations.sort_by(Observation::cmp_report);
        observations.dedup();
        inputs_used.sort();
        inputs_used.dedup();
        tables_used.sort();
        tables_used.dedup();
        let mut overflow = None;
        let mut sealed = Ok(());
        if observations.len() > max_observations {
            match Digest::of(&observations) {
                Ok(digest) => {
                    let rest = observations.split_off(max_observations);
                    let count = u64::try_from(rest.len()).unwrap_or(u64::MAX);
                    overflow = Some(Overflow { count, digest });
                }
                Err(error) => sealed = Err(error),
            }
        }
        let mut evidence = Self {
            evaluated_at: crate::time::truncate(parts.evaluated_at),
            rule_id: parts.rule_id,
            logic_version: parts.logic_version,
            parameters: parts.parameters,
            observations,
            overflow,
            inputs_used,
            tables_used,
            digest: Digest::of_bytes(&[]),
        };
        let sealed = sealed.and_then(|()| {
            evidence.digest = Digest::of_sealed(&evidence)?;
            Ok(())
        });
        (evidence, sealed)
    }

    /// Whether the digest matches the content.
    pub fn is_intact(&self) -> bool {
        Digest::of_sealed(self) == Ok(self.digest)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec;

    use super::*;

    fn parts() -> EvidenceParts {
        EvidenceParts {
            evaluated_at: "2026-11-23T12:00:00.123456Z".parse().unwrap(),
            rule_id: "JC-DEV-001".into(),
            logic_version: 1,
            parameters: Values::default(),
            observations: vec![
                Observation::new("SYS", "b", 1),
                Observation::new("SYS", "a", "x"),
                Observation::new("ORG", "b", 2),
            ],
            inputs_used: vec![InputUse {
                input: "SYS".into(),
                scope: None,
                state: CoverageState::Partial,
                reason: Some("count_mismatch".into()),
            }],
            tables_used: vec![],
        }
    }

    #[test]
    fn order_and_repetition_do_not_change_the_evidence() {
        let sealed = Evidence::seal(parts(), 50).unwrap();
        let mut shuffled = parts();
        shuffled.observations.reverse();
        shuffled.observations.push(Observation::new("SYS", "b", 1));
        shuffled.inputs_used = [shuffled.inputs_used.clone(), shuffled.inputs_used].concat();
        assert_eq!(Evidence::seal(shuffled, 50).unwrap(), sealed);
        let order: Vec<_> = sealed.observations.iter().map(|o| (&*o.path, &*o.source)).collect();
        assert_eq!(order, [("a", "SYS"), ("b", "ORG"), ("b", "SYS")]);
    }

    #[test]
    fn a_changed_value_breaks_the_seal() {
        let mut sealed = Evidence::seal(parts(), 50).unwrap();
        assert!(sealed.is_intact());
        sealed.observations[0].value = "y".into();
        assert!(!sealed.is_intact());
    }

    #[test]
    fn the_seal_survives_json() {
        let sealed = Evidence::seal(parts(), 50).unwrap();
        let json = serde_json::to_string(&sealed).unwrap();
        assert!(json.contains("\"2026-11-23T12:00:00.123Z\""));
        let read: Evidence = serde_json::from_str(&json).unwrap();
        assert_eq!(read, sealed);
        assert!(read.is_intact());
    }

    #[test]
    fn overflow_is_counted_and_still_covered() {
        let mut many = parts();
        many.observations =
            (0..60).map(|n| Observation::new("SYS", format!("p{n:02}"), n)).collect();
        let sealed = Evidence::seal(many.clone(), 50).unwrap();
        assert_eq!(sealed.observations.len(), 50);
        assert_eq!(sealed.overflow.unwrap().count, 10);
        many.observations[59].value = Observed::Int(-1);
        let other = Evidence::seal(many, 50).unwrap();
        assert_eq!(other.observations, sealed.observations);
        assert_ne!(other.digest, sealed.digest);
    }

    #[test]
    fn only_what_exceeds_the_limit_overflows() {
        let whole = Evidence::seal(parts(), 3).unwrap();
        assert_eq!((whole.observations.len(), whole.overflow), (3, None));
        let cut = Evidence::seal(parts(), 2).unwrap();
        assert_eq!(cut.observations.len(), 2);
        assert_eq!(cut.overflow.map(|overflow| overflow.count), Some(1));
    }
}
