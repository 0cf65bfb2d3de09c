//! JC-USR-020: an identity record is complete.
//!
//! # Expectation
//! Every required field of an active user's record is filled, and the e-mail has the form of one.
//!
//! # Why
//! An incomplete identity cannot be matched to a person.
//!
//! # Passes
//! ```json,passes
//! {"reason": "complete", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "email": "ada@example.com", "firstname": "Ada", "lastname": "Example"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "incomplete", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "email": "ada@example.com", "firstname": "Ada", "lastname": ""}]}}
//! ```
//!
//! # Unknown when
//! A field is not in the answer at all, which is another thing than an empty one.
//! ```json,unknown
//! {"reason": "field_not_collected", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "email": "ada@example.com", "firstname": "Ada"}]}}
//! ```
//!
//! # Fix
//! Fill the missing fields at the source.
//!
//! # Sources
//! JumpCloud writes unset text as `""`, sometimes as `null` `[recorded]`; both are empty. A found gap
//! fails even where another field was not collected.

use alloc::vec::Vec;

use jumpcloud_client::Field;
use jumpcloud_client::resources::SystemUser;

use crate::case::Case;
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const FIELDS: &[&str] = &[
    "email",
    "firstname",
    "lastname",
    "username",
    "manager",
    "department",
    "employeeIdentifier",
    "employeeType",
];
const REQUIRED_FIELDS: Texts = Texts::new(
    "required_fields",
    &["email", "firstname", "lastname"],
    "Fields that must be filled.",
)
.any_of(FIELDS)
.stricter_when_longer();

const META: Meta = Meta {
    id: "JC-USR-020",
    logic_version: 1,
    text_revision: 1,
    title: "Identity record is complete",
    subject: SubjectKind::User,
    severity: Severity::Low,
    tier: 1,
    rationale: "An incomplete identity cannot be matched to a person.",
    remediation: "Fill the missing fields at the source.",
    applies: "active users",
    inputs: &[InputNeed::new(
        "USR",
        &[
            "email",
            "firstname",
            "lastname",
            "username",
            "manager",
            "department",
            "employeeIdentifier",
            "employeeType",
            "state",
            "suspended",
        ],
    )],
    params: &[REQUIRED_FIELDS.spec()],
    reasons: &[
        Reason::pass("complete", "every required field is filled"),
        Reason::fail("incomplete", "a required field is empty, or the e-mail is none"),
        Reason::unknown("field_not_collected", "a required field is not in the answer"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct IdentityComplete;

impl Rule for IdentityComplete {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let mut empty: Vec<&str> = Vec::new();
        let mut not_collected: Vec<&str> = Vec::new();
        for name in case.param(&REQUIRED_FIELDS) {
            let field = case.see(user.row(), name, field(user.user(), name));
            match field {
                Field::Absent | Field::Unparseable(_) => not_collected.push(name),
                Field::Null => empty.push(name),
                Field::Value(_) => match field.filled() {
                    None => empty.push(name),
                    Some(text) if name == "email" && !is_email(text) => empty.push(name),
                    Some(_) => {}
                },
            }
        }
        if !empty.is_empty() {
            case.see_derived(user.row(), "missing_fields", empty);
            return Ok(Verdict::fail("incomplete"));
        }
        if !not_collected.is_empty() {
            case.see_derived(user.row(), "fields_not_collected", not_collected);
            return Err(Unknown::new(UnknownCause::FieldAbsent, "field_not_collected"));
        }
        Ok(Verdict::pass("complete"))
    }
}

fn field<'u>(user: &'u SystemUser, name: &str) -> &'u Field<alloc::string::String> {
    match name {
        "email" => &user.email,
        "firstname" => &user.firstname,
        "lastname" => &user.lastname,
        "username" => &user.username,
        "manager" => &user.manager,
        "department" => &user.department,
        "employeeIdentifier" => &user.employee_identifier,
        "employeeType" => &user.employee_type,
        _ => &Field::Absent,
    }
}

/// Whether text has one `@`, and a dot within the domain.
fn is_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((name, domain)) => {
            let inner = domain.trim_matches('.');
            !name.is_empty() && !domain.contains('@') && inner == domain && domain.contains('.')
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-USR-020";

    fn user(fields: Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "email": "ada@example.com",
                                "firstname": "Ada", "lastname": "Example"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record]}))
    }

    #[test]
    fn empty_null_and_absent_are_told_apart() {
        for (fields, expected) in [
            (json!({}), "PASS complete"),
            (json!({"lastname": "  "}), "FAIL incomplete"),
            (json!({"lastname": null}), "FAIL incomplete"),
            (json!({"lastname": []}), "UNKNOWN field_not_collected"),
        ] {
            assert_eq!(judge(RULE, &user(fields.clone())), expected, "{fields}");
        }
    }

    #[test]
    fn an_email_has_the_form_of_one() {
        for (email, passes) in [
            ("ada@example.com", true),
            ("ada@localhost", false),
            ("ada@@example.com", false),
            ("@example.com", false),
            ("ada@example.", false),
            ("ada", false),
        ] {
            let expected = if passes { "PASS complete" } else { "FAIL incomplete" };
            assert_eq!(judge(RULE, &user(json!({"email": email}))), expected, "{email}");
        }
    }

    #[test]
    fn more_fields_can_be_required() {
        let config = json!({"parameters": {RULE: {"required_fields": ["email", "manager"]}}});
        assert_eq!(judge_with(RULE, &user(json!({})), &config), "UNKNOWN field_not_collected");
        assert_eq!(judge_with(RULE, &user(json!({"manager": ""})), &config), "FAIL incomplete");
        assert_eq!(judge_with(RULE, &user(json!({"manager": "u9"})), &config), "PASS complete");
    }

    #[test]
    fn a_gap_that_was_found_counts_more_than_a_field_that_was_not_asked_for() {
        let config = json!({"parameters": {RULE: {"required_fields": ["email", "department"]}}});
        assert_eq!(judge_with(RULE, &user(json!({"email": ""})), &config), "FAIL incomplete");
    }

    #[test]
    fn states() {
        for (fields, expected) in [
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": "STAGED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": null}), "UNKNOWN state_unclear"),
            (json!({"state": "NEW_WORD"}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &user(fields.clone())), expected, "{fields}");
        }
    }

    #[test]
    fn every_field_that_may_be_required_is_read() {
        for name in ["username", "manager", "department", "employeeIdentifier", "employeeType"] {
            let config = json!({"parameters": {RULE: {"required_fields": [name]}}});
            let with = |value: Value| judge_with(RULE, &user(json!({name: value})), &config);
            assert_eq!(with(json!("x")), "PASS complete", "{name}");
            assert_eq!(with(json!("")), "FAIL incomplete", "{name}");
        }
    }
}
