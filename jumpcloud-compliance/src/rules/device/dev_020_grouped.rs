//! JC-DEV-020: a device belongs to at least one device group.
//!
//! # Expectation
//! Each device is a member of one device group or more, directly or through a nested group.
//!
//! # Why
//! Policies and checks are assigned by group; a device outside of all groups gets none.
//!
//! # Passes
//! ```json,passes
//! {"reason": "grouped", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SG": [{"id": "g1", "name": "macOS laptops"}],
//!     "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "ungrouped", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SG": [{"id": "g1", "name": "macOS laptops"}],
//!     "SGM": {"of": {"g1": []}}}}
//! ```
//! ```json,fails
//! {"reason": "no_groups", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "SG": [], "SGM": {"of": {}}}}
//! ```
//!
//! # Unknown when
//! The device was seen in no group, and not every group's members are known.
//! ```json,unknown
//! {"reason": "input_partial", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SG": [{"id": "g1", "name": "macOS laptops"}],
//!     "SGM": {"of": {"g1": {"state": "partial", "reason": "page_failed", "records": []}}}}}
//! ```
//!
//! # Fix
//! Put the device into its device group.
//!
//! # Sources
//! Product description of the integration: no device remains ungrouped. With
//! `ungrouped_policy = exclude` the device leaves the population of the other rules and is still
//! judged here, so that it can never vanish. Suggestions of a dynamic group that wait for review
//! are no membership.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::outcome::{Outcome, Severity};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const IGNORED_GROUPS: Texts =
    Texts::new("ignored_groups", &[], "Ids of groups whose membership does not count.");

const META: Meta = Meta {
    id: "JC-DEV-020",
    logic_version: 1,
    text_revision: 1,
    title: "Device belongs to at least one device group",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Policies and checks are assigned by group; a device outside of all groups gets none.",
    remediation: "Put the device into its device group.",
    applies: "every device in scope, and devices left out for being ungrouped",
    inputs: &[
        InputNeed::new("SYS", &["_id"]),
        InputNeed::new("SG", &["id", "name"]),
        InputNeed::new("SGM", &["id"]),
    ],
    params: &[IGNORED_GROUPS.spec()],
    reasons: &[
        Reason { code: "grouped", outcome: Outcome::Pass, meaning: "it is in a device group" },
        Reason { code: "ungrouped", outcome: Outcome::Fail, meaning: "it is in no device group" },
        Reason { code: "no_groups", outcome: Outcome::Fail, meaning: "no device group exists" },
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct DeviceGrouped;

impl Rule for DeviceGrouped {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        let ignored = case.param(&IGNORED_GROUPS);
        let groups: Vec<_> = facts
            .groups_of_device(&device.key)
            .iter()
            .filter_map(|key| facts.group(key))
            .filter(|group| !ignored.contains(&group.id.as_str()))
            .collect();
        let ids: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
        let names: Vec<&str> = groups.iter().map(|group| group.name).collect();
        case.see_derived(device.row(), "groups[].id", ids);
        case.see_derived(device.row(), "groups[].name", names);
        if !groups.is_empty() {
            case.uses("SGM");
            return Ok(Verdict::pass("grouped").resting_on_the_service());
        }
        case.require("SG")?;
        case.require("SGM")?;
        let known = i64::try_from(facts.device_groups().count()).unwrap_or(i64::MAX);
        case.see_count("SG", "count", known);
        Ok(Verdict::fail(if known == 0 { "no_groups" } else { "ungrouped" }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{inputs, judge, judge_with};

    fn grouped() -> serde_json::Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "linux"}],
            "SG": [{"id": "all", "name": "All devices"}],
            "SGM": {"of": {"all": [{"id": "d1", "type": "system"}]}}
        }))
    }

    #[test]
    fn an_ignored_group_is_no_membership() {
        assert_eq!(judge("JC-DEV-020", &grouped()), "PASS grouped");
        let config = json!({"parameters": {"JC-DEV-020": {"ignored_groups": ["all"]}}});
        assert_eq!(judge_with("JC-DEV-020", &grouped(), &config), "FAIL ungrouped");
    }

    #[test]
    fn an_excluded_ungrouped_device_is_still_judged() {
        let ungrouped = inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "linux"}],
            "SG": [{"id": "g1", "name": "Linux"}],
            "SGM": {"of": {"g1": []}}
        }));
        let config = json!({"scope": {"ungrouped_policy": "exclude"}});
        assert_eq!(judge_with("JC-DEV-020", &ungrouped, &config), "FAIL ungrouped");
    }

    #[test]
    fn missing_inputs_never_fail_anyone() {
        let none = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux"}]}));
        assert_eq!(judge("JC-DEV-020", &none), "UNKNOWN input_not_collected");
    }
}
