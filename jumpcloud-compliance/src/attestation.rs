//! Attestations: dated statements of people, used as input by rules that name them.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::evidence::{Digest, Observation};
use crate::time;

/// Source code of observations that rest on a person's word.
pub const SOURCE: &str = "ATT";

vocabulary! {
    /// What an attestation is about.
    pub enum Topic {
        /// Logs are exported and kept elsewhere.
        LogExport = "log_export",
        /// Logs were reviewed.
        LogReview = "log_review",
        /// An identity provider enforces MFA.
        FederatedMfa = "federated_mfa",
        /// Administrator rights were reviewed.
        AdminReview = "admin_review",
        /// Anything else.
        Other = "other",
    }
}

/// A file that supports a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artefact {
    /// File name.
    pub name: String,
    /// Digest of the file's bytes.
    pub digest: Digest,
}

/// A person's dated statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Identifier, unique within the configuration.
    pub id: String,
    /// What it is about.
    pub topic: Topic,
    /// The statement.
    pub statement: String,
    /// First UTC day the statement covers.
    pub period_start: Date,
    /// Last UTC day the statement covers.
    pub period_end: Date,
    /// Who made it.
    pub attested_by: String,
    /// When it was made, UTC.
    pub attested_at: Timestamp,
    /// Last instant at which it may be used, UTC.
    pub valid_until: Timestamp,
    /// Supporting file; absent when there is none.
    #[serde(default)]
    pub artefact: Option<Artefact>,
    /// Where logs go; only for log exports, absent when not stated.
    #[serde(default)]
    pub destination: Option<String>,
    /// Days logs are kept; only for log exports, absent when not stated.
    #[serde(default)]
    pub retention_days: Option<i64>,
    /// Days of logs searchable at once; only for log exports, absent when not stated.
    #[serde(default)]
    pub immediate_days: Option<i64>,
}

impl Attestation {
    /// Whether the statement was made and is still usable at `at`.
    pub fn is_valid(&self, at: Timestamp) -> bool {
        !self.attested_by.trim().is_empty() && self.attested_at <= at && at <= self.valid_until
    }

    /// The statement as an observation, so that a reader sees whose word it is.
    pub fn observation(&self) -> Observation {
        let mut observation = Observation::new(SOURCE, "statement", self.statement.as_str());
        observation.record_id = Some(self.id.clone());
        observation.collected_at = Some(self.attested_at);
        observation
    }
}

/// Attestations of a topic usable at `at`, the latest statement first.
pub fn valid_for(attestations: &[Attestation], topic: Topic, at: Timestamp) -> Vec<&Attestation> {
    let mut found: Vec<&Attestation> =
        attestations.iter().filter(|own| own.topic == topic && own.is_valid(at)).collect();
    found.sort_by(|a, b| (b.attested_at, &a.id).cmp(&(a.attested_at, &b.id)));
    found
}

/// First stretch of days between `from` and `to`, both included, that no period covers.
///
/// Nothing when the periods leave no gap.
pub fn first_gap(attestations: &[&Attestation], from: Date, to: Date) -> Option<(Date, Date)> {
    let mut periods: Vec<(Date, Date)> =
        attestations.iter().map(|own| (own.period_start, own.period_end)).collect();
    periods.sort();
    let mut open = from;
    for (start, end) in periods {
        if open > to {
            return None;
        }
        if start > open {
            let before = start.yesterday().unwrap_or(start);
            return Some((open, before.min(to)));
        }
        if end >= open {
            let Ok(next) = end.tomorrow() else { return None };
            open = next;
        }
    }
    (open <= to).then_some((open, to))
}

