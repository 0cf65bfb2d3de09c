//! JC-DEV-030: bound policies apply without failure.
//!
//! # Expectation
//! The latest result of every policy that is bound to the device is a success.
//!
//! # Why
//! A failed policy leaves the device open while the console looks configured.
//!
//! # Passes
//! ```json,passes
//! {"reason": "all_applied", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "POL": [{"id": "p1"}], "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
//!     "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1", "success": true,
//!         "state": "success"}]}}}}
//! ```
//! ```json,passes
//! {"reason": "policy_stats", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin",
//!     "policyStats": {"total": 2, "success": 2, "failed": 0, "pending": 0}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "policy_failed", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "POL": [{"id": "p1"}], "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
//!     "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1", "success": false,
//!         "state": "failed"}]}}}}
//! ```
//!
//! # Unknown when
//! A policy is still pending, has no result, or results are missing and the counts do not settle it.
//! ```json,unknown
//! {"reason": "policy_pending", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "POL": [{"id": "p1"}], "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
//!     "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1", "state": "pending",
//!         "startedAt": "2026-11-22T00:00:00Z"}]}}}}
//! ```
//!
//! # Fix
//! Read the policy result, fix the cause, re-apply.
//!
//! # Sources
//! Of several results the one that ended last counts, then the one that started last, then the greater
//! id. Output of a policy may hold secrets and is never copied. Where results were not read at all the
//! counts on the device's record decide. A result is the service's own word and does not age.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::Field;

use crate::case::{Case, Reading};
use crate::facts::{Applied, BoundPolicy, Device};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::age_days;

const PENDING_DAYS: Days =
    Days::new("pending_days", 7, 1..=60, "Days that a policy may stay pending.")
        .stricter_when_lower();
const IGNORED: Texts =
    Texts::new("ignored_policy_ids", &[], "Ids of policies that are left out of the verdict.");

