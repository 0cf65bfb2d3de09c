//! JC-USR-018: an account belongs to one person.
//!
//! # Expectation
//! An active account that is no service account has the name of a person, and no other active account
//! has its staff number or e-mail.
//!
//! # Why
//! Shared accounts break accountability.
//!
//! # Passes
//! ```json,passes
//! {"reason": "one_person", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "username": "ada", "email": "ada@example.com", "firstname": "Ada", "lastname": "Example",
//!     "employeeIdentifier": "7"}]}}
//! ```
//! ```json,passes
//! {"reason": "approved", "config": {"parameters": {"JC-USR-018": {"allowed_users": ["u1"]}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "username": "reception"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "generic_name", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "username": "support-2"}]}}
//! ```
//! ```json,fails
//! {"reason": "no_person_name", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "username": "x17", "email": "x17@example.com", "firstname": "", "lastname": ""}]}}
//! ```
//! ```json,fails
//! {"reason": "duplicate_person", "inputs": {"USR": [
//!     {"_id": "u1", "state": "ACTIVATED", "username": "ada", "employeeIdentifier": "E7"},
//!     {"_id": "u2", "state": "ACTIVATED", "username": "ada2", "employeeIdentifier": "e7 "}]}}
//! ```
//!
//! # Unknown when
//! Nothing was found, and users are not all known or the record lacks what could tell.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "username": "ada"}]}}
//! ```
//!
//! # Fix
//! Give each person an account; register true service accounts.
//!
//! # Sources
//! The test of names is a rule of thumb: evidence tells the token, so that a waiver can be judged.
//! `testa.rossi` is no `test`. Empty and null words name nobody and match nobody.

use alloc::string::String;
use alloc::vec::Vec;

use jumpcloud_client::Field;

use crate::case::Case;
use crate::facts::{GENERIC_TOKENS, Standing, User, generic_token};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const TOKENS: Texts = Texts::new(
    "generic_tokens",
    GENERIC_TOKENS,
    "Words with which the name of a shared account begins.",
)
.stricter_when_longer();
const ALLOWED_USERS: Texts =
    Texts::new("allowed_users", &[], "Ids of users who may look shared.").stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-USR-018",
    logic_version: 1,
    text_revision: 1,
    title: "Account belongs to one person (no shared or generic account)",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Shared accounts break accountability.",
    remediation: "Give each person an account; register true service accounts.",
    applies: "active users that are no service accounts",
    inputs: &[
        InputNeed::new(
            "USR",
            &[
                "username",
                "email",
                "firstname",
                "lastname",
                "displayname",
                "employeeIdentifier",
                "state",
                "suspended",
            ],
        ),
        InputNeed::new("CFG", &["service_accounts"]),
    ],
    params: &[TOKENS.spec(), ALLOWED_USERS.spec()],
    reasons: &[
        Reason::pass("one_person", "the account has a person's name and no sibling"),
        Reason::pass("approved", "the account looks shared and is approved"),
        Reason::fail("generic_name", "the account has the name of a function"),
        Reason::fail("no_person_name", "the account has no person's name"),
        Reason::fail("duplicate_person", "another active account belongs to the same person"),
        Reason::unknown("field_absent", "the record lacks what could tell"),
        Reason::unknown("field_unparseable", "what could tell cannot be read"),
        Reason::unknown("sibling_unclear", "a sibling's record does not say whether it is active"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
        Reason::not_applicable("service_account", "service accounts are judged elsewhere"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct OnePerson;

impl Rule for OnePerson {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.outside_of_daily_use(case) {
            return early;
        }
        let missing = observe(case, user);
        let siblings = siblings(case, user);
        let fault = if is_generic(case, user) {
            Some("generic_name")
        } else if is_nameless(user) {
            Some("no_person_name")
        } else if siblings.contains(&Standing::Active) {
            Some("duplicate_person")
        } else {
            None
        };
        if let Some(reason) = fault {
            let approved = case.param(&ALLOWED_USERS).contains(&user.id.as_str());
            return Ok(if approved {
                Verdict::pass("approved").note(reason)
            } else {
                Verdict::fail(reason)
            });
        }
        if let Some(missing) = missing {
            return Err(missing);
        }
        case.require("USR")?;
        if siblings.contains(&Standing::Unclear) {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "sibling_unclear"));
        }
        Ok(Verdict::pass("one_person"))
    }
}

