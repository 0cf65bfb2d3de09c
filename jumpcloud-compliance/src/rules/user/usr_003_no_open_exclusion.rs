//! JC-USR-003: no open-ended MFA exclusion is set for a user.
//!
//! # Expectation
//! An active user is not excused from the second factor, or for at most `max_exclusion_days` more.
//!
//! # Why
//! Exclusions tend to stay.
//!
//! # Passes
//! ```json,passes
//! {"reason": "no_exclusion", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "mfa": {"configured": true, "exclusion": false}}]}}
//! ```
//! ```json,passes
//! {"reason": "timeboxed", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "mfa": {"exclusion": true, "exclusionUntil": "2026-11-25T00:00:00Z"}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "open_ended", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "mfa": {"exclusion": true}}]}}
//! ```
//! ```json,fails
//! {"reason": "too_long", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "mfa": {"exclusion": true, "exclusionUntil": "2027-11-25T00:00:00Z"}}]}}
//! ```
//! ```json,fails
//! {"reason": "excluded", "config": {"parameters": {"JC-USR-003": {"tolerate_timeboxed": false}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "mfa": {"exclusion": true, "exclusionUntil": "2026-11-25T00:00:00Z"}}]}}
//! ```
//!
//! # Unknown when
//! The record has no `mfa`, or what it says cannot be read.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//!
//! # Fix
//! Remove the exclusion or give it a near end date.
//!
//! # Sources
//! Where `mfa` is present and names no exclusion there is none `[spec]`. The zero date
//! `0001-01-01T00:00:00Z` is no end.

use crate::case::{Case, Reading};
use crate::facts::object;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Flag};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::plus_days;

const MAX_EXCLUSION: Days =
    Days::new("max_exclusion_days", 7, 1..=30, "Most days an exclusion may still last.")
        .stricter_when_lower();
const TOLERATE: Flag =
    Flag::new("tolerate_timeboxed", true, "Whether an exclusion that ends soon is tolerated.")
        .stricter_when_false();

const META: Meta = Meta {
    id: "JC-USR-003",
    logic_version: 1,
    text_revision: 1,
    title: "No open-ended MFA exclusion is set for the user",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Exclusions tend to stay.",
    remediation: "Remove the exclusion or give it a near end date.",
    applies: "active users",
    inputs: &[InputNeed::new(
        "USR",
        &["mfa.exclusion", "mfa.exclusionUntil", "mfa.exclusionDays", "state", "suspended"],
    )],
    params: &[MAX_EXCLUSION.spec(), TOLERATE.spec()],
    reasons: &[
        Reason::pass("no_exclusion", "the user is not excused"),
        Reason::pass("expired_exclusion", "the exclusion has ended"),
        Reason::pass("timeboxed", "the exclusion ends soon"),
        Reason::fail("open_ended", "the exclusion has no end"),
        Reason::fail("too_long", "the exclusion ends too late"),
        Reason::fail("excluded", "the user is excused"),
        Reason::unknown("field_absent", "the record does not say whether the user is excused"),
        Reason::unknown("field_unparseable", "what the record says cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoOpenExclusion;

impl Rule for NoOpenExclusion {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let mfa = object(&user.user().mfa)?;
        let excluded = case.see(user.row(), "mfa.exclusion", &mfa.exclusion);
        case.see(user.row(), "mfa.exclusionDays", &mfa.exclusion_days);
        let until = case.see_end(user.row(), "mfa.exclusionUntil", &mfa.exclusion_until);
        if let jumpcloud_client::Field::Unparseable(_) = excluded {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"));
        }
        if !excluded.is_true() {
            return Ok(Verdict::pass("no_exclusion"));
        }
        if until == Reading::Absent {
            return Ok(Verdict::fail("open_ended"));
        }
        let until = until.needed()?;
        let now = case.evaluated_at();
        Ok(if until < now {
            Verdict::pass("expired_exclusion")
        } else if until > plus_days(now, case.param(&MAX_EXCLUSION)) {
            Verdict::fail("too_long")
        } else if case.param(&TOLERATE) {
            Verdict::pass("timeboxed")
        } else {
            Verdict::fail("excluded")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-USR-003";

    fn user(mfa: &Value) -> Value {
        inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED", "mfa": mfa}]}))
    }

    #[test]
    fn exclusion_and_end() {
        for (mfa, expected) in [
            (json!({}), "PASS no_exclusion"),
            (json!({"exclusion": null}), "PASS no_exclusion"),
            (json!({"exclusion": "?"}), "UNKNOWN field_unparseable"),
            (json!({"exclusion": true, "exclusionUntil": null}), "FAIL open_ended"),
            (json!({"exclusion": true, "exclusionUntil": ""}), "FAIL open_ended"),
            (
                json!({"exclusion": true, "exclusionUntil": "0001-01-01T00:00:00Z"}),
                "FAIL open_ended",
            ),
            (
                json!({"exclusion": true, "exclusionUntil": "2026-11-23T11:59:59Z"}),
                "PASS expired_exclusion",
            ),
            (
                json!({"exclusion": true, "exclusionUntil": "2026-11-30T12:00:00Z"}),
                "PASS timeboxed",
            ),
            (json!({"exclusion": true, "exclusionUntil": "2026-11-30T12:00:01Z"}), "FAIL too_long"),
            (json!({"exclusion": true, "exclusionUntil": "later"}), "UNKNOWN field_unparseable"),
            (json!({"exclusion": true, "exclusionUntil": {}}), "UNKNOWN field_unparseable"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("on"), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &user(&mfa)), expected, "{mfa}");
        }
    }

    #[test]
    fn a_near_end_is_tolerated_by_default_only() {
        let soon = user(&json!({"exclusion": true, "exclusionUntil": "2026-11-25T00:00:00Z"}));
        let config = json!({"parameters": {RULE: {"tolerate_timeboxed": false}}});
        assert_eq!(judge_with(RULE, &soon, &config), "FAIL excluded");
        let mut suspended = soon;
        suspended["USR"][0]["state"] = json!("SUSPENDED");
        assert_eq!(judge(RULE, &suspended), "NOT_APPLICABLE not_active");
        suspended["USR"][0]["state"] = json!(null);
        assert_eq!(judge(RULE, &suspended), "UNKNOWN state_unclear");
    }

    #[test]
    fn an_exclusion_is_over_after_its_end_and_not_at_it() {
        let now = user(&json!({"exclusion": true, "exclusionUntil": "2026-11-23T12:00:00Z"}));
        assert_eq!(judge(RULE, &now), "PASS timeboxed");
        let config = json!({"parameters": {RULE: {"tolerate_timeboxed": false}}});
        assert_eq!(judge_with(RULE, &now, &config), "FAIL excluded");
    }
}
