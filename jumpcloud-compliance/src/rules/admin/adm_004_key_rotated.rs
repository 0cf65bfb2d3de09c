//! JC-ADM-004: an API credential is rotated and expires.
//!
//! # Expectation
//! The API key of an administrator is no older than `max_key_age_days`; with `require_expiry` it also
//! has an end. The account of a program ends within `max_key_age_days`.
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
//! ```json,passes
//! {"reason": "expires_in_time", "inputs": {"SVA": [{"objectId": "s1", "status": "active",
//!     "expiresAt": "2027-02-01T00:00:00Z"}]}}
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
//! ```json,fails
//! {"reason": "too_long_lived", "inputs": {"SVA": [{"objectId": "s1", "status": "active",
//!     "expiresAt": "2029-02-01T00:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! The record does not say whether there is a key, or since when; or whether a service account is
//! active, which without an end would fail.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"ADM": [{"_id": "x1", "apiKeySet": true}]}}
//! ```
//!
//! # Fix
//! Rotate the key; prefer expiring service-account keys.
//!
//! # Sources
//! `apiKeyHash` holds the beginning and dates of a key, never the key `[spec]`; it lacks `expireAt`
//! where the key does not expire. A key whose end has passed opens nothing.
//!
//! A service account signs a program in. It is judged among the administrators, of sub-kind
//! `service_account`; that it is out of use is read from its status only when that is a word other than
//! `active`. Its record does not say when its credential was made, so its end decides.

use alloc::vec::Vec;

use jumpcloud_client::Field;

use crate::case::{Case, Reading, Subject};
use crate::config::Config;
use crate::facts::{Admin, Facts, ServiceAccount};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Flag};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::age_days;

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
    applies: "administrators with an API key, and active service accounts",
    inputs: &[
        InputNeed::new(
            "ADM",
            &[
                "apiKeySet",
                "apiKeyAllowed",
                "apiKeyUpdatedAt",
                "apiKeyHash.prefix",
                "apiKeyHash.createdAt",
                "apiKeyHash.expireAt",
            ],
        ),
        InputNeed::new("SVA", &["status", "expiresAt", "roleName"]),
    ],
    params: &[MAX_KEY_AGE.spec(), REQUIRE_EXPIRY.spec()],
    reasons: &[
        Reason::pass("rotated", "the key is young enough"),
        Reason::pass("expired_key", "the key has expired and opens nothing"),
        Reason::fail("key_too_old", "the key is too old"),
        Reason::pass("expires_in_time", "the service account ends soon enough"),
        Reason::fail("no_expiry", "the key has no end"),
        Reason::fail("too_long_lived", "the service account ends too late"),
        Reason::unknown("field_absent", "the record lacks what decides about the key"),
        Reason::unknown("field_unparseable", "what decides about the key cannot be read"),
        Reason::not_applicable("no_key", "the administrator has no API key"),
        Reason::not_applicable("not_active", "the service account is not active"),
    ],
    after: &[],
};

const FIELD_UNPARSEABLE: Unknown =
    Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable");

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct KeyRotated;

impl Rule for KeyRotated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn beside<'a>(&self, _: &'a Config, facts: &'a Facts<'a>) -> Vec<Subject<'a>> {
        facts.service_accounts().iter().map(Subject::ServiceAccount).collect()
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        if let Subject::ServiceAccount(service) = case.subject() {
            return service_account(case, service);
        }
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
                return Err(FIELD_UNPARSEABLE);
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
                Reading::Absent => return Ok(Verdict::fail("no_expiry")),
                Reading::Unparseable => return Err(FIELD_UNPARSEABLE),
            }
        }
        age?;
        Ok(Verdict::pass("rotated"))
    }
}

/// Judges the account of a program by its end.
fn service_account(case: &mut Case<'_>, service: &ServiceAccount<'_>) -> Judgement {
    let (row, record) = (service.row(), service.account());
    case.uses("SVA");
    case.see(row, "roleName", &record.role_name);
    let status = case.see(row, "status", &record.status).filled();
    if status.is_some_and(|word| !word.trim().eq_ignore_ascii_case("active")) {
        return Ok(Verdict::not_applicable("not_active"));
    }
    let end = match case.see_end(row, "expiresAt", &record.expires_at) {
        Reading::Unparseable => return Err(FIELD_UNPARSEABLE),
        Reading::Absent => None,
        Reading::Value(end) => Some(end),
    };
    let longest = case.param(&MAX_KEY_AGE);
    let failure = match end {
        None => "no_expiry",
        Some(end) if end < case.evaluated_at() => return Ok(Verdict::pass("expired_key")),
        Some(end) if age_days(case.evaluated_at(), end) > longest => "too_long_lived",
        Some(_) => return Ok(Verdict::pass("expires_in_time")),
    };
    match (status, &record.status) {
        (Some(_), _) => Ok(Verdict::fail(failure)),
        (None, Field::Unparseable(_)) => Err(FIELD_UNPARSEABLE),
        (None, _) => Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent")),
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

    use crate::testing::{findings, inputs, judge, judge_with};

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
    fn accounts_of_programs_end_in_time() {
        for (fields, expected) in [
            (
                json!({"status": "active", "expiresAt": "2027-05-22T12:00:00Z"}),
                "PASS expires_in_time",
            ),
            (
                json!({"status": "active", "expiresAt": "2027-05-23T12:00:00Z"}),
                "FAIL too_long_lived",
            ),
            (json!({"status": "ACTIVE"}), "FAIL no_expiry"),
            (json!({"status": "active", "expiresAt": ""}), "FAIL no_expiry"),
            (json!({"status": "active", "expiresAt": null}), "FAIL no_expiry"),
            (json!({"status": "active", "expiresAt": "?"}), "UNKNOWN field_unparseable"),
            (json!({"status": "active", "expiresAt": "2026-11-22"}), "PASS expired_key"),
            (json!({"status": "suspended"}), "NOT_APPLICABLE not_active"),
            (json!({}), "UNKNOWN field_absent"),
            (json!({"status": []}), "UNKNOWN field_unparseable"),
            (json!({"expiresAt": "2027-01-01T00:00:00Z"}), "PASS expires_in_time"),
        ] {
            let mut account = json!({"objectId": "s1", "name": "sync"});
            account.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let all = inputs(json!({"ADM": [], "SVA": [account]}));
            assert_eq!(judge(RULE, &all), expected, "{fields}");
            let finding = findings(RULE, &all, &json!({})).remove(0);
            assert_eq!(finding.subject.sub_kind.as_deref(), Some("service_account"));
            assert_eq!(
                (&*finding.subject.id, finding.subject.display_name.as_deref()),
                ("s1", Some("sync"))
            );
        }
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
            (json!({"apiKeyUpdatedAt": "2026-11-01T00:00:00Z"}), "FAIL no_expiry"),
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

    #[test]
    fn a_key_is_expired_after_its_end_and_not_at_it() {
        let fresh = "2026-11-20T00:00:00Z";
        for (end, key, program) in [
            ("2026-11-23T11:59:59Z", "PASS expired_key", "PASS expired_key"),
            ("2026-11-23T12:00:00Z", "PASS rotated", "PASS expires_in_time"),
        ] {
            let own = json!({"apiKeyHash": {"createdAt": fresh, "expireAt": end}});
            assert_eq!(judge(RULE, &admin(&own)), key, "{end}");
            let account = json!({"objectId": "s1", "status": "active", "expiresAt": end});
            let all = inputs(json!({"ADM": [], "SVA": [account]}));
            assert_eq!(judge(RULE, &all), program, "{end}");
        }
    }
}
