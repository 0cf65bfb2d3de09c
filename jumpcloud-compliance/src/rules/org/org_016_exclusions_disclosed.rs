//! JC-ORG-016: the population excluded from evaluation is disclosed and small.
//!
//! # Expectation
//! Hardly anyone is left out by configuration; devices that the rules cannot judge, such as iPads, are
//! listed and not counted.
//!
//! # Why
//! Exclusions can hide failures.
//!
//! # Passes
//! ```json,passes
//! {"reason": "few_excluded", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}, {"_id": "d2", "os": "iPadOS"}], "USR": []}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "too_many_excluded", "config": {"scope": {"exclude_device_ids": ["d2"]}}, "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}, {"_id": "d2", "osFamily": "linux"}], "USR": []}}
//! ```
//!
//! # Unknown when
//! Not every device, every user, or every membership by which somebody is left out was read.
//! ```json,unknown
//! {"reason": "input_partial", "inputs": {"USR": [],
//!     "SYS": {"state": "partial", "reason": "page_failed", "records": [{"_id": "d1"}]}}}
//! ```
//!
//! ```json,unknown
//! {"reason": "input_not_collected", "config": {"scope": {"exclude_group_ids": ["g1"]}}, "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "USR": []}}
//! ```
//!
//! # Fix
//! Shrink the excluded set or justify it.
//!
//! # Sources
//! The share is counted in basis points, rounded down, for devices and for users; the worse of the two
//! decides, so that many users cannot hide a few devices. Devices known to Apple MDM only are listed
//! and, like unsupported platforms, not counted among the excluded unless asked for. The total is that of
//! the ledger and holds everyone: many unsupported devices make the share of the others small, so their
//! numbers stand beside it in the evidence. Where the configuration leaves out by group, a membership that was not read could be one
//! more exclusion, so nothing passes without all of them.

use alloc::vec::Vec;

use crate::case::Case;
use crate::config::{ScopeConfig, UngroupedPolicy};
use crate::outcome::Severity;
use crate::param::{Flag, Int};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const MAX_EXCLUDED: Int = Int::new(
    "max_excluded_bp",
    500,
    0..=10_000,
    "Share of excluded subjects, in basis points, that still passes.",
)
.stricter_when_lower();
const COUNT_UNSUPPORTED: Flag =
    Flag::new("count_unsupported", false, "Whether unsupported platforms count as excluded.");

const META: Meta = Meta {
    id: "JC-ORG-016",
    logic_version: 1,
    text_revision: 1,
    title: "Population excluded from evaluation is disclosed and small",
    subject: SubjectKind::Organization,
    severity: Severity::Low,
    tier: 1,
    rationale: "Exclusions can hide failures.",
    remediation: "Shrink the excluded set or justify it.",
    applies: "always",
    inputs: &[
        InputNeed::new("SYS", &["_id", "os", "osFamily"]),
        InputNeed::new("USR", &["_id"]),
        InputNeed::new("MDMD", &["serialNumber", "mdmOsFamily", "modelFamily"]),
        InputNeed::new("SG", &["id"]),
        InputNeed::new("SGM", &["id"]),
        InputNeed::new("CFG", &["scope"]),
    ],
    params: &[MAX_EXCLUDED.spec(), COUNT_UNSUPPORTED.spec()],
    reasons: &[
        Reason::pass("few_excluded", "no more subjects are left out than allowed"),
        Reason::fail("too_many_excluded", "more subjects are left out than allowed"),
        Reason::not_applicable("no_devices", "there is no device that could be left out"),
    ],
    after: &[],
};

/// Reasons that describe what a device is, not what somebody decided about it.
const BY_NATURE: [&str; 2] = ["unsupported_platform", "mdm_only"];

/// Most ids that evidence lists for one reason.
const LISTED: usize = 50;

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ExclusionsDisclosed;

