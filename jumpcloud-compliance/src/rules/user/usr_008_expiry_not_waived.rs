//! JC-USR-008: a password is not exempted from expiry.
//!
//! # Expectation
//! Where the organisation lets passwords expire, those of active people do, or an exception is approved.
//!
//! # Why
//! An exception from the expiry policy must be rare.
//!
//! # Passes
//! ```json,passes
//! {"reason": "expires", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "password_never_expires": false}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!         "enablePasswordExpirationInDays": true}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "never_expires", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "password_never_expires": true}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!         "enablePasswordExpirationInDays": true}}}]}}}}
//! ```
//!
//! # Unknown when
//! It is not known whether passwords expire, or the record lacks the flag.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "password_never_expires": true}]}}
//! ```
//!
//! # Fix
//! Clear the flag or record an approved exception.
//!
//! # Sources
//! The setting of the organisation decides whether the rule applies, not policies bound to groups.
//! Service accounts are judged by JC-USR-019.

use crate::case::Case;
use crate::facts::Settings;
use crate::outcome::Severity;
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const ALLOWED_USERS: Texts =
    Texts::new("allowed_users", &[], "Ids of users whose password may last.")
        .stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-USR-008",
    logic_version: 1,
    text_revision: 1,
    title: "Password is not exempted from expiry",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 2,
    rationale: "An exception from the expiry policy must be rare.",
    remediation: "Clear the flag or record an approved exception.",
    applies: "active users that are no service accounts, where passwords expire",
    inputs: &[
        InputNeed::new("USR", &["password_never_expires", "state", "suspended"]),
        InputNeed::new("ORGD", &["settings.passwordPolicy.enablePasswordExpirationInDays"]),
    ],
    params: &[ALLOWED_USERS.spec()],
    reasons: &[
        Reason::pass("expires", "the password expires"),
        Reason::pass("approved", "the exception is approved"),
        Reason::fail("never_expires", "the password never expires"),
        Reason::unknown("field_absent", "a flag that decides did not arrive"),
        Reason::unknown("field_unparseable", "a flag that decides cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("expiry_off", "passwords do not expire here"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
        Reason::not_applicable("service_account", "service accounts are judged elsewhere"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ExpiryNotWaived;

impl Rule for ExpiryNotWaived {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.outside_of_daily_use(case) {
            return early;
        }
        let Settings { row, values } = Settings::of(case)?;
        let expiry = values.password_policy.then(|rules| &rules.enable_password_expiration_in_days);
        let path = "settings.passwordPolicy.enablePasswordExpirationInDays";
        if !*case.need(row, path, expiry)? {
            return Ok(Verdict::not_applicable("expiry_off"));
        }
        let flag = &user.user().password_never_expires;
        if !*case.need(user.row(), "password_never_expires", flag)? {
            return Ok(Verdict::pass("expires"));
        }
        Ok(if case.param(&ALLOWED_USERS).contains(&user.id.as_str()) {
            Verdict::pass("approved")
        } else {
            Verdict::fail("never_expires")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{judge, judge_with, password_rules};

    const RULE: &str = "JC-USR-008";

    fn user(fields: &Value, expiry: &Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "password_never_expires": true});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let mut inputs = password_rules(&json!({"enablePasswordExpirationInDays": expiry}));
        inputs["USR"] = json!([record]);
        inputs
    }

    #[test]
    fn flag_and_setting() {
        for (fields, expiry, expected) in [
            (json!({}), json!(true), "FAIL never_expires"),
            (json!({"password_never_expires": false}), json!(true), "PASS expires"),
            (json!({"password_never_expires": null}), json!(true), "UNKNOWN field_absent"),
            (json!({"password_never_expires": "?"}), json!(true), "UNKNOWN field_unparseable"),
            (json!({}), json!(false), "NOT_APPLICABLE expiry_off"),
            (json!({}), json!(null), "UNKNOWN field_absent"),
            (json!({"password_never_expires": false}), json!([]), "UNKNOWN field_unparseable"),
            (json!({"state": "SUSPENDED"}), json!(true), "NOT_APPLICABLE not_active"),
            (json!({"state": null}), json!(true), "UNKNOWN state_unclear"),
            (json!({"ldap_binding_user": true}), json!(true), "NOT_APPLICABLE service_account"),
        ] {
            assert_eq!(judge(RULE, &user(&fields, &expiry)), expected, "{fields} {expiry}");
        }
    }

    #[test]
    fn an_exception_is_approved_by_id() {
        let config = json!({"parameters": {RULE: {"allowed_users": ["u1"]}}});
        assert_eq!(judge_with(RULE, &user(&json!({}), &json!(true)), &config), "PASS approved");
    }
}
