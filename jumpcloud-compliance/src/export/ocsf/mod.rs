//! OCSF Compliance Finding (class 2003): one event a finding.

mod event;

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Serialize, Serializer};

use self::event::{
    Analytic, Check, Compliance, Data, Event, Evidence, FindingInfo, KeyValue, Metadata, Owner,
    Product, Remediation, Resource,
};
use super::report::Report;
use super::text::{NAME_MAX, Shown, VALUE_MAX, name, observed, visible};
use crate::evidence::canonical_value;
use crate::finding::Finding;
use crate::outcome::{EffectiveStatus, Outcome, Severity};

vocabulary! {
    /// Version of the OCSF schema an event follows.
    pub enum OcsfVersion {
        /// The version that most readers know.
        V1_5_0 = "1.5.0",
        /// The current version.
        V1_8_0 = "1.8.0",
    }
}

const CATEGORY: u32 = 2;
const CLASS: u32 = 2003;

/// A finding as an OCSF event; write it with any serde writer.
#[derive(Debug)]
pub struct OcsfEvent<'a> {
    report: &'a Report<'a>,
    finding: &'a Finding,
    version: OcsfVersion,
}

/// Every finding of a report as an event, in the order of the report.
pub fn ocsf<'a>(
    report: &'a Report<'a>,
    version: OcsfVersion,
) -> impl Iterator<Item = OcsfEvent<'a>> {
    report.evaluation.findings.iter().map(move |finding| OcsfEvent { report, finding, version })
}

/// What happens to a finding over time.
struct Life {
    activity: (u32, &'static str),
    status: Option<(u32, &'static str)>,
}

const CREATE: (u32, &str) = (1, "Create");
const UPDATE: (u32, &str) = (2, "Update");
const CLOSE: (u32, &str) = (3, "Close");
const NEW: (u32, &str) = (1, "New");
const IN_PROGRESS: (u32, &str) = (2, "In Progress");
const SUPPRESSED: (u32, &str) = (3, "Suppressed");
const RESOLVED: (u32, &str) = (4, "Resolved");

impl Life {
    /// A failure that ended is closed; everything else that goes on is an update.
    const fn of(status: EffectiveStatus, before: Option<Outcome>) -> Self {
        let failed = matches!(before, Some(Outcome::Fail));
        let activity = if before.is_some() { UPDATE } else { CREATE };
        match status {
            EffectiveStatus::Pass | EffectiveStatus::NotApplicable if failed => {
                Self { activity: CLOSE, status: Some(RESOLVED) }
            }
            EffectiveStatus::Pass | EffectiveStatus::NotApplicable => {
                Self { activity: CREATE, status: None }
            }
            EffectiveStatus::Fail if failed => Self { activity, status: Some(IN_PROGRESS) },
            EffectiveStatus::Fail | EffectiveStatus::Unknown => {
                Self { activity, status: Some(NEW) }
            }
            EffectiveStatus::FailInGrace => Self { activity, status: Some(IN_PROGRESS) },
            EffectiveStatus::Exempt => Self { activity: UPDATE, status: Some(SUPPRESSED) },
        }
    }
}

const fn verdict(finding: &Finding) -> (u32, &'static str) {
    match (finding.effective_status, finding.outcome) {
        (EffectiveStatus::Pass, _) => (1, "Pass"),
        (EffectiveStatus::FailInGrace, _) => (2, "Warning"),
        // A waiver over an unknown does not make a failure of it.
        (EffectiveStatus::Unknown, _) | (EffectiveStatus::Exempt, Outcome::Unknown) => {
            (0, "Unknown")
        }
        (EffectiveStatus::Fail | EffectiveStatus::Exempt, _) => (3, "Fail"),
        (EffectiveStatus::NotApplicable, _) => (99, "Not Applicable"),
    }
}

const fn severity(severity: Severity) -> (u32, &'static str) {
    match severity {
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

impl Serialize for OcsfEvent<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.event().serialize(to)
    }
}

impl OcsfEvent<'_> {
    fn event(&self) -> Event<'_> {
        let Self { report, finding, version } = *self;
        let evaluation = report.evaluation;
        let evidence = &finding.evidence;
        let rule = report.rule(&finding.rule_id);
        let title = report.title(&finding.rule_id);
        let reason = report.reason(finding);
        let life =
            Life::of(finding.effective_status, report.drift_of(finding).and_then(|row| row.before));
        let (severity_id, severity) = severity(finding.severity);
        let (verdict_id, verdict) = verdict(finding);
        let logic_version = finding.logic_version.to_string();
        let (mut standards, mut requirements) = (Vec::new(), Vec::new());
        for (framework, control) in rule.iter().flat_map(|rule| &rule.controls) {
            let standard = alloc::format!("{} {}", framework.name(), framework.version());
            if !standards.contains(&standard) {
                standards.push(standard);
            }
            requirements.push(alloc::format!("{}:{}", framework.id(), control.id()));
        }
        let mut details: Vec<String> = Vec::from([reason.to_string()]);
        details.extend(evidence.observations.iter().map(|observation| {
            let value = visible(&observed(observation), VALUE_MAX);
            alloc::format!("{} = {value}", visible(&observation.path, NAME_MAX))
        }));
        let owner = finding.responsible.as_ref().and_then(|who| who.person.as_deref());
        let owner =
            owner.map(|person| visible(person, NAME_MAX)).filter(|person| !person.is_empty());
        let key = finding.subject.natural_key.as_deref().map(|key| visible(key, NAME_MAX));
        Event {
            activity_id: life.activity.0,
            activity_name: life.activity.1,
            category_uid: CATEGORY,
            class_uid: CLASS,
            type_uid: CLASS.saturating_mul(100).saturating_add(life.activity.0),
            severity_id,
            severity,
            status_id: life.status.map(|status| status.0),
            status: life.status.map(|status| status.1),
            time: evaluation.evaluated_at.as_millisecond(),
            message: alloc::format!("{title}: {reason}"),
            metadata: Metadata {
                version: version.as_str(),
                product: Product {
                    name: &evaluation.catalogue.name,
                    vendor_name: &evaluation.catalogue.name,
                    version: &evaluation.catalogue.version,
                },
                tenant_uid: &evaluation.org.id,
                uid: super::report::uuid(
                    "event",
                    &[&evaluation.digest.to_string(), &finding.finding_id.to_string()],
                )
                .to_string(),
                original_time: crate::time::format(evaluation.snapshot.started_at),
            },
            finding_info: FindingInfo {
                uid: finding.finding_id,
                title,
                desc: rule.map(|rule| rule.meta.rationale),
                types: [&evaluation.catalogue.name],
                analytic: Analytic {
                    uid: &finding.rule_id,
                    name: title,
                    version: logic_version.clone(),
                    type_id: 1,
                    kind: "Rule",
                },
            },
            compliance: Compliance {
                control: &finding.rule_id,
                status_id: verdict_id,
                status: verdict,
                status_code: &finding.reason_code,
                status_details: details,
                control_parameters: evidence
                    .parameters
                    .iter()
                    .filter_map(|(name, value)| {
                        Some(KeyValue { name, value: canonical_value(value).ok()? })
                    })
                    .collect(),
                checks: [Check {
                    uid: &finding.rule_id,
                    name: title,
                    version: logic_version,
                    severity_id,
                    severity,
                    status_id: verdict_id,
                    status: verdict,
                }],
                standards,
                requirements,
            },
            resources: [Resource {
                uid: &finding.subject.id,
                name: visible(name(&finding.subject), NAME_MAX),
                kind: finding.subject.kind.as_str(),
                namespace: &finding.subject.org_id,
                uid_alt: key.filter(|key| !key.is_empty()),
                owner: owner.map(|uid| Owner { uid }),
            }],
            evidences: evidence
                .observations
                .iter()
                .map(|observation| Evidence {
                    data: Data {
                        endpoint: report.request(observation),
                        input: &observation.source,
                        record_id: observation.record_id.as_deref(),
                        field: visible(&observation.path, NAME_MAX),
                        value: Shown(&observation.value),
                        presence: observation.presence,
                        redaction: observation.redaction,
                        fetched_at: observation.fetched_at.map(crate::time::format),
                        collected_at: observation.collected_at.map(crate::time::format),
                    },
                })
                .collect(),
            remediation: rule.map(|rule| Remediation { desc: rule.meta.remediation }),
            unmapped: self.unmapped(),
        }
    }

