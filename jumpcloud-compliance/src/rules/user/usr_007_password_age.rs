//! JC-USR-007: a password's age is within the limit.
//!
//! # Expectation
//! The password of an active user was set at most `max_age_days` ago, unless another directory or a
//! second factor makes its age unimportant.
//!
//! # Why
//! Where a password is the only factor its age matters.
//!
//! # Passes
//! ```json,passes
//! {"reason": "young_enough", "config": {"parameters": {"JC-USR-007": {"enabled": true}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "password_date": "2026-09-01T00:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "password_too_old", "config": {"parameters": {"JC-USR-007": {"enabled": true}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "password_date": "2024-09-01",
//!     "mfaEnrollment": {"overallStatus": "NOT_ENROLLED"}}]}}
//! ```
//!
//! # Unknown when
//! The record does not say when the password was set, or that lies in the future, or nobody knows
//! whether a second factor makes up for its age.
//! ```json,unknown
//! {"reason": "field_absent", "config": {"parameters": {"JC-USR-007": {"enabled": true}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "password_date": null}]}}
//! ```
//!
//! # Fix
//! Change it, or enrol MFA.
//!
//! # Sources
//! Off by default: NIST SP 800-63B asks for no periodic change. Profile `pci` turns it on with 90 days.
//! A bare date counts from 00:00 UTC. A password that is old fails only where the enrolment is known not
//! to make up for it.

use jumpcloud_client::Field;
use jumpcloud_client::resources::MfaStatus;

use crate::case::Case;
use crate::facts::User;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Flag};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ENABLED: Flag = Flag::new("enabled", false, "Whether the rule runs.").stricter_when_true();
const MAX_AGE: Days =
    Days::new("max_age_days", 365, 30..=1825, "Most days since the password was set.")
        .stricter_when_lower();
const ONLY_SINGLE_FACTOR: Flag =
    Flag::new("only_single_factor", true, "Whether people with a second factor are left out.")
        .stricter_when_false();

