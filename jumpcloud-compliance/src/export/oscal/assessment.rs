//! The one result of an evaluation: what was looked at, seen, accepted and concluded.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::parts::{Prop, Text, props, stamp};
use super::subjects::{Component, Status};
use super::{Oscal, filled};
use crate::export::report::uuid;
use crate::export::statements::STATEMENTS;
use crate::export::text::{NAME_MAX, markdown, put};
use crate::finding::Finding;

impl Oscal<'_> {
    pub(super) fn result(&self) -> impl Serialize + '_ {
        Assessment(self)
    }

    pub(super) fn observation_uuid(&self, finding: &Finding) -> Uuid {
        self.own("observation", &finding.finding_id.to_string())
    }

    pub(super) fn risk_uuid(&self, waiver_id: &str) -> Uuid {
        self.own("risk", waiver_id)
    }

    fn tool_component(&self) -> Component {
        let catalogue = &self.report.evaluation.catalogue;
        Component {
            uuid: self.tool(),
            kind: "software",
            title: markdown(&catalogue.name, NAME_MAX),
            description: Text::own("The rules that judged."),
            props: props([("version", &catalogue.version)]),
            status: Status { state: "operational" },
        }
    }

    /// What every report says about itself, and who was left out.
    fn remarks(&self) -> Text {
        let mut text = String::new();
        for statement in STATEMENTS {
            text.push_str("- ");
            text.push_str(statement);
            text.push('\n');
        }
        for population in &self.report.evaluation.population {
            let more = if population.complete { "" } else { ", and there may be more" };
            put(
                &mut text,
                format_args!(
                    "- {}: {} in all, {} judged, {} left out{more}\n",
                    population.kind,
                    population.total,
                    population.in_scope,
                    population.excluded.len()
                ),
            );
        }
        text.truncate(text.trim_end().len());
        Text::own(text)
    }
}

struct Assessment<'a, 'b>(&'a Oscal<'b>);

impl Serialize for Assessment<'_, '_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let oscal = self.0;
        let evaluation = oscal.report.evaluation;
        let fetched =
            evaluation.coverage.iter().filter_map(|input| input.coverage.first_fetched_at);
        let start = fetched.min().unwrap_or(evaluation.snapshot.started_at);
        let selected = || {
            evaluation
                .control_results
                .iter()
                .filter_map(|result| oscal.token(result))
                .map(|(control_id, _)| Selected { control_id })
        };
        let selection = match filled(selected) {
            Some(list) => Selection { include_controls: Some(list), include_all: None },
            // Without a mapped control the schema wants all of them.
            None => Selection { include_controls: None, include_all: Some(Empty {}) },
        };
        Outcome {
            uuid: oscal.own("result", ""),
            title: "Automated evaluation",
            description: Text::own("The rules judged one snapshot of a JumpCloud organisation."),
            start: stamp(start),
            end: stamp(evaluation.evaluated_at),
            props: props([
                ("evaluation-digest", &evaluation.digest.to_string()),
                ("snapshot-digest", &evaluation.snapshot.digest.to_string()),
                ("catalogue-version", &evaluation.catalogue.version),
                ("catalogue-digest", &evaluation.catalogue.digest.to_string()),
                ("config-digest", &evaluation.config_digest.to_string()),
                ("profile", &evaluation.profile),
                ("coverage-status", evaluation.coverage_status.as_str()),
                ("source", &evaluation.snapshot.source),
                ("rules-disabled", &evaluation.rules_disabled.join(" ")),
            ]),
            local_definitions: LocalDefinitions {
                // The tool is no component here: among the assets it has its one definition.
                components: filled(|| oscal.subjects.components()),
                inventory_items: filled(|| oscal.subjects.inventory_items()),
                users: filled(|| oscal.subjects.users()),
                assessment_assets: AssessmentAssets {
                    components: [oscal.tool_component()],
                    assessment_platforms: [Platform {
                        uuid: uuid("platform", &[&evaluation.catalogue.version]),
                        title: markdown(&evaluation.catalogue.name, NAME_MAX),
                        uses_components: [Uses { component_uuid: oscal.tool() }],
                    }],
                },
            },
            reviewed_controls: Reviewed { control_selections: [selection] },
            attestations: filled(|| {
                oscal.report.attestations_used().map(|attestation| oscal.attested(attestation))
            }),
            observations: filled(|| {
                let findings = evaluation.findings.iter().map(|finding| oscal.seen(finding));
                findings.chain(oscal.shortfalls().map(|input| oscal.shortfall(input)))
            }),
            risks: filled(|| oscal.applied().map(|used| oscal.risk(used))),
            findings: filled(|| {
                evaluation.control_results.iter().filter_map(|result| oscal.concluded(result))
            }),
            remarks: oscal.remarks(),
        }
        .serialize(to)
    }
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Outcome<C, I, U, S, A, O, R, F> {
    uuid: Uuid,
    title: &'static str,
    description: Text,
    start: String,
    end: String,
    props: Vec<Prop>,
    local_definitions: LocalDefinitions<C, I, U>,
    reviewed_controls: Reviewed<S>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attestations: Option<A>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observations: Option<O>,
    #[serde(skip_serializing_if = "Option::is_none")]
    risks: Option<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<F>,
    remarks: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LocalDefinitions<C, I, U> {
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<C>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inventory_items: Option<I>,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<U>,
    assessment_assets: AssessmentAssets,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentAssets {
    components: [Component; 1],
    assessment_platforms: [Platform; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Platform {
    uuid: Uuid,
    title: String,
    uses_components: [Uses; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Uses {
    component_uuid: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Reviewed<S> {
    control_selections: [Selection<S>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Selection<S> {
    #[serde(skip_serializing_if = "Option::is_none")]
    include_controls: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include_all: Option<Empty>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Selected {
    control_id: String,
}
