//! Small members that occur all over an OSCAL document.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::Offset;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::export::text::{VALUE_MAX, markdown, visible};

/// Namespace of our property names.
const NS: &str = "https://github.com/jumpcloud-rs/jumpcloud-rs";

/// A named value.
#[derive(Serialize)]
pub(super) struct Prop {
    name: &'static str,
    ns: &'static str,
    value: String,
}

/// A property; nothing when its value would be empty, which the schema forbids.
pub(super) fn prop(name: &'static str, value: &str) -> Option<Prop> {
    let value = visible(value, VALUE_MAX);
    (!value.is_empty()).then_some(Prop { name, ns: NS, value })
}

/// Properties without the empty ones.
pub(super) fn props<const N: usize>(list: [(&'static str, &str); N]) -> Vec<Prop> {
    list.into_iter().filter_map(|(name, value)| prop(name, value)).collect()
}

/// A text with Markdown markup of our own.
#[derive(Debug)]
pub(super) struct Text(String);

impl Text {
    /// A text of this project.
    pub(super) fn own(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Somebody else's text, in which markup has no effect; a dash when it is empty.
    pub(super) fn foreign(text: &str, max: usize) -> Self {
        let text = markdown(text, max);
        Self(if text.is_empty() { String::from("-") } else { text })
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

/// A time as the schema takes it: UTC, from 1900 to 2999; a time outside is drawn to the edge.
pub(super) fn stamp(at: Timestamp) -> String {
    let edge = |year| Offset::UTC.to_timestamp(date(year, 1, 1).at(0, 0, 0, 0)).ok();
    let at = edge(1900).map_or(at, |first| at.max(first));
    let at = edge(2999).map_or(at, |last| at.min(last));
    crate::time::format(at)
}

/// Who observed: the tool.
#[derive(Serialize)]
pub(super) struct Origin {
    actors: [Actor; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Actor {
    #[serde(rename = "type")]
    kind: &'static str,
    actor_uuid: Uuid,
}

impl Origin {
    pub(super) const fn tool(actor_uuid: Uuid) -> [Self; 1] {
        [Self { actors: [Actor { kind: "tool", actor_uuid }] }]
    }
}

/// A reference to an observation.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct RelatedObservation {
    pub(super) observation_uuid: Uuid,
}

/// A reference to a risk.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct RelatedRisk {
    pub(super) risk_uuid: Uuid,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stay_within_what_the_schema_takes() {
        assert_eq!(stamp("2026-11-23T12:00:00.5Z".parse().unwrap()), "2026-11-23T12:00:00.5Z");
        assert_eq!(stamp(Timestamp::MIN), "1900-01-01T00:00:00Z");
        assert_eq!(stamp(Timestamp::MAX), "2999-01-01T00:00:00Z");
    }

    #[test]
    fn an_empty_value_is_no_property() {
        assert!(prop("name", " \n").is_none());
        assert_eq!(props([("a", "x"), ("b", "")]).len(), 1);
    }
}
