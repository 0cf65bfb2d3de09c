//! Which subjects a waiver's selector means.

use crate::facts::{Facts, Key};
use crate::subject::{AttributePair, SubjectKind, SubjectRef};
use crate::waiver::SubjectSelector;

/// Whether a subject is a member of the group, or carries the attribute, that a selector names.
pub(crate) fn selects(facts: &Facts<'_>, subject: &SubjectRef, selector: &SubjectSelector) -> bool {
    match selector {
        SubjectSelector::SubjectId(id) => subject.id == *id,
        SubjectSelector::All => true,
        SubjectSelector::GroupId(group) => in_group(facts, subject, group),
        SubjectSelector::Attribute(pair) => has_attribute(facts, subject, pair),
    }
}

fn in_group(facts: &Facts<'_>, subject: &SubjectRef, group: &str) -> bool {
    let Ok(key) = Key::new(&subject.id) else { return false };
    match subject.kind {
        SubjectKind::Device => facts.groups_of_device(&key).iter().any(|id| *id == *group),
        SubjectKind::User => facts.groups_of_user(&key).iter().any(|id| *id == *group),
        _ => false,
    }
}

fn has_attribute(facts: &Facts<'_>, subject: &SubjectRef, pair: &AttributePair) -> bool {
    let Ok(key) = Key::new(&subject.id) else { return false };
    let attributes = match subject.kind {
        SubjectKind::Device => {
            facts.device(&key).and_then(|device| device.system().attributes.value())
        }
        SubjectKind::User => facts.user(&key).and_then(|user| user.user().attributes.value()),
        _ => None,
    };
    attributes.is_some_and(|attributes| {
        attributes.iter().any(|attribute| {
            attribute.name.text() == Some(&pair.name) && attribute.value.text() == Some(&pair.value)
        })
    })
}
