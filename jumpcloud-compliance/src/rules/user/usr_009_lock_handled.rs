//! JC-USR-009: a locked account is handled in time.
//!
//! # Expectation
//! An active account that is locked was locked at most `max_locked_days` ago.
//!
//! # Why
//! A long lock is an unanswered signal.
//!
//! # Passes
//! ```json,passes
//! {"reason": "recent_lock", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "account_locked": true, "account_locked_date": "2026-11-20T08:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "locked_too_long", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "account_locked": true, "account_locked_date": "2026-09-01T08:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! The record does not say whether or since when the account is locked.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "account_locked": true, "account_locked_date": null}]}}
//! ```
//!
//! # Fix
//! Review the cause, unlock or suspend.
//!
//! # Sources
//! A lock protects: the rule measures the follow-up. A suspended account has been handled.

use crate::case::Case;
use crate::outcome::Severity;
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const MAX_LOCKED: Days =
    Days::new("max_locked_days", 14, 1..=90, "Most days an account may stay locked.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-009",
    logic_version: 1,
    text_revision: 1,
    title: "Locked account is handled in time",
    subject: SubjectKind::User,
    severity: Severity::Low,
    tier: 2,
    rationale: "A long lock is an unanswered signal.",
    remediation: "Review the cause, unlock or suspend.",
    applies: "active users that are locked",
    inputs: &[InputNeed::new(
        "USR",
        &["account_locked", "account_locked_date", "badLoginAttempts", "state", "suspended"],
    )],
    params: &[MAX_LOCKED.spec()],
    reasons: &[
        Reason::pass("recent_lock", "the account was locked recently"),
        Reason::fail("locked_too_long", "nobody answered the lock in time"),
        Reason::unknown("field_absent", "the record lacks what decides"),
        Reason::unknown("field_unparseable", "what decides cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_locked", "the account is not locked"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct LockHandled;

impl Rule for LockHandled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let record = user.user();
        if !*case.need(user.row(), "account_locked", &record.account_locked)? {
            return Ok(Verdict::not_applicable("not_locked"));
        }
        case.see(user.row(), "badLoginAttempts", &record.bad_login_attempts);
        let since =
            case.need_time(user.row(), "account_locked_date", &record.account_locked_date)?;
        Ok(if case.age_days(since)? <= case.param(&MAX_LOCKED) {
            Verdict::pass("recent_lock")
        } else {
            Verdict::fail("locked_too_long")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{inputs, judge};

    #[test]
    fn lock_and_age() {
        for (fields, expected) in [
            (json!({"account_locked_date": "2026-11-09T12:00:00Z"}), "PASS recent_lock"),
            (json!({"account_locked_date": "2026-11-08T12:00:00Z"}), "FAIL locked_too_long"),
            (json!({"account_locked_date": "2026-12-01T12:00:00Z"}), "UNKNOWN future_timestamp"),
            (json!({"account_locked_date": ""}), "UNKNOWN field_absent"),
            (json!({"account_locked_date": "?"}), "UNKNOWN field_unparseable"),
            (json!({}), "UNKNOWN field_absent"),
            (json!({"account_locked": false}), "NOT_APPLICABLE not_locked"),
            (json!({"account_locked": null}), "UNKNOWN field_absent"),
            (json!({"account_locked": {}}), "UNKNOWN field_unparseable"),
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": null}), "UNKNOWN state_unclear"),
        ] {
            let mut record = json!({"_id": "u1", "state": "ACTIVATED", "account_locked": true});
            record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            assert_eq!(
                judge("JC-USR-009", &inputs(json!({"USR": [record]}))),
                expected,
                "{fields}"
            );
        }
    }
}