    /// What OCSF has no place for.
    fn unmapped(&self) -> BTreeMap<&'static str, String> {
        let finding = self.finding;
        let evaluation = self.report.evaluation;
        let waiver = self.report.waiver_of(finding);
        let inputs: Vec<String> = finding
            .evidence
            .inputs_used
            .iter()
            .map(|input| alloc::format!("{}={}", input.input, input.state))
            .collect();
        let own = [
            ("coverage", evaluation.coverage_status.as_str().into()),
            ("discriminator", visible(&finding.discriminator, NAME_MAX)),
            ("effective_status", finding.effective_status.as_str().into()),
            ("evaluation_digest", evaluation.digest.to_string()),
            ("evidence_digest", finding.evidence.digest.to_string()),
            ("grace_until", finding.grace_until.map(crate::time::format).unwrap_or_default()),
            ("inputs", inputs.join(" ")),
            ("notes", visible(&finding.notes.join(" "), VALUE_MAX)),
            ("outcome", finding.outcome.as_str().into()),
            ("unknown_cause", finding.unknown_cause.map_or("", |cause| cause.as_str()).into()),
            ("waiver_id", visible(finding.waiver_id.as_deref().unwrap_or_default(), NAME_MAX)),
            (
                "waiver_reason",
                waiver.map(|own| visible(&own.reason, VALUE_MAX)).unwrap_or_default(),
            ),
            (
                "waiver_expires_at",
                waiver.map(|own| crate::time::format(own.expires_at)).unwrap_or_default(),
            ),
        ];
        own.into_iter().filter(|(_, value): &(_, String)| !value.is_empty()).collect()
    }
}
