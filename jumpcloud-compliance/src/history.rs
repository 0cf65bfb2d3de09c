//! What is remembered between evaluations.

use alloc::collections::BTreeMap;
use alloc::string::String;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, FindingId};
use crate::outcome::Outcome;
use crate::time;

/// What is remembered of one finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// Start of the present failure, UTC; absent when the finding does not fail.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::millis_opt")]
    pub first_failed_at: Option<Timestamp>,
    /// Latest pass, UTC; absent when none was seen.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::millis_opt")]
    pub last_passed_at: Option<Timestamp>,
}

/// Whether a user was seen suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suspension {
    /// The user is suspended.
    Suspended,
    /// The user is not suspended.
    Lifted,
}

/// What is remembered between evaluations; an input and an output value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    findings: BTreeMap<FindingId, Past>,
    suspended_since: BTreeMap<String, Timestamp>,
}

impl History {
    /// What is remembered of a finding; nothing when it was never seen.
    pub fn past(&self, finding: &FindingId) -> Option<&Past> {
        self.findings.get(finding)
    }

    /// When the present failure of a finding began, UTC.
    pub fn first_failed_at(&self, finding: &FindingId) -> Option<Timestamp> {
        self.past(finding).and_then(|past| past.first_failed_at)
    }

    /// When a user was first seen suspended without interruption, UTC.
    pub fn suspended_since(&self, user_id: &str) -> Option<Timestamp> {
        self.suspended_since.get(user_id).copied()
    }

    /// Remembers the findings of an evaluation.
    ///
    /// A failure keeps its beginning through unknown outcomes and through
    /// evaluations that do not mention it; a pass or an inapplicable outcome
    /// ends it.
    pub fn record(&mut self, findings: &[Finding], evaluated_at: Timestamp) {
        let at = time::truncate(evaluated_at);
        for finding in findings {
            let past = self.findings.entry(finding.finding_id).or_default();
            match finding.outcome {
                Outcome::Fail => {
                    past.first_failed_at.get_or_insert(at);
                }
                Outcome::Pass => *past = Past { first_failed_at: None, last_passed_at: Some(at) },
                Outcome::NotApplicable => past.first_failed_at = None,
                Outcome::Unknown => {}
            }
        }
        self.findings.retain(|_, past| *past != Past::default());
    }

    /// Remembers whether a user is suspended; users not mentioned stay as they were.
    pub fn record_user(&mut self, user_id: &str, state: Suspension, evaluated_at: Timestamp) {
        match state {
            Suspension::Suspended => {
                let since = self.suspended_since.entry(user_id.into());
                since.or_insert_with(|| time::truncate(evaluated_at));
            }
            Suspension::Lifted => {
                self.suspended_since.remove(user_id);
            }
        }
    }

    /// Forgets a finding, for example of a removed subject or a retired rule.
    pub fn forget(&mut self, finding: &FindingId) {
        self.findings.remove(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::subject::SubjectKind;

    fn at(day: i8) -> Timestamp {
        time::start_of_day(jiff::civil::date(2026, 11, day)).unwrap()
    }

    fn after(outcomes: &[Outcome]) -> Past {
        let mut history = History::default();
        let mut id = None;
        for (day, outcome) in (1_i8..).zip(outcomes) {
            let seen = finding("JC-DEV-001", SubjectKind::Device, "d", *outcome);
            id = Some(seen.finding_id);
            history.record(&[seen], at(day));
        }
        history.past(&id.unwrap()).copied().unwrap_or_default()
    }

    #[test]
    fn a_failure_keeps_its_beginning_until_it_ends() {
        use Outcome::{Fail, NotApplicable, Pass, Unknown};
        assert_eq!(after(&[Fail, Fail, Unknown, Fail]).first_failed_at, Some(at(1)));
        assert_eq!(after(&[Fail, Pass, Fail]).first_failed_at, Some(at(3)));
        assert_eq!(after(&[Fail, NotApplicable, Fail]).first_failed_at, Some(at(3)));
        let past = after(&[Pass, Fail, Unknown]);
        assert_eq!((past.first_failed_at, past.last_passed_at), (Some(at(2)), Some(at(1))));
        assert_eq!(after(&[Unknown, NotApplicable]), Past::default());
    }

    #[test]
    fn an_evaluation_without_the_finding_changes_nothing() {
        let mut history = History::default();
        let seen = finding("JC-DEV-001", SubjectKind::Device, "d", Outcome::Fail);
        history.record(core::slice::from_ref(&seen), at(1));
        let before = history.clone();
        history.record(&[], at(2));
        assert_eq!(history, before);
        history.forget(&seen.finding_id);
        assert_eq!(history, History::default());
    }

    #[test]
    fn suspension_starts_when_first_seen_and_restarts_after_a_break() {
        let mut history = History::default();
        history.record_user("u", Suspension::Suspended, at(1));
        history.record_user("u", Suspension::Suspended, at(5));
        assert_eq!(history.suspended_since("u"), Some(at(1)));
        history.record_user("u", Suspension::Lifted, at(6));
        assert_eq!(history.suspended_since("u"), None);
        history.record_user("u", Suspension::Suspended, at(7));
        assert_eq!(history.suspended_since("u"), Some(at(7)));
    }

    #[test]
    fn history_survives_json() {
        let mut history = History::default();
        history.record(&[finding("r", SubjectKind::User, "u", Outcome::Fail)], at(1));
        history.record_user("u", Suspension::Suspended, at(2));
        let json = serde_json::to_string(&history).unwrap();
        assert_eq!(serde_json::from_str::<History>(&json).unwrap(), history);
        assert_eq!(serde_json::from_str::<History>("{}").unwrap(), History::default());
    }

    #[test]
    fn the_beginning_of_a_failure_is_remembered_by_finding() {
        let mut history = History::default();
        let seen = finding("JC-DEV-001", SubjectKind::Device, "d", Outcome::Fail);
        assert_eq!(history.first_failed_at(&seen.finding_id), None);
        history.record(core::slice::from_ref(&seen), at(7));
        assert_eq!(history.first_failed_at(&seen.finding_id), Some(at(7)));
        let other = finding("JC-DEV-001", SubjectKind::Device, "e", Outcome::Fail);
        assert_eq!(history.first_failed_at(&other.finding_id), None);
    }
}
