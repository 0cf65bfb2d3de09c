//! JC-ADM-004: an API credential is rotated and expires.
//!
//! # Expectation
//! The API key of an administrator is no older than `max_key_age_days`; with `require_expiry` it also
//! has an end.
//!
//! # Why
//! Long-lived keys leak.
//!
//! # Passes
//! ```json,passes
//! {"reason": "rotated", "inputs": {"ADM": [{"_id": "x1", "apiKeySet": true,
//!     "apiKeyHash": {"prefix": "jca_1", "createdAt": "2026-09-01T00:00:00Z"}}]}}
//! ```
//! ```json,passes
//! {"reason": "expired_key", "inputs": {"ADM": [{"_id": "x1", "apiKeySet": true,
//!     "apiKeyHash": {"createdAt": "2024-09-01T00:00:00Z", "expireAt": "2025-09-01T00:00:00Z"}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "key_too_old", "inputs": {"ADM": [{"_id": "x1", "apiKeySet": true,
//!     "apiKeyUpdatedAt": "2025-01-01T00:00:00Z"}]}}
//! ```
//! ```json,fails
//! {"reason": "no_expiry", "config": {"parameters": {"JC-ADM-004": {"require_expiry": true}}},
//!  "inputs": {"ADM": [{"_id": "x1", "apiKeySet": true,
//!     "apiKeyHash": {"createdAt": "2026-09-01T00:00:00Z"}}]}}
//! ```
//!
//! # Unknown when
//! The record does not say whether there is a key, or since when.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"ADM": [{"_id": "x1", "apiKeySet": true}]}}
//! ```
//!
//! # Fix
//! Rotate the key; prefer expiring service-account keys.
//!
//! # Sources
//! `apiKeyHash` holds the beginning and dates of a key, never the key `[spec]`; it lacks `expireAt`
//! where the key does not expire. A key whose end has passed opens nothing. Service accounts of
//! integrations are no administrators and are not judged in this version.

use jumpcloud_client::Field;

use crate::case::{Case, Reading};
use crate::facts::Admin;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Flag};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_KEY_AGE: Days =
    Days::new("max_key_age_days", 180, 1..=730, "Most days since a key was made.")
        .stricter_when_lower();
const REQUIRE_EXPIRY: Flag =
    Flag::new("require_expiry", false, "Whether a key must have an end.").stricter_when_true();

