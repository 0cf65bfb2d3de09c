//! What is remembered between evaluations.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::SystemUser;
use serde::{Deserialize, Serialize};

use crate::drift::{Drift, DriftKind};
use crate::evaluation::Evaluation;
use crate::facts::Standing;
use crate::finding::{Finding, FindingId};
use crate::outcome::Outcome;
use crate::subject::SubjectKind;
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
///
/// A host keeps it beside its last evaluation, as JSON, and takes each new evaluation in with
/// [`History::follow`]:
///
/// ```
/// # use jumpcloud_client::Snapshot;
/// # use jumpcloud_compliance::drift::Drift;
/// # use jumpcloud_compliance::history::History;
/// # use jumpcloud_compliance::{Catalogue, Config, Evaluation, evaluate};
/// fn judge(
///     snapshot: &Snapshot,
///     last: Option<&Evaluation>,
///     history: &mut History,
/// ) -> Result<Evaluation, Box<dyn std::error::Error>> {
///     let (catalogue, config) = (Catalogue::builtin()?, Config::default());
///     let now = snapshot.finished_at;
///     let evaluation = evaluate(&catalogue, snapshot, &config, now, Some(history))?;
///     let drift = last.map(|last| Drift::between(last, &evaluation, &catalogue)).transpose()?;
///     history.follow(&evaluation, snapshot, drift.as_ref());
///     Ok(evaluation)
/// }
/// # let text = r#"{"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
/// #     "taken_at": "2026-11-23T11:00:00Z", "inputs": {"ORG": [{"_id": "o1"}],
/// #     "SYS": [{"_id": "d1", "osFamily": "darwin", "fde": {"active": false}}]}}"#;
/// # let snapshot = Snapshot::from_json(text)?;
/// # let mut history = History::default();
/// # let evaluation = judge(&snapshot, None, &mut history)?;
/// # let open = evaluation.findings.iter().find(|own| own.reason_code == "not_encrypted").unwrap();
/// # assert_eq!(history.first_failed_at(&open.finding_id), Some(snapshot.finished_at));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    findings: BTreeMap<FindingId, Past>,
    suspended_since: BTreeMap<String, Timestamp>,
    out_of_sight: BTreeMap<FindingId, SubjectKind>,
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

    /// Takes in an evaluation and the snapshot it judged: all that a host does between two of them.
    ///
    /// `drift` is what changed since the evaluation that was taken in before; without it nothing is
    /// forgotten. What a finding ended by other than a pass, be it that its subject left a complete
    /// population or its rule was switched off, is taken from there. A subject that is out of sight
    /// keeps its failures, until a complete population shows it again or shows that it is gone.
    pub fn follow(&mut self, evaluation: &Evaluation, snapshot: &Snapshot, drift: Option<&Drift>) {
        self.record(&evaluation.findings, evaluation.evaluated_at);
        for finding in &evaluation.findings {
            self.out_of_sight.remove(&finding.finding_id);
        }
        let whole = |kind| evaluation.population.iter().any(|own| own.kind == kind && own.complete);
        let gone = self.out_of_sight.iter().filter(|(_, kind)| whole(**kind)).map(|(id, _)| *id);
        let mut ended: Vec<FindingId> = gone.collect();
        for row in drift.map(|drift| drift.rows.as_slice()).unwrap_or_default() {
            match row.kind {
                DriftKind::PresenceUnknown if self.findings.contains_key(&row.finding_id) => {
                    self.out_of_sight.insert(row.finding_id, row.subject.kind);
                }
                DriftKind::SubjectRemoved
                | DriftKind::ScopeChanged
                | DriftKind::RuleRetired
                | DriftKind::PartRemoved => ended.push(row.finding_id),
                _ => {}
            }
        }
        for finding in &ended {
            self.out_of_sight.remove(finding);
            self.forget(finding);
        }
        self.follow_users(evaluation.evaluated_at, snapshot);
    }

    fn follow_users(&mut self, evaluated_at: Timestamp, snapshot: &Snapshot) {
        let users = snapshot.list::<SystemUser>();
        let mut seen = BTreeSet::new();
        for user in users.values() {
            let Some(id) = user.id.value().map(ToString::to_string) else { continue };
            match Standing::of(user) {
                Standing::Suspended => {
                    self.record_user(&id, Suspension::Suspended, evaluated_at);
                }
                Standing::Active | Standing::Staged => {
                    self.record_user(&id, Suspension::Lifted, evaluated_at);
                }
                Standing::Unclear => {}
            }
            seen.insert(id);
        }
        if users.state().is_complete() {
            self.suspended_since.retain(|id, _| seen.contains(id));
        }
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

    const PARTIAL: &str = "page_failed";

    /// The history after these lists of devices, one evaluation a day from the first.
    fn following(days: &[serde_json::Value]) -> (History, FindingId) {
        use crate::testing::{inputs, snapshot};
        use crate::{Catalogue, Config, evaluate};
        let (catalogue, config) = (Catalogue::builtin().unwrap(), Config::default());
        let mut history = History::default();
        let mut last: Option<Evaluation> = None;
        for (day, devices) in (1_i8..).zip(days) {
            let snapshot = snapshot(&inputs(serde_json::json!({"SYS": devices})));
            let judged = evaluate(&catalogue, &snapshot, &config, at(day), Some(&history)).unwrap();
            let drift = last.map(|last| Drift::between(&last, &judged, &catalogue).unwrap());
            history.follow(&judged, &snapshot, drift.as_ref());
            last = Some(judged);
        }
        let subject = crate::SubjectRef::new("o1", SubjectKind::Device, "d1");
        (history, FindingId::new("JC-DEV-001", &subject, ""))
    }

    #[test]
    fn out_of_sight_keeps_a_failure_and_a_whole_list_ends_it() {
        let open = serde_json::json!([
            {"_id": "d1", "osFamily": "darwin", "active": true, "fde": {"active": false}}]);
        let lost = serde_json::json!({"state": "partial", "reason": PARTIAL, "records": []});
        let none = serde_json::json!([]);
        let began = |days: &[&serde_json::Value]| {
            let days: Vec<_> = days.iter().map(|day| (*day).clone()).collect();
            let (history, id) = following(&days);
            assert!(history.out_of_sight.len() <= history.findings.len());
            history.first_failed_at(&id)
        };
        assert_eq!(began(&[&open, &open]), Some(at(1)));
        assert_eq!(began(&[&open, &lost]), Some(at(1)));
        assert_eq!(began(&[&open, &lost, &lost, &open]), Some(at(1)));
        assert_eq!(began(&[&open, &none]), None, "it left");
        assert_eq!(began(&[&open, &lost, &none]), None, "it left while nobody saw it");
        assert_eq!(began(&[&open, &none, &open]), Some(at(3)));
    }

    #[test]
    fn suspensions_are_taken_from_the_snapshot() {
        use crate::testing::{evaluation, inputs, snapshot};
        let mut history = History::default();
        let mut follow = |users: serde_json::Value| {
            let inputs = inputs(serde_json::json!({"USR": users}));
            let judged = evaluation(&inputs, &serde_json::json!({}));
            history.follow(&judged, &snapshot(&inputs), None);
            history.suspended_since("u1").is_some()
        };
        let user = |state: &str| serde_json::json!([{"_id": "u1", "state": state}]);
        let lost = serde_json::json!({"state": "partial", "reason": PARTIAL, "records": []});
        assert!(!follow(user("ACTIVATED")));
        assert!(follow(user("SUSPENDED")));
        assert!(follow(lost), "who is not seen stays as they were");
        assert!(follow(user("SOMETHING_NEW")));
        assert!(!follow(user("ACTIVATED")));
        assert!(follow(user("SUSPENDED")));
        assert!(!follow(serde_json::json!([])), "who left is forgotten");
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
