//! JC-GRP-005: group membership contains only current users.
//!
//! # Expectation
//! Every member of a user group is in the directory and not suspended.
//!
//! # Why
//! Memberships of former staff show that removal is not complete.
//!
//! # Passes
//! ```json,passes
//! {"reason": "members_current", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "UG": [{"id": "g1", "name": "Staff"}], "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "stale_member", "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED"}],
//!     "UG": [{"id": "g1", "name": "Staff"}], "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Unknown when
//! No stale member was found, and members or users are not all known, or a member's state is unclear.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"UG": [{"id": "g1", "name": "Staff"}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fix
//! Remove the members; automate by dynamic groups.
//!
//! # Sources
//! Members are effective ones, those of nested groups included. A member that the complete directory
//! does not know was deleted.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{Key, Standing};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const IGNORED_GROUPS: Texts = Texts::new(
    "ignored_groups",
    &[],
    "Ids of groups that are not judged, such as one for quarantine.",
);

const META: Meta = Meta {
    id: "JC-GRP-005",
    logic_version: 1,
    text_revision: 1,
    title: "Group membership contains only current users",
    subject: SubjectKind::Group,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Memberships of former staff show that removal is not complete.",
    remediation: "Remove the members; automate by dynamic groups.",
    applies: "user groups",
    inputs: &[
        InputNeed::new("UG", &["id", "name"]),
        InputNeed::new("UGM", &["id"]),
        InputNeed::new("USR", &["_id", "state", "suspended"]),
    ],
    params: &[IGNORED_GROUPS.spec()],
    reasons: &[
        Reason::pass("members_current", "every member is in the directory and not suspended"),
        Reason::fail("stale_member", "a member is suspended or no longer in the directory"),
        Reason::unknown("state_unclear", "the record of a member does not say where it stands"),
        Reason::not_applicable("device_group", "device groups have no users"),
        Reason::not_applicable("ignored_group", "the configuration leaves the group out"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct CurrentMembers;

impl Rule for CurrentMembers {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let group = case.group()?;
        if group.holds_devices() {
            return Ok(Verdict::not_applicable("device_group"));
        }
        if case.param(&IGNORED_GROUPS).contains(&group.id.as_str()) {
            return Ok(Verdict::not_applicable("ignored_group"));
        }
        let facts = case.facts();
        let source = facts.members_source(group);
        case.uses_source(&source);
        let users = case.uses("USR");
        let mut stale: Vec<String> = Vec::new();
        let (mut gone, mut unclear) = (Vec::new(), Vec::new());
        for row in facts.members(group) {
            let Some(key) = row.value().id.value().map(|id| -> Key { id.cast() }) else { continue };
            match facts.user(&key) {
                None => gone.push(alloc::format!("{key}")),
                Some(user) => match user.standing {
                    Standing::Suspended => {
                        case.see(user.row(), "state", &user.user().state);
                        case.see(user.row(), "suspended", &user.user().suspended);
                        stale.push(user.id.clone());
                    }
                    Standing::Unclear => unclear.push(user.id.clone()),
                    Standing::Active | Standing::Staged => {}
                },
            }
        }
        let count = i64::try_from(facts.members(group).len()).unwrap_or(i64::MAX);
        case.see_count(group.membership_input(), "members.count", count);
        case.see_count(group.membership_input(), "suspended_members[].id", stale.clone());
        let deleted = users.is_complete() && !gone.is_empty();
        if deleted {
            case.see_count(group.membership_input(), "unknown_members[].id", gone);
        }
        if deleted || !stale.is_empty() {
            return Ok(Verdict::fail("stale_member"));
        }
        case.require_source(&source)?;
        case.require("USR")?;
        if !unclear.is_empty() {
            case.see_count(group.membership_input(), "unclear_members[].id", unclear);
            return Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear"));
        }
        Ok(Verdict::pass("members_current"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-GRP-005";

    fn group(user: Value) -> Value {
        inputs(json!({"USR": [user], "UG": [{"id": "g1", "name": "Staff"}],
            "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}))
    }

    #[test]
    fn members_by_their_standing() {
        for (user, expected) in [
            (json!({"_id": "u1", "state": "ACTIVATED"}), "PASS members_current"),
            (json!({"_id": "u1", "state": "STAGED"}), "PASS members_current"),
            (json!({"_id": "u1", "state": "ACTIVATED", "suspended": true}), "FAIL stale_member"),
            (json!({"_id": "u2", "state": "ACTIVATED"}), "FAIL stale_member"),
            (json!({"_id": "u1"}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &group(user.clone())), expected, "{user}");
        }
    }

    #[test]
    fn partial_lists_fail_what_they_show_and_pass_nothing() {
        let mut open = group(json!({"_id": "u1", "state": "SUSPENDED"}));
        let members = open["UGM"]["of"]["g1"].clone();
        open["UGM"]["of"]["g1"] =
            json!({"state": "partial", "reason": "page_gap", "records": members});
        assert_eq!(judge(RULE, &open), "FAIL stale_member");
        open["USR"][0]["state"] = json!("ACTIVATED");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        let mut gone = group(json!({"_id": "u2", "state": "ACTIVATED"}));
        let users = gone["USR"].clone();
        gone["USR"] = json!({"state": "partial", "reason": "page_failed", "records": users});
        assert_eq!(judge(RULE, &gone), "UNKNOWN input_partial");
    }

    #[test]
    fn groups_that_are_not_judged() {
        let config = json!({"parameters": {RULE: {"ignored_groups": ["g1"]}}});
        let group = group(json!({"_id": "u1", "state": "SUSPENDED"}));
        assert_eq!(judge_with(RULE, &group, &config), "NOT_APPLICABLE ignored_group");
        let devices = inputs(json!({"SG": [{"id": "g1", "name": "Macs"}]}));
        assert_eq!(judge(RULE, &devices), "NOT_APPLICABLE device_group");
    }

    #[test]
    fn g19_a_suspended_member_of_group_a() {
        let nested = inputs(json!({
            "USR": [{"_id": "u1", "state": "SUSPENDED", "suspended": true}],
            "UG": [{"id": "gA", "name": "Group A"}, {"id": "gB", "name": "Group B"}],
            "UGM": {"of": {"gA": [{"id": "u1", "type": "user"}], "gB": []}}}));
        assert_eq!(judge(RULE, &nested), "gA FAIL stale_member, gB PASS members_current");
    }

    #[test]
    fn every_stale_member_is_listed() {
        let mut both = group(json!({"_id": "u1", "state": "SUSPENDED"}));
        both["UGM"]["of"]["g1"] =
            json!([{"id": "u1", "type": "user"}, {"id": "u9", "type": "user"}]);
        let found = findings(RULE, &both, &json!({}));
        assert_eq!(found[0].reason_code, "stale_member");
        let evidence = alloc::format!("{:?}", found[0].evidence.observations);
        assert!(evidence.contains("suspended_members[].id"), "{evidence}");
        assert!(evidence.contains("unknown_members[].id"), "{evidence}");
        let users = both["USR"].clone();
        both["USR"] = json!({"state": "partial", "reason": "page_failed", "records": users});
        let found = findings(RULE, &both, &json!({}));
        assert_eq!(found[0].reason_code, "stale_member");
        let evidence = alloc::format!("{:?}", found[0].evidence.observations);
        assert!(!evidence.contains("unknown_members[].id"), "{evidence}");
    }

    #[test]
    fn what_is_not_read_proves_nothing() {
        let one = group(json!({"_id": "u1", "state": "ACTIVATED"}));
        for (input, state, expected) in [
            ("UGM", json!({"of": {}}), "UNKNOWN input_not_collected"),
            ("UGM", json!({"state": "failed", "class": "server"}), "UNKNOWN input_failed"),
            ("UGM", json!({"of": {"g1": [{"type": "user"}]}}), "UNKNOWN input_partial"),
            ("USR", json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
        ] {
            let mut open = one.clone();
            open[input] = state;
            assert_eq!(judge(RULE, &open), expected, "{open}");
        }
        let mut empty = one;
        empty["UGM"]["of"]["g1"] = json!([]);
        assert_eq!(judge(RULE, &empty), "PASS members_current");
    }
}
