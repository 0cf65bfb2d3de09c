//! The result of one run over one snapshot.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::{Coverage, SetAside, Snapshot};
use serde::{Deserialize, Serialize};

use crate::control::{ControlResult, StatusCounts};
use crate::evidence::{CoverageState, Digest, TableRef};
use crate::finding::Finding;
use crate::outcome::{EffectiveStatus, Severity};
use crate::param::Contest;
use crate::scope::Population;
use crate::subject::SubjectRef;
use crate::waiver::WaiverUse;

/// Name and version of the native form.
pub const EVALUATION_SCHEMA: &str = "jumpcloud-evaluation/1";

/// Verdicts of all enabled rules over one snapshot, with everything they rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// Name and version of this form.
    pub schema_version: String,
    /// The rules that judged.
    pub catalogue: CatalogueRef,
    /// Digest of the configuration.
    pub config_digest: Digest,
    /// Profile whose parameter values were used.
    pub profile: String,
    /// The organisation.
    pub org: OrganizationRef,
    /// The time for which the verdicts hold, UTC.
    #[serde(with = "crate::time::millis")]
    pub evaluated_at: Timestamp,
    /// The snapshot that was judged.
    pub snapshot: SnapshotRef,
    /// The worst state among the inputs of enabled rules.
    pub coverage_status: CoverageState,
    /// What was asked for each input, and what arrived, by code and object.
    pub coverage: Vec<InputCoverage>,
    /// Who was judged and who was left out.
    pub population: Vec<Population>,
    /// Everyone who is judged, by kind and id: the frame from which a sample is drawn.
    pub subjects: Vec<SubjectRef>,
    /// Verdicts, by rule and subject.
    pub findings: Vec<Finding>,
    /// Results by control.
    pub control_results: Vec<ControlResult>,
    /// What became of each waiver.
    pub waiver_report: Vec<WaiverUse>,
    /// Attestations that verdicts rest on, by id.
    pub attestations_used: Vec<String>,
    /// Rules that the configuration turned off.
    pub rules_disabled: Vec<String>,
    /// Data tables at hand.
    pub tables: Vec<TableRef>,
    /// Where the organisation asked for less than its profile.
    pub parameter_contests: Vec<Contest>,
    /// Why values weaker than the profile are accepted, in the organisation's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weaker_justification: Option<String>,
    /// Digest of everything above.
    pub digest: Digest,
}

/// Names the rules of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueRef {
    /// Name.
    pub name: String,
    /// Version of this crate.
    pub version: String,
    /// Digest over every rule's id and versions.
    pub digest: Digest,
}

/// Names the organisation of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRef {
    /// Its id; empty when it is not known.
    pub id: String,
    /// Its name; absent when it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Names the snapshot of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRef {
    /// Digest over every record's input, id and digest, in order.
    pub digest: Digest,
    /// Console that answered; empty for a snapshot that was written by hand.
    pub source: String,
    /// When collection began, UTC.
    #[serde(with = "crate::time::millis")]
    pub started_at: Timestamp,
    /// When collection ended, UTC.
    #[serde(with = "crate::time::millis")]
    pub finished_at: Timestamp,
}

/// Coverage of one input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputCoverage {
    /// Input code.
    pub input: String,
    /// Object of a per-object input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What was asked, and what arrived.
    pub coverage: Coverage,
    /// Records that could not be read, without their text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<SetAside>,
}

impl Evaluation {
    /// Counts by rule, in the order of rule ids; rules without a finding are missing.
    pub fn counts_by_rule(&self) -> BTreeMap<&str, StatusCounts> {
        let mut counts: BTreeMap<&str, StatusCounts> = BTreeMap::new();
        for finding in &self.findings {
            counts.entry(&finding.rule_id).or_default().add(finding.effective_status);
        }
        counts
    }

    /// The worst severity among failures that stand: no grace, no waiver.
    pub fn worst_failure(&self) -> Option<Severity> {
        self.findings
            .iter()
            .filter(|finding| finding.effective_status == EffectiveStatus::Fail)
            .map(|finding| finding.severity)
            .max()
    }

    /// Whether this snapshot is the one that was judged, record by record.
    pub fn judged(&self, snapshot: &Snapshot) -> bool {
        self.snapshot.digest == crate::snapshot_digest::snapshot_digest(snapshot)
    }

    /// Whether the digest matches the content.
    pub fn is_intact(&self) -> bool {
        crate::engine::digest_of(self).is_ok_and(|digest| digest == self.digest)
    }
}
