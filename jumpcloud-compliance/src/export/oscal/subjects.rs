//! The things an evaluation judged, as OSCAL defines them: components, inventory items, users.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use uuid::Uuid;

use super::parts::{Prop, Text, props};
use crate::evaluation::Evaluation;
use crate::export::report::uuid;
use crate::export::text::{NAME_MAX, markdown, name};
use crate::subject::{SubjectKind, SubjectRef};

/// Every subject once: the judged population, and whoever else has a finding.
#[derive(Debug)]
pub(super) struct Subjects<'a>(BTreeMap<(SubjectKind, &'a str), &'a SubjectRef>);

/// What a subject is to OSCAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Component,
    InventoryItem,
    User,
}

impl Place {
    pub(super) const fn of(kind: SubjectKind) -> Self {
        match kind {
            SubjectKind::Organization | SubjectKind::Group => Self::Component,
            SubjectKind::Application | SubjectKind::Device => Self::InventoryItem,
            SubjectKind::Admin | SubjectKind::User => Self::User,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::InventoryItem => "inventory-item",
            Self::User => "user",
        }
    }
}

impl<'a> Subjects<'a> {
    pub(super) fn of(evaluation: &'a Evaluation) -> Self {
        let judged = evaluation.findings.iter().map(|finding| &finding.subject);
        // The population comes last, so that its names win.
        let all = judged.chain(&evaluation.subjects);
        Self(all.map(|subject| ((subject.kind, subject.id.as_str()), subject)).collect())
    }

    pub(super) fn components(&self) -> impl Iterator<Item = Component> {
        self.at(Place::Component).map(|subject| Component {
            uuid: subject_uuid(subject),
            kind: if subject.kind == SubjectKind::Organization { "this-system" } else { "group" },
            title: title(subject),
            description: described(subject),
            props: known(subject),
            status: Status { state: "operational" },
        })
    }

    pub(super) fn inventory_items(&self) -> impl Iterator<Item = InventoryItem> {
        self.at(Place::InventoryItem).map(|subject| InventoryItem {
            uuid: subject_uuid(subject),
            description: described(subject),
            props: known(subject),
        })
    }

    pub(super) fn users(&self) -> impl Iterator<Item = User> {
        self.at(Place::User).map(|subject| User {
            uuid: subject_uuid(subject),
            title: title(subject),
            props: known(subject),
        })
    }

    fn at(&self, place: Place) -> impl Iterator<Item = &'a SubjectRef> {
        self.0.values().copied().filter(move |subject| Place::of(subject.kind) == place)
    }
}

/// The identifier of a subject; the same over time.
pub(super) fn subject_uuid(subject: &SubjectRef) -> Uuid {
    uuid("subject", &[&subject.org_id, subject.kind.as_str(), &subject.id])
}

/// The name of a subject on one line; its kind when it has none.
pub(super) fn title(subject: &SubjectRef) -> String {
    let title = markdown(name(subject), NAME_MAX);
    if title.is_empty() { subject.kind.as_str().into() } else { title }
}

fn described(subject: &SubjectRef) -> Text {
    Text::own(alloc::format!("{} {}", subject.kind, title(subject)))
}

fn known(subject: &SubjectRef) -> Vec<Prop> {
    props([
        ("jumpcloud-id", &subject.id),
        ("subject-kind", subject.kind.as_str()),
        ("sub-kind", subject.sub_kind.as_deref().unwrap_or_default()),
        ("natural-key", subject.natural_key.as_deref().unwrap_or_default()),
    ])
}

/// Something that works: the organisation, a group, the tool itself.
#[derive(Serialize)]
pub(super) struct Component {
    pub(super) uuid: Uuid,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) description: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) props: Vec<Prop>,
    pub(super) status: Status,
}

#[derive(Serialize)]
pub(super) struct Status {
    pub(super) state: &'static str,
}

#[derive(Serialize)]
pub(super) struct InventoryItem {
    uuid: Uuid,
    description: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    props: Vec<Prop>,
}

#[derive(Serialize)]
pub(super) struct User {
    uuid: Uuid,
    title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    props: Vec<Prop>,
}
