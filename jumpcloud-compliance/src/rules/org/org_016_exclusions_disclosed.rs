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
//! ```json,unknown
//! {"reason": "input_partial", "inputs": {"USR": [],
//!     "SYS": {"state": "partial", "reason": "page_failed", "records": [{"_id": "d1"}]}}}
//! ```
//!
//! # Fix
//! Shrink the excluded set or justify it.
//!
//! # Sources
//! The share is counted in basis points, rounded down, for devices and for users; the worse of the two
//! decides, so that many users cannot hide a few devices. Devices known to Apple MDM only are listed
//! and, like unsupported platforms, not counted.

use alloc::vec::Vec;

use crate::case::Case;
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
        InputNeed::new("MDMD", &["serialNumber", "mdmOsFamily"]),
    ],
    params: &[MAX_EXCLUDED.spec(), COUNT_UNSUPPORTED.spec()],
    reasons: &[
        Reason::pass("few_excluded", "no more subjects are left out than allowed"),
        Reason::fail("too_many_excluded", "more subjects are left out than allowed"),
        Reason::not_applicable("no_devices", "there is nobody to leave out"),
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
        let Some(share) = worst else { return Ok(Verdict::not_applicable("no_devices")) };
        Ok(if number(share) <= case.param(&MAX_EXCLUDED) {
            Verdict::pass("few_excluded")
        } else {
            Verdict::fail("too_many_excluded")
        })
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{evaluation, inputs, judge, judge_with};

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
}
