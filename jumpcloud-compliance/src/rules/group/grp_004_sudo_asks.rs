//! JC-GRP-004: no group grants passwordless sudo.
//!
//! # Expectation
//! No user group gives local administrator rights that ask for no password.
//!
//! # Why
//! One group change would hand out full control without password.
//!
//! # Passes
//! ```json,passes
//! {"reason": "asks_for_password", "inputs": {"UG": [{"id": "g1", "name": "Staff",
//!     "attributes": {"sudo": {"enabled": true, "withoutPassword": false}}}]}}
//! ```
//! ```json,passes
//! {"reason": "approved", "config": {"parameters": {"JC-GRP-004": {"allowed_groups": ["g1"]}}},
//!  "inputs": {"UG": [{"id": "g1", "name": "Build machines",
//!     "attributes": {"sudo": {"enabled": true, "withoutPassword": true}}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "group_nopasswd", "inputs": {"UG": [{"id": "g1", "name": "Staff",
//!     "attributes": {"sudo": {"enabled": true, "withoutPassword": true}}}]}}
//! ```
//!
//! # Unknown when
//! The list leaves the rights of the group out, or they cannot be read.
//! ```json,unknown
//! {"reason": "rights_unclear", "inputs": {"UG": [{"id": "g1", "name": "Staff"}]}}
//! ```
//!
//! # Fix
//! Turn off passwordless sudo on the group.
//!
//! # Sources
//! `attributes` is null for a group without rights `[recorded]` and missing in lists that do not carry
//! it. A group without members still fails: the right waits for one. A flag without the right has no
//! effect and is noted.

use crate::case::{Case, Row};
use crate::facts::{GroupKind, SudoRight};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOWED_GROUPS: Texts =
    Texts::new("allowed_groups", &[], "Ids of groups that may give the right.")
        .stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-GRP-004",
    logic_version: 1,
    text_revision: 1,
    title: "No group grants passwordless sudo",
    subject: SubjectKind::Group,
    severity: Severity::High,
    tier: 1,
    rationale: "One group change would hand out full control without password.",
    remediation: "Turn off passwordless sudo on the group.",
    applies: "user groups",
    inputs: &[
        InputNeed::new("UG", &["attributes.sudo.enabled", "attributes.sudo.withoutPassword"]),
        InputNeed::new("UGM", &["id"]),
    ],
    params: &[ALLOWED_GROUPS.spec()],
    reasons: &[
        Reason::pass("asks_for_password", "the group gives no right that asks for nothing"),
        Reason::pass("approved", "the right is approved"),
        Reason::fail("group_nopasswd", "the group gives a right that asks for nothing"),
        Reason::unknown("rights_unclear", "the record does not say which rights the group gives"),
        Reason::not_applicable("device_group", "device groups give no rights to people"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct GroupSudoAsks;

impl Rule for GroupSudoAsks {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let group = case.group()?;
        let GroupKind::Users(row) = group.kind else {
            return Ok(Verdict::not_applicable("device_group"));
        };
        let row = Row { id: Some(&group.id), ..row };
        let attributes = &row.value().attributes;
        let sudo = attributes.then(|own| &own.sudo);
        case.see(row, "attributes.sudo.enabled", sudo.then(|own| &own.enabled));
        case.see(row, "attributes.sudo.withoutPassword", sudo.then(|own| &own.without_password));
        let members = i64::try_from(case.facts().members(group).len()).unwrap_or(i64::MAX);
        case.see_count("UGM", "members.count", members);
        match SudoRight::of_group(attributes) {
            SudoRight::None | SudoRight::WithPassword => Ok(Verdict::pass("asks_for_password")),
            SudoRight::Dormant => Ok(Verdict::pass("asks_for_password").note("dormant_flag")),
            SudoRight::WithoutPassword => {
                let approved = case.param(&ALLOWED_GROUPS).contains(&group.id.as_str());
                Ok(if approved {
                    Verdict::pass("approved")
                } else {
                    Verdict::fail("group_nopasswd")
                })
            }
            SudoRight::Unclear => Err(Unknown::new(UnknownCause::FieldAbsent, "rights_unclear")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-GRP-004";

    #[test]
    fn rights_of_a_group() {
        for (attributes, expected) in [
            (json!({"sudo": {"enabled": true, "withoutPassword": true}}), "FAIL group_nopasswd"),
            (
                json!({"sudo": {"enabled": true, "withoutPassword": false}}),
                "PASS asks_for_password",
            ),
            (
                json!({"sudo": {"enabled": false, "withoutPassword": true}}),
                "PASS asks_for_password",
            ),
            (json!({"sudo": {"withoutPassword": true}}), "UNKNOWN rights_unclear"),
            (json!({"sudo": {"enabled": true}}), "UNKNOWN rights_unclear"),
            (json!({}), "PASS asks_for_password"),
            (json!(null), "PASS asks_for_password"),
            (json!("none"), "UNKNOWN rights_unclear"),
        ] {
            let group = json!({"id": "g1", "name": "Staff", "attributes": attributes});
            assert_eq!(judge(RULE, &inputs(json!({"UG": [group]}))), expected, "{attributes}");
        }
        let missing = inputs(json!({"UG": [{"id": "g1", "name": "Staff"}]}));
        assert_eq!(judge(RULE, &missing), "UNKNOWN rights_unclear");
        let devices = inputs(json!({"SG": [{"id": "g1", "name": "Macs"}]}));
        assert_eq!(judge(RULE, &devices), "NOT_APPLICABLE device_group");
    }

    #[test]
    fn an_empty_group_fails_and_an_approved_one_passes() {
        let group = inputs(json!({"UG": [{"id": "g1", "name": "Staff",
            "attributes": {"sudo": {"enabled": true, "withoutPassword": true}}}], "UGM": {"of": {"g1": []}}}));
        assert_eq!(judge(RULE, &group), "FAIL group_nopasswd");
        let config = json!({"parameters": {RULE: {"allowed_groups": ["g1"]}}});
        assert_eq!(judge_with(RULE, &group, &config), "PASS approved");
    }

    #[test]
    fn a_flag_without_effect_is_noted() {
        let group = inputs(json!({"UG": [{"id": "g1",
            "attributes": {"sudo": {"enabled": false, "withoutPassword": true}}}]}));
        assert_eq!(findings(RULE, &group, &json!({}))[0].notes, ["dormant_flag"]);
    }
}
