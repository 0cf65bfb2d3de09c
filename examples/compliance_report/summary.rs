//! What the report says, as data: printed for people, or as JSON.

use std::collections::BTreeMap;
use std::path::Path;

use jumpcloud_compliance::control::StatusCounts;
use jumpcloud_compliance::evidence::CoverageState;
use jumpcloud_compliance::{
    Catalogue, EffectiveStatus, Evaluation, Finding, Severity, SubjectKind,
};
use serde::Serialize;

/// What the report says.
#[derive(Debug, Serialize)]
pub struct Summary {
    pub organization: String,
    pub organization_id: String,
    pub source: String,
    pub evaluated_at: String,
    pub profile: String,
    pub coverage: CoverageState,
    pub incomplete_inputs: Vec<IncompleteInput>,
    pub population: Vec<PopulationLine>,
    pub excluded: Vec<ExcludedLine>,
    pub rules: Vec<RuleLine>,
    pub rules_disabled: Vec<String>,
    pub frameworks: Vec<FrameworkLine>,
    pub failures: Vec<FindingLine>,
    pub accepted: Vec<FindingLine>,
    pub unknown: Vec<FindingLine>,
    pub worst_failure: Option<Severity>,
    pub evidence: String,
    pub digest: String,
}

/// An input of which something is missing.
#[derive(Debug, Serialize)]
pub struct IncompleteInput {
    pub input: String,
    pub state: String,
    pub lists: usize,
}

/// Who was judged.
#[derive(Debug, Serialize)]
pub struct PopulationLine {
    pub kind: SubjectKind,
    pub total: u64,
    pub in_scope: u64,
    pub excluded: usize,
    pub complete: bool,
}

/// Who was left out, and why.
#[derive(Debug, Serialize)]
pub struct ExcludedLine {
    pub kind: SubjectKind,
    pub id: String,
    pub name: String,
    pub reason: String,
    pub detail: String,
}

/// How a rule ended.
#[derive(Debug, Serialize)]
pub struct RuleLine {
    pub id: String,
    pub title: &'static str,
    pub severity: Severity,
    pub counts: StatusCounts,
}

/// How the controls of a framework ended.
#[derive(Debug, Serialize)]
pub struct FrameworkLine {
    pub id: String,
    pub name: String,
    pub controls: Vec<ControlLine>,
}

/// How a control ended.
#[derive(Debug, Serialize)]
pub struct ControlLine {
    pub id: String,
    pub title: String,
    pub result: &'static str,
    pub counts: StatusCounts,
}

/// One finding in a line.
#[derive(Debug, Serialize)]
pub struct FindingLine {
    pub finding_id: String,
    pub rule: String,
    pub severity: Severity,
    pub status: EffectiveStatus,
    pub subject_kind: SubjectKind,
    pub subject_id: String,
    pub subject: String,
    pub reason_code: String,
    pub reason: &'static str,
    pub remedy: &'static str,
}

