//! JC-ADM-006: an administrator is a known active person.
//!
//! # Expectation
//! Behind each administrator stands an active user of the directory, or a registered external person;
//! no administrator's name is a function.
//!
//! # Why
//! Administrative acts must point to a living person.
//!
//! # Passes
//! ```json,passes
//! {"reason": "known_person", "inputs": {"ADM": [{"_id": "x1", "email": "ada@example.com"}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "email": "Ada@example.com"}]}}
//! ```
//! ```json,passes
//! {"reason": "external_person", "config": {"parameters": {"JC-ADM-006": {"external_admins": ["x1"]}}},
//!  "inputs": {"ADM": [{"_id": "x1", "email": "bo@example.net"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "person_suspended", "inputs": {"ADM": [{"_id": "x1", "email": "ada@example.com"}],
//!     "USR": [{"_id": "u1", "state": "SUSPENDED", "admin": {"id": "x1"}}]}}
//! ```
//! ```json,fails
//! {"reason": "no_person", "inputs": {"ADM": [{"_id": "x1", "email": "bo@example.net"}], "USR": []}}
//! ```
//! ```json,fails
//! {"reason": "shared_admin", "inputs": {"ADM": [{"_id": "x1", "email": "support@example.com"}]}}
//! ```
//! ```json,fails
//! {"reason": "same_account", "config": {"parameters": {"JC-ADM-006": {"require_separate_account": true}}},
//!  "inputs": {"ADM": [{"_id": "x1", "email": "ada@example.com"}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "email": "ada@example.com"}]}}
//! ```
//!
//! # Unknown when
//! Users are not all known, or a record does not say who or how the person is.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"ADM": [{"_id": "x1", "email": "ada@example.com"}]}}
//! ```
//!
//! # Fix
//! Link the administrator to a user or register the external party.
//!
//! # Sources
//! The user that names the administrator as its own counts first, then users with its e-mail as first
//! or second address. Of several, one that is active is enough. The administrator of the integration is
//! no person and is judged by JC-ADM-004 and JC-ADM-007. Administrators of a provider come from another
//! organisation: register them.

use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{Admin, GENERIC_TOKENS, Standing, User, folded, generic_token};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Flag, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const EXTERNAL_ADMINS: Texts = Texts::new(
    "external_admins",
    &[],
    "Ids or e-mail addresses of administrators who belong to another organisation.",
)
.stricter_when_shorter();
const BREAK_GLASS: Texts =
    Texts::new("break_glass_ids", &[], "Ids of administrators kept for emergencies.")
        .stricter_when_shorter();
const INTEGRATIONS: Texts = Texts::new(
    "integration_admins",
    &[],
    "Ids of administrators that programs use, beside the configured one.",
)
.stricter_when_shorter();
const TOKENS: Texts = Texts::new(
    "generic_tokens",
    GENERIC_TOKENS,
    "Words with which the name of a shared account begins.",
)
.stricter_when_longer();
const SEPARATE_ACCOUNT: Flag = Flag::new(
    "require_separate_account",
    false,
    "Whether the administrator needs another e-mail than the person's daily account.",
)
.stricter_when_true();

