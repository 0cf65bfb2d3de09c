//! What an evaluation says of its inputs, and the digest over all of it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::{InputState, Snapshot};
use serde::Serialize;

use crate::case::coverage_state;
use crate::catalogue::Catalogue;
use crate::control::ControlResult;
use crate::evaluation::{CatalogueRef, Evaluation, InputCoverage, OrganizationRef, SnapshotRef};
use crate::evidence::{CanonicalError, CoverageState, Digest, TableRef};
use crate::facts::Facts;
use crate::param::Contest;
use crate::scope::Population;
use crate::subject::SubjectRef;
use crate::waiver::WaiverUse;

pub(super) fn coverage(snapshot: &Snapshot) -> Vec<InputCoverage> {
    snapshot
        .inputs()
        .into_iter()
        .map(|view| InputCoverage {
            input: view.input.to_string(),
            scope: view.scope.map(ToString::to_string),
            coverage: view.coverage.clone(),
            set_aside: view
                .set_aside
                .iter()
                .map(|row| jumpcloud_client::SetAside { raw: None, ..row.clone() })
                .collect(),
        })
        .collect()
}

pub(super) fn coverage_status(
    catalogue: &Catalogue<'_>,
    disabled: &[String],
    facts: &Facts<'_>,
) -> CoverageState {
    let worst = catalogue
        .metas()
        .filter(|meta| !disabled.iter().any(|id| id == meta.id))
        .flat_map(|meta| meta.inputs)
        .filter(|need| !need.beside)
        .filter_map(|need| facts.snapshot().state(need.input))
        .fold(InputState::Complete, InputState::worse);
    match coverage_state(worst).0 {
        CoverageState::Complete => CoverageState::Complete,
        CoverageState::Failed => CoverageState::Failed,
        _ => CoverageState::Partial,
    }
}

/// Digest of an evaluation: findings by their digests, the rest as it stands.
pub(crate) fn digest_of(evaluation: &Evaluation) -> Result<Digest, CanonicalError> {
    let digests = evaluation.findings.iter().map(Digest::of).collect::<Result<Vec<_>, _>>()?;
    seal_digest(evaluation, &digests)
}

/// As [`digest_of`], with the digests of the findings in the order of reports.
pub(super) fn seal_digest(
    evaluation: &Evaluation,
    findings: &[Digest],
) -> Result<Digest, CanonicalError> {
    #[derive(Serialize)]
    struct Sealed<'e> {
        attestations_used: &'e [String],
        catalogue: &'e CatalogueRef,
        config_digest: Digest,
        control_results: &'e [ControlResult],
        coverage: &'e [InputCoverage],
        coverage_status: CoverageState,
        evaluated_at: &'e str,
        findings: &'e [Digest],
        org: &'e OrganizationRef,
        parameter_contests: &'e [Contest],
        population: &'e [Population],
        profile: &'e str,
        rules_disabled: &'e [String],
        schema_version: &'e str,
        snapshot: &'e SnapshotRef,
        subjects: &'e [SubjectRef],
        tables: &'e [TableRef],
        waiver_report: &'e [WaiverUse],
        weaker_justification: &'e Option<String>,
    }

    // Every member by name, so that a new one cannot be forgotten here.
    let Evaluation {
        schema_version,
        catalogue,
        config_digest,
        profile,
        org,
        evaluated_at,
        snapshot,
        coverage_status,
        coverage,
        population,
        subjects,
        findings: _,
        control_results,
        waiver_report,
        attestations_used,
        rules_disabled,
        tables,
        parameter_contests,
        weaker_justification,
        digest: _,
    } = evaluation;
    let evaluated_at = crate::time::format(*evaluated_at);
    Digest::of(&Sealed {
        attestations_used,
        catalogue,
        config_digest: *config_digest,
        control_results,
        coverage,
        coverage_status: *coverage_status,
        evaluated_at: &evaluated_at,
        findings,
        org,
        parameter_contests,
        population,
        profile,
        rules_disabled,
        schema_version,
        snapshot,
        subjects,
        tables,
        waiver_report,
        weaker_justification,
    })
}