impl Rule for ExclusionsDisclosed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let all = case.param(&COUNT_UNSUPPORTED);
        let mut worst: Option<u64> = None;
        for kind in [SubjectKind::Device, SubjectKind::User] {
            let Some(population) = case.population(kind) else { continue };
            let mut counted = 0_u64;
            let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
            for excluded in &population.excluded {
                let reason = excluded.reason.as_str();
                if all || !BY_NATURE.contains(&reason) {
                    counted = counted.saturating_add(1);
                }
                match by_reason.last_mut() {
                    Some((known, ids)) if *known == reason => ids.push(&excluded.id),
                    _ => by_reason.push((reason, alloc::vec![excluded.id.as_str()])),
                }
            }
            for (reason, ids) in by_reason {
                let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
                case.see_count("population", &alloc::format!("{kind}.{reason}.count"), count);
                let ids: Vec<&str> = ids.into_iter().take(LISTED).collect();
                case.see_count("population", &alloc::format!("{kind}.{reason}.ids"), ids);
            }
            case.see_count("population", &alloc::format!("{kind}.total"), number(population.total));
            case.see_count("population", &alloc::format!("{kind}.excluded"), number(counted));
            let share = counted.saturating_mul(10_000).checked_div(population.total);
            if let Some(share) = share {
                case.see_count("population", &alloc::format!("{kind}.excluded_bp"), number(share));
            }
            worst = worst.max(share);
        }
        case.require("SYS")?;
        case.require("USR")?;
        let devices = case.population(SubjectKind::Device).map_or(0, |devices| devices.total);
        let most = case.param(&MAX_EXCLUDED);
        if worst.is_some_and(|share| number(share) > most) {
            return Ok(Verdict::fail("too_many_excluded"));
        }
        if all {
            case.settled("MDMD")?;
        } else {
            case.uses("MDMD");
        }
        if leaves_out_by_group(&case.config().scope) {
            case.require("SG")?;
            case.require("SGM")?;
        }
        if devices == 0 {
            return Ok(Verdict::not_applicable("no_devices"));
        }
        Ok(Verdict::pass("few_excluded"))
    }
}