const META: Meta = Meta {
    id: "JC-ADM-006",
    logic_version: 1,
    text_revision: 1,
    title: "Administrator is a known active person",
    subject: SubjectKind::Admin,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Administrative acts must point to a living person.",
    remediation: "Link the administrator to a user or register the external party.",
    applies: "administrators that are neither suspended, nor for emergencies, nor for programs",
    inputs: &[
        InputNeed::new("ADM", &["email", "suspended"]),
        InputNeed::new("USR", &["email", "alternateEmail", "state", "suspended", "admin.id"]),
        InputNeed::new("CFG", &["integration_admin_id"]),
    ],
    params: &[
        EXTERNAL_ADMINS.spec(),
        BREAK_GLASS.spec(),
        INTEGRATIONS.spec(),
        TOKENS.spec(),
        SEPARATE_ACCOUNT.spec(),
    ],
    reasons: &[
        Reason::pass("known_person", "an active user stands behind the administrator"),
        Reason::pass("external_person", "the administrator is registered as external"),
        Reason::fail("person_suspended", "the person may not sign in, the administrator may"),
        Reason::fail("no_person", "no user and no register knows the administrator"),
        Reason::fail("shared_admin", "the administrator's name is a function"),
        Reason::fail("same_account", "the administrator has the e-mail of the daily account"),
        Reason::unknown("field_absent", "the record has no e-mail to look for"),
        Reason::unknown("state_unclear", "the record of the person does not say where it stands"),
        Reason::not_applicable("suspended", "the administrator is suspended"),
        Reason::not_applicable("break_glass", "the administrator is kept for emergencies"),
        Reason::not_applicable("integration", "a program uses the administrator"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AdminIsPerson;

impl Rule for AdminIsPerson {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let admin = case.admin()?;
        let record = admin.administrator();
        let id = admin.id.as_str();
        if case.see(admin.row(), "suspended", &record.suspended).is_true() {
            return Ok(Verdict::not_applicable("suspended"));
        }
        if case.param(&BREAK_GLASS).contains(&id) {
            return Ok(Verdict::not_applicable("break_glass"));
        }
        let of_integration = case.config().integration_admin_id.as_deref() == Some(id);
        if of_integration || case.param(&INTEGRATIONS).contains(&id) {
            return Ok(Verdict::not_applicable("integration"));
        }
        let email = case.see(admin.row(), "email", &record.email).filled();
        if let Some(token) = email.and_then(|email| generic_token(&case.param(&TOKENS), email)) {
            case.see_derived(admin.row(), "matched_token", token);
            return Ok(Verdict::fail("shared_admin"));
        }
        let external = case.param(&EXTERNAL_ADMINS);
        let registered =
            |name: &&str| **name == *id || email.is_some_and(|email| folded(name) == folded(email));
        if external.iter().any(registered) {
            return Ok(Verdict::pass("external_person"));
        }
        case.uses("USR");
        person(case, admin, email)
    }
}

/// Judges the person behind an administrator.
fn person(case: &mut Case<'_>, admin: &Admin<'_>, email: Option<&str>) -> Judgement {
    let facts = case.facts();
    let mut people: Vec<&User<'_>> = facts.users_of_admin(&admin.key);
    if people.is_empty() {
        people = email.map(|email| facts.users_with_any_email(email)).unwrap_or_default();
    }
    for user in &people {
        let record = user.user();
        case.see(user.row(), "state", &record.state);
        case.see(user.row(), "suspended", &record.suspended);
    }
    if let Some(active) = people.iter().find(|user| user.standing == Standing::Active) {
        let daily = case.see(active.row(), "email", &active.user().email).filled();
        let same = daily.zip(email).is_some_and(|(own, other)| folded(own) == folded(other));
        return Ok(if same && case.param(&SEPARATE_ACCOUNT) {
            Verdict::fail("same_account")
        } else {
            Verdict::pass("known_person")
        });
    }
    if people.iter().any(|user| user.standing == Standing::Unclear) {
        return Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear"));
    }
    case.require("USR")?;
    if !people.is_empty() {
        return Ok(Verdict::fail("person_suspended"));
    }
    if email.is_none() {
        return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
    }
    Ok(Verdict::fail("no_person"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-ADM-006";

    fn pair(admin: &Value, user: &Value) -> Value {
        let mut record = json!({"_id": "x1", "email": "ada@example.com", "suspended": false});
        record.as_object_mut().unwrap().extend(admin.as_object().unwrap().clone());
        inputs(json!({"ADM": [record], "USR": [user]}))
    }

    #[test]
    fn who_stands_behind() {
        for (user, expected) in [
            (
                json!({"_id": "u1", "state": "ACTIVATED", "email": "ADA@example.com"}),
                "PASS known_person",
            ),
            (
                json!({"_id": "u1", "state": "ACTIVATED", "alternateEmail": "ada@example.com"}),
                "PASS known_person",
            ),
            (
                json!({"_id": "u1", "state": "ACTIVATED", "admin": {"id": "x1"}}),
                "PASS known_person",
            ),
            (
                json!({"_id": "u1", "state": "SUSPENDED", "email": "ada@example.com"}),
                "FAIL person_suspended",
            ),
            (
                json!({"_id": "u1", "state": "STAGED", "email": "ada@example.com"}),
                "FAIL person_suspended",
            ),
            (json!({"_id": "u1", "email": "ada@example.com"}), "UNKNOWN state_unclear"),
            (
                json!({"_id": "u1", "state": "ACTIVATED", "email": "bo@example.com"}),
                "FAIL no_person",
            ),
            (json!({"_id": "u1", "state": "ACTIVATED", "admin": {"id": "x2"}}), "FAIL no_person"),
        ] {
            assert_eq!(judge(RULE, &pair(&json!({}), &user)), expected, "{user}");
        }
    }

    #[test]
    fn who_is_judged() {
        let user = json!({"_id": "u1", "state": "ACTIVATED", "email": "ada@example.com"});
        for (admin, expected) in [
            (json!({"suspended": true}), "NOT_APPLICABLE suspended"),
            (json!({"suspended": null}), "PASS known_person"),
            (json!({"email": "admin-2@example.com"}), "FAIL shared_admin"),
            (json!({"email": ""}), "UNKNOWN field_absent"),
            (json!({"email": null}), "UNKNOWN field_absent"),
        ] {
            assert_eq!(judge(RULE, &pair(&admin, &user)), expected, "{admin}");
        }
        let inputs = pair(&json!({}), &user);
        let parameter = |name: &str| json!({"parameters": {RULE: {name: ["x1"]}}});
        for (config, expected) in [
            (parameter("break_glass_ids"), "NOT_APPLICABLE break_glass"),
            (parameter("integration_admins"), "NOT_APPLICABLE integration"),
            (json!({"integration_admin_id": "x1"}), "NOT_APPLICABLE integration"),
            (parameter("external_admins"), "PASS external_person"),
            (
                json!({"parameters": {RULE: {"external_admins": ["Ada@Example.com"]}}}),
                "PASS external_person",
            ),
        ] {
            let found = judge_with(RULE, &inputs, &config);
            let own = found.split(", ").next().unwrap();
            assert!(own.ends_with(expected), "{found} {config}");
        }
    }

    #[test]
    fn a_separate_account_may_be_demanded() {
        let config = json!({"parameters": {RULE: {"require_separate_account": true}}});
        let same = json!({"_id": "u1", "state": "ACTIVATED", "email": "ada@example.com", "admin": {"id": "x1"}});
        assert_eq!(judge_with(RULE, &pair(&json!({}), &same), &config), "FAIL same_account");
        let other = json!({"_id": "u1", "state": "ACTIVATED", "email": "ada.e@example.com", "admin": {"id": "x1"}});
        assert_eq!(judge_with(RULE, &pair(&json!({}), &other), &config), "PASS known_person");
    }

    #[test]
    fn of_several_one_active_person_is_enough_and_none_needs_all_users() {
        let mut two = pair(
            &json!({}),
            &json!({"_id": "u1", "state": "SUSPENDED", "email": "ada@example.com"}),
        );
        two["USR"] =
            json!({"state": "partial", "reason": "page_failed", "records": two["USR"].clone()});
        assert_eq!(judge(RULE, &two), "UNKNOWN input_partial");
        two["USR"]["records"] = json!([
            {"_id": "u1", "state": "SUSPENDED", "email": "ada@example.com"},
            {"_id": "u2", "state": "ACTIVATED", "alternateEmail": "ada@example.com"}]);
        assert_eq!(judge(RULE, &two), "PASS known_person");
        two["USR"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &two), "UNKNOWN input_failed");
    }
}
