//! The list of a pack's files with their digests.

use std::string::{String, ToString as _};
use std::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::drift::Drift;
use crate::evaluation::{CatalogueRef, Evaluation, OrganizationRef};
use crate::evidence::Digest;
use crate::param::ParamSpec;

/// Name of the manifest in a pack.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Name and version of its form.
pub const MANIFEST_SCHEMA: &str = "jumpcloud-evidence-pack/1";

/// What a pack holds, and how to check that nothing was changed, removed or added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name and version of this form.
    pub schema: String,
    /// Digest of the evaluation; names the pack.
    pub pack_id: Digest,
    /// The organisation.
    pub organization: OrganizationRef,
    /// Time for which the verdicts hold, UTC.
    #[serde(with = "crate::time::millis")]
    pub evaluated_at: Timestamp,
    /// The rules that judged.
    pub catalogue: CatalogueRef,
    /// Every other file of the pack, by name.
    pub files: Vec<PackedFile>,
    /// How to check the files with a standard command.
    pub how_to_verify: String,
}

/// One file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackedFile {
    /// Name in the folder.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub digest: Digest,
}

impl PackedFile {
    pub(super) fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_string(),
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            digest: Digest::of_bytes(bytes),
        }
    }
}

impl Manifest {
    /// Over files in the order of their names.
    pub(super) fn of(evaluation: &Evaluation, files: Vec<PackedFile>) -> Self {
        Self {
            schema: MANIFEST_SCHEMA.to_string(),
            pack_id: evaluation.digest,
            organization: evaluation.org.clone(),
            evaluated_at: evaluation.evaluated_at,
            catalogue: evaluation.catalogue.clone(),
            files,
            how_to_verify: "run `sha256sum` over each file and compare with `digest`; the folder \
                            holds these files and this manifest, nothing else; `manifest.sig`, \
                            when it is there, is a signature over the bytes of this manifest"
                .to_string(),
        }
    }
}

/// Name and version of the form of `drift.json`.
const DRIFT_SCHEMA: &str = "jumpcloud-drift/1";

/// What changed, with the evaluations it lies between.
#[derive(Serialize)]
pub(super) struct DriftFile<'a> {
    schema: &'static str,
    before: Digest,
    #[serde(with = "crate::time::millis")]
    before_evaluated_at: Timestamp,
    after: Digest,
    #[serde(flatten)]
    drift: &'a Drift,
}

impl<'a> DriftFile<'a> {
    pub(super) const fn of(before: &Evaluation, after: Digest, drift: &'a Drift) -> Self {
        Self {
            schema: DRIFT_SCHEMA,
            before: before.digest,
            before_evaluated_at: before.evaluated_at,
            after,
            drift,
        }
    }
}

/// A rule as a pack describes it.
#[derive(Serialize)]
pub(super) struct RuleText {
    id: &'static str,
    title: &'static str,
    logic_version: u16,
    text_revision: u16,
    severity: &'static str,
    tier: u8,
    applies: &'static str,
    rationale: &'static str,
    remediation: &'static str,
    inputs: Vec<(&'static str, Vec<&'static str>)>,
    parameters: Vec<(&'static str, &'static str, String)>,
    reasons: Vec<(&'static str, &'static str, &'static str)>,
    controls: Vec<String>,
    disabled: bool,
}

pub(super) fn rules(catalogue: &Catalogue<'_>, evaluation: &Evaluation) -> Vec<RuleText> {
    let parameter = |spec: &ParamSpec| (spec.name(), spec.meaning(), spec.bounds());
    catalogue
        .metas()
        .map(|meta| RuleText {
            id: meta.id,
            title: meta.title,
            logic_version: meta.logic_version,
            text_revision: meta.text_revision,
            severity: meta.severity.as_str(),
            tier: meta.tier,
            applies: meta.applies,
            rationale: meta.rationale,
            remediation: meta.remediation,
            inputs: meta.inputs.iter().map(|need| (need.input, need.fields.to_vec())).collect(),
            parameters: meta.params.iter().map(parameter).collect(),
            reasons: meta
                .reasons
                .iter()
                .map(|reason| (reason.code, reason.outcome.as_str(), reason.meaning))
                .collect(),
            controls: catalogue
                .frameworks()
                .controls_of(meta.id)
                .map(|(framework, control)| std::format!("{}:{}", framework.id(), control.id()))
                .collect(),
            disabled: evaluation.rules_disabled.iter().any(|id| id == meta.id),
        })
        .collect()
}
