//! JC-USR-016: a user belongs to at least one user group.
//!
//! # Expectation
//! Each active user is a member of one user group or more.
//!
//! # Why
//! Access by group can be reviewed; access by exception cannot.
//!
//! # Passes
//! ```json,passes
//! {"reason": "in_group", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "UG": [{"id": "g1", "name": "Staff"}], "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "no_group", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "UG": [{"id": "g1", "name": "Staff"}], "UGM": {"of": {"g1": []}}}}
//! ```
//!
//! # Unknown when
//! The user was seen in no group, and not every group's members are known.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "UG": []}}
//! ```
//!
//! # Fix
//! Add the user to the group of the role.
//!
//! # Sources
//! Memberships are effective ones, nested groups included.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::outcome::Severity;
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const IGNORED_GROUPS: Texts = Texts::new(
    "ignored_groups",
    &[],
    "Ids of groups whose membership does not count, such as one of all users.",
);

const META: Meta = Meta {
    id: "JC-USR-016",
    logic_version: 1,
    text_revision: 1,
    title: "User belongs to at least one user group",
    subject: SubjectKind::User,
    severity: Severity::Low,
    tier: 1,
    rationale: "Access by group can be reviewed; access by exception cannot.",
    remediation: "Add the user to the group of the role.",
    applies: "active users",
    inputs: &[
        InputNeed::new("USR", &["state", "suspended"]),
        InputNeed::new("UG", &["id", "name"]),
        InputNeed::new("UGM", &["id"]),
    ],
    params: &[IGNORED_GROUPS.spec()],
    reasons: &[
        Reason::pass("in_group", "the user is in a user group"),
        Reason::fail("no_group", "the user is in no user group"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct InUserGroup;

impl Rule for InUserGroup {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let ignored = case.param(&IGNORED_GROUPS);
        let ids: Vec<String> = case
            .facts()
            .groups_of_user(&user.key)
            .iter()
            .map(|key| alloc::format!("{key}"))
            .filter(|id| !ignored.contains(&id.as_str()))
            .collect();
        case.see_derived(user.row(), "groups[].id", ids.clone());
        let memberships = case.facts().whole("UGM");
        case.uses_source(&memberships);
        if !ids.is_empty() {
            return Ok(Verdict::pass("in_group"));
        }
        case.require("UG")?;
        case.require_source(&memberships)?;
        Ok(Verdict::fail("no_group"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-USR-016";

    #[test]
    fn ignored_groups_do_not_count_and_partial_ones_prove_nothing() {
        let mut all = inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED"}],
            "UG": [{"id": "all", "name": "All"}, {"id": "g2", "name": "Two"}],
            "UGM": {"of": {"all": [{"id": "u1", "type": "user"}], "g2": []}}}));
        assert_eq!(judge(RULE, &all), "PASS in_group");
        let config = json!({"parameters": {RULE: {"ignored_groups": ["all"]}}});
        assert_eq!(judge_with(RULE, &all, &config), "FAIL no_group");
        all["UGM"]["of"]["g2"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge_with(RULE, &all, &config), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &all), "PASS in_group");
        all["USR"][0]["state"] = json!("SUSPENDED");
        assert_eq!(judge(RULE, &all), "NOT_APPLICABLE not_active");
    }

    #[test]
    fn no_group_is_a_fact_only_where_every_list_is_known() {
        let alone = inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED"}],
            "UG": [{"id": "g1", "name": "One"}], "UGM": {"of": {"g1": []}}}));
        assert_eq!(judge(RULE, &alone), "FAIL no_group");
        let none = inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED"}], "UG": [],
            "UGM": {"of": {}}}));
        assert_eq!(judge(RULE, &none), "FAIL no_group");
        for (input, state, expected) in [
            ("UG", json!({"state": "failed", "class": "server"}), "UNKNOWN input_failed"),
            (
                "UG",
                json!({"state": "partial", "reason": "page_failed",
                "records": [{"id": "g1"}]}),
                "UNKNOWN input_partial",
            ),
            ("UGM", json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
            ("UGM", json!({"of": {"g1": [{"type": "user"}]}}), "UNKNOWN input_partial"),
        ] {
            let mut open = alone.clone();
            open[input] = state;
            assert_eq!(judge(RULE, &open), expected, "{open}");
        }
    }

    #[test]
    fn a_group_whose_list_was_never_asked_for_proves_nothing() {
        let unasked = inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED"}],
            "UG": [{"id": "g1", "name": "One"}], "UGM": {"of": {}}}));
        assert_eq!(judge(RULE, &unasked), "UNKNOWN input_partial");
    }

    #[test]
    fn states() {
        let user = |record: Value| {
            judge(RULE, &inputs(json!({"USR": [record], "UG": [], "UGM": {"of": {}}})))
        };
        assert_eq!(user(json!({"_id": "u1"})), "UNKNOWN state_unclear");
        assert_eq!(user(json!({"_id": "u1", "state": ["ACTIVATED"]})), "UNKNOWN state_unclear");
        assert_eq!(user(json!({"_id": "u1", "state": "STAGED"})), "NOT_APPLICABLE not_active");
        assert_eq!(
            user(json!({"_id": "u1", "state": "ACTIVATED", "suspended": true})),
            "NOT_APPLICABLE not_active"
        );
    }
}
