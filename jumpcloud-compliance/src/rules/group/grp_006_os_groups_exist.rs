//! JC-GRP-006: device groups for Windows, macOS and Linux exist.
//!
//! # Expectation
//! Each family of which there are devices has a device group.
//!
//! # Why
//! The integration depends on groups for each operating system.
//!
//! # Passes
//! ```json,passes
//! {"reason": "os_groups_exist", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SG": [{"id": "g1", "name": "macOS laptops"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "os_group_missing", "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows"}],
//!     "SG": [{"id": "g1", "name": "macOS laptops"}]}}
//! ```
//!
//! # Unknown when
//! Devices or groups are not all known, or nobody knows what a device runs and a family has no group.
//! ```json,unknown
//! {"reason": "input_partial", "inputs": {
//!     "SYS": {"state": "partial", "reason": "page_failed",
//!             "records": [{"_id": "d1", "osFamily": "darwin"}]},
//!     "SG": [{"id": "g1", "name": "macOS laptops"}]}}
//! ```
//!
//! # Fix
//! Create the device group for the platform.
//!
//! # Sources
//! Groups are found as JC-DEV-021 finds them. A family without devices is skipped. A device of no
//! known family could be of any: it stands in the way of a pass while one of them has no group. A
//! pass needs all groups to have been read, although one that was seen does exist.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{FAMILIES, OsGroups, Platform};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Flag, ListMap};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const OS_GROUPS: ListMap = ListMap::new(
    "os_groups",
    &[],
    &["darwin", "linux", "windows"],
    "Ids of the device groups of each family; empty means by name.",
);
const INFER_BY_NAME: Flag =
    Flag::new("infer_by_name", true, "Whether names of groups stand for families.");

