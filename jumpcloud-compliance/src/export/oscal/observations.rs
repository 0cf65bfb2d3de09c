//! What was seen: one observation a finding, one for each input that did not arrive whole.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::Serialize;
use uuid::Uuid;

use super::Oscal;
use super::parts::{Origin, Prop, Text, prop, props, stamp};
use super::subjects::{Place, subject_uuid, title};
use crate::evaluation::InputCoverage;
use crate::evidence::{Observation, Presence, Redaction, canonical_value};
use crate::export::text::{NAME_MAX, VALUE_MAX, markdown, observed};
use crate::finding::Finding;

impl Oscal<'_> {
    pub(super) fn seen(&self, finding: &Finding) -> Seen {
        let evidence = &finding.evidence;
        let subject = &finding.subject;
        let version = finding.logic_version.to_string();
        let digest = evidence.digest.to_string();
        let until = finding.grace_until.map(stamp).unwrap_or_default();
        let mut told = props([
            ("finding-id", &finding.finding_id.to_string()),
            ("rule-id", &finding.rule_id),
            ("rule-version", &version),
            ("outcome", finding.outcome.as_str()),
            ("status", finding.effective_status.as_str()),
            ("reason", &finding.reason_code),
            ("unknown-cause", finding.unknown_cause.map_or("", |cause| cause.as_str())),
            ("severity", finding.severity.as_str()),
            ("part", &finding.discriminator),
            ("grace-until", &until),
            ("waiver", finding.waiver_id.as_deref().unwrap_or_default()),
            ("evidence-digest", &digest),
        ]);
        told.extend(finding.notes.iter().filter_map(|note| prop("note", note)));
        told.extend(evidence.parameters.iter().filter_map(|(name, value)| {
            prop("parameter", &alloc::format!("{name} = {}", canonical_value(value).ok()?))
        }));
        told.extend(evidence.inputs_used.iter().filter_map(|input| {
            let scope = input.scope.as_deref().map(|scope| alloc::format!(" of {scope}"));
            let reason = input.reason.as_deref().map(|reason| alloc::format!(", {reason}"));
            let (scope, reason) = (scope.unwrap_or_default(), reason.unwrap_or_default());
            prop("input", &alloc::format!("{}{scope}: {}{reason}", input.input, input.state))
        }));
        told.extend(evidence.tables_used.iter().filter_map(|table| {
            prop("table", &alloc::format!("{} of {}, {}", table.name, table.as_of, table.digest))
        }));
        if let Some(overflow) = evidence.overflow {
            told.extend(prop("observations-left-out", &overflow.count.to_string()));
        }
        let fetched = evidence.observations.iter().filter_map(|seen| seen.fetched_at).max();
        Seen {
            uuid: self.observation_uuid(finding),
            title: alloc::format!("{} {}", finding.rule_id, finding.effective_status),
            description: Text::own(alloc::format!(
                "{}: {}",
                self.report.title(&finding.rule_id),
                self.report.reason(finding)
            )),
            props: told,
            methods: ["TEST"],
            types: ["control-objective"],
            origins: Origin::tool(self.tool()),
            subjects: Some([Subject {
                subject_uuid: subject_uuid(subject),
                kind: Place::of(subject.kind).word(),
                title: title(subject),
            }]),
            relevant_evidence: evidence.observations.iter().map(|own| self.evidence(own)).collect(),
            collected: stamp(fetched.unwrap_or(self.report.evaluation.snapshot.finished_at)),
        }
    }

    fn evidence(&self, observation: &Observation) -> Evidence {
        let value = observed(observation);
        // What goes without saying is not said thousands of times.
        let presence = match observation.presence {
            Presence::Present => "",
            other => other.as_str(),
        };
        let redaction = match observation.redaction {
            Redaction::None => "",
            other => other.as_str(),
        };
        Evidence {
            description: Text::own(alloc::format!(
                "{} = {}",
                markdown(&observation.path, NAME_MAX),
                markdown(&value, VALUE_MAX)
            )),
            props: props([
                ("endpoint", &self.report.request(observation)),
                ("input", &observation.source),
                ("record-id", observation.record_id.as_deref().unwrap_or_default()),
                ("field", &observation.path),
                ("value", &value),
                ("presence", presence),
                ("redaction", redaction),
                ("fetched-at", &observation.fetched_at.map(stamp).unwrap_or_default()),
                ("collected-at", &observation.collected_at.map(stamp).unwrap_or_default()),
            ]),
        }
    }

    /// An input that did not arrive whole, as an observation of its own.
    pub(super) fn shortfall(&self, input: &InputCoverage) -> Seen {
        let coverage = &input.coverage;
        let (state, reason) = crate::case::coverage_state(coverage.state);
        let scope = input.scope.as_deref().unwrap_or_default();
        let total = coverage.reported_total.map(|total| total.to_string()).unwrap_or_default();
        Seen {
            uuid: self.own("coverage", &alloc::format!("{}|{scope}", input.input)),
            title: alloc::format!("Input {} is {state}", markdown(&input.input, NAME_MAX)),
            description: Text::own(
                "This input did not arrive whole. Absence in it is no fact, and verdicts that need \
                 it are UNKNOWN.",
            ),
            props: props([
                ("input", &input.input),
                ("object", scope),
                ("state", state.as_str()),
                ("reason", reason.as_deref().unwrap_or_default()),
                ("endpoint", &coverage.request.path),
                ("reported-total", &total),
                ("received", &coverage.received.to_string()),
                ("unique", &coverage.unique.to_string()),
                ("set-aside", &coverage.set_aside.to_string()),
            ]),
            methods: ["TEST"],
            types: ["discovery"],
            origins: Origin::tool(self.tool()),
            subjects: None,
            relevant_evidence: Vec::new(),
            collected: stamp(
                coverage.last_fetched_at.unwrap_or(self.report.evaluation.snapshot.finished_at),
            ),
        }
    }

    pub(super) fn shortfalls(&self) -> impl Iterator<Item = &InputCoverage> {
        let coverage = self.report.evaluation.coverage.iter();
        coverage.filter(|input| !input.coverage.state.is_complete())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Seen {
    uuid: Uuid,
    title: String,
    description: Text,
    props: Vec<Prop>,
    methods: [&'static str; 1],
    types: [&'static str; 1],
    origins: [Origin; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    subjects: Option<[Subject; 1]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relevant_evidence: Vec<Evidence>,
    collected: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Subject {
    subject_uuid: Uuid,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
}

#[derive(Serialize)]
struct Evidence {
    description: Text,
    props: Vec<Prop>,
}
