//! A stretch of time of which events were read.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The time and the kinds of event that an input was asked for.
///
/// Both ends belong to it. In a saved snapshot it stands beside `records`:
/// `{"window": {"start": "2026-08-25T12:00:00Z", "end": "2026-11-23T12:00:00Z"}, "records": []}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First instant that was asked for.
    pub start: Timestamp,
    /// Last instant that was asked for.
    pub end: Timestamp,
    /// Time of the oldest event of any kind in the window, where that is so much later than
    /// `start` that the service seems to have kept nothing before; `end` where it holds no event
    /// at all. Absent when events reach back to `start`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
    /// Services that were asked for; empty for every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Kinds of event that were asked for; empty for every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_types: Vec<String>,
}

impl Window {
    /// Every event between two instants, both of which belong to it.
    pub const fn new(start: Timestamp, end: Timestamp) -> Self {
        Self { start, end, oldest: None, services: Vec::new(), event_types: Vec::new() }
    }

    /// From when on the absence of an event is a fact.
    pub fn covered_from(&self) -> Timestamp {
        self.oldest.map_or(self.start, |oldest| oldest.max(self.start))
    }

    /// Whether events of this kind were asked for; compared without ASCII case.
    pub fn asks_for(&self, event_type: &str) -> bool {
        self.event_types.is_empty()
            || self.event_types.iter().any(|asked| asked.eq_ignore_ascii_case(event_type))
    }

    /// Whether the events of every service were asked for.
    pub fn asks_every_service(&self) -> bool {
        self.services.is_empty()
            || self.services.iter().any(|asked| asked.eq_ignore_ascii_case("all"))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn absence_is_a_fact_from_the_oldest_event_on() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut window = Window::new(at("2026-08-25T00:00:00Z"), at("2026-11-23T00:00:00Z"));
        assert_eq!(window.covered_from(), window.start);
        window.oldest = Some(at("2026-10-24T00:00:00Z"));
        assert_eq!(window.covered_from(), at("2026-10-24T00:00:00Z"));
        window.oldest = Some(at("2020-01-01T00:00:00Z"));
        assert_eq!(window.covered_from(), window.start);
    }

    #[test]
    fn nothing_named_means_everything() {
        let mut window = Window::new(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        assert!(window.asks_for("sso_auth") && window.asks_every_service());
        window.event_types = vec!["SSO_auth".into()];
        window.services = vec!["sso".into()];
        assert!(window.asks_for("sso_auth") && !window.asks_for("ldap_bind"));
        assert!(!window.asks_every_service());
    }
}
