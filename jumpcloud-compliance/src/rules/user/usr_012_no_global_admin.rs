//! JC-USR-012: no organisation-wide sudo or local administrator right is granted to a user.
//!
//! # Expectation
//! An active user is no administrator of every device bound to the account, unless that is approved.
//!
//! # Why
//! The flag makes a person administrator everywhere.
//!
//! # Passes
//! ```json,passes
//! {"reason": "no_global_right", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "sudo": false}]}}
//! ```
//! ```json,passes
//! {"reason": "approved", "config": {"parameters": {"JC-USR-012": {"allowed_users": ["u1"]}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "sudo": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "global_admin_right", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "sudo": true}]}}
//! ```
//!
//! # Unknown when
//! The record lacks the flag, or it is not known whether the person is in an approved group.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//!
//! # Fix
//! Replace by group-based rights on named devices.
//!
//! # Sources
//! The flag counts on every bound device of any family. How many devices it reaches is shown as far as
//! bindings are known.

use crate::case::Case;
use crate::facts::{Key, any};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOWED_USERS: Texts =
    Texts::new("allowed_users", &[], "Ids of users who may have the right.")
        .stricter_when_shorter();
const ALLOWED_GROUPS: Texts =
    Texts::new("allowed_groups", &[], "Ids of groups whose members may have the right.")
        .stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-USR-012",
    logic_version: 1,
    text_revision: 1,
    title: "No organisation-wide sudo or local administrator right is granted to the user",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 2,
    rationale: "The flag makes a person administrator everywhere.",
    remediation: "Replace by group-based rights on named devices.",
    applies: "active users",
    inputs: &[
        InputNeed::new("USR", &["sudo", "state", "suspended"]),
        InputNeed::new("UG", &["id"]),
        InputNeed::new("UGM", &["id"]),
        InputNeed::new("SYS-USR", &["id"]),
    ],
    params: &[ALLOWED_USERS.spec(), ALLOWED_GROUPS.spec()],
    reasons: &[
        Reason::pass("no_global_right", "the account gives no such right"),
        Reason::pass("approved", "the right is approved"),
        Reason::fail("global_admin_right", "the account makes the person administrator everywhere"),
        Reason::unknown("field_absent", "the record lacks the flag"),
        Reason::unknown("field_unparseable", "the flag cannot be read"),
        Reason::unknown(
            "membership_unclear",
            "it is not known whether the person is in an approved group",
        ),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoGlobalAdmin;

impl Rule for NoGlobalAdmin {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        if !*case.need(user.row(), "sudo", &user.user().sudo)? {
            return Ok(Verdict::pass("no_global_right"));
        }
        let facts = case.facts();
        case.uses_source(&facts.bindings_of_user(user));
        let reached = i64::try_from(facts.devices_of_user(&user.key).count()).unwrap_or(i64::MAX);
        case.see_count("SYS-USR", "devices_reached.count", reached);
        if case.param(&ALLOWED_USERS).contains(&user.id.as_str()) {
            return Ok(Verdict::pass("approved"));
        }
        let groups = case.param(&ALLOWED_GROUPS);
        let member = any(groups.iter().map(|id| facts.is_member(user, &Key::new(id).ok()?)));
        case.uses("UGM");
        case.see_derived(user.row(), "in_allowed_group", member);
        match member {
            Some(true) => Ok(Verdict::pass("approved")),
            Some(false) => Ok(Verdict::fail("global_admin_right")),
            None => Err(Unknown::new(UnknownCause::InputPartial, "membership_unclear")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-USR-012";

    fn user(fields: &Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "sudo": true});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record]}))
    }

    #[test]
    fn the_flag_decides() {
        for (fields, expected) in [
            (json!({}), "FAIL global_admin_right"),
            (json!({"sudo": false}), "PASS no_global_right"),
            (json!({"sudo": null}), "UNKNOWN field_absent"),
            (json!({"sudo": "?"}), "UNKNOWN field_unparseable"),
            (json!({"state": "STAGED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": null}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &user(&fields)), expected, "{fields}");
        }
    }

    #[test]
    fn approval_by_id_or_group() {
        let mut grouped = user(&json!({}));
        let ids = json!({"parameters": {RULE: {"allowed_users": ["u1"]}}});
        assert_eq!(judge_with(RULE, &grouped, &ids), "PASS approved");
        let groups = json!({"parameters": {RULE: {"allowed_groups": ["g1"]}}});
        assert_eq!(judge_with(RULE, &grouped, &groups), "UNKNOWN membership_unclear");
        grouped["UG"] = json!([{"id": "g1", "name": "Operators"}]);
        grouped["UGM"] = json!({"of": {"g1": []}});
        assert_eq!(judge_with(RULE, &grouped, &groups), "FAIL global_admin_right");
        grouped["UGM"]["of"]["g1"] = json!({"state": "partial", "reason": "page_gap", "records": [{"id": "u1", "type": "user"}]});
        assert_eq!(judge_with(RULE, &grouped, &groups), "PASS approved");
    }
}
