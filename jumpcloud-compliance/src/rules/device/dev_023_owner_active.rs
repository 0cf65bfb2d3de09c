//! JC-DEV-023: the owner of a device is an active person.
//!
//! # Expectation
//! Whoever owns the device may sign in and has not left.
//!
//! # Why
//! A device of a suspended person is a return or wipe case.
//!
//! # Passes
//! ```json,passes
//! {"reason": "owner_active", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "suspended": false}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "owner_suspended", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1", "state": "SUSPENDED"}]}}
//! ```
//! ```json,fails
//! {"reason": "owner_departed",
//!  "config": {"leavers": [{"user_id": "u1", "last_day": "2026-11-01"}]},
//!  "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//!
//! # Unknown when
//! The owner is not known, or the record does not say where the person stands.
//! ```json,unknown
//! {"reason": "state_unclear", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1"}]}}
//! ```
//!
//! # Fix
//! Collect or wipe the device, or assign it to a new owner.
//!
//! # Sources
//! Of `state` and `suspended` the stricter one counts. A staged owner is pending for the time allowed:
//! neither a pass nor a failure. Where several people own a device together the strictest result counts.

use alloc::vec::Vec;

use crate::case::{Case, Reading};
use crate::facts::{Key, Ownership, Standing, User};
use crate::outcome::{Outcome, Severity, UnknownCause};
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::{age_days, is_past};

const STAGED_GRACE: Days =
    Days::new("staged_grace_days", 14, 0..=60, "Days that an owner may stay staged.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-DEV-023",
    logic_version: 1,
    text_revision: 1,
    title: "Device owner is an active person",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "A device of a suspended person is a return or wipe case.",
    remediation: "Collect or wipe the device, or assign it to a new owner.",
    applies: "devices for which JC-DEV-022 found an owner",
    inputs: &[
        InputNeed::new("SYS", &["primarySystemUser.id"]),
        InputNeed::new("SYS-USR", &["id"]),
        InputNeed::new(
            "USR",
            &["state", "suspended", "activated", "created", "email", "employeeIdentifier"],
        ),
        InputNeed::new("CFG", &["leavers"]),
    ],
    params: &[STAGED_GRACE.spec()],
    reasons: &[
        Reason::pass("owner_active", "the owner may sign in"),
        Reason::fail("owner_suspended", "the owner is suspended"),
        Reason::fail("owner_staged", "the owner has been staged for too long"),
        Reason::fail("owner_departed", "the owner is on the list of leavers"),
        Reason::unknown("owner_staged_recently", "the owner is staged, within the time allowed"),
        Reason::unknown("state_unclear", "the record does not say where the owner stands"),
        Reason::unknown("owner_unknown", "nobody knows who owns the device"),
        Reason::not_applicable("no_single_owner", "the device has no owner to judge"),
    ],
    after: &["JC-DEV-022"],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct OwnerActive;

impl Rule for OwnerActive {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        match case.prior("JC-DEV-022").map(|prior| prior.outcome) {
            Some(Outcome::Pass) => {}
            Some(Outcome::Unknown) => {
                return Err(Unknown::new(UnknownCause::Ambiguous, "owner_unknown"));
            }
            _ => return Ok(Verdict::not_applicable("no_single_owner")),
        }
        case.uses("USR");
        let owners: Vec<Key> = match facts.ownership(device) {
            Ownership::Primary { user, .. } => alloc::vec![user],
            Ownership::Bound(people) => people.into_iter().map(|(id, _)| id).collect(),
            Ownership::UnknownPrimary(_) => Vec::new(),
        };
        let users: Vec<&User<'_>> = owners.iter().filter_map(|id| facts.user(id)).collect();
        let judged: Vec<Judgement> = users.iter().map(|user| person(case, user)).collect();
        let strictest = judged.into_iter().max_by_key(|judgement| match judgement {
            Ok(verdict) if verdict.is_pass() => 0,
            Err(_) => 1,
            Ok(_) => 2,
        });
        strictest.unwrap_or(Err(Unknown::new(UnknownCause::Ambiguous, "owner_unknown")))
    }
}

