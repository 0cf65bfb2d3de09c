//! JC-APP-005: an application is federated, not a plain bookmark.
//!
//! # Expectation
//! The directory signs people in to each active application, or somebody has accepted otherwise.
//!
//! # Why
//! A bookmark does not centralise authentication.
//!
//! # Passes
//! ```json,passes
//! {"reason": "federated", "inputs": {"APP": [{"_id": "a1", "active": true, "sso": {"type": "saml"}}]}}
//! ```
//! ```json,passes
//! {"reason": "accepted", "config": {"parameters": {"JC-APP-005": {"accepted_unfederated": ["a1"]}}},
//!  "inputs": {"APP": [{"_id": "a1", "active": true, "sso": {"type": "bookmark"}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "not_federated", "inputs": {"APP": [{"_id": "a1", "active": true,
//!     "sso": {"type": "bookmark"}}]}}
//! ```
//!
//! # Unknown when
//! The kind of single sign-on did not arrive, or is in neither list.
//! ```json,unknown
//! {"reason": "type_unlisted", "inputs": {"APP": [{"_id": "a1", "active": true,
//!     "sso": {"type": "password_vault"}}]}}
//! ```
//!
//! # Fix
//! Federate with SAML or OIDC, or accept in writing.
//!
//! # Sources
//! `sso.type` is free text `[spec]` and is compared without regard to case.

use crate::case::Case;
use crate::facts::{FEDERATED_TYPES, UNFEDERATED_TYPES, lists_type};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const FEDERATED: Texts = Texts::new(
    "federated_types",
    FEDERATED_TYPES,
    "Kinds of single sign-on in which the directory signs people in.",
);
const UNFEDERATED: Texts = Texts::new(
    "unfederated_types",
    UNFEDERATED_TYPES,
    "Kinds of single sign-on in which the application signs people in by itself.",
);
const ACCEPTED: Texts = Texts::new(
    "accepted_unfederated",
    &[],
    "Ids of applications that may sign people in by themselves.",
)
.stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-APP-005",
    logic_version: 1,
    text_revision: 1,
    title: "Application is federated, not a plain bookmark",
    subject: SubjectKind::Application,
    severity: Severity::Low,
    tier: 2,
    rationale: "A bookmark does not centralise authentication.",
    remediation: "Federate with SAML or OIDC, or accept in writing.",
    applies: "applications that are not switched off",
    inputs: &[InputNeed::new("APP", &["sso.type", "ssoUrl", "name", "active"])],
    params: &[FEDERATED.spec(), UNFEDERATED.spec(), ACCEPTED.spec()],
    reasons: &[
        Reason::pass("federated", "the directory signs people in"),
        Reason::pass("accepted", "somebody accepted that it signs people in by itself"),
        Reason::fail("not_federated", "the application signs people in by itself"),
        Reason::unknown("type_unlisted", "the kind of single sign-on is in neither list"),
        Reason::unknown("field_absent", "the record does not name the kind of single sign-on"),
        Reason::unknown("field_unparseable", "the kind of single sign-on cannot be read"),
        Reason::not_applicable("inactive", "the application is switched off"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct Federated;

impl Rule for Federated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let application = case.application()?;
        let record = application.application();
        if case.see(application.row(), "active", &record.active).is_false() {
            return Ok(Verdict::not_applicable("inactive"));
        }
        case.see(application.row(), "name", &record.name);
        case.see(application.row(), "ssoUrl", &record.sso_url);
        let kind = application.sign_on_type(case)?;
        if lists_type(&case.param(&UNFEDERATED), &kind) {
            let accepted = case.param(&ACCEPTED).contains(&application.id.as_str());
            return Ok(if accepted {
                Verdict::pass("accepted")
            } else {
                Verdict::fail("not_federated")
            });
        }
        if lists_type(&case.param(&FEDERATED), &kind) {
            return Ok(Verdict::pass("federated"));
        }
        Err(Unknown::new(UnknownCause::NotObservable, "type_unlisted"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-APP-005";

    fn app(fields: &Value) -> Value {
        let mut record = json!({"_id": "a1", "active": true, "sso": {"type": "bookmark"}});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"APP": [record]}))
    }

    #[test]
    fn kinds_of_single_sign_on() {
        for (fields, expected) in [
            (json!({}), "FAIL not_federated"),
            (json!({"sso": {"type": "OIDC"}}), "PASS federated"),
            (json!({"sso": {"type": " saml "}}), "PASS federated"),
            (json!({"sso": {"type": "other"}}), "UNKNOWN type_unlisted"),
            (json!({"sso": {"type": ""}}), "UNKNOWN field_absent"),
            (json!({"sso": {"type": null}}), "UNKNOWN field_absent"),
            (json!({"sso": {"type": {}}}), "UNKNOWN field_unparseable"),
            (json!({"sso": null}), "UNKNOWN field_absent"),
            (json!({"active": false}), "NOT_APPLICABLE inactive"),
            (json!({"active": null}), "FAIL not_federated"),
        ] {
            assert_eq!(judge(RULE, &app(&fields)), expected, "{fields}");
        }
    }

    #[test]
    fn acceptance_and_lists_are_configuration() {
        let config = |name: &str, value: Value| json!({"parameters": {RULE: {name: value}}});
        assert_eq!(
            judge_with(RULE, &app(&json!({})), &config("accepted_unfederated", json!(["a1"]))),
            "PASS accepted"
        );
        assert_eq!(
            judge_with(
                RULE,
                &app(&json!({"sso": {"type": "other"}})),
                &config("federated_types", json!(["Other"]))
            ),
            "PASS federated"
        );
    }
}