/// Whole days since the last reviewed day; nothing when there is none in the past.
pub fn days_since_last(attestations: &[&Attestation], at: Timestamp) -> Option<i64> {
    let today = time::date_of(at);
    let ends = attestations.iter().map(|own| own.period_end.min(today));
    ends.max().map(|end| time::days_between(end, today))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use jiff::civil::date;

    use super::*;

    fn review(id: &str, start: Date, end: Date) -> Attestation {
        Attestation {
            id: id.into(),
            topic: Topic::LogReview,
            statement: "events were reviewed".into(),
            period_start: start,
            period_end: end,
            attested_by: "auditor".into(),
            attested_at: "2026-11-20T00:00:00Z".parse().unwrap(),
            valid_until: "2026-12-20T00:00:00Z".parse().unwrap(),
            artefact: None,
            destination: None,
            retention_days: None,
            immediate_days: None,
        }
    }

    #[test]
    fn validity_has_two_ends_and_a_name() {
        let own = review("A", date(2026, 11, 1), date(2026, 11, 19));
        let valid = |at: &str| own.is_valid(at.parse().unwrap());
        assert!(valid("2026-11-20T00:00:00Z") && valid("2026-12-20T00:00:00Z"));
        assert!(!valid("2026-11-19T23:59:59Z") && !valid("2026-12-20T00:00:01Z"));
        let nameless = Attestation { attested_by: " ".into(), ..own };
        assert!(!nameless.is_valid("2026-12-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn the_latest_valid_statement_of_the_topic_comes_first() {
        let day = date(2026, 11, 1);
        let mut late = review("B", day, day);
        late.attested_at = "2026-11-22T00:00:00Z".parse().unwrap();
        let mut future = review("C", day, day);
        future.attested_at = "2026-11-25T00:00:00Z".parse().unwrap();
        let export = Attestation { topic: Topic::LogExport, ..review("D", day, day) };
        let all = vec![review("A", day, day), late, future, export];
        let at = "2026-11-23T12:00:00Z".parse().unwrap();
        let ids: Vec<_> =
            valid_for(&all, Topic::LogReview, at).iter().map(|own| &*own.id).collect();
        assert_eq!(ids, ["B", "A"]);
    }

    #[test]
    fn gaps_are_found_whatever_the_order() {
        let october = review("A", date(2026, 10, 1), date(2026, 10, 31));
        let november = review("B", date(2026, 11, 1), date(2026, 11, 20));
        let gap = |list: &[&Attestation], from, to| first_gap(list, from, to);
        let (from, to) = (date(2026, 10, 1), date(2026, 11, 20));
        assert_eq!(gap(&[&november, &october], from, to), None);
        assert_eq!(gap(&[&october], from, to), Some((date(2026, 11, 1), to)));
        assert_eq!(gap(&[&november], from, to), Some((from, date(2026, 10, 31))));
        assert_eq!(gap(&[], from, to), Some((from, to)));
        let early = review("C", date(2026, 10, 1), date(2026, 10, 5));
        let middle = Some((date(2026, 10, 6), date(2026, 10, 31)));
        assert_eq!(gap(&[&early, &november], from, to), middle);
        assert_eq!(gap(&[&october, &early, &november], from, to), None);
        assert_eq!(
            gap(&[&november], date(2026, 10, 1), date(2026, 10, 9)),
            Some((from, date(2026, 10, 9)))
        );
    }

    #[test]
    fn a_period_in_the_future_counts_up_to_today() {
        let own = review("A", date(2026, 11, 1), date(2026, 12, 31));
        let past = review("B", date(2026, 9, 1), date(2026, 9, 30));
        let at = "2026-11-23T12:00:00Z".parse().unwrap();
        assert_eq!(days_since_last(&[&past], at), Some(54));
        assert_eq!(days_since_last(&[&past, &own], at), Some(0));
        assert_eq!(days_since_last(&[], at), None);
    }

    #[test]
    fn the_observation_names_its_source() {
        let own = review("A", date(2026, 11, 1), date(2026, 11, 19)).observation();
        assert_eq!((&*own.source, own.record_id.as_deref()), ("ATT", Some("A")));
    }
}
