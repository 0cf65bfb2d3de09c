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
//! ```json,fails
//! {"reason": "owner_staged", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1", "state": "STAGED", "created": "2026-10-01T00:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! The owner is not known, the record does not say where the person stands, or the person is staged and
//! the time allowed is not over.
//! ```json,unknown
//! {"reason": "state_unclear", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1"}]}}
//! ```
//!
//! ```json,unknown
//! {"reason": "owner_staged_recently", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1", "state": "STAGED", "created": "2026-11-20T00:00:00Z"}]}}
//! ```
//!
//! # Fix
//! Collect or wipe the device, or assign it to a new owner.
//!
//! # Sources
//! Of `state` and `suspended` the stricter one counts; where `state` is absent or null, `activated` and
//! `suspended` decide together, and a flag that cannot be read never helps to pass. A staged owner is
//! pending for the time allowed since `created`: neither a pass nor a failure. A lock after failed
//! sign-ins is shown and does not count: the person is still there. Where several people own a device
//! together the strictest result counts; where the list of leavers names a person twice, any day that is
//! over counts.

use alloc::vec::Vec;

use jumpcloud_client::Field;

use crate::case::{Case, Reading};
use crate::facts::{Device, Key, Ownership, Standing, User};
use crate::outcome::{Outcome, Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::{age_days, is_future, is_past};

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
            &[
                "state",
                "suspended",
                "activated",
                "account_locked",
                "created",
                "email",
                "employeeIdentifier",
            ],
        ),
        InputNeed::new("CFG", &["leavers"]),
    ],
    params: &[STAGED_GRACE.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("owner_active", "the owner may sign in"),
        Reason::fail("owner_suspended", "the owner is suspended"),
        Reason::fail("owner_staged", "the owner has been staged for too long"),
        Reason::fail("owner_departed", "the owner is on the list of leavers"),
        Reason::unknown("owner_staged_recently", "the owner is staged, within the time allowed"),
        Reason::unknown("staged_since_unknown", "the owner is staged, nobody knows since when"),
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
            Some(Outcome::Unknown) | None => return Err(no_owner_known(case, device)),
            Some(Outcome::Fail | Outcome::NotApplicable) => {
                return Ok(Verdict::not_applicable("no_single_owner"));
            }
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
        strictest.unwrap_or_else(|| Err(no_owner_known(case, device)))
    }
}

/// Why nobody knows who owns the device: an input that is missing, else what the record says.
fn no_owner_known(case: &mut Case<'_>, device: &Device<'_>) -> Unknown {
    if device.primary_is_unreadable() {
        return Unknown::new(UnknownCause::FieldUnparseable, "owner_unknown");
    }
    let bindings = case.facts().bindings_of_device(device);
    case.require("USR")
        .and_then(|()| case.require_source(&bindings))
        .err()
        .unwrap_or(Unknown::new(UnknownCause::Ambiguous, "owner_unknown"))
}

fn person(case: &mut Case<'_>, user: &User<'_>) -> Judgement {
    let record = user.user();
    case.see(user.row(), "state", &record.state);
    case.see(user.row(), "suspended", &record.suspended);
    case.see(user.row(), "activated", &record.activated);
    case.see(user.row(), "account_locked", &record.account_locked);
    if has_left(case, user) {
        return Ok(Verdict::fail("owner_departed"));
    }
    match user.standing {
        Standing::Active if a_word_is_unreadable(user) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "state_unclear"))
        }
        Standing::Active => Ok(Verdict::pass("owner_active")),
        Standing::Suspended => {
            let verdict = Verdict::fail("owner_suspended");
            Ok(if user.state_conflict { verdict.note("state_conflict") } else { verdict })
        }
        Standing::Staged => staged(case, user),
        Standing::Unclear if a_word_is_unreadable(user) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "state_unclear"))
        }
        Standing::Unclear => Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear")),
    }
}

/// Judges a staged owner by the time since the account was made.
fn staged(case: &mut Case<'_>, user: &User<'_>) -> Judgement {
    let at = match case.see_time(user.row(), "created", &user.user().created) {
        Reading::Value(at) => at,
        Reading::Absent => {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "staged_since_unknown"));
        }
        Reading::Unparseable => {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "staged_since_unknown"));
        }
    };
    let now = case.evaluated_at();
    if is_future(at, now, case.param(&FUTURE_SKEW_SECS)) {
        return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
    }
    if age_days(at, now) > case.param(&STAGED_GRACE) {
        return Ok(Verdict::fail("owner_staged"));
    }
    Err(Unknown::new(UnknownCause::Pending, "owner_staged_recently"))
}

