//! SARIF 2.1.0: one run an evaluation, one result a finding.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::report::{Report, uuid};
use super::text::{Listed, NAME_MAX, VALUE_MAX, name, observed, visible};
use crate::drift::BaselineState;
use crate::evaluation::InputCoverage;
use crate::evidence::{CoverageState, Digest};
use crate::finding::{Finding, FindingId};
use crate::outcome::{EffectiveStatus, Outcome, Severity, UnknownCause};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A report as a SARIF log; write it with any serde writer.
#[derive(Debug)]
pub struct Sarif<'a>(&'a Report<'a>);

impl<'a> Sarif<'a> {
    /// The projection of a report.
    pub const fn new(report: &'a Report<'a>) -> Self {
        Self(report)
    }
}

impl Serialize for Sarif<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let evaluation = report.evaluation;
        let places: BTreeMap<&str, usize> =
            report.by_rule().enumerate().map(|(place, (rule, _))| (rule, place)).collect();
        Log {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [Run {
                tool: Tool {
                    driver: Driver {
                        name: &evaluation.catalogue.name,
                        version: &evaluation.catalogue.version,
                        rules: Listed(|| report.by_rule().map(|(rule, _)| described(report, rule))),
                    },
                },
                automation_details: Automation {
                    id: alloc::format!("jumpcloud/{}/", evaluation.org.id),
                    guid: uuid("run", &[&evaluation.digest.to_string()]),
                },
                invocations: [Invocation {
                    execution_successful: evaluation.coverage_status != CoverageState::Failed,
                    start_time_utc: crate::time::format(evaluation.snapshot.started_at),
                    end_time_utc: crate::time::format(evaluation.evaluated_at),
                    tool_execution_notifications: Listed(|| {
                        let coverage = evaluation.coverage.iter();
                        coverage.filter(|own| !own.coverage.state.is_complete()).map(shortfall)
                    }),
                }],
                results: Listed(|| {
                    evaluation.findings.iter().map(|finding| {
                        let place = places.get(finding.rule_id.as_str()).copied();
                        result(report, finding, place)
                    })
                }),
                properties: RunProperties {
                    evaluation_digest: evaluation.digest,
                    snapshot_digest: evaluation.snapshot.digest,
                    coverage_status: evaluation.coverage_status,
                    profile: &evaluation.profile,
                    statements: super::STATEMENTS,
                },
            }],
        }
        .serialize(to)
    }
}

/// A text for a message: brackets and braces have a meaning there and are escaped.
fn plain(text: &str, max: usize) -> String {
    let mut out = String::new();
    for letter in visible(text, max).chars() {
        match letter {
            '[' | ']' | '\\' => out.extend(['\\', letter]),
            '{' | '}' => out.extend([letter, letter]),
            other => out.push(other),
        }
    }
    out
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High | Severity::Critical => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The weight in the digits that code-scanning tools read.
const fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "1.0",
        Severity::Low => "3.0",
        Severity::Medium => "5.0",
        Severity::High => "7.0",
        Severity::Critical => "9.0",
    }
}

fn described<'a>(report: &'a Report<'a>, id: &'a str) -> Descriptor<'a> {
    let rule = report.rule(id);
    let tags = rule.iter().flat_map(|rule| &rule.controls);
    let mut tags: Vec<String> = tags
        .map(|(framework, control)| alloc::format!("{}:{}", framework.id(), control.id()))
        .collect();
    tags.sort();
    tags.dedup();
    let severity = rule.map_or(Severity::Medium, |rule| rule.meta.severity);
    Descriptor {
        id,
        short_description: Message { text: report.title(id).into() },
        full_description: rule.map(|rule| Message { text: rule.meta.rationale.into() }),
        help: rule.map(|rule| Message { text: rule.meta.remediation.into() }),
        default_configuration: Configuration { level: level(severity) },
        properties: RuleProperties { tags, security_severity: weight(severity) },
    }
}

fn shortfall(input: &InputCoverage) -> Notification {
    let (state, reason) = crate::case::coverage_state(input.coverage.state);
    let scope = input.scope.as_deref().map(|own| alloc::format!(" of {}", plain(own, NAME_MAX)));
    let reason = reason.map(|own| alloc::format!(" ({own})"));
    Notification {
        level: "warning",
        message: Message {
            text: alloc::format!(
                "input {}{} is {state}{}",
                plain(&input.input, NAME_MAX),
                scope.unwrap_or_default(),
                reason.unwrap_or_default()
            ),
        },
    }
}

