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
//! It was seen in none of its groups and not all memberships are known; it is in a group whose name
//! cannot be read, where names decide; or nobody knows what it runs.
//! ```json,unknown
//! {"reason": "group_name_unreadable", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SG": [{"id": "g1", "name": "macOS laptops"}, {"id": "g2"}],
//!     "SGM": {"of": {"g1": [], "g2": [{"id": "d1", "type": "system"}]}}}}
//! ```
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
//! family without any group is not judged here, JC-GRP-006 fails for it; a device of that family that
//! sits in the group of another family still fails. That nothing is judged is said only when every name
//! and, where another family has a group, every membership is known. An id of the configuration that no
//! group has stands for a group without members and is kept in the evidence.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::{Case, Row};
use crate::facts::{FAMILIES, Group, GroupKind, OsGroupBasis, OsGroups, family};
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
        Reason::unknown(
            "group_name_unreadable",
            "the name of a group that may stand for its operating system cannot be read",
        ),
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
        let family = family(case, device)?;
        let configured = case.param(&OS_GROUPS);
        let by_name = case.param(&INFER_BY_NAME);
        if !by_name && configured.values().all(Vec::is_empty) {
            return Ok(Verdict::not_applicable("no_os_groups"));
        }
        let groups = OsGroups::new(facts, &configured, by_name);
        let mine: Vec<&Group<'_>> =
            facts.groups_of_device(&device.key).iter().filter_map(|key| facts.group(key)).collect();
        case.see_derived(device.row(), "groups[].id", ids(&mine));
        for group in &mine {
            see_name(case, group);
        }
        case.uses("SG");
        case.uses("SGM");
        let wrong = mine.iter().any(|group| groups.is_of_another(group, family));
        let Some((basis, expected)) = groups.of(family) else {
            case.require("SG")?;
            if by_name && mine.iter().any(|group| is_nameless(group)) {
                return Err(NAMELESS);
            }
            if wrong {
                return Ok(Verdict::fail("wrong_os_group"));
            }
            if by_name && facts.device_groups().any(is_nameless) {
                return Err(NAMELESS);
            }
            if FAMILIES.iter().any(|other| groups.of(other).is_some()) {
                case.require("SGM")?;
            }
            return Ok(Verdict::not_applicable("no_os_groups"));
        };
        let missing: Vec<String> = groups.missing(family).iter().map(|id| (*id).into()).collect();
        if !missing.is_empty() {
            case.see_count("SG", "expected_groups[].not_found", missing);
        }
        case.see_derived(device.row(), "expected_groups[].id", ids(expected));
        for group in expected {
            see_name(case, group);
        }
        let by = match basis {
            OsGroupBasis::Configured => "configured",
            OsGroupBasis::Inferred => "inferred",
        };
        case.see_derived(device.row(), "expected_groups.basis", by);
        if mine.iter().any(|group| expected.iter().any(|own| own.key == group.key)) {
            return Ok(Verdict::pass("in_os_group").note(alloc::format!("os_groups_{by}")));
        }
        case.require("SG")?;
        case.require("SGM")?;
        if basis == OsGroupBasis::Inferred && mine.iter().any(|group| is_nameless(group)) {
            return Err(NAMELESS);
        }
        Ok(Verdict::fail(if wrong { "wrong_os_group" } else { "missing_os_group" }))
    }
}

const NAMELESS: Unknown = Unknown::new(UnknownCause::FieldUnparseable, "group_name_unreadable");