const META: Meta = Meta {
    id: "JC-DEV-030",
    logic_version: 1,
    text_revision: 1,
    title: "Bound policies apply without failure",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "A failed policy leaves the device open while the console looks configured.",
    remediation: "Read the policy result, fix the cause, re-apply.",
    applies: "devices to which a policy is bound",
    inputs: &[
        InputNeed::new(
            "PST",
            &["policyID", "state", "success", "exitStatus", "startedAt", "endedAt"],
        ),
        InputNeed::new("POL-SYS", &["id"]),
        InputNeed::new("SYS", &["policyStats"]),
    ],
    params: &[PENDING_DAYS.spec(), IGNORED.spec()],
    reasons: &[
        Reason::pass("all_applied", "the latest result of every bound policy is a success"),
        Reason::pass("policy_stats", "the device's counts name successes only"),
        Reason::fail("policy_failed", "the latest result of a bound policy is a failure"),
        Reason::fail("policy_stuck", "a bound policy has been pending for too long"),
        Reason::unknown("policy_pending", "a bound policy is pending"),
        Reason::unknown("result_missing", "a bound policy has no result"),
        Reason::unknown("stats_inconclusive", "the device's counts do not settle it"),
        Reason::not_applicable("no_policy_bound", "no policy is bound"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct PoliciesApplied;

impl Rule for PoliciesApplied {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        let bindings = facts.policy_bindings(device);
        let results = facts.policy_results(device);
        let bound_state = case.uses_source(&bindings);
        let result_state = case.uses_source(&results);
        let ignored = case.param(&IGNORED);
        let (left_out, mut policies): (Vec<_>, Vec<_>) = facts
            .policies_of_device(&device.key)
            .into_iter()
            .partition(|policy| ignored.contains(&policy.policy.to_string().as_str()));
        if !left_out.is_empty() {
            let ids: Vec<String> =
                left_out.iter().map(|policy| policy.policy.to_string()).collect();
            case.see_derived(device.row(), "ignored_policies[].id", ids);
        }
        if bound_state.is_complete() {
            // A result of a policy that is no longer bound says nothing about today.
            policies.retain(|policy| policy.binding.is_some());
        }
        let any_result = policies.iter().any(|policy| policy.result.is_some());
        if !any_result && !result_state.is_complete() {
            return by_stats(case, device);
        }
        if policies.is_empty() {
            case.require_source(&bindings)?;
            return Ok(Verdict::not_applicable("no_policy_bound"));
        }
        let verdicts: Vec<Word> = policies.iter().map(|policy| word(case, policy)).collect();
        if verdicts.contains(&Word::Failed) {
            return Ok(Verdict::fail("policy_failed"));
        }
        if verdicts.contains(&Word::Stuck) {
            return Ok(Verdict::fail("policy_stuck"));
        }
        if verdicts.contains(&Word::Pending) {
            return Err(Unknown::new(UnknownCause::Pending, "policy_pending"));
        }
        case.require_source(&results)?;
        case.require_source(&bindings)?;
        if verdicts.contains(&Word::Missing) {
            return Err(Unknown::new(UnknownCause::Pending, "result_missing"));
        }
        Ok(Verdict::pass("all_applied").resting_on_the_service())
    }
}

/// What the latest result of a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Success,
    Pending,
    Stuck,
    Failed,
    Missing,
}

fn word(case: &mut Case<'_>, policy: &BoundPolicy<'_>) -> Word {
    let Some(row) = policy.result else { return Word::Missing };
    let started = policy.observe_result(case);
    match Applied::of(row.value()) {
        Applied::Yes => Word::Success,
        Applied::No => Word::Failed,
        // A state that no source lists, or no word at all: not known to have passed.
        Applied::Untold => Word::Missing,
        Applied::Pending => match started {
            Reading::Value(started)
                if age_days(started, case.evaluated_at()) > case.param(&PENDING_DAYS) =>
            {
                Word::Stuck
            }
            _ => Word::Pending,
        },
    }
}

/// Judges by the counts on the device's record, where no results were read.
fn by_stats(case: &mut Case<'_>, device: &Device<'_>) -> Judgement {
    let stats = &device.system().policy_stats;
    let mut count =
        |path: &str, field: &Field<i64>| case.see(device.row(), path, field).value().copied();
    let total = count("policyStats.total", stats.then(|stats| &stats.total));
    let success = count("policyStats.success", stats.then(|stats| &stats.success));
    let failed = count("policyStats.failed", stats.then(|stats| &stats.failed));
    let pending = count("policyStats.pending", stats.then(|stats| &stats.pending));
    match (total, success, failed, pending) {
        (_, _, Some(failed), _) if failed > 0 => Ok(Verdict::fail("policy_failed")),
        (Some(0), _, _, _) => Ok(Verdict::not_applicable("no_policy_bound")),
        (Some(total), Some(success), Some(0), Some(0)) if success == total => {
            Ok(Verdict::pass("policy_stats").resting_on_the_service())
        }
        (None, None, None, None) => {
            case.require_source(&case.facts().policy_results(device))?;
            Err(Unknown::new(UnknownCause::FieldAbsent, "stats_inconclusive"))
        }
        _ => Err(Unknown::new(UnknownCause::Pending, "stats_inconclusive")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-030";

    fn device(results: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin"}],
            "POL": [{"id": "p1"}],
            "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
            "PST": {"of": {"p1": results}}
        }))
    }

    fn result(id: &str, success: Value, state: &str, ended: &str) -> Value {
        json!({"id": id, "policyID": "p1", "systemID": "d1", "success": success, "state": state,
               "startedAt": "2026-11-01T00:00:00Z", "endedAt": ended})
    }

    #[test]
    fn the_latest_result_counts() {
        let early = result("r9", json!(false), "failed", "2026-11-20T00:00:00Z");
        let late = result("r1", json!(true), "success", "2026-11-21T00:00:00Z");
        assert_eq!(judge(RULE, &device(json!([early, late]))), "PASS all_applied");
        assert_eq!(judge(RULE, &device(json!([late, early]))), "PASS all_applied");
        assert_eq!(judge(RULE, &device(json!([early]))), "FAIL policy_failed");
    }

    #[test]
    fn pending_becomes_stuck_and_silence_is_no_success() {
        let pending = |started: &str| {
            json!([{"id": "r1", "policyID": "p1", "systemID": "d1", "state": "pending",
                    "startedAt": started}])
        };
        assert_eq!(judge(RULE, &device(pending("2026-11-20T00:00:00Z"))), "UNKNOWN policy_pending");
        assert_eq!(judge(RULE, &device(pending("2026-10-20T00:00:00Z"))), "FAIL policy_stuck");
        assert_eq!(judge(RULE, &device(pending("later"))), "UNKNOWN policy_pending");
        assert_eq!(judge(RULE, &device(json!([]))), "UNKNOWN result_missing");
        let odd = json!([result("r1", Value::Null, "dreaming", "2026-11-21T00:00:00Z")]);
        assert_eq!(judge(RULE, &device(odd)), "UNKNOWN result_missing");
    }

    #[test]
    fn without_results_the_counts_decide() {
        let stats = |stats: Value| {
            judge(
                RULE,
                &inputs(
                    json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "policyStats": stats}]}),
                ),
            )
        };
        assert_eq!(
            stats(json!({"total": 1, "success": 1, "failed": 0, "pending": 0})),
            "PASS policy_stats"
        );
        assert_eq!(stats(json!({"total": 2, "success": 1, "failed": 1})), "FAIL policy_failed");
        assert_eq!(
            stats(json!({"total": 2, "success": 1, "failed": 0, "pending": 1})),
            "UNKNOWN stats_inconclusive"
        );
        assert_eq!(
            stats(json!({"total": 2, "success": 1, "failed": 0, "pending": 0})),
            "UNKNOWN stats_inconclusive"
        );
        assert_eq!(stats(json!({"total": 0})), "NOT_APPLICABLE no_policy_bound");
        assert_eq!(stats(Value::Null), "UNKNOWN input_not_collected");
    }

    #[test]
    fn nothing_bound_and_ignored_policies() {
        let mut none = device(json!([]));
        none["POL-SYS"]["of"]["p1"] = json!([]);
        assert_eq!(judge(RULE, &none), "NOT_APPLICABLE no_policy_bound");
        let failed = device(json!([result("r1", json!(false), "failed", "2026-11-21T00:00:00Z")]));
        let config = json!({"parameters": {RULE: {"ignored_policy_ids": ["p1"]}}});
        assert_eq!(judge_with(RULE, &failed, &config), "NOT_APPLICABLE no_policy_bound");
    }

    #[test]
    fn partial_results_can_fail_and_cannot_pass() {
        let mut open =
            device(json!([result("r1", json!(true), "success", "2026-11-21T00:00:00Z")]));
        open["PST"]["of"]["p2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open["PST"]["of"]["p1"][0]["success"] = json!(false);
        assert_eq!(judge(RULE, &open), "FAIL policy_failed");
    }
}