fn result<'a>(report: &'a Report<'a>, finding: &'a Finding, place: Option<usize>) -> Outcomes<'a> {
    let subject = &finding.subject;
    let (kind, level) = match finding.outcome {
        Outcome::Pass => ("pass", "none"),
        Outcome::Fail => ("fail", level(finding.severity)),
        Outcome::NotApplicable => ("notApplicable", "none"),
        Outcome::Unknown => ("review", "none"),
    };
    let facts: Vec<String> = finding
        .evidence
        .observations
        .iter()
        .map(|own| {
            let value = plain(&observed(own), VALUE_MAX);
            alloc::format!("{} = {value}", plain(&own.path, NAME_MAX))
        })
        .collect();
    let facts =
        if facts.is_empty() { String::new() } else { alloc::format!(" ({})", facts.join("; ")) };
    Outcomes {
        rule_id: &finding.rule_id,
        rule_index: place,
        kind,
        level,
        message: Message { text: alloc::format!("{}{facts}", report.reason(finding)) },
        locations: [Location {
            logical_locations: [Logical {
                name: visible(name(subject), NAME_MAX),
                fully_qualified_name: alloc::format!(
                    "jumpcloud://{}/{}/{}",
                    subject.org_id,
                    subject.kind,
                    subject.id
                ),
                kind: "resource",
            }],
        }],
        guid: uuid(
            "result",
            &[&report.evaluation.digest.to_string(), &finding.finding_id.to_string()],
        ),
        partial_fingerprints: Fingerprints { finding_id: finding.finding_id },
        baseline_state: report.drift_of(finding).map(|row| row.baseline_state),
        suppressions: finding
            .waiver_id
            .iter()
            .filter(|_| finding.effective_status == EffectiveStatus::Exempt)
            .map(|id| Suppression {
                guid: uuid("suppression", &[&report.evaluation.digest.to_string(), id]),
                kind: "external",
                status: "accepted",
                justification: report.waiver_of(finding).map_or_else(
                    || alloc::format!("waiver {}", visible(id, NAME_MAX)),
                    |waiver| visible(&waiver.reason, VALUE_MAX),
                ),
            })
            .collect(),
        properties: ResultProperties {
            effective_status: finding.effective_status,
            severity: finding.severity,
            reason_code: &finding.reason_code,
            unknown_cause: finding.unknown_cause.map(UnknownCause::as_str),
            grace_until: finding.grace_until.map(crate::time::format),
            logic_version: finding.logic_version,
            evidence_digest: finding.evidence.digest,
        },
    }
}

#[derive(Serialize)]
struct Log<'a, L, N, R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a, L, N, R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a, L, N, R> {
    tool: Tool<'a, L>,
    automation_details: Automation,
    invocations: [Invocation<N>; 1],
    results: R,
    properties: RunProperties<'a>,
}

#[derive(Serialize)]
struct Tool<'a, L> {
    driver: Driver<'a, L>,
}

#[derive(Serialize)]
struct Driver<'a, L> {
    name: &'a str,
    version: &'a str,
    rules: L,
}

#[derive(Serialize)]
struct Automation {
    id: String,
    guid: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<N> {
    execution_successful: bool,
    start_time_utc: String,
    end_time_utc: String,
    tool_execution_notifications: N,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties<'a> {
    evaluation_digest: Digest,
    snapshot_digest: Digest,
    coverage_status: CoverageState,
    profile: &'a str,
    statements: [&'static str; 6],
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Message>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RuleProperties {
    tags: Vec<String>,
    security_severity: &'static str,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcomes<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    guid: Uuid,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<BaselineState>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    logical_locations: [Logical; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "findingId/v1")]
    finding_id: FindingId,
}

#[derive(Serialize)]
struct Suppression {
    guid: Uuid,
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    effective_status: EffectiveStatus,
    severity: Severity,
    reason_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown_cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_until: Option<String>,
    logic_version: u16,
    evidence_digest: Digest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_and_no_placeholder_is_made_of_a_name() {
        assert_eq!(plain("[a](http://x) {0} \\", 99), "\\[a\\](http://x) {{0}} \\\\");
    }
}
