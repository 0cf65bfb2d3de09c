//! JC-GRP-001: a group has members.
//!
//! # Expectation
//! Each user group and each device group has a member, directly or through another group.
//!
//! # Why
//! Empty groups confuse reviews and may keep rights.
//!
//! # Passes
//! ```json,passes
//! {"reason": "has_members", "inputs": {"UG": [{"id": "g1", "name": "Staff"}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "empty_group", "inputs": {"UG": [{"id": "g1", "name": "Staff"}],
//!     "UGM": {"of": {"g1": []}}}}
//! ```
//!
//! # Unknown when
//! No member was seen, and the members of the group are not all known.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"UG": [{"id": "g1", "name": "Staff"}]}}
//! ```
//!
//! # Fix
//! Delete, or record the purpose.
//!
//! # Sources
//! An empty group that still opens an application, or still has a policy, weighs more: the next member
//! gets the right unseen. What hangs on the group is counted as far as it is known.

use crate::case::Case;
use crate::outcome::Severity;
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const IGNORED_GROUPS: Texts =
    Texts::new("ignored_groups", &[], "Ids of groups that may be empty.").stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-GRP-001",
    logic_version: 1,
    text_revision: 1,
    title: "Group has members",
    subject: SubjectKind::Group,
    severity: Severity::Low,
    tier: 2,
    rationale: "Empty groups confuse reviews and may keep rights.",
    remediation: "Delete, or record the purpose.",
    applies: "user groups and device groups",
    inputs: &[
        InputNeed::new("UG", &["id", "name"]),
        InputNeed::new("UGM", &["id"]),
        InputNeed::new("SG", &["id", "name"]),
        InputNeed::new("SGM", &["id"]),
        InputNeed::new("APP-ASC-UG", &["to.id"]),
        InputNeed::new("SG-ASC-POL", &["to.id"]),
    ],
    params: &[IGNORED_GROUPS.spec()],
    reasons: &[
        Reason::pass("has_members", "it has a member"),
        Reason::fail("empty_group", "it has no member"),
        Reason::not_applicable("ignored_group", "the configuration lets the group be empty"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct HasMembers;

impl Rule for HasMembers {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let group = case.group()?;
        if case.param(&IGNORED_GROUPS).contains(&group.id.as_str()) {
            return Ok(Verdict::not_applicable("ignored_group"));
        }
        let facts = case.facts();
        let members = i64::try_from(facts.members(group).len()).unwrap_or(i64::MAX);
        case.see_count(group.membership_input(), "members.count", members);
        let source = facts.members_source(group);
        if members > 0 {
            case.uses_source(&source);
            return Ok(Verdict::pass("has_members"));
        }
        case.require_source(&source)?;
        let (bindings, known_from) = facts.bindings_of_group(group);
        case.uses_source(&known_from);
        let bindings = i64::try_from(bindings).unwrap_or(i64::MAX);
        case.see_count(known_from.input, "bindings.count", bindings);
        let verdict = Verdict::fail("empty_group");
        Ok(if bindings > 0 {
            verdict.raised_to(Severity::Medium, "group_still_has_rights")
        } else {
            verdict
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::outcome::Severity;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-GRP-001";

    fn users(members: Value) -> Value {
        inputs(json!({"UG": [{"id": "g1", "name": "Staff"}], "UGM": {"of": {"g1": members}}}))
    }

    #[test]
    fn one_member_is_enough_and_none_needs_all() {
        let partial =
            |records: Value| json!({"state": "partial", "reason": "page_gap", "records": records});
        let member = json!([{"id": "u1", "type": "user"}]);
        assert_eq!(judge(RULE, &users(partial(member))), "PASS has_members");
        assert_eq!(judge(RULE, &users(partial(json!([])))), "UNKNOWN input_partial");
        let failed = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &users(failed)), "UNKNOWN input_failed");
        let config = json!({"parameters": {RULE: {"ignored_groups": ["g1"]}}});
        assert_eq!(judge_with(RULE, &users(json!([])), &config), "NOT_APPLICABLE ignored_group");
    }

    #[test]
    fn an_empty_group_with_rights_weighs_more() {
        let severity = |inputs: &Value| findings(RULE, inputs, &json!({}))[0].severity;
        let mut empty = users(json!([]));
        assert_eq!(severity(&empty), Severity::Low);
        empty["APP-ASC-UG"] = json!({"of": {"a1": [{"to": {"id": "g1", "type": "user_group"}}]}});
        assert_eq!(severity(&empty), Severity::Medium);
        let mut devices = inputs(json!({"SG": [{"id": "g1", "name": "Macs"}],
            "SGM": {"of": {"g1": []}}, "SG-ASC-POL": {"of": {"g1": []}}}));
        assert_eq!(severity(&devices), Severity::Low);
        devices["SG-ASC-POL"]["of"]["g1"] = json!([{"to": {"id": "p1", "type": "policy"}}]);
        let found = findings(RULE, &devices, &json!({}));
        assert_eq!(found[0].severity, Severity::Medium);
        assert_eq!(found[0].notes, ["severity_raised:group_still_has_rights"]);
    }
}