/// Whether somebody can be left out for the groups they are in.
fn leaves_out_by_group(scope: &ScopeConfig) -> bool {
    let groups = [
        &scope.exclude_group_ids,
        &scope.retired_group_ids,
        &scope.personal_group_ids,
        &scope.server_group_ids,
    ];
    scope.ungrouped_policy == UngroupedPolicy::Exclude
        || groups.iter().any(|groups| !groups.is_empty())
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::evidence::Observed;
    use crate::testing::{evaluation, findings, inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-016";

    fn ten_devices() -> Value {
        let systems: Vec<Value> =
            (0..10).map(|n| json!({"_id": alloc::format!("d{n}"), "osFamily": "linux"})).collect();
        let members: Vec<Value> =
            (1..10).map(|n| json!({"id": alloc::format!("d{n}"), "type": "system"})).collect();
        inputs(json!({"SYS": systems, "USR": [], "SG": [{"id": "g1", "name": "Linux"}],
                      "SGM": {"of": {"g1": members}}}))
    }

    #[test]
    fn g15_an_ungrouped_device_that_is_left_out_is_ledgered() {
        assert_eq!(judge(RULE, &ten_devices()), "PASS few_excluded");
        let config = json!({"scope": {"ungrouped_policy": "exclude"}});
        assert_eq!(judge_with(RULE, &ten_devices(), &config), "FAIL too_many_excluded");
        let evaluation = evaluation(&ten_devices(), &config);
        let of_d0: Vec<&str> = evaluation
            .findings
            .iter()
            .filter(|finding| finding.subject.id == "d0")
            .map(|finding| finding.rule_id.as_str())
            .collect();
        assert_eq!(of_d0, ["JC-DEV-020", "JC-DEV-021"]);
    }

    #[test]
    fn the_limit_itself_passes() {
        let config = |bp: i64| json!({"scope": {"exclude_device_ids": ["d0"]}, "parameters": {RULE: {"max_excluded_bp": bp}}});
        assert_eq!(judge_with(RULE, &ten_devices(), &config(1_000)), "PASS few_excluded");
        assert_eq!(judge_with(RULE, &ten_devices(), &config(999)), "FAIL too_many_excluded");
    }

    #[test]
    fn unsupported_platforms_count_only_on_request() {
        let ipad = inputs(json!({"SYS": [{"_id": "d1", "os": "iPadOS"}], "USR": []}));
        assert_eq!(judge(RULE, &ipad), "PASS few_excluded");
        let config = json!({"parameters": {RULE: {"count_unsupported": true}}});
        assert_eq!(judge_with(RULE, &ipad, &config), "FAIL too_many_excluded");
        assert_eq!(
            judge(RULE, &inputs(json!({"SYS": [], "USR": []}))),
            "NOT_APPLICABLE no_devices"
        );
        assert_eq!(judge(RULE, &inputs(json!({"SYS": []}))), "UNKNOWN input_not_collected");
    }

    fn seen(inputs: &Value, config: &Value, path: &str) -> Option<Observed> {
        let finding = &findings(RULE, inputs, config)[0];
        let all = &finding.evidence.observations;
        all.iter().find(|seen| seen.path == path).map(|seen| seen.value.clone())
    }

    #[test]
    fn every_reason_is_counted_and_its_ids_are_listed() {
        for (scope, reason) in [
            (json!({"exclude_device_ids": ["d1"]}), "excluded_by_id"),
            (json!({"exclude_group_ids": ["g2"]}), "excluded_by_group"),
            (json!({"retired_group_ids": ["g2"]}), "retired"),
            (json!({"personal_group_ids": ["g2"]}), "personal_device"),
            (json!({"server_group_ids": ["g2"]}), "server"),
        ] {
            let mut devices = ten_devices();
            devices["SG"] = json!([{"id": "g1"}, {"id": "g2"}]);
            devices["SGM"]["of"]["g2"] = json!([{"id": "d1", "type": "system"}]);
            let config = json!({"scope": scope});
            assert_eq!(judge_with(RULE, &devices, &config), "FAIL too_many_excluded", "{reason}");
            let path = |what: &str| alloc::format!("device.{reason}.{what}");
            assert_eq!(seen(&devices, &config, &path("count")), Some(1_i64.into()));
            assert_eq!(seen(&devices, &config, &path("ids")), Some(alloc::vec!["d1"].into()));
            assert_eq!(seen(&devices, &config, "device.excluded_bp"), Some(1_000_i64.into()));
        }
    }

    #[test]
    fn without_every_device_and_user_nothing_is_concluded() {
        let config = json!({"scope": {"exclude_device_ids": ["d0"]}});
        for input in ["SYS", "USR"] {
            let mut open = ten_devices();
            let records = open[input].clone();
            open[input] = json!({"state": "partial", "reason": "page_failed", "records": records});
            assert_eq!(judge_with(RULE, &open, &config), "UNKNOWN input_partial", "{input}");
            open[input] = json!({"state": "failed", "class": "server"});
            assert_eq!(judge_with(RULE, &open, &config), "UNKNOWN input_failed", "{input}");
        }
    }

    #[test]
    fn g23_a_lost_page_of_devices_leaves_it_open() {
        let systems: Vec<Value> =
            (0..200).map(|n| json!({"_id": alloc::format!("d{n}"), "osFamily": "linux"})).collect();
        let read = inputs(json!({"USR": [],
            "SYS": {"state": "partial", "reason": "page_failed", "records": systems}}));
        assert_eq!(judge(RULE, &read), "UNKNOWN input_partial");
    }

    #[test]
    fn exclusion_by_group_passes_only_with_every_membership() {
        let config = json!({"scope": {"retired_group_ids": ["g9"]}});
        assert_eq!(judge_with(RULE, &ten_devices(), &config), "PASS few_excluded");
        let mut open = ten_devices();
        open["SGM"]["of"]["g1"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge_with(RULE, &open, &config), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &open), "PASS few_excluded");
        let ungrouped = json!({"scope": {"ungrouped_policy": "exclude"}});
        assert_eq!(judge_with(RULE, &open, &ungrouped), "UNKNOWN input_partial");
        open["SG"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge_with(RULE, &open, &config), "UNKNOWN input_failed");
        let broken = json!({"scope": {"retired_group_ids": ["g9"], "exclude_device_ids": ["d1"]}});
        assert_eq!(judge_with(RULE, &open, &broken), "FAIL too_many_excluded");
    }

    #[test]
    fn devices_of_apple_mdm_alone_are_listed_and_count_on_request() {
        let mut more = ten_devices();
        more["MDMD"] = json!({"of": {"m1": [
            {"id": "t1", "serialNumber": "T1", "mdmOsFamily": "ipados"}]}});
        assert_eq!(judge(RULE, &more), "PASS few_excluded");
        let path = "device.unsupported_platform.ids";
        assert_eq!(seen(&more, &json!({}), path), Some(alloc::vec!["t1"].into()));
        assert_eq!(seen(&more, &json!({}), "device.total"), Some(11_i64.into()));
        let config = json!({"parameters": {RULE: {"count_unsupported": true}}});
        assert_eq!(judge_with(RULE, &more, &config), "FAIL too_many_excluded");
        assert_eq!(judge_with(RULE, &ten_devices(), &config), "UNKNOWN input_not_collected");
        more["MDMD"] = json!({"state": "not_licensed", "of": {}});
        assert_eq!(judge_with(RULE, &more, &config), "PASS few_excluded");
    }

    #[test]
    fn people_alone_leave_no_device_to_exclude() {
        let people = inputs(json!({"SYS": [], "USR": [{"_id": "u1", "state": "ACTIVATED"}]}));
        assert_eq!(judge(RULE, &people), "NOT_APPLICABLE no_devices");
    }
}
