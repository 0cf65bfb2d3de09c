//! Heimdall Data Format: one control a rule, one result a subject.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::report::Report;
use super::text::{Listed, NAME_MAX, VALUE_MAX, name, observed, visible};
use crate::attestation::{Attestation, SOURCE};
use crate::finding::Finding;
use crate::outcome::{Outcome, Severity};

/// Identifier of the framework whose controls Heimdall shows by itself.
const NIST: &str = "nist-800-53-r5";

/// A report in the Heimdall Data Format; write it as JSON.
///
/// A waiver is shown beside its control and changes no result: `skipped` never hides a failure, it
/// says that there is no verdict.
#[derive(Debug)]
pub struct Hdf<'a>(&'a Report<'a>);

impl<'a> Hdf<'a> {
    /// The projection of a report.
    pub const fn new(report: &'a Report<'a>) -> Self {
        Self(report)
    }
}

impl Serialize for Hdf<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let evaluation = report.evaluation;
        let digest = evaluation.catalogue.digest.to_string();
        let source = visible(&evaluation.snapshot.source, NAME_MAX);
        let words = [Word::Passed, Word::Failed, Word::Skipped].map(|word| Block {
            total: evaluation.findings.iter().filter(|own| Word::of(own.outcome) == word).count(),
        });
        let [passed, failed, skipped] = words;
        Document {
            platform: Platform {
                name: "JumpCloud",
                release: if source.is_empty() { "not known".into() } else { source },
                target_id: &evaluation.org.id,
            },
            version: &evaluation.catalogue.version,
            statistics: Statistics { controls: Totals { passed, failed, skipped } },
            profiles: [Profile {
                name: &evaluation.catalogue.name,
                title: "JumpCloud compliance rules",
                version: &evaluation.catalogue.version,
                sha256: digest.split_once(':').map_or(&*digest, |(_, hex)| hex),
                summary: summary(report),
                supports: [],
                attributes: [],
                groups: [],
                status: "loaded",
                controls: Listed(|| {
                    report.by_rule().map(|(rule, findings)| control(report, rule, findings))
                }),
            }],
        }
        .serialize(to)
    }
}

fn summary(report: &Report<'_>) -> String {
    let evaluation = report.evaluation;
    let mut text = super::STATEMENTS.join(" ");
    super::text::put(
        &mut text,
        format_args!(
            " Coverage of the inputs: {}. Evaluation {}.",
            evaluation.coverage_status, evaluation.digest
        ),
    );
    text
}

/// The four words of the format, without `error`: a rule that cannot conclude is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Passed,
    Failed,
    Skipped,
}

impl Word {
    const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Passed,
            Outcome::Fail => Self::Failed,
            Outcome::NotApplicable | Outcome::Unknown => Self::Skipped,
        }
    }
}

/// The weight of a failure from 0 to 1, in digits; nothing here counts with fractions.
const fn impact(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "0.1",
        Severity::Low => "0.3",
        Severity::Medium => "0.5",
        Severity::High => "0.7",
        Severity::Critical => "0.9",
    }
}

/// Digits written as a number.
#[derive(Debug)]
struct Digits(&'static str);

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.0).map_err(serde::ser::Error::custom)?.serialize(to)
    }
}

/// `SC-28(1)` as Heimdall reads it: with a blank before the bracket.
fn spaced(control: &str) -> String {
    control.replacen('(', " (", 1)
}

