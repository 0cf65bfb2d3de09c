//! JC-DEV-021: a device is in the group of its operating system.
//!
//! # Expectation
//! Each device is a member of a device group that stands for its operating system.
//!
//! # Why
//! A group for each operating system keeps policies on the right machines.
//!
//! # Passes
//! ```json,passes
//! {"reason": "in_os_group", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "SG": [{"id": "g1", "name": "macOS laptops"}],
//!     "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "missing_os_group", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "SG": [{"id": "g1", "name": "macOS laptops"}],
//!     "SGM": {"of": {"g1": []}}}}
//! ```
//! ```json,fails
//! {"reason": "wrong_os_group", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SG": [{"id": "g1", "name": "macOS laptops"}, {"id": "g2", "name": "Windows laptops"}],
//!     "SGM": {"of": {"g1": [], "g2": [{"id": "d1", "type": "system"}]}}}}
//! ```
//!
//! # Unknown when
//! It was seen in none of its groups and not all memberships are known, or nobody knows what it runs.
//! ```json,unknown
//! {"reason": "os_product_unknown", "inputs": {
//!     "SYS": [{"_id": "d1"}], "SG": [{"id": "g1", "name": "macOS laptops"}],
//!     "SGM": {"of": {"g1": []}}}}
//! ```
//!
//! # Fix
//! Move the device to the group of its operating system.
//!
//! # Sources
//! Groups are those that the configuration names for the family; where it names none, those whose name
//! holds a whole word such as `mac`, `macOS`, `Windows`, `Linux` or `Ubuntu`. Evidence says which. A
//! family without any group is not judged here: JC-GRP-006 fails for it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{OsGroupBasis, OsGroups};
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
    id: "JC-DEV-021",
    logic_version: 1,
    text_revision: 1,
    title: "Device is in the group of its operating system",
    subject: SubjectKind::Device,
    severity: Severity::Low,
    tier: 1,
    rationale: "A group for each operating system keeps policies on the right machines.",
    remediation: "Move the device to the group of its operating system.",
    applies: "devices of a family that has groups, configured or by name",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "os"]),
        InputNeed::new("SG", &["id", "name"]),
        InputNeed::new("SGM", &["id"]),
    ],
    params: &[OS_GROUPS.spec(), INFER_BY_NAME.spec()],
    reasons: &[
        Reason::pass("in_os_group", "it is in a group of its operating system"),
        Reason::fail("missing_os_group", "it is in no group of its operating system"),
        Reason::fail("wrong_os_group", "it is in a group of another operating system"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("no_os_groups", "no group stands for its operating system"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct InOsGroup;

impl Rule for InOsGroup {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        case.see(device.row(), "osFamily", &device.system().os_family);
        case.see(device.row(), "os", &device.system().os);
        let Some(family) = device.platform.family() else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        let configured = case.param(&OS_GROUPS);
        let groups = OsGroups::new(facts, &configured, case.param(&INFER_BY_NAME));
        let mine: Vec<_> =
            facts.groups_of_device(&device.key).iter().filter_map(|key| facts.group(key)).collect();
        let ids: Vec<String> = mine.iter().map(|group| group.id.clone()).collect();
        case.see_derived(device.row(), "groups[].id", ids);
        let Some((basis, expected)) = groups.of(family) else {
            case.require("SG")?;
            if mine.iter().any(|group| groups.is_of_another(group, family)) {
                case.require("SGM")?;
                return Ok(Verdict::fail("wrong_os_group"));
            }
            return Ok(Verdict::not_applicable("no_os_groups"));
        };
        let ids: Vec<String> = expected.iter().map(|group| group.id.clone()).collect();
        case.see_derived(device.row(), "expected_groups[].id", ids);
        let basis = match basis {
            OsGroupBasis::Configured => "configured",
            OsGroupBasis::Inferred => "inferred",
        };
        case.see_derived(device.row(), "expected_groups.basis", basis);
        case.uses("SGM");
        if mine.iter().any(|group| expected.iter().any(|own| own.key == group.key)) {
            return Ok(Verdict::pass("in_os_group").note(alloc::format!("os_groups_{basis}")));
        }
        case.require("SG")?;
        case.require("SGM")?;
        Ok(if mine.iter().any(|group| groups.is_of_another(group, family)) {
            Verdict::fail("wrong_os_group")
        } else {
            Verdict::fail("missing_os_group")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-021";

    fn member_of(name: &str) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "Linux"}],
            "SG": [{"id": "g1", "name": name}, {"id": "g2", "name": "Linux servers"}],
            "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}], "g2": []}}
        }))
    }

    #[test]
    fn names_count_by_whole_words() {
        assert_eq!(judge(RULE, &member_of("Ubuntu desktops")), "PASS in_os_group");
        assert_eq!(judge(RULE, &member_of("Macmillan team")), "FAIL missing_os_group");
        assert_eq!(judge(RULE, &member_of("MAC-team")), "FAIL wrong_os_group");
        assert_eq!(judge(RULE, &member_of("Mac and Linux")), "PASS in_os_group");
    }

    #[test]
    fn configured_groups_take_the_place_of_names() {
        let config = json!({"parameters": {RULE: {"os_groups": {"linux": ["g1"]}}}});
        assert_eq!(judge_with(RULE, &member_of("Anything"), &config), "PASS in_os_group");
        let off = json!({"parameters": {RULE: {"infer_by_name": false}}});
        assert_eq!(judge_with(RULE, &member_of("Linux"), &off), "NOT_APPLICABLE no_os_groups");
    }

    #[test]
    fn incomplete_memberships_prove_nothing() {
        let mut open = member_of("Everybody");
        open["SGM"]["of"]["g2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open.as_object_mut().unwrap().remove("SG");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
    }
}