const META: Meta = Meta {
    id: "JC-ADM-004",
    logic_version: 1,
    text_revision: 1,
    title: "API credential is rotated and expires",
    subject: SubjectKind::Admin,
    severity: Severity::High,
    tier: 1,
    rationale: "Long-lived keys leak.",
    remediation: "Rotate the key; prefer expiring service-account keys.",
    applies: "administrators with an API key",
    inputs: &[InputNeed::new(
        "ADM",
        &[
            "apiKeySet",
            "apiKeyAllowed",
            "apiKeyUpdatedAt",
            "apiKeyHash.prefix",
            "apiKeyHash.createdAt",
            "apiKeyHash.expireAt",
        ],
    )],
    params: &[MAX_KEY_AGE.spec(), REQUIRE_EXPIRY.spec()],
    reasons: &[
        Reason::pass("rotated", "the key is young enough"),
        Reason::pass("expired_key", "the key has expired and opens nothing"),
        Reason::fail("key_too_old", "the key is too old"),
        Reason::fail("no_expiry", "the key has no end"),
        Reason::unknown("field_absent", "the record lacks what decides about the key"),
        Reason::unknown("field_unparseable", "what decides about the key cannot be read"),
        Reason::not_applicable("no_key", "the administrator has no API key"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct KeyRotated;

impl Rule for KeyRotated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let admin = case.admin()?;
        let record = admin.administrator();
        case.see(admin.row(), "apiKeyAllowed", &record.api_key_allowed);
        let set = case.need(admin.row(), "apiKeySet", &record.api_key_set);
        let hash = &record.api_key_hash;
        if hash.value().is_none() {
            if !*set? {
                return Ok(Verdict::not_applicable("no_key"));
            }
            if matches!(hash, Field::Unparseable(_)) {
                return Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"));
            }
        }
        case.see(admin.row(), "apiKeyHash.prefix", hash.then(|hash| &hash.prefix));
        let end =
            case.see_end(admin.row(), "apiKeyHash.expireAt", hash.then(|hash| &hash.expire_at));
        if end.value().is_some_and(|end| end < case.evaluated_at()) {
            return Ok(Verdict::pass("expired_key"));
        }
        let age = age(case, admin);
        if age.as_ref().is_ok_and(|age| *age > case.param(&MAX_KEY_AGE)) {
            return Ok(Verdict::fail("key_too_old"));
        }
        if case.param(&REQUIRE_EXPIRY) {
            match end {
                Reading::Value(_) => {}
                // Only the dates of the key can say that it has no end.
                Reading::Absent if hash.value().is_some() => return Ok(Verdict::fail("no_expiry")),
                Reading::Absent | Reading::Unparseable => {
                    end.needed()?;
                }
            }
        }
        age?;
        Ok(Verdict::pass("rotated"))
    }
}

/// Days since the key was made, else since it was changed.
fn age(case: &mut Case<'_>, admin: &Admin<'_>) -> Result<i64, Unknown> {
    let record = admin.administrator();
    let created = record.api_key_hash.then(|hash| &hash.created_at);
    let made = case.see_time(admin.row(), "apiKeyHash.createdAt", created);
    let changed = case.see_time(admin.row(), "apiKeyUpdatedAt", &record.api_key_updated_at);
    let start = match made {
        Reading::Absent => changed,
        made => made,
    };
    let start = start.needed()?;
    case.age_days(start)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-ADM-004";

    fn admin(fields: &Value) -> Value {
        let mut record = json!({"_id": "x1", "apiKeySet": true});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"ADM": [record]}))
    }

    #[test]
    fn g37_the_older_date_counts_where_the_key_has_none() {
        let old = admin(&json!({"apiKeyUpdatedAt": "2025-01-01T00:00:00Z"}));
        assert_eq!(judge(RULE, &old), "FAIL key_too_old");
    }

    #[test]
    fn age_and_presence() {
        for (fields, expected) in [
            (json!({"apiKeyUpdatedAt": "2026-05-27T12:00:00Z"}), "PASS rotated"),
            (json!({"apiKeyUpdatedAt": "2026-05-26T12:00:00Z"}), "FAIL key_too_old"),
            (
                json!({"apiKeyHash": {"createdAt": "2026-11-01T00:00:00Z"}, "apiKeyUpdatedAt": "2020-01-01T00:00:00Z"}),
                "PASS rotated",
            ),
            (
                json!({"apiKeySet": null, "apiKeyHash": {"createdAt": "2020-01-01T00:00:00Z"}}),
                "FAIL key_too_old",
            ),
            (
                json!({"apiKeyHash": {"createdAt": "2027-01-01T00:00:00Z"}}),
                "UNKNOWN future_timestamp",
            ),
            (json!({"apiKeyHash": {"createdAt": "long ago"}}), "UNKNOWN field_unparseable"),
            (json!({"apiKeyHash": {}}), "UNKNOWN field_absent"),
            (json!({"apiKeyHash": "?"}), "UNKNOWN field_unparseable"),
            (json!({"apiKeyUpdatedAt": ""}), "UNKNOWN field_absent"),
            (json!({"apiKeySet": false}), "NOT_APPLICABLE no_key"),
            (json!({"apiKeySet": null}), "UNKNOWN field_absent"),
            (json!({"apiKeySet": []}), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &admin(&fields)), expected, "{fields}");
        }
    }

    #[test]
    fn an_end_may_be_demanded() {
        let config = json!({"parameters": {RULE: {"require_expiry": true}}});
        for (fields, expected) in [
            (
                json!({"apiKeyHash": {"createdAt": "2026-11-01T00:00:00Z", "expireAt": "2027-01-01T00:00:00Z"}}),
                "PASS rotated",
            ),
            (json!({"apiKeyHash": {"createdAt": "2026-11-01T00:00:00Z"}}), "FAIL no_expiry"),
            (json!({"apiKeyHash": {}}), "FAIL no_expiry"),
            (json!({"apiKeyUpdatedAt": "2026-11-01T00:00:00Z"}), "UNKNOWN field_absent"),
            (
                json!({"apiKeyHash": {"createdAt": "2026-11-01T00:00:00Z", "expireAt": "?"}}),
                "UNKNOWN field_unparseable",
            ),
            (
                json!({"apiKeyHash": {"createdAt": "2020-11-01T00:00:00Z", "expireAt": "2026-11-22"}}),
                "PASS expired_key",
            ),
            (
                json!({"apiKeyHash": {"createdAt": "2020-11-01T00:00:00Z", "expireAt": "2026-11-23"}}),
                "FAIL key_too_old",
            ),
        ] {
            assert_eq!(judge_with(RULE, &admin(&fields), &config), expected, "{fields}");
        }
    }
}
