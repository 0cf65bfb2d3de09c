//! JC-ADM-005: a suspended administrator has no API key.
//!
//! # Expectation
//! Whoever is suspended as administrator holds no API key.
//!
//! # Why
//! A key may outlive the suspension.
//!
//! # Passes
//! ```json,passes
//! {"reason": "no_key", "inputs": {"ADM": [{"_id": "x1", "suspended": true, "apiKeySet": false}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "key_on_suspended_admin", "inputs": {
//!     "ADM": [{"_id": "x1", "suspended": true, "apiKeySet": true}]}}
//! ```
//!
//! # Unknown when
//! The record does not say whether the administrator is suspended or holds a key.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"ADM": [{"_id": "x1", "suspended": true}]}}
//! ```
//!
//! # Fix
//! Delete the key.
//!
//! # Sources
//! Whether the service refuses the key of a suspended administrator is not documented.

use crate::case::Case;
use crate::outcome::Severity;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const META: Meta = Meta {
    id: "JC-ADM-005",
    logic_version: 1,
    text_revision: 1,
    title: "Suspended administrator has no API key",
    subject: SubjectKind::Admin,
    severity: Severity::High,
    tier: 2,
    rationale: "A key may outlive the suspension.",
    remediation: "Delete the key.",
    applies: "suspended administrators",
    inputs: &[InputNeed::new("ADM", &["suspended", "apiKeySet", "apiKeyAllowed"])],
    params: &[],
    reasons: &[
        Reason::pass("no_key", "there is no key"),
        Reason::fail("key_on_suspended_admin", "there is still a key"),
        Reason::unknown("field_absent", "the record lacks what decides"),
        Reason::unknown("field_unparseable", "what decides cannot be read"),
        Reason::not_applicable("not_suspended", "the administrator is not suspended"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct SuspendedWithoutKey;

impl Rule for SuspendedWithoutKey {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let admin = case.admin()?;
        let record = admin.administrator();
        if !*case.need(admin.row(), "suspended", &record.suspended)? {
            return Ok(Verdict::not_applicable("not_suspended"));
        }
        case.see(admin.row(), "apiKeyAllowed", &record.api_key_allowed);
        Ok(if *case.need(admin.row(), "apiKeySet", &record.api_key_set)? {
            Verdict::fail("key_on_suspended_admin")
        } else {
            Verdict::pass("no_key")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{inputs, judge};

    #[test]
    fn suspension_and_key() {
        for (suspended, key, expected) in [
            (json!(true), json!(true), "FAIL key_on_suspended_admin"),
            (json!(true), json!(false), "PASS no_key"),
            (json!(true), json!(null), "UNKNOWN field_absent"),
            (json!(true), json!("?"), "UNKNOWN field_unparseable"),
            (json!(false), json!(true), "NOT_APPLICABLE not_suspended"),
            (json!(null), json!(true), "UNKNOWN field_absent"),
            (json!({}), json!(true), "UNKNOWN field_unparseable"),
        ] {
            let admin = json!({"_id": "x1", "suspended": suspended, "apiKeySet": key});
            assert_eq!(judge("JC-ADM-005", &inputs(json!({"ADM": [admin]}))), expected, "{admin}");
        }
    }
}
