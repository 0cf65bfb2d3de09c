//! JC-USR-014: SSH public keys are rotated.
//!
//! # Expectation
//! Each SSH key of an active user was added at most `max_key_age_days` ago.
//!
//! # Why
//! Old keys sit on forgotten machines.
//!
//! # Passes
//! ```json,passes
//! {"reason": "keys_rotated", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "ssh_keys": [{"_id": "k1", "name": "laptop", "create_date": "2026-05-01T00:00:00Z"}]}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "key_too_old", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "ssh_keys": [{"_id": "k1", "name": "laptop", "create_date": "2024-05-01T00:00:00Z"}]}]}}
//! ```
//!
//! # Unknown when
//! The list did not arrive, or a key has no readable date and no other one fails.
//! ```json,unknown
//! {"reason": "key_undated", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "ssh_keys": [{"_id": "k1", "name": "laptop"}]}]}}
//! ```
//!
//! # Fix
//! Rotate and delete the old key.
//!
//! # Sources
//! `create_date` tells when a key was added, not when it was made. The older single key has no date.

use crate::case::{Case, Reading};
use crate::facts::{User, UserKey};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_KEY_AGE: Days =
    Days::new("max_key_age_days", 365, 30..=1825, "Most days since a key was added.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-014",
    logic_version: 1,
    text_revision: 1,
    title: "SSH public keys are rotated",
    subject: SubjectKind::User,
    severity: Severity::Low,
    tier: 2,
    rationale: "Old keys sit on forgotten machines.",
    remediation: "Rotate and delete the old key.",
    applies: "active users with an SSH key",
    inputs: &[InputNeed::new("USR", &["ssh_keys", "public_key", "state", "suspended"])],
    params: &[MAX_KEY_AGE.spec()],
    reasons: &[
        Reason::pass("keys_rotated", "every key is young enough"),
        Reason::fail("key_too_old", "a key is too old"),
        Reason::unknown("key_undated", "a key does not say when it was added"),
        Reason::unknown("field_absent", "the list of keys did not arrive"),
        Reason::unknown("field_unparseable", "the list of keys cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("no_key", "the user has no SSH key"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct KeysRotated;

impl Rule for KeysRotated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let keys = user.ssh_keys(case)?;
        if keys.is_empty() {
            return Ok(Verdict::not_applicable("no_key"));
        }
        let limit = case.param(&MAX_KEY_AGE);
        let mut unknown = None;
        for key in keys {
            match age(case, user, key) {
                Ok(age) if age > limit => return Ok(Verdict::fail("key_too_old")),
                Ok(_) => {}
                Err(other) => unknown = Some(other),
            }
        }
        unknown.map_or(Ok(Verdict::pass("keys_rotated")), Err)
    }
}

/// Days since a key was added.
fn age(case: &mut Case<'_>, user: &User<'_>, key: UserKey<'_>) -> Result<i64, Unknown> {
    let undated = |cause| Err(Unknown::new(cause, "key_undated"));
    let place = key.observe(case, user);
    let UserKey::Listed(key) = key else {
        case.see_derived(user.row(), &alloc::format!("{place}.present"), true);
        return undated(UnknownCause::FieldAbsent);
    };
    match case.see_time(user.row(), &alloc::format!("{place}.create_date"), &key.create_date) {
        Reading::Value(added) => case.age_days(added),
        Reading::Absent => undated(UnknownCause::FieldAbsent),
        Reading::Unparseable => undated(UnknownCause::FieldUnparseable),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge};

    const RULE: &str = "JC-USR-014";

    fn user(fields: &Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record]}))
    }

    fn added(dates: &[Value]) -> Value {
        let keys: Value = dates
            .iter()
            .enumerate()
            .map(|(n, date)| json!({"_id": alloc::format!("k{n}"), "create_date": date}))
            .collect();
        user(&json!({"ssh_keys": keys}))
    }

    #[test]
    fn ages() {
        let new = json!("2025-11-23T12:00:00Z");
        let old = json!("2025-11-22T12:00:00Z");
        for (dates, expected) in [
            (alloc::vec![new.clone()], "PASS keys_rotated"),
            (alloc::vec![new.clone(), old.clone()], "FAIL key_too_old"),
            (alloc::vec![json!(null), old], "FAIL key_too_old"),
            (alloc::vec![new.clone(), json!(null)], "UNKNOWN key_undated"),
            (alloc::vec![new.clone(), json!("?")], "UNKNOWN key_undated"),
            (alloc::vec![new, json!("2027-01-01T00:00:00Z")], "UNKNOWN future_timestamp"),
        ] {
            assert_eq!(judge(RULE, &added(&dates)), expected, "{dates:?}");
        }
    }

    #[test]
    fn the_older_single_key_has_no_date() {
        let single = user(&json!({"ssh_keys": [], "public_key": "ssh-rsa AAAA"}));
        assert_eq!(judge(RULE, &single), "UNKNOWN key_undated");
        let same = user(&json!({"public_key": "ssh-rsa AAAA", "ssh_keys": [
            {"_id": "k1", "public_key": "ssh-rsa AAAA", "create_date": "2026-11-01T00:00:00Z"}]}));
        assert_eq!(judge(RULE, &same), "PASS keys_rotated");
    }

    #[test]
    fn lists_that_did_not_arrive() {
        for (fields, expected) in [
            (json!({}), "UNKNOWN field_absent"),
            (json!({"ssh_keys": {}}), "UNKNOWN field_unparseable"),
            (json!({"ssh_keys": []}), "NOT_APPLICABLE no_key"),
            (json!({"ssh_keys": [], "state": "STAGED"}), "NOT_APPLICABLE not_active"),
            (json!({"ssh_keys": [], "state": null}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &user(&fields)), expected, "{fields}");
        }
    }
}
