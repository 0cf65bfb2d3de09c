//! What was concluded: one finding a control, the risks that were accepted, what people attested.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::Serialize;
use uuid::Uuid;

use super::Oscal;
use super::parts::{Prop, RelatedObservation, RelatedRisk, Text, props, stamp};
use crate::attestation::Attestation;
use crate::control::{ControlResult, ControlStatus};
use crate::export::text::{Listed, NAME_MAX, VALUE_MAX, markdown};
use crate::finding::Finding;
use crate::waiver::WaiverUse;

impl Oscal<'_> {
    pub(super) fn applied(&self) -> impl Iterator<Item = &WaiverUse> {
        self.report.evaluation.waiver_report.iter().filter(|used| !used.findings.is_empty())
    }

    pub(super) fn risk(&self, used: &WaiverUse) -> impl Serialize {
        let waiver = self.report.waiver(&used.waiver_id);
        let reason = waiver.map_or("accepted by a waiver", |waiver| &waiver.reason);
        let statement = waiver.and_then(|waiver| waiver.risk_statement.as_deref());
        let approver = waiver.and_then(|waiver| waiver.approved_by.as_deref());
        let approved = waiver.and_then(|waiver| waiver.approved_at).map(stamp);
        let ticket = waiver.and_then(|waiver| waiver.ticket.as_deref());
        let instead = waiver.and_then(|waiver| waiver.compensating_control.as_deref());
        Risk {
            uuid: self.risk_uuid(&used.waiver_id),
            title: alloc::format!("Accepted by waiver {}", markdown(&used.waiver_id, NAME_MAX)),
            description: Text::foreign(reason, VALUE_MAX),
            statement: Text::foreign(statement.unwrap_or(reason), VALUE_MAX),
            props: props([
                ("waiver", &used.waiver_id),
                ("approved-by", approver.unwrap_or_default()),
                ("approved-at", approved.as_deref().unwrap_or_default()),
                ("ticket", ticket.unwrap_or_default()),
                ("compensating-control", instead.unwrap_or_default()),
            ]),
            status: "deviation-approved",
            deadline: waiver.map(|waiver| stamp(waiver.expires_at)),
            related_observations: Listed(|| {
                used.findings.iter().map(|id| RelatedObservation {
                    observation_uuid: self.own("observation", &id.to_string()),
                })
            }),
        }
    }

    pub(super) fn attested(&self, attestation: &Attestation) -> impl Serialize + use<> {
        Statement {
            parts: [Part {
                uuid: self.own("attestation", &attestation.id),
                name: "statement",
                title: alloc::format!("Attestation {}", markdown(&attestation.id, NAME_MAX)),
                props: props([
                    ("topic", attestation.topic.as_str()),
                    ("period-start", &attestation.period_start.to_string()),
                    ("period-end", &attestation.period_end.to_string()),
                    ("attested-by", &attestation.attested_by),
                    ("attested-at", &stamp(attestation.attested_at)),
                    ("valid-until", &stamp(attestation.valid_until)),
                ]),
                prose: Text::foreign(&attestation.statement, VALUE_MAX),
            }],
        }
    }

    pub(super) fn token(&self, result: &ControlResult) -> Option<(String, String)> {
        let framework = self.report.catalogue.frameworks().get(&result.control.framework)?;
        let control = framework.control(&result.control.control)?;
        Some((control.token().into(), control.title().into()))
    }

    pub(super) fn concluded(&self, result: &ControlResult) -> Option<impl Serialize + use<'_>> {
        let (token, control_title) = self.token(result)?;
        let related: Vec<&Finding> = result
            .rules
            .iter()
            .flat_map(|rule| self.report.findings_of(&rule.rule_id))
            .copied()
            .collect();
        let mut risks: Vec<&str> =
            related.iter().filter_map(|finding| finding.waiver_id.as_deref()).collect();
        risks.sort_unstable();
        risks.dedup();
        let (state, reason) = match result.status {
            ControlStatus::NoExceptionsNoted => ("satisfied", "pass"),
            ControlStatus::ExceptionsNoted => ("not-satisfied", "fail"),
            ControlStatus::Indeterminate | ControlStatus::NotApplicable => {
                ("not-satisfied", "other")
            }
        };
        let counts = result.counts;
        let notes: Vec<&str> = result.notes.iter().map(|note| note.as_str()).collect();
        Some(Concluded {
            uuid: self.own(
                "finding",
                &alloc::format!("{}|{}", result.control.framework, result.control.control),
            ),
            title: alloc::format!(
                "{} {}: {}",
                markdown(&result.control.framework, NAME_MAX),
                markdown(&result.control.control, NAME_MAX),
                result.status
            ),
            description: Text::own(alloc::format!(
                "{}. Findings of the mapped rules: {} pass, {} fail, {} fail in grace, {} exempt, \
                 {} not applicable, {} unknown. Automated tests cover part of a control.",
                markdown(&control_title, NAME_MAX),
                counts.pass,
                counts.fail,
                counts.fail_in_grace,
                counts.exempt,
                counts.not_applicable,
                counts.unknown
            )),
            props: props([
                ("framework", &result.control.framework),
                ("control", &result.control.control),
                ("control-result", result.status.as_str()),
                ("notes", &notes.join(" ")),
                ("rules-disabled", &result.rules_disabled.join(" ")),
            ]),
            target: Target {
                kind: "objective-id",
                target_id: alloc::format!("{token}_obj"),
                status: TargetStatus { state, reason },
            },
            related_observations: related
                .iter()
                .map(|finding| RelatedObservation {
                    observation_uuid: self.observation_uuid(finding),
                })
                .collect(),
            related_risks: risks
                .into_iter()
                .map(|id| RelatedRisk { risk_uuid: self.risk_uuid(id) })
                .collect(),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Risk<O> {
    uuid: Uuid,
    title: String,
    description: Text,
    statement: Text,
    props: Vec<Prop>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    related_observations: O,
}

#[derive(Serialize)]
struct Statement {
    parts: [Part; 1],
}

#[derive(Serialize)]
struct Part {
    uuid: Uuid,
    name: &'static str,
    title: String,
    props: Vec<Prop>,
    prose: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Concluded {
    uuid: Uuid,
    title: String,
    description: Text,
    props: Vec<Prop>,
    target: Target,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_observations: Vec<RelatedObservation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_risks: Vec<RelatedRisk>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Target {
    #[serde(rename = "type")]
    kind: &'static str,
    target_id: String,
    status: TargetStatus,
}

#[derive(Serialize)]
struct TargetStatus {
    state: &'static str,
    reason: &'static str,
}