fn control<'a>(report: &'a Report<'a>, id: &'a str, findings: &'a [&'a Finding]) -> impl Serialize {
    let rule = report.rule(id);
    let mut tags: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (framework, control) in rule.iter().flat_map(|rule| &rule.controls) {
        tags.entry(framework.id()).or_default().push(control.id().into());
        if framework.id() == NIST {
            tags.entry("nist").or_default().push(spaced(control.id()));
        }
    }
    let severity = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
    let concerns_nobody = findings.iter().all(|own| own.outcome == Outcome::NotApplicable);
    let meta = rule.map(|rule| rule.meta);
    let description = |label, data: Option<&'static str>| Some(Description { label, data: data? });
    Control {
        id,
        title: report.title(id),
        desc: meta.map(|meta| meta.rationale),
        descriptions: [
            description("check", meta.map(|meta| meta.applies)),
            description("fix", meta.map(|meta| meta.remediation)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        impact: Digits(if concerns_nobody { "0.0" } else { impact(severity) }),
        refs: [],
        tags,
        source_location: Location { reference: id },
        code: "",
        waiver_data: waived(report, findings),
        attestation_data: attested(report, id, findings),
        results: Listed(move || findings.iter().map(|finding| result(report, finding))),
    }
}

fn result(report: &Report<'_>, finding: &Finding) -> Outcomes {
    let subject = &finding.subject;
    let reason = report.reason(finding);
    let mut message = String::from(reason);
    for observation in &finding.evidence.observations {
        super::text::put(
            &mut message,
            format_args!(
                "\n{} = {} ({}, record {})",
                visible(&observation.path, NAME_MAX),
                visible(&observed(observation), VALUE_MAX),
                report.request(observation),
                observation
                    .record_id
                    .as_deref()
                    .map_or_else(|| "-".into(), |id| visible(id, NAME_MAX)),
            ),
        );
    }
    if let Some(waiver) = &finding.waiver_id {
        super::text::put(&mut message, format_args!("\nwaiver {}", visible(waiver, NAME_MAX)));
    }
    if let Some(until) = finding.grace_until {
        super::text::put(
            &mut message,
            format_args!("\nin grace until {}", crate::time::format(until)),
        );
    }
    let status = Word::of(finding.outcome);
    let skip = match finding.unknown_cause {
        Some(cause) => alloc::format!("UNKNOWN ({cause}): {reason}"),
        None => alloc::format!("{}: {reason}", finding.outcome),
    };
    let part = visible(&finding.discriminator, NAME_MAX);
    let part = if part.is_empty() { part } else { alloc::format!(", {part}") };
    Outcomes {
        status,
        code_desc: alloc::format!(
            "{} {} ({}){part}: {}",
            subject.kind,
            visible(name(subject), NAME_MAX),
            visible(&subject.id, NAME_MAX),
            report.title(&finding.rule_id)
        ),
        start_time: crate::time::format(finding.evidence.evaluated_at),
        resource: subject.kind.as_str(),
        resource_id: finding.finding_id.to_string(),
        message,
        skip_message: (status == Word::Skipped).then_some(skip),
    }
}

/// The waiver that ends first among those of the findings, and how many it is about.
fn waived(report: &Report<'_>, findings: &[&Finding]) -> Option<Waived> {
    let covered = findings.iter().filter(|finding| finding.waiver_id.is_some()).count();
    let mut ids: Vec<&str> =
        findings.iter().filter_map(|finding| finding.waiver_id.as_deref()).collect();
    ids.sort_unstable();
    ids.dedup();
    let first = ids.iter().filter_map(|id| report.waiver(id)).min_by_key(|own| own.expires_at);
    (covered > 0).then(|| Waived {
        expiration_date: first.map(|own| crate::time::format(own.expires_at)),
        justification: first.map(|own| visible(&own.reason, VALUE_MAX)),
        message: alloc::format!(
            "{covered} of {} results are accepted by {}",
            findings.len(),
            visible(&ids.join(", "), VALUE_MAX)
        ),
        run: true,
        skipped_due_to_waiver: false,
    })
}

/// The attestation that the verdicts of a rule rest on.
fn attested(report: &Report<'_>, id: &str, findings: &[&Finding]) -> Option<Attested> {
    let rests_on = |attestation: &&Attestation| {
        findings.iter().flat_map(|finding| &finding.evidence.observations).any(|observation| {
            observation.source == SOURCE
                && observation.record_id.as_deref() == Some(&attestation.id)
        })
    };
    let attestation = report.attestations_used().find(rests_on)?;
    let passes = findings.iter().all(|finding| finding.outcome == Outcome::Pass);
    let days = crate::time::days_between(attestation.period_start, attestation.period_end)
        .saturating_add(1);
    Some(Attested {
        control_id: id.into(),
        explanation: visible(&attestation.statement, VALUE_MAX),
        frequency: alloc::format!("{days}d"),
        status: if passes { Word::Passed } else { Word::Failed },
        updated: crate::time::format(attestation.attested_at),
        updated_by: visible(&attestation.attested_by, NAME_MAX),
    })
}

#[derive(Serialize)]
struct Document<'a, C> {
    platform: Platform<'a>,
    version: &'a str,
    statistics: Statistics,
    profiles: [Profile<'a, C>; 1],
}

#[derive(Serialize)]
struct Platform<'a> {
    name: &'static str,
    release: String,
    target_id: &'a str,
}

#[derive(Serialize)]
struct Statistics {
    controls: Totals,
}

#[derive(Serialize)]
struct Totals {
    passed: Block,
    failed: Block,
    skipped: Block,
}

#[derive(Serialize)]
struct Block {
    total: usize,
}

#[derive(Serialize)]
struct Profile<'a, C> {
    name: &'a str,
    title: &'static str,
    version: &'a str,
    sha256: &'a str,
    summary: String,
    supports: [&'static str; 0],
    attributes: [&'static str; 0],
    groups: [&'static str; 0],
    status: &'static str,
    controls: C,
}

#[derive(Serialize)]
struct Control<'a, R> {
    id: &'a str,
    title: &'a str,
    desc: Option<&'static str>,
    descriptions: Vec<Description>,
    impact: Digits,
    refs: [&'static str; 0],
    tags: BTreeMap<&'a str, Vec<String>>,
    source_location: Location<'a>,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver_data: Option<Waived>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attestation_data: Option<Attested>,
    results: R,
}

#[derive(Serialize)]
struct Description {
    label: &'static str,
    data: &'static str,
}

#[derive(Serialize)]
struct Location<'a> {
    #[serde(rename = "ref")]
    reference: &'a str,
}

#[derive(Serialize)]
struct Outcomes {
    status: Word,
    code_desc: String,
    start_time: String,
    resource: &'static str,
    resource_id: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    skip_message: Option<String>,
}

#[derive(Serialize)]
struct Waived {
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
    message: String,
    run: bool,
    skipped_due_to_waiver: bool,
}

#[derive(Serialize)]
struct Attested {
    control_id: String,
    explanation: String,
    frequency: String,
    status: Word,
    updated: String,
    updated_by: String,
}