const META: Meta = Meta {
    id: "JC-USR-007",
    logic_version: 1,
    text_revision: 1,
    title: "Password age is within the limit",
    subject: SubjectKind::User,
    severity: Severity::Low,
    tier: 2,
    rationale: "Where a password is the only factor its age matters.",
    remediation: "Change it, or enrol MFA.",
    applies: "active users whose password JumpCloud keeps",
    inputs: &[InputNeed::new(
        "USR",
        &[
            "password_date",
            "password_expiration_date",
            "externally_managed",
            "delegatedAuthority",
            "restrictedFields",
            "mfaEnrollment.overallStatus",
            "state",
            "suspended",
        ],
    )],
    params: &[ENABLED.spec(), MAX_AGE.spec(), ONLY_SINGLE_FACTOR.spec()],
    reasons: &[
        Reason::pass("young_enough", "the password is young enough"),
        Reason::fail("password_too_old", "the password is too old"),
        Reason::unknown("field_absent", "the record lacks what decides"),
        Reason::unknown("field_unparseable", "what decides cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("other_directory", "another directory keeps the password"),
        Reason::not_applicable("mfa_enrolled", "a second factor makes up for the age"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct PasswordYoung;

impl Rule for PasswordYoung {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        if is_kept_elsewhere(case, user)? {
            return Ok(Verdict::not_applicable("other_directory"));
        }
        let record = user.user();
        let status = record.mfa_enrollment.then(|own| &own.overall_status);
        let status = case.see(user.row(), "mfaEnrollment.overallStatus", status);
        let single_only = case.param(&ONLY_SINGLE_FACTOR);
        if single_only && status.value() == Some(&MfaStatus::Enrolled) {
            return Ok(Verdict::not_applicable("mfa_enrolled"));
        }
        case.see(user.row(), "password_expiration_date", &record.password_expiration_date);
        let set = case.need_time(user.row(), "password_date", &record.password_date)?;
        let age = case.age_days(set)?;
        case.see_derived(user.row(), "password_age_days", age);
        if age <= case.param(&MAX_AGE) {
            return Ok(Verdict::pass("young_enough"));
        }
        if single_only {
            match status {
                Field::Value(MfaStatus::Other(_)) | Field::Unparseable(_) => {
                    return Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"));
                }
                Field::Absent | Field::Null => {
                    return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
                }
                Field::Value(_) => {}
            }
        }
        Ok(Verdict::fail("password_too_old"))
    }
}

/// Whether another directory keeps the password.
fn is_kept_elsewhere(case: &mut Case<'_>, user: &User<'_>) -> Result<bool, Unknown> {
    let record = user.user();
    let external = case.see(user.row(), "externally_managed", &record.externally_managed).is_true();
    let delegated = record.delegated_authority.value().is_some();
    case.see_derived(user.row(), "delegatedAuthority.present", delegated);
    let federated = user.is_federated();
    case.see_derived(user.row(), "restrictedFields[type=federated_identity_provider]", federated);
    if external || delegated {
        return Ok(true);
    }
    federated.ok_or(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{evaluation, findings, inputs, judge_with};

    const RULE: &str = "JC-USR-007";

    fn judged(fields: &Value, parameters: &Value) -> String {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "password_date": "2020-01-01T00:00:00Z",
            "mfaEnrollment": {"overallStatus": "NOT_ENROLLED"}});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let mut own = json!({"enabled": true});
        own.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        judge_with(RULE, &inputs(json!({"USR": [record]})), &json!({"parameters": {RULE: own}}))
    }

    #[test]
    fn the_rule_is_off_by_default_and_on_for_pci() {
        let user = inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED",
            "password_date": "2026-08-24", "mfaEnrollment": {"overallStatus": "DISABLED"}}]}));
        assert!(findings(RULE, &user, &json!({})).is_empty());
        assert!(evaluation(&user, &json!({})).rules_disabled.iter().any(|id| id == RULE));
        let pci = json!({"profile": "pci"});
        assert_eq!(judge_with(RULE, &user, &pci), "FAIL password_too_old");
    }

    #[test]
    fn age_and_form_of_the_date() {
        for (date, expected) in [
            (json!("2025-11-23T12:00:00Z"), "PASS young_enough"),
            (json!("2025-11-22T12:00:00Z"), "FAIL password_too_old"),
            (json!("2025-11-23"), "PASS young_enough"),
            (json!("2026-11-24T12:00:00Z"), "UNKNOWN future_timestamp"),
            (json!(""), "UNKNOWN field_absent"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("yesterday"), "UNKNOWN field_unparseable"),
        ] {
            let found = judged(&json!({"password_date": date}), &json!({}));
            assert_eq!(found, expected, "{date}");
        }
    }

    #[test]
    fn what_makes_the_age_unimportant() {
        let none = json!({});
        for (fields, parameters, expected) in [
            (
                json!({"mfaEnrollment": {"overallStatus": "ENROLLED"}}),
                &none,
                "NOT_APPLICABLE mfa_enrolled",
            ),
            (
                json!({"mfaEnrollment": {"overallStatus": "ENROLLED"}}),
                &json!({"only_single_factor": false}),
                "FAIL password_too_old",
            ),
            (json!({"mfaEnrollment": null}), &none, "UNKNOWN field_absent"),
            (
                json!({"mfaEnrollment": {"overallStatus": "NEW"}}),
                &none,
                "UNKNOWN field_unparseable",
            ),
            (json!({"externally_managed": true}), &none, "NOT_APPLICABLE other_directory"),
            (json!({"delegatedAuthority": {"id": "a1"}}), &none, "NOT_APPLICABLE other_directory"),
            (json!({"delegatedAuthority": null}), &none, "FAIL password_too_old"),
            (
                json!({"restrictedFields": [{"type": "federated_identity_provider"}]}),
                &none,
                "NOT_APPLICABLE other_directory",
            ),
            (json!({"restrictedFields": "?"}), &none, "UNKNOWN field_unparseable"),
            (json!({"state": "SUSPENDED"}), &none, "NOT_APPLICABLE not_active"),
            (json!({"state": null}), &none, "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judged(&fields, parameters), expected, "{fields}");
        }
    }
}