/// Leaves observations of what the account is called; tells what is missing for a pass.
fn observe(case: &mut Case<'_>, user: &User<'_>) -> Option<Unknown> {
    let record = user.user();
    case.see(user.row(), "displayname", &record.displayname);
    let mut missing = None;
    for (path, field) in [
        ("username", &record.username),
        ("email", &record.email),
        ("firstname", &record.firstname),
        ("lastname", &record.lastname),
        ("employeeIdentifier", &record.employee_identifier),
    ] {
        match case.see(user.row(), path, field) {
            Field::Absent => {
                missing = Some(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
            }
            Field::Unparseable(_) => {
                missing.get_or_insert(Unknown::new(
                    UnknownCause::FieldUnparseable,
                    "field_unparseable",
                ));
            }
            Field::Null | Field::Value(_) => {}
        }
    }
    missing
}

/// Whether the user name or e-mail is a function.
fn is_generic(case: &mut Case<'_>, user: &User<'_>) -> bool {
    let tokens = case.param(&TOKENS);
    let record = user.user();
    let names = [record.username.filled(), record.email.filled()];
    let token = names.into_iter().flatten().find_map(|name| generic_token(&tokens, name));
    if let Some(token) = token {
        case.see_derived(user.row(), "matched_token", token);
    }
    token.is_some()
}

/// Whether the record says that there is neither a first nor a last name.
fn is_nameless(user: &User<'_>) -> bool {
    let empty = |field: &Field<String>| {
        matches!(field, Field::Null) || field.text().is_some_and(|text| text.trim().is_empty())
    };
    empty(&user.user().firstname) && empty(&user.user().lastname)
}

/// How other accounts stand that have the same e-mail or staff number.
fn siblings(case: &mut Case<'_>, user: &User<'_>) -> Vec<Standing> {
    let facts = case.facts();
    case.uses("USR");
    let record = user.user();
    let by_email = record.email.filled().map(|email| facts.users_with_email(email));
    let number = record.employee_identifier.filled();
    let by_number = number.map(|number| facts.users_with_employee_identifier(number));
    let mut others: Vec<&User<'_>> = by_email.into_iter().chain(by_number).flatten().collect();
    others.retain(|other| other.key != user.key);
    others.sort_by(|a, b| a.key.cmp(&b.key));
    others.dedup_by(|a, b| a.key == b.key);
    let ids: Vec<String> = others.iter().map(|other| other.id.clone()).collect();
    case.see_derived(user.row(), "siblings[]._id", ids);
    others.iter().map(|other| other.standing).collect()
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::evidence::Observed;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-018";

    fn record(id: &str, fields: &Value) -> Value {
        let mut record = json!({"_id": id, "state": "ACTIVATED", "username": id,
            "email": alloc::format!("{id}@example.com"), "firstname": "Ada", "lastname": "Example",
            "employeeIdentifier": null});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        record
    }

    fn alone(fields: &Value) -> String {
        judge(RULE, &inputs(json!({"USR": [record("u1", fields)]})))
    }

    /// Verdict on the first of two users.
    fn first(other: &Value) -> String {
        let own = record("u1", &json!({"employeeIdentifier": "E7"}));
        let found = findings(RULE, &inputs(json!({"USR": [own, other]})), &json!({}));
        alloc::format!("{} {}", found[0].outcome, found[0].reason_code)
    }

    #[test]
    fn names() {
        for (fields, expected) in [
            (json!({}), "PASS one_person"),
            (json!({"username": "testa.rossi"}), "PASS one_person"),
            (json!({"username": "Test.rossi"}), "FAIL generic_name"),
            (json!({"email": "info@example.com"}), "FAIL generic_name"),
            (json!({"firstname": "", "lastname": null}), "FAIL no_person_name"),
            (json!({"firstname": " ", "lastname": "Example"}), "PASS one_person"),
            (json!({"firstname": "", "lastname": []}), "UNKNOWN field_unparseable"),
            (json!({"email": null}), "PASS one_person"),
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"ldap_binding_user": true}), "NOT_APPLICABLE service_account"),
            (json!({"state": null}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(alone(&fields), expected, "{fields}");
        }
        let mut bare = record("u1", &json!({}));
        bare.as_object_mut().unwrap().remove("employeeIdentifier");
        assert_eq!(judge(RULE, &inputs(json!({"USR": [bare]}))), "UNKNOWN field_absent");
    }

    #[test]
    fn siblings_are_active_accounts_of_the_same_person() {
        for (fields, expected) in [
            (json!({"employeeIdentifier": " e7"}), "FAIL duplicate_person"),
            (json!({"email": "U1@Example.com"}), "FAIL duplicate_person"),
            (json!({"employeeIdentifier": "E7", "state": "SUSPENDED"}), "PASS one_person"),
            (json!({"employeeIdentifier": "E7", "state": null}), "UNKNOWN sibling_unclear"),
            (json!({"employeeIdentifier": "E8"}), "PASS one_person"),
            (json!({"employeeIdentifier": "", "email": ""}), "PASS one_person"),
        ] {
            assert_eq!(first(&record("u2", &fields)), expected, "{fields}");
        }
    }

    #[test]
    fn evidence_names_the_token_and_approval_keeps_it() {
        let generic = inputs(json!({"USR": [record("u1", &json!({"username": "kiosk_1"}))]}));
        let found = findings(RULE, &generic, &json!({}));
        let token = found[0]
            .evidence
            .observations
            .iter()
            .find(|seen| seen.path == "matched_token")
            .unwrap();
        assert_eq!(token.value, Observed::from("kiosk"));
        let config = json!({"parameters": {RULE: {"allowed_users": ["u1"]}}});
        let found = findings(RULE, &generic, &config);
        assert_eq!(found[0].reason_code, "approved");
        assert_eq!(found[0].notes, ["generic_name"]);
        let registered = json!({"service_accounts": [{"user_id": "u1"}]});
        assert_eq!(judge_with(RULE, &generic, &registered), "NOT_APPLICABLE service_account");
    }

    #[test]
    fn siblings_may_be_among_the_missing() {
        let partial = |fields: Value| {
            inputs(
                json!({"USR": {"state": "partial", "reason": "page_failed", "records": [record("u1", &fields)]}}),
            )
        };
        assert_eq!(judge(RULE, &partial(json!({}))), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &partial(json!({"username": "guest"}))), "FAIL generic_name");
    }

    #[test]
    fn a_sibling_by_two_marks_is_named_once() {
        let own = record("u1", &json!({"employeeIdentifier": "E7"}));
        let other =
            |id: &str| record(id, &json!({"employeeIdentifier": "E7", "email": "U1@example.com"}));
        let all = inputs(json!({"USR": [own, other("u2"), other("u3")]}));
        let found = findings(RULE, &all, &json!({})).remove(0).evidence.observations;
        let seen = found.iter().find(|own| own.path == "siblings[]._id").unwrap();
        assert_eq!(seen.value, Observed::List(["u2", "u3"].map(Observed::from).into()));
    }
}