fn ids(groups: &[&Group<'_>]) -> Vec<String> {
    groups.iter().map(|group| group.id.clone()).collect()
}

/// Leaves an observation of a group's name.
fn see_name(case: &mut Case<'_>, group: &Group<'_>) {
    if let GroupKind::Devices(row) = group.kind {
        case.see(Row { id: Some(&group.id), ..row }, "name", &row.value().name);
    }
}

/// Whether a group's record holds no name; a name without any letter is one.
fn is_nameless(group: &Group<'_>) -> bool {
    match group.kind {
        GroupKind::Devices(row) => row.value().name.text().is_none(),
        GroupKind::Users(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::UnknownCause;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-021";

    /// A Linux device in a group of that name, beside the group `Linux servers`.
    fn member_of(name: &str) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "Linux"}],
            "SG": [{"id": "g1", "name": name}, {"id": "g2", "name": "Linux servers"}],
            "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}], "g2": []}}
        }))
    }

    /// A Linux device in a group of that name, and no other group.
    fn only_in(name: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "linux"}], "SG": [{"id": "g1", "name": name}],
            "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}]}}
        }))
    }

    fn seen(inputs: &Value, config: &Value, path: &str) -> Vec<Value> {
        let finding = findings(RULE, inputs, config).remove(0);
        let all = finding.evidence.observations.into_iter();
        all.filter(|seen| seen.path == path).map(|seen| json!(seen.value)).collect()
    }

    #[test]
    fn g01_a_group_found_by_its_name_is_said_to_be_inferred() {
        let mac = inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin"}],
            "SG": [{"id": "g1", "name": "macOS laptops"}],
            "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}]}}
        }));
        let finding = findings(RULE, &mac, &json!({})).remove(0);
        assert_eq!(
            (finding.reason_code.as_str(), finding.outcome.as_str()),
            ("in_os_group", "PASS")
        );
        assert_eq!(finding.notes, ["os_groups_inferred"]);
        assert_eq!(seen(&mac, &json!({}), "expected_groups.basis"), [json!("inferred")]);
        assert_eq!(seen(&mac, &json!({}), "name"), [json!("macOS laptops")]);
    }

    #[test]
    fn g15_one_ungrouped_device_of_ten_fails_excluded_or_not() {
        let id = |number: usize| alloc::format!("d{number}");
        let devices: Vec<Value> =
            (0..10).map(|number| json!({"_id": id(number), "osFamily": "linux"})).collect();
        let members: Vec<Value> =
            (1..10).map(|number| json!({"id": id(number), "type": "system"})).collect();
        let fleet = inputs(json!({"SYS": devices, "SG": [{"id": "g1", "name": "Linux"}],
            "SGM": {"of": {"g1": members}}}));
        for config in [json!({}), json!({"scope": {"ungrouped_policy": "exclude"}})] {
            let failed: Vec<String> = findings(RULE, &fleet, &config)
                .into_iter()
                .filter(|finding| finding.reason_code != "in_os_group")
                .map(|finding| alloc::format!("{} {}", finding.subject.id, finding.reason_code))
                .collect();
            assert_eq!(failed, ["d0 missing_os_group"], "{config}");
            assert_eq!(findings(RULE, &fleet, &config).len(), 10, "{config}");
        }
    }

    #[test]
    fn names_count_by_whole_words() {
        for (name, expected) in [
            ("Ubuntu desktops", "PASS in_os_group"),
            ("LINUX", "PASS in_os_group"),
            ("Mac and Linux", "PASS in_os_group"),
            ("Macmillan team", "FAIL missing_os_group"),
            ("Linuxes", "FAIL missing_os_group"),
            ("", "FAIL missing_os_group"),
            ("MAC-team", "FAIL wrong_os_group"),
            ("osx", "FAIL wrong_os_group"),
            ("Windows_11", "FAIL wrong_os_group"),
        ] {
            assert_eq!(judge(RULE, &member_of(name)), expected, "{name}");
        }
    }

    #[test]
    fn being_in_the_right_group_forgives_the_wrong_one() {
        let mut both = member_of("Windows laptops");
        both["SGM"]["of"]["g2"] = both["SGM"]["of"]["g1"].clone();
        assert_eq!(judge(RULE, &both), "PASS in_os_group");
    }

    #[test]
    fn configured_groups_take_the_place_of_names() {
        let with = |inputs: &Value, groups: Value| {
            let config = json!({"parameters": {RULE: {"os_groups": groups}}});
            judge_with(RULE, inputs, &config)
        };
        let any = member_of("Anything");
        assert_eq!(with(&any, json!({"linux": ["g1"]})), "PASS in_os_group");
        assert_eq!(with(&any, json!({"linux": ["g2"]})), "FAIL missing_os_group");
        assert_eq!(with(&any, json!({"linux": ["g2"], "windows": ["g1"]})), "FAIL wrong_os_group");
        assert_eq!(with(&any, json!({"linux": ["gone"]})), "FAIL missing_os_group");
        let config = json!({"parameters": {RULE: {"os_groups": {"linux": ["gone", "g2"]}}}});
        assert_eq!(seen(&any, &config, "expected_groups[].not_found"), [json!(["gone"])]);
        assert_eq!(seen(&any, &config, "expected_groups.basis"), [json!("configured")]);
        let mut nameless = any;
        nameless["SG"][0]["name"] = Value::Null;
        assert_eq!(with(&nameless, json!({"linux": ["g2"]})), "FAIL missing_os_group");
        assert_eq!(with(&nameless, json!({"linux": ["g1"]})), "PASS in_os_group");
    }

    #[test]
    fn without_names_and_without_configuration_there_is_nothing_to_judge() {
        let off = |groups: Value| json!({"parameters": {RULE: {"infer_by_name": false, "os_groups": groups}}});
        let mut blind = only_in(json!("Linux"));
        assert_eq!(judge_with(RULE, &blind, &off(json!({}))), "NOT_APPLICABLE no_os_groups");
        let others = off(json!({"windows": ["g1"]}));
        assert_eq!(judge_with(RULE, &blind, &others), "FAIL wrong_os_group");
        let elsewhere = off(json!({"windows": ["g9"]}));
        assert_eq!(judge_with(RULE, &blind, &elsewhere), "NOT_APPLICABLE no_os_groups");
        blind["SGM"]["of"]["g1"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge_with(RULE, &blind, &elsewhere), "UNKNOWN input_partial");
        blind["SG"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge_with(RULE, &blind, &off(json!({}))), "NOT_APPLICABLE no_os_groups");
    }

    #[test]
    fn a_family_without_group_is_left_to_another_rule() {
        assert_eq!(judge(RULE, &only_in(json!("Staff"))), "NOT_APPLICABLE no_os_groups");
        assert_eq!(judge(RULE, &only_in(json!("Windows"))), "FAIL wrong_os_group");
        let mut open = only_in(json!("Windows"));
        open["SG"].as_array_mut().unwrap().push(json!({"id": "g2", "name": "Staff"}));
        open["SGM"]["of"]["g2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "FAIL wrong_os_group");
        open["SGM"]["of"]["g1"] = json!([]);
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open["SG"] = json!({"state": "partial", "reason": "page_failed", "records": open["SG"]});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
    }

    #[test]
    fn a_name_that_cannot_be_read_may_be_the_right_one() {
        for name in [Value::Null, json!(["Linux"])] {
            assert_eq!(judge(RULE, &only_in(name.clone())), "UNKNOWN group_name_unreadable");
            let mut beside = member_of("Linux desktops");
            beside["SG"][1]["name"] = name.clone();
            assert_eq!(judge(RULE, &beside), "PASS in_os_group", "{name}");
            let mut within = member_of("Anything");
            within["SG"][0]["name"] = name.clone();
            assert_eq!(judge(RULE, &within), "UNKNOWN group_name_unreadable", "{name}");
            let mut another = only_in(json!("Staff"));
            another["SG"].as_array_mut().unwrap().push(json!({"id": "g2", "name": name}));
            another["SGM"]["of"]["g2"] = json!([]);
            assert_eq!(judge(RULE, &another), "UNKNOWN group_name_unreadable", "{name}");
            another["SG"][0]["name"] = json!("Windows");
            assert_eq!(judge(RULE, &another), "FAIL wrong_os_group", "{name}");
        }
        let mut absent = only_in(Value::Null);
        absent["SG"][0].as_object_mut().unwrap().remove("name");
        assert_eq!(judge(RULE, &absent), "UNKNOWN group_name_unreadable");
    }

    #[test]
    fn incomplete_memberships_prove_nothing() {
        let mut open = member_of("Everybody");
        open["SGM"]["of"]["g2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open["SGM"]["of"]["g2"] =
            json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open["SGM"]["of"]["g2"]["records"] = json!([{"id": "d1", "type": "system"}]);
        assert_eq!(judge(RULE, &open), "PASS in_os_group");
        open["SGM"] = json!({"of": {"g1": [{"type": "system"}], "g2": []}});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open.as_object_mut().unwrap().remove("SGM");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        open.as_object_mut().unwrap().remove("SG");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        open["SG"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_failed");
    }

    #[test]
    fn incomplete_groups_pass_who_is_seen_in_one_and_fail_nobody() {
        let mut open = member_of("Ubuntu");
        open["SG"] = json!({"state": "partial", "reason": "page_gap", "records": open["SG"]});
        assert_eq!(judge(RULE, &open), "PASS in_os_group");
        open["SGM"]["of"]["g1"] = json!([]);
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
    }

    #[test]
    fn a_device_of_no_known_family_has_no_expected_group() {
        for (system, cause) in [
            (json!({"_id": "d1"}), UnknownCause::FieldAbsent),
            (json!({"_id": "d1", "osFamily": null, "os": ""}), UnknownCause::FieldAbsent),
            (json!({"_id": "d1", "osFamily": ["linux"]}), UnknownCause::FieldUnparseable),
            (json!({"_id": "d1", "os": "Plan 9"}), UnknownCause::FieldUnparseable),
        ] {
            let mut odd = member_of("Linux");
            odd["SYS"] = json!([system]);
            assert_eq!(judge(RULE, &odd), "UNKNOWN os_product_unknown", "{system}");
            let unknown = findings(RULE, &odd, &json!({}))[0].unknown_cause;
            assert_eq!(unknown, Some(cause), "{system}");
        }
        let mut by_os = member_of("Linux");
        by_os["SYS"] = json!([{"_id": "d1", "os": "Ubuntu"}]);
        assert_eq!(judge(RULE, &by_os), "PASS in_os_group");
    }
}
