//! JC-USR-017: application access is granted through groups only.
//!
//! # Expectation
//! No active user is bound to an application directly.
//!
//! # Why
//! Direct grants survive role changes.
//!
//! # Passes
//! ```json,passes
//! {"reason": "groups_only", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "APP": [{"_id": "a1"}], "APP-USR": {"of": {"a1": [{"id": "u1", "type": "user", "paths": [[
//!         {"to": {"id": "g1", "type": "user_group"}}, {"to": {"id": "u1", "type": "user"}}]]}]}},
//!     "APP-ASC": {"of": {"a1": []}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "direct_grant", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "APP": [{"_id": "a1"}], "APP-USR": {"of": {"a1": [{"id": "u1", "type": "user", "paths": [[
//!         {"to": {"id": "u1", "type": "user"}}]]}]}}, "APP-ASC": {"of": {"a1": []}}}}
//! ```
//!
//! # Unknown when
//! No direct grant was found, and not every application's users are known.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "APP": [{"_id": "a1"}]}}
//! ```
//!
//! # Fix
//! Grant through a group, remove the direct binding.
//!
//! # Sources
//! A direct grant is a path of one hop, or a direct association. A user who has both a direct and a
//! group path still fails, noted `also_via_group`. An answer without any path does not say how the
//! access is granted.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::case::Case;
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOWED_APPS: Texts =
    Texts::new("allowed_apps", &[], "Ids of applications whose direct grants are accepted.");

const META: Meta = Meta {
    id: "JC-USR-017",
    logic_version: 1,
    text_revision: 1,
    title: "Application access is granted through groups only",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Direct grants survive role changes.",
    remediation: "Grant through a group, remove the direct binding.",
    applies: "active users",
    inputs: &[
        InputNeed::new("USR", &["state", "suspended"]),
        InputNeed::new("APP-USR", &["id", "paths"]),
        InputNeed::new("APP-ASC", &["to.id"]),
    ],
    params: &[ALLOWED_APPS.spec()],
    reasons: &[
        Reason::pass("groups_only", "every application is reached through groups"),
        Reason::fail("direct_grant", "an application is granted to the person directly"),
        Reason::unknown("path_unknown", "an answer does not say how the access is granted"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AccessThroughGroups;

impl Rule for AccessThroughGroups {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let facts = case.facts();
        let allowed = case.param(&ALLOWED_APPS);
        case.uses("APP-USR");
        case.uses("APP-ASC");
        let mut direct: Vec<String> = Vec::new();
        let mut accepted: Vec<String> = Vec::new();
        let (mut via_group, mut pathless) = (false, false);
        let associated = facts.direct_applications_of_user(&user.key);
        for grant in facts.grants_of_user(&user.key) {
            let id = grant.application.to_string();
            let lengths = grant.path_lengths();
            case.see_derived(
                grant.row,
                &alloc::format!("applications[id={id}].path_lengths"),
                lengths.clone(),
            );
            let is_direct = lengths.contains(&1) || associated.contains(&grant.application);
            pathless |= lengths.is_empty() && !is_direct;
            if is_direct {
                via_group |= lengths.iter().any(|length| *length > 1);
                if allowed.contains(&id.as_str()) { accepted.push(id) } else { direct.push(id) }
            }
        }
        for application in associated {
            let id = application.to_string();
            if !direct.contains(&id) && !accepted.contains(&id) {
                if allowed.contains(&id.as_str()) { accepted.push(id) } else { direct.push(id) }
            }
        }
        case.see_derived(user.row(), "direct_applications[].id", direct.clone());
        if !accepted.is_empty() {
            case.see_derived(user.row(), "accepted_applications[].id", accepted);
        }
        if !direct.is_empty() {
            let verdict = Verdict::fail("direct_grant");
            return Ok(if via_group { verdict.note("also_via_group") } else { verdict });
        }
        if pathless {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "path_unknown"));
        }
        case.require("APP-USR")?;
        case.settled("APP-ASC")?;
        Ok(Verdict::pass("groups_only"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-017";

    fn grant(paths: Value) -> Value {
        inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED"}], "APP": [{"_id": "a1"}],
            "APP-USR": {"of": {"a1": [{"id": "u1", "type": "user", "paths": paths}]}},
            "APP-ASC": {"of": {"a1": []}}}))
    }

    fn hop(id: &str) -> Value {
        json!({"to": {"id": id}})
    }

    #[test]
    fn both_ways_at_once_still_fail() {
        let both = grant(json!([[hop("u1")], [hop("g1"), hop("u1")]]));
        let found = findings(RULE, &both, &json!({}));
        assert_eq!(found[0].reason_code, "direct_grant");
        assert_eq!(found[0].notes, ["also_via_group"]);
        let config = json!({"parameters": {RULE: {"allowed_apps": ["a1"]}}});
        assert_eq!(judge_with(RULE, &both, &config), "PASS groups_only");
    }

    #[test]
    fn an_association_is_a_direct_grant_too() {
        let mut hidden = grant(json!([[hop("g1"), hop("u1")]]));
        assert_eq!(judge(RULE, &hidden), "PASS groups_only");
        hidden["APP-ASC"]["of"]["a1"] = json!([{"to": {"id": "u1", "type": "user"}}]);
        assert_eq!(judge(RULE, &hidden), "FAIL direct_grant");
    }

    #[test]
    fn without_paths_or_lists_nothing_is_proved() {
        assert_eq!(judge(RULE, &grant(json!([]))), "UNKNOWN path_unknown");
        let mut open = grant(json!([[hop("g1"), hop("u1")]]));
        open["APP-USR"]["of"]["a2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        let mut found = grant(json!([[hop("u1")]]));
        found["APP-USR"]["of"]["a2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &found), "FAIL direct_grant");
    }
}