impl Summary {
    /// Summarises an evaluation.
    pub fn of(
        evaluation: &Evaluation,
        catalogue: &Catalogue<'_>,
        source: &str,
        evidence: &Path,
    ) -> Self {
        let lines = |wanted: &[EffectiveStatus]| {
            let mut lines: Vec<FindingLine> = evaluation
                .findings
                .iter()
                .filter(|finding| wanted.contains(&finding.effective_status))
                .map(|finding| line(finding, catalogue))
                .collect();
            lines.sort_by(|a, b| {
                b.severity
                    .cmp(&a.severity)
                    .then_with(|| a.rule.cmp(&b.rule))
                    .then_with(|| a.subject.cmp(&b.subject))
            });
            lines
        };
        let counts = evaluation.counts_by_rule();
        Self {
            organization: evaluation.org.name.clone().unwrap_or_default(),
            organization_id: evaluation.org.id.clone(),
            source: source.to_owned(),
            evaluated_at: evaluation.evaluated_at.to_string(),
            profile: evaluation.profile.clone(),
            coverage: evaluation.coverage_status,
            incomplete_inputs: incomplete(evaluation),
            population: evaluation
                .population
                .iter()
                .map(|population| PopulationLine {
                    kind: population.kind,
                    total: population.total,
                    in_scope: population.in_scope,
                    excluded: population.excluded.len(),
                    complete: population.complete,
                })
                .collect(),
            excluded: evaluation
                .population
                .iter()
                .flat_map(|population| {
                    population.excluded.iter().map(|excluded| ExcludedLine {
                        kind: population.kind,
                        id: excluded.id.clone(),
                        name: excluded.name.clone().unwrap_or_default(),
                        reason: excluded.reason.to_string(),
                        detail: excluded.detail.clone().unwrap_or_default(),
                    })
                })
                .collect(),
            rules: catalogue
                .metas()
                .filter(|meta| counts.contains_key(meta.id))
                .map(|meta| RuleLine {
                    id: meta.id.to_owned(),
                    title: meta.title,
                    severity: meta.severity,
                    counts: counts.get(meta.id).copied().unwrap_or_default(),
                })
                .collect(),
            rules_disabled: evaluation.rules_disabled.clone(),
            frameworks: frameworks(evaluation, catalogue),
            failures: lines(&[EffectiveStatus::Fail]),
            accepted: lines(&[EffectiveStatus::FailInGrace, EffectiveStatus::Exempt]),
            unknown: lines(&[EffectiveStatus::Unknown]),
            worst_failure: evaluation.worst_failure(),
            evidence: evidence.display().to_string(),
            digest: evaluation.digest.to_string(),
        }
    }
}

fn line(finding: &Finding, catalogue: &Catalogue<'_>) -> FindingLine {
    let subject = &finding.subject;
    FindingLine {
        finding_id: finding.finding_id.to_string(),
        rule: finding.rule_id.clone(),
        severity: finding.severity,
        status: finding.effective_status,
        subject_kind: subject.kind,
        subject_id: subject.id.clone(),
        subject: subject
            .display_name
            .clone()
            .or_else(|| subject.natural_key.clone())
            .unwrap_or_else(|| subject.id.clone()),
        reason_code: finding.reason_code.clone(),
        reason: catalogue.reason_text(&finding.rule_id, &finding.reason_code),
        remedy: catalogue.get(&finding.rule_id).map_or("", |rule| rule.meta().remediation),
    }
}

/// Inputs that are not complete, each once however many lists it has.
fn incomplete(evaluation: &Evaluation) -> Vec<IncompleteInput> {
    let mut inputs: BTreeMap<(String, String), usize> = BTreeMap::new();
    for input in &evaluation.coverage {
        if !input.coverage.state.is_complete() {
            let state = serde_json::to_value(input.coverage.state).unwrap_or_default();
            let words: Vec<&str> = ["state", "reason", "class"]
                .iter()
                .filter_map(|key| state.get(key)?.as_str())
                .collect();
            *inputs.entry((input.input.clone(), words.join(" "))).or_default() += 1;
        }
    }
    inputs
        .into_iter()
        .map(|((input, state), lists)| IncompleteInput { input, state, lists })
        .collect()
}

fn frameworks(evaluation: &Evaluation, catalogue: &Catalogue<'_>) -> Vec<FrameworkLine> {
    catalogue
        .frameworks()
        .iter()
        .map(|framework| FrameworkLine {
            id: framework.id().to_owned(),
            name: format!("{} {}", framework.name(), framework.version()),
            controls: evaluation
                .control_results
                .iter()
                .filter(|result| result.control.framework == framework.id())
                .map(|result| ControlLine {
                    id: result.control.control.clone(),
                    title: framework
                        .control(&result.control.control)
                        .map(|control| control.title().to_owned())
                        .unwrap_or_default(),
                    result: result.status.as_str(),
                    counts: result.counts,
                })
                .collect(),
        })
        .collect()
}
