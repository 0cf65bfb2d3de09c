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
//! group path still fails, noted `also_via_group`. An answer without any path, or with a path of no
//! hop, does not say how the access is granted; for an application whose direct grants are accepted
//! that does not matter.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::InputState;

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
        let grants = facts.whole("APP-USR");
        let associations = facts.whole("APP-ASC");
        case.uses_source(&grants);
        case.uses_source(&associations);
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
            let is_allowed = allowed.contains(&id.as_str());
            let says_how = !lengths.is_empty() && lengths.iter().all(|length| *length > 0);
            pathless |= !says_how && !is_direct && !is_allowed;
            if is_direct {
                via_group |= !is_allowed && lengths.iter().any(|length| *length > 1);
                if is_allowed { accepted.push(id) } else { direct.push(id) }
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
        case.require_source(&grants)?;
        // An input that the service says is not set up cannot contradict.
        if associations.state != InputState::NotLicensed {
            case.require_source(&associations)?;
        }
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

    #[test]
    fn a_path_without_hops_does_not_say_how_access_is_granted() {
        assert_eq!(judge(RULE, &grant(json!([[]]))), "UNKNOWN path_unknown");
        assert_eq!(
            judge(RULE, &grant(json!([[], [hop("g1"), hop("u1")]]))),
            "UNKNOWN path_unknown"
        );
        for paths in [json!(null), json!("user"), json!([hop("u1")])] {
            assert_eq!(judge(RULE, &grant(paths.clone())), "UNKNOWN path_unknown", "{paths}");
        }
        assert_eq!(judge(RULE, &grant(json!([[], [hop("u1")]]))), "FAIL direct_grant");
    }

    #[test]
    fn an_accepted_application_may_be_granted_in_any_way() {
        let config = json!({"parameters": {RULE: {"allowed_apps": ["a1"]}}});
        assert_eq!(judge_with(RULE, &grant(json!([])), &config), "PASS groups_only");
        let mut two = grant(json!([[hop("u1")], [hop("g1"), hop("u1")]]));
        two["APP-USR"]["of"]["a2"] = json!([{"id": "u1", "type": "user", "paths": [[hop("u1")]]}]);
        let found = findings(RULE, &two, &config);
        assert_eq!(found[0].reason_code, "direct_grant");
        assert!(found[0].notes.is_empty(), "{:?}", found[0].notes);
    }

    #[test]
    fn associations_that_are_outstanding_could_contradict() {
        let mut open = grant(json!([[hop("g1"), hop("u1")]]));
        for (state, expected) in [
            (json!({"state": "not_licensed"}), "PASS groups_only"),
            (json!({"state": "not_collected"}), "UNKNOWN input_not_collected"),
            (json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
            (json!({"of": {"a1": [{"to": {}}]}}), "UNKNOWN input_partial"),
        ] {
            open["APP-ASC"] = state;
            assert_eq!(judge(RULE, &open), expected, "{open}");
        }
    }

    #[test]
    fn an_application_whose_list_was_never_asked_for_could_contradict() {
        for input in ["APP-USR", "APP-ASC"] {
            let mut unasked = grant(json!([[hop("g1"), hop("u1")]]));
            unasked[input]["of"].as_object_mut().unwrap().remove("a1");
            assert_eq!(judge(RULE, &unasked), "UNKNOWN input_partial", "{input}");
        }
        let mut unlisted = grant(json!([[hop("g1"), hop("u1")]]));
        unlisted["APP"] = json!({"state": "partial", "reason": "page_failed",
            "records": [{"_id": "a1"}]});
        assert_eq!(judge(RULE, &unlisted), "UNKNOWN input_partial");
    }

    #[test]
    fn states() {
        let user = |state: Value| {
            let mut all = grant(json!([[hop("u1")]]));
            all["USR"][0]["state"] = state;
            judge(RULE, &all)
        };
        assert_eq!(user(json!("SUSPENDED")), "NOT_APPLICABLE not_active");
        assert_eq!(user(json!("STAGED")), "NOT_APPLICABLE not_active");
        assert_eq!(user(json!(null)), "UNKNOWN state_unclear");
    }

    #[test]
    fn evidence_names_each_application_once_and_what_was_accepted() {
        let seen = |inputs: &Value, config: &Value, path: &str| {
            let found = findings(RULE, inputs, config).remove(0).evidence.observations;
            found.into_iter().filter(|own| own.path == path).map(|own| json!(own.value)).next()
        };
        let mut twice = grant(json!([[hop("u1")]]));
        twice["APP-ASC"]["of"]["a1"] = json!([{"to": {"id": "u1", "type": "user"}}]);
        let (direct, accepted) = ("direct_applications[].id", "accepted_applications[].id");
        let none = json!({});
        assert_eq!(seen(&twice, &none, direct), Some(json!(["a1"])));
        assert_eq!(seen(&twice, &none, accepted), None);
        let allowed = json!({"parameters": {RULE: {"allowed_apps": ["a1"]}}});
        assert_eq!(seen(&twice, &allowed, direct), Some(json!([])));
        assert_eq!(seen(&twice, &allowed, accepted), Some(json!(["a1"])));
    }
}