fn person(case: &mut Case<'_>, user: &User<'_>) -> Judgement {
    let record = user.user();
    case.see(user.row(), "state", &record.state);
    case.see(user.row(), "suspended", &record.suspended);
    case.see(user.row(), "activated", &record.activated);
    if has_left(case, user) {
        return Ok(Verdict::fail("owner_departed"));
    }
    match user.standing {
        Standing::Active => Ok(Verdict::pass("owner_active")),
        Standing::Suspended => {
            let verdict = Verdict::fail("owner_suspended");
            Ok(if user.state_conflict { verdict.note("state_conflict") } else { verdict })
        }
        Standing::Staged => match case.see_time(user.row(), "created", &record.created) {
            Reading::Value(at) if age_days(at, case.evaluated_at()) > case.param(&STAGED_GRACE) => {
                Ok(Verdict::fail("owner_staged"))
            }
            Reading::Value(_) => Err(Unknown::new(UnknownCause::Pending, "owner_staged_recently")),
            Reading::Absent | Reading::Unparseable => {
                Err(Unknown::new(UnknownCause::FieldAbsent, "owner_staged_recently"))
            }
        },
        Standing::Unclear => Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear")),
    }
}

/// Whether the list of leavers names the person and the last day is over.
fn has_left(case: &mut Case<'_>, user: &User<'_>) -> bool {
    let record = user.user();
    let now = case.evaluated_at();
    let same = |listed: Option<&str>, own: Option<&str>| match (listed, own) {
        (Some(listed), Some(own)) => listed.trim().eq_ignore_ascii_case(own),
        _ => false,
    };
    let leaver = case.config().leavers.iter().flatten().find(|leaver| {
        same(leaver.user_id.as_deref(), Some(&user.id))
            || same(leaver.employee_identifier.as_deref(), record.employee_identifier.filled())
            || same(leaver.email.as_deref(), record.email.filled())
    });
    let Some(leaver) = leaver else { return false };
    case.see_count("CFG", "leavers[].last_day", alloc::format!("{}", leaver.last_day));
    is_past(leaver.last_day, now)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-023";

    fn owned_by(user: Value) -> Value {
        let mut record = json!({"_id": "u1", "email": "ada@example.com"});
        record.as_object_mut().unwrap().extend(user.as_object().unwrap().clone());
        inputs(json!({"USR": [record],
            "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}]}))
    }

    #[test]
    fn the_stricter_word_counts() {
        for (user, expected) in [
            (json!({"state": "ACTIVATED", "suspended": false}), "PASS owner_active"),
            (json!({"state": "ACTIVATED", "suspended": true}), "FAIL owner_suspended"),
            (json!({"state": "SUSPENDED", "suspended": false}), "FAIL owner_suspended"),
            (json!({"activated": true, "suspended": false}), "PASS owner_active"),
            (json!({"activated": true}), "UNKNOWN state_unclear"),
            (
                json!({"state": "STAGED", "created": "2026-11-20T00:00:00Z"}),
                "UNKNOWN owner_staged_recently",
            ),
            (json!({"state": "STAGED", "created": "2026-10-01T00:00:00Z"}), "FAIL owner_staged"),
            (json!({"state": "STAGED"}), "UNKNOWN owner_staged_recently"),
            (json!({"state": "RETIRED"}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &owned_by(user.clone())), expected, "{user}");
        }
    }

    #[test]
    fn leavers_fail_after_their_last_day() {
        let leave = |day: &str| -> String {
            let config = json!({"leavers": [{"email": "ADA@example.com", "last_day": day}]});
            judge_with(RULE, &owned_by(json!({"state": "ACTIVATED"})), &config)
        };
        assert_eq!(leave("2026-11-22"), "FAIL owner_departed");
        assert_eq!(leave("2026-11-23"), "PASS owner_active");
    }

    #[test]
    fn g17_without_an_owner_there_is_nobody_to_judge() {
        let nobody = inputs(json!({"USR": [], "SYS": [{"_id": "d1", "osFamily": "darwin"}],
            "SYS-USR": {"of": {"d1": []}}}));
        assert_eq!(judge(RULE, &nobody), "NOT_APPLICABLE no_single_owner");
        let open = inputs(json!({"USR": [], "SYS": [{"_id": "d1", "osFamily": "darwin"}]}));
        assert_eq!(judge(RULE, &open), "UNKNOWN owner_unknown");
    }

    #[test]
    fn the_strictest_of_several_owners_counts() {
        let shared = inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin"}],
            "USR": [{"_id": "u1", "state": "ACTIVATED"}, {"_id": "u2", "state": "SUSPENDED"}],
            "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}, {"id": "u2", "type": "user"}]}}
        }));
        let config = json!({"parameters": {"JC-DEV-022": {"max_owners": 2}}});
        assert_eq!(judge_with(RULE, &shared, &config), "FAIL owner_suspended");
    }
}
