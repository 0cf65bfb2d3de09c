//! OSCAL assessment results: one result an evaluation, one observation a finding, one finding a
//! control.
//!
//! Lists without entries are left out, as the schema demands. Whatever is not shown to be free of
//! exceptions is `not-satisfied`: OSCAL has no word for unknown, so its reason is `other`.

mod assessment;
mod controls;
mod observations;
mod parts;
mod subjects;

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use self::parts::{Prop, Text, prop, stamp};
use self::subjects::Subjects;
use super::report::{Report, uuid};
use super::text::{Listed, NAME_MAX, markdown};

vocabulary! {
    /// Version of the OSCAL schema a document follows.
    pub enum OscalVersion {
        /// The version that most readers know.
        V1_1_3 = "1.1.3",
        /// The current version.
        V1_2_3 = "1.2.3",
    }
}

/// A report as OSCAL assessment results; write it with any serde writer.
///
/// The lists are made while they are written, so a large evaluation needs no second copy of itself.
#[derive(Debug)]
pub struct Oscal<'a> {
    report: &'a Report<'a>,
    version: OscalVersion,
    subjects: Subjects<'a>,
    /// Digest of the evaluation, written once.
    digest: String,
}

impl<'a> Oscal<'a> {
    /// The projection of a report.
    pub fn new(report: &'a Report<'a>, version: OscalVersion) -> Self {
        let subjects = Subjects::of(report.evaluation);
        Self { report, version, subjects, digest: report.evaluation.digest.to_string() }
    }

    /// An identifier that belongs to this evaluation.
    fn own(&self, word: &str, part: &str) -> Uuid {
        uuid(word, &[&self.digest, part])
    }

    /// The identifier of the tool; the same in every document of one version.
    fn tool(&self) -> Uuid {
        let catalogue = &self.report.evaluation.catalogue;
        uuid("tool", &[&catalogue.name, &catalogue.version])
    }

    fn organization(&self) -> Uuid {
        uuid("organization", &[&self.report.evaluation.org.id])
    }

    fn organization_name(&self) -> String {
        let org = &self.report.evaluation.org;
        let name = org.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&org.id);
        let name = super::text::visible(name, NAME_MAX);
        if name.is_empty() { String::from("(not known)") } else { name }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<R> {
    assessment_results: Root<R>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Root<R> {
    uuid: Uuid,
    metadata: Metadata,
    import_ap: ImportAp,
    results: [R; 1],
    back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    title: &'static str,
    last_modified: String,
    version: String,
    oscal_version: &'static str,
    roles: [Role; 1],
    parties: [Party; 1],
    responsible_parties: [ResponsibleParty; 1],
}

#[derive(Serialize)]
struct Role {
    id: &'static str,
    title: &'static str,
}

#[derive(Serialize)]
struct Party {
    uuid: Uuid,
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    props: Vec<Prop>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ResponsibleParty {
    role_id: &'static str,
    party_uuids: [Uuid; 1],
}

#[derive(Serialize)]
struct ImportAp {
    href: String,
}

#[derive(Serialize)]
struct BackMatter {
    resources: [Resource; 1],
}

#[derive(Serialize)]
struct Resource {
    uuid: Uuid,
    title: String,
    description: Text,
    props: Vec<Prop>,
}

const ASSESSED: &str = "assessed-organization";

impl Serialize for Oscal<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let evaluation = self.report.evaluation;
        let catalogue = &evaluation.catalogue;
        let plan =
            uuid("plan", &[&catalogue.digest.to_string(), &evaluation.config_digest.to_string()]);
        let document = Document {
            assessment_results: Root {
                uuid: self.own("assessment-results", ""),
                metadata: Metadata {
                    title: "JumpCloud compliance evaluation",
                    last_modified: stamp(evaluation.evaluated_at),
                    version: evaluation.digest.to_string(),
                    oscal_version: self.version.as_str(),
                    roles: [Role { id: ASSESSED, title: "Assessed organisation" }],
                    parties: [Party {
                        uuid: self.organization(),
                        kind: "organization",
                        name: self.organization_name(),
                        props: prop("jumpcloud-id", &evaluation.org.id).into_iter().collect(),
                    }],
                    responsible_parties: [ResponsibleParty {
                        role_id: ASSESSED,
                        party_uuids: [self.organization()],
                    }],
                },
                import_ap: ImportAp { href: alloc::format!("#{plan}") },
                results: [self.result()],
                back_matter: BackMatter {
                    resources: [Resource {
                        uuid: plan,
                        title: alloc::format!(
                            "Rule catalogue {} {}",
                            markdown(&catalogue.name, NAME_MAX),
                            markdown(&catalogue.version, NAME_MAX)
                        ),
                        description: Text::own(
                            "The rules, their versions and the configuration stand in for an \
                             assessment plan. The digests name both exactly.",
                        ),
                        props: [
                            prop("catalogue-version", &catalogue.version),
                            prop("catalogue-digest", &catalogue.digest.to_string()),
                            prop("config-digest", &evaluation.config_digest.to_string()),
                            prop("profile", &evaluation.profile),
                        ]
                        .into_iter()
                        .flatten()
                        .collect(),
                    }],
                },
            },
        };
        document.serialize(to)
    }
}

/// A list, or nothing when it would be empty.
fn filled<F: Fn() -> I, I: Iterator<Item: Serialize>>(list: F) -> Option<Listed<F>> {
    list().next().is_some().then_some(Listed(list))
}