const META: Meta = Meta {
    id: "JC-GRP-006",
    logic_version: 1,
    text_revision: 1,
    title: "Device groups for Windows, macOS and Linux exist",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 1,
    rationale: "The integration depends on groups for each operating system.",
    remediation: "Create the device group for the platform.",
    applies: "organisations with devices",
    inputs: &[InputNeed::new("SG", &["id", "name"]), InputNeed::new("SYS", &["osFamily", "os"])],
    params: &[OS_GROUPS.spec(), INFER_BY_NAME.spec()],
    reasons: &[
        Reason::pass("os_groups_exist", "every family with devices has a group"),
        Reason::fail("os_group_missing", "a family with devices has no group"),
        Reason::unknown(
            "os_product_unknown",
            "nobody knows what a device runs, and a family has no group",
        ),
        Reason::not_applicable("no_devices", "there is no device of any family"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct OsGroupsExist;

impl Rule for OsGroupsExist {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let facts = case.facts();
        let configured = case.param(&OS_GROUPS);
        let groups = OsGroups::new(facts, &configured, case.param(&INFER_BY_NAME));
        case.uses("SYS");
        case.uses("SG");
        let mut missing: Vec<&str> = Vec::new();
        let (mut any, mut every) = (false, true);
        for family in FAMILIES {
            let devices = facts
                .devices()
                .iter()
                .filter(|device| device.platform.family() == Some(family) && case.in_scope(device))
                .count();
            let count = i64::try_from(devices).unwrap_or(i64::MAX);
            case.see_count("SYS", &alloc::format!("{family}.devices"), count);
            let ids: Vec<String> = groups
                .of(family)
                .map(|(_, groups)| groups.iter().map(|group| group.id.clone()).collect())
                .unwrap_or_default();
            case.see_count("SG", &alloc::format!("{family}.groups[].id"), ids.clone());
            any |= devices > 0;
            every &= !ids.is_empty();
            if devices > 0 && ids.is_empty() {
                missing.push(family);
            }
        }
        if !missing.is_empty() {
            case.require("SG")?;
            case.see_count("SG", "families_without_group", missing);
            return Ok(Verdict::fail("os_group_missing"));
        }
        case.require("SYS")?;
        let strangers: Vec<String> = facts
            .devices()
            .iter()
            .filter(|device| device.platform == Platform::Unknown && case.in_scope(device))
            .map(|device| device.id.clone())
            .collect();
        if !strangers.is_empty() {
            case.see_count("SYS", "unknown_family.devices[].id", strangers);
            if !every {
                case.require("SG")?;
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
            any = true;
        }
        if !any {
            return Ok(Verdict::not_applicable("no_devices"));
        }
        case.require("SG")?;
        Ok(Verdict::pass("os_groups_exist"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-GRP-006";

    fn linux(groups: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux"}, {"_id": "d2", "os": "iPadOS"}],
                      "SG": groups}))
    }

    #[test]
    fn families_with_devices_need_a_group() {
        assert_eq!(
            judge(RULE, &linux(json!([{"id": "g1", "name": "Ubuntu desktops"}]))),
            "PASS os_groups_exist"
        );
        assert_eq!(judge(RULE, &linux(json!([]))), "FAIL os_group_missing");
        let none = inputs(json!({"SYS": [{"_id": "d2", "os": "iPadOS"}], "SG": []}));
        assert_eq!(judge(RULE, &none), "NOT_APPLICABLE no_devices");
        assert_eq!(judge(RULE, &inputs(json!({"SG": []}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn a_configured_group_must_exist() {
        let config = |id: &str| json!({"parameters": {RULE: {"os_groups": {"linux": [id]}}}});
        let one = linux(json!([{"id": "g1", "name": "Everything"}]));
        assert_eq!(judge_with(RULE, &one, &config("g1")), "PASS os_groups_exist");
        assert_eq!(judge_with(RULE, &one, &config("g9")), "FAIL os_group_missing");
        let mut open = one;
        open["SG"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_failed");
    }

    #[test]
    fn a_device_of_no_known_family_leaves_open_which_group_is_missing() {
        let devices = |records: Value, groups: Value| {
            judge(RULE, &inputs(json!({"SYS": records, "SG": groups})))
        };
        let mac = json!([{"id": "g1", "name": "macOS laptops"}]);
        let all = json!([{"id": "g1", "name": "macOS laptops"}, {"id": "g2", "name": "Windows"},
            {"id": "g3", "name": "Linux"}]);
        for odd in [json!({"_id": "d2"}), json!({"_id": "d2", "osFamily": null, "os": []})] {
            assert_eq!(devices(json!([odd]), mac.clone()), "UNKNOWN os_product_unknown", "{odd}");
            let two = json!([{"_id": "d1", "osFamily": "darwin"}, odd]);
            assert_eq!(devices(two.clone(), mac.clone()), "UNKNOWN os_product_unknown", "{odd}");
            assert_eq!(devices(two.clone(), json!([])), "FAIL os_group_missing", "{odd}");
            assert_eq!(devices(two, all.clone()), "PASS os_groups_exist", "{odd}");
        }
    }

    #[test]
    fn a_missing_group_fails_on_the_devices_seen_so_far() {
        let mut open = linux(json!([]));
        let devices = open["SYS"].clone();
        open["SYS"] = json!({"state": "partial", "reason": "page_failed", "records": devices});
        assert_eq!(judge(RULE, &open), "FAIL os_group_missing");
        open["SG"] = json!([{"id": "g1", "name": "Linux"}]);
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        let mut groups = linux(json!([]));
        groups["SG"] = json!({"state": "partial", "reason": "page_gap", "records": []});
        assert_eq!(judge(RULE, &groups), "UNKNOWN input_partial");
        groups["SG"] = json!({"state": "partial", "reason": "page_gap",
            "records": [{"id": "g1", "name": "Linux"}]});
        assert_eq!(judge(RULE, &groups), "UNKNOWN input_partial");
    }

    #[test]
    fn names_stand_for_families_only_where_that_is_wanted() {
        let config = json!({"parameters": {RULE: {"infer_by_name": false}}});
        let named = linux(json!([{"id": "g1", "name": "Linux"}]));
        assert_eq!(judge_with(RULE, &named, &config), "FAIL os_group_missing");
    }
}