/// Whether a field that says where the person stands is there and cannot be read.
const fn a_word_is_unreadable(user: &User<'_>) -> bool {
    let record = user.user();
    matches!(record.state, Field::Unparseable(_))
        || matches!(record.suspended, Field::Unparseable(_))
        || matches!(
            (&record.state, &record.activated),
            (Field::Absent | Field::Null, Field::Unparseable(_))
        )
}

/// Whether the list of leavers names the person and the last day is over.
fn has_left(case: &mut Case<'_>, user: &User<'_>) -> bool {
    let record = user.user();
    let now = case.evaluated_at();
    let same = |listed: Option<&str>, own: Option<&str>| match (listed, own) {
        (Some(listed), Some(own)) => listed.trim().eq_ignore_ascii_case(own),
        _ => false,
    };
    let mut left = false;
    for leaver in case.config().leavers.iter().flatten() {
        let named = same(leaver.user_id.as_deref(), Some(&user.id))
            || same(leaver.employee_identifier.as_deref(), record.employee_identifier.filled())
            || same(leaver.email.as_deref(), record.email.filled());
        if named {
            let path = alloc::format!("leavers[user_id={}].last_day", user.id);
            case.see_count("CFG", &path, alloc::format!("{}", leaver.last_day));
            left |= is_past(leaver.last_day, now);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::outcome::UnknownCause;
    use crate::testing::{findings, inputs, judge, judge_with};

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
            (
                json!({"state": "STAGED", "created": "2026-11-09T12:00:00Z"}),
                "UNKNOWN owner_staged_recently",
            ),
            (json!({"state": "STAGED", "created": "2026-11-08T12:00:00Z"}), "FAIL owner_staged"),
            (json!({"state": "STAGED"}), "UNKNOWN staged_since_unknown"),
            (json!({"state": "STAGED", "created": null}), "UNKNOWN staged_since_unknown"),
            (json!({"state": "STAGED", "created": ""}), "UNKNOWN staged_since_unknown"),
            (json!({"state": "STAGED", "created": "lately"}), "UNKNOWN staged_since_unknown"),
            (
                json!({"state": "STAGED", "created": "2026-11-24T12:00:00Z"}),
                "UNKNOWN future_timestamp",
            ),
            (json!({"state": "STAGED", "suspended": true}), "FAIL owner_suspended"),
            (json!({"state": "RETIRED"}), "UNKNOWN state_unclear"),
            (json!({"state": ""}), "UNKNOWN state_unclear"),
            (json!({"state": "ACTIVATED", "account_locked": true}), "PASS owner_active"),
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
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
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

    #[test]
    fn a_word_that_cannot_be_read_never_passes() {
        for user in [
            json!({"state": "ACTIVATED", "suspended": "perhaps"}),
            json!({"state": ["ACTIVATED"], "activated": true, "suspended": false}),
            json!({"state": null, "activated": "perhaps", "suspended": false}),
        ] {
            let found = &findings(RULE, &owned_by(user.clone()), &json!({}))[0];
            assert_eq!(found.reason_code, "state_unclear", "{user}");
            assert_eq!(found.unknown_cause, Some(UnknownCause::FieldUnparseable), "{user}");
        }
        // Where the state speaks, the older flag of activation is not asked.
        let spoken = json!({"state": "ACTIVATED", "activated": "perhaps"});
        assert_eq!(judge(RULE, &owned_by(spoken)), "PASS owner_active");
        let null = json!({"state": null, "activated": true, "suspended": false});
        assert_eq!(judge(RULE, &owned_by(null)), "PASS owner_active");
    }

    #[test]
    fn a_contradiction_is_noted() {
        let found =
            findings(RULE, &owned_by(json!({"state": "ACTIVATED", "suspended": true})), &json!({}));
        assert_eq!(found[0].notes, ["state_conflict"]);
    }

    #[test]
    fn leavers_are_found_by_any_key_and_any_day_that_is_over() {
        for (leavers, expected) in [
            (json!([{"user_id": "u1", "last_day": "2026-11-01"}]), "FAIL owner_departed"),
            (
                json!([{"employee_identifier": "E7", "last_day": "2026-11-01"}]),
                "FAIL owner_departed",
            ),
            (json!([{"user_id": "u2", "last_day": "2026-11-01"}]), "PASS owner_active"),
            (
                json!([{"user_id": "u1", "last_day": "2027-01-31"},
                       {"email": "ada@example.com", "last_day": "2026-11-01"}]),
                "FAIL owner_departed",
            ),
            (json!([]), "PASS owner_active"),
        ] {
            let user = owned_by(json!({"state": "ACTIVATED", "employeeIdentifier": "E7"}));
            let config = json!({"leavers": leavers});
            assert_eq!(judge_with(RULE, &user, &config), expected, "{config}");
        }
    }

    fn two_people(primary: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": primary}}],
            "USR": [{"_id": "u1", "state": "ACTIVATED"}, {"_id": "u2", "state": "SUSPENDED"}],
            "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}, {"id": "u2", "type": "user"}]}}
        }))
    }

    #[test]
    fn g17_the_primary_user_is_judged_and_nobody_else() {
        assert_eq!(judge(RULE, &two_people(Value::Null)), "NOT_APPLICABLE no_single_owner");
        assert_eq!(judge(RULE, &two_people(json!("u1"))), "PASS owner_active");
        assert_eq!(judge(RULE, &two_people(json!("u2"))), "FAIL owner_suspended");
        assert_eq!(judge(RULE, &two_people(json!("gone"))), "NOT_APPLICABLE no_single_owner");
    }

    #[test]
    fn g01_the_only_bound_person_is_judged() {
        let mut one = two_people(Value::Null);
        one["SYS-USR"]["of"]["d1"] = json!([{"id": "u1", "type": "user"}]);
        assert_eq!(judge(RULE, &one), "PASS owner_active");
    }

    #[test]
    fn an_owner_nobody_knows_is_neither_active_nor_gone() {
        let cause = |inputs: &Value| {
            let found = &findings(RULE, inputs, &json!({}))[0];
            (found.reason_code.clone(), found.unknown_cause)
        };
        let mut odd = two_people(json!("u1"));
        odd["SYS"][0]["primarySystemUser"] = json!("u1");
        let unreadable = Some(UnknownCause::FieldUnparseable);
        assert_eq!(cause(&odd), ("owner_unknown".into(), unreadable));
        let mut several = two_people(Value::Null);
        several["USR"] = json!({"state": "failed", "class": "server"});
        assert_eq!(cause(&several), ("input_failed".into(), Some(UnknownCause::InputFailed)));
        let ambiguous = json!({"parameters": {"JC-DEV-022": {"multi_owner": "unknown"}}});
        let both = two_people(Value::Null);
        assert_eq!(judge_with(RULE, &both, &ambiguous), "UNKNOWN owner_unknown");
        let mut partial = two_people(json!("gone"));
        partial["USR"] = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &partial), "UNKNOWN input_partial");
    }

    #[test]
    fn a_record_that_arrived_is_enough() {
        let mut open = owned_by(json!({"state": "ACTIVATED"}));
        let records = open["USR"].clone();
        open["USR"] = json!({"state": "partial", "reason": "page_failed", "records": records});
        assert_eq!(judge(RULE, &open), "PASS owner_active");
    }

    #[test]
    fn the_order_of_owners_does_not_matter() {
        let config = json!({"parameters": {"JC-DEV-022": {"max_owners": 2}}});
        for (first, second, expected) in [
            ("ACTIVATED", "SUSPENDED", "FAIL owner_suspended"),
            ("SUSPENDED", "ACTIVATED", "FAIL owner_suspended"),
            ("ACTIVATED", "RETIRED", "UNKNOWN state_unclear"),
            ("RETIRED", "ACTIVATED", "UNKNOWN state_unclear"),
            ("SUSPENDED", "RETIRED", "FAIL owner_suspended"),
            ("RETIRED", "SUSPENDED", "FAIL owner_suspended"),
            ("ACTIVATED", "ACTIVATED", "PASS owner_active"),
        ] {
            let shared = inputs(json!({
                "SYS": [{"_id": "d1", "osFamily": "darwin"}],
                "USR": [{"_id": "u1", "state": first}, {"_id": "u2", "state": second}],
                "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}, {"id": "u2", "type": "user"}]}}
            }));
            assert_eq!(judge_with(RULE, &shared, &config), expected, "{first} {second}");
        }
    }

    #[test]
    fn a_state_that_is_missing_and_one_that_cannot_be_read_are_two_causes() {
        let cause = |user: Value| findings(RULE, &owned_by(user), &json!({}))[0].unknown_cause;
        assert_eq!(cause(json!({"activated": true})), Some(UnknownCause::FieldAbsent));
        assert_eq!(
            cause(json!({"state": [], "suspended": false})),
            Some(UnknownCause::FieldUnparseable)
        );
    }
}
