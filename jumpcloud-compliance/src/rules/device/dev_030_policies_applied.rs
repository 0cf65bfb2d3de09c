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
//! ```json,fails
//! {"reason": "policy_stuck", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "POL": [{"id": "p1"}], "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
//!     "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1", "state": "pending",
//!         "startedAt": "2026-11-01T00:00:00Z"}]}}}}
//! ```
//!
//! # Unknown when
//! A policy is still pending, has no result or one that uses unknown words, or results are missing and
//! the counts do not settle it.
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
//! id. Output of a policy may hold secrets and is never copied, not even its length: the client drops it
//! while reading. Where no result of the device was read and more may exist, the counts on its record
//! decide; they do not tell which policy failed, so with `ignored_policy_ids` a failure among them is no
//! fact, and counts that name fewer policies than are known to be bound are not believed. Results for
//! another system (`unsupportedOs`) are shown and are no failures, and no success either. A policy that is
//! pending is pending, even where its last `success` was false. A result of a policy whose binding was not
//! read counts. A result is the service's own word and does not age; one that ended ahead of the
//! evaluation is not believed.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::Field;

use crate::case::{Case, Reading};
use crate::facts::{Applied, BoundPolicy, Device};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS, Texts};
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
            &["id", "policyID", "state", "success", "exitStatus", "startedAt", "endedAt"],
        ),
        InputNeed::new("POL-SYS", &["id"]),
        InputNeed::new("SYS", &["policyStats"]),
    ],
    params: &[PENDING_DAYS.spec(), IGNORED.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("all_applied", "the latest result of every bound policy is a success"),
        Reason::pass("policy_stats", "the device's counts name successes only"),
        Reason::fail("policy_failed", "the latest result of a bound policy is a failure"),
        Reason::fail("policy_stuck", "a bound policy has been pending for too long"),
        Reason::unknown("policy_pending", "a bound policy is pending"),
        Reason::unknown("result_missing", "a bound policy has no result"),
        Reason::unknown("result_unclear", "the result of a bound policy uses unknown words"),
        Reason::unknown("stats_inconclusive", "the device's counts do not settle it"),
        Reason::not_applicable("no_policy_bound", "no policy is bound"),
        Reason::not_applicable("only_ignored_policies", "every bound policy is left out"),
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
        if policies.is_empty() && bound_state.is_complete() {
            let ignored = left_out.iter().any(|policy| policy.binding.is_some());
            let reason = if ignored { "only_ignored_policies" } else { "no_policy_bound" };
            return Ok(Verdict::not_applicable(reason));
        }
        let any_result = policies.iter().any(|policy| policy.result.is_some());
        if !any_result && !result_state.is_complete() {
            let bound = policies.iter().chain(&left_out).filter(|policy| policy.binding.is_some());
            return by_counts(case, device, bound.count());
        }
        let words: Vec<(Word, String)> =
            policies.iter().map(|policy| (word(case, policy), policy.policy.to_string())).collect();
        for (failed, reason) in [(Word::Failed, "policy_failed"), (Word::Stuck, "policy_stuck")] {
            let ids: Vec<&str> = with(&words, failed);
            if !ids.is_empty() {
                case.see_derived(device.row(), &alloc::format!("{reason}[].id"), ids);
                return Ok(Verdict::fail(reason));
            }
        }
        let is = |word: Word| words.iter().any(|(own, _)| *own == word);
        if is(Word::Pending) {
            return Err(Unknown::new(UnknownCause::Pending, "policy_pending"));
        }
        case.require_source(&results)?;
        case.require_source(&bindings)?;
        if is(Word::Missing) {
            return Err(Unknown::new(UnknownCause::Pending, "result_missing"));
        }
        if is(Word::Unclear) {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "result_unclear"));
        }
        if is(Word::Ahead) {
            return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
        }
        Ok(Verdict::pass("all_applied").resting_on_the_service())
    }
}

/// What the latest result of a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Success,
    /// A success that ends only after the evaluation.
    Ahead,
    Pending,
    Stuck,
    Failed,
    Missing,
    /// A state that no source lists, or no word at all: not known to have passed.
    Unclear,
}

/// Ids of the policies of which this was said.
fn with(words: &[(Word, String)], word: Word) -> Vec<&str> {
    words.iter().filter(|(own, _)| *own == word).map(|(_, id)| id.as_str()).collect()
}

fn word(case: &mut Case<'_>, policy: &BoundPolicy<'_>) -> Word {
    let Some(row) = policy.result else { return Word::Missing };
    let started = policy.observe_result(case);
    let now = case.evaluated_at();
    match Applied::of(row.value()) {
        Applied::Yes if policy.result_is_ahead(case) => Word::Ahead,
        Applied::Yes => Word::Success,
        Applied::No => Word::Failed,
        Applied::Untold => Word::Unclear,
        Applied::Pending => match started {
            Reading::Value(started) if age_days(started, now) > case.param(&PENDING_DAYS) => {
                Word::Stuck
            }
            _ => Word::Pending,
        },
    }
}

/// Judges by the counts on the device's record; `bound` policies are known to be bound.
fn by_counts(case: &mut Case<'_>, device: &Device<'_>, bound: usize) -> Judgement {
    let stats = &device.system().policy_stats;
    let mut count =
        |path: &str, field: &Field<i64>| case.see(device.row(), path, field).value().copied();
    let total = count("policyStats.total", stats.then(|stats| &stats.total));
    let success = count("policyStats.success", stats.then(|stats| &stats.success));
    let failed = count("policyStats.failed", stats.then(|stats| &stats.failed));
    let pending = count("policyStats.pending", stats.then(|stats| &stats.pending));
    count("policyStats.unsupportedOs", stats.then(|stats| &stats.unsupported_os));
    count("policyStats.duplicate", stats.then(|stats| &stats.duplicate));
    let bound = i64::try_from(bound).unwrap_or(i64::MAX);
    let inconclusive = |cause| Err(Unknown::new(cause, "stats_inconclusive"));
    match (total, success, failed, pending) {
        (None, None, None, None) => {
            case.require_source(&case.facts().policy_results(device))?;
            inconclusive(UnknownCause::FieldAbsent)
        }
        (_, _, Some(failed), _) if failed > 0 => {
            if case.param(&IGNORED).is_empty() {
                Ok(Verdict::fail("policy_failed"))
            } else {
                inconclusive(UnknownCause::Ambiguous)
            }
        }
        (Some(total), ..) if total < bound => inconclusive(UnknownCause::ConflictingSources),
        (Some(0), ..) => Ok(Verdict::not_applicable("no_policy_bound")),
        (Some(total), Some(success), Some(0), Some(0)) if success == total => {
            Ok(Verdict::pass("policy_stats").resting_on_the_service())
        }
        _ => inconclusive(UnknownCause::Pending),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::outcome::UnknownCause;
    use crate::testing::{findings, inputs, judge, judge_with};

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
        assert_eq!(judge(RULE, &device(odd)), "UNKNOWN result_unclear");
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
        assert_eq!(judge_with(RULE, &failed, &config), "NOT_APPLICABLE only_ignored_policies");
        let seen = &findings(RULE, &failed, &config)[0].evidence.observations;
        assert!(seen.iter().any(|seen| seen.path == "ignored_policies[].id"));
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

    #[test]
    fn words_that_contradict_or_say_nothing_are_no_success() {
        let one = |success: Value, state: Value| {
            judge(
                RULE,
                &device(json!([{"id": "r1", "policyID": "p1", "systemID": "d1",
                    "success": success, "state": state, "endedAt": "2026-11-21T00:00:00Z"}])),
            )
        };
        for (success, state, expected) in [
            (json!(true), Value::Null, "PASS all_applied"),
            (json!(true), json!("failed"), "FAIL policy_failed"),
            (json!(false), json!("success"), "FAIL policy_failed"),
            (json!(false), json!("dreaming"), "FAIL policy_failed"),
            (json!(false), json!("pending"), "UNKNOWN policy_pending"),
            (json!(true), json!("pending"), "UNKNOWN policy_pending"),
            (Value::Null, json!("success"), "UNKNOWN result_unclear"),
            (json!("perhaps"), json!("success"), "UNKNOWN result_unclear"),
            (json!(true), json!(""), "PASS all_applied"),
            (Value::Null, Value::Null, "UNKNOWN result_unclear"),
        ] {
            assert_eq!(one(success.clone(), state.clone()), expected, "{success} {state}");
        }
    }

    #[test]
    fn a_success_that_ended_in_the_future_is_not_believed() {
        let ended =
            |at: &str| judge(RULE, &device(json!([result("r1", json!(true), "success", at)])));
        assert_eq!(ended("2026-11-23T14:00:00Z"), "UNKNOWN future_timestamp");
        assert_eq!(ended("2026-11-23T12:05:00Z"), "PASS all_applied");
        let failed = json!([result("r1", json!(false), "failed", "2026-11-23T14:00:00Z")]);
        assert_eq!(judge(RULE, &device(failed)), "FAIL policy_failed");
    }

    #[test]
    fn pending_may_last_as_long_as_allowed() {
        let pending = |started: Value| {
            judge(
                RULE,
                &device(json!([{"id": "r1", "policyID": "p1", "systemID": "d1",
                    "state": "pending", "startedAt": started}])),
            )
        };
        assert_eq!(pending(json!("2026-11-16T12:00:00Z")), "UNKNOWN policy_pending");
        assert_eq!(pending(json!("2026-11-15T12:00:00Z")), "FAIL policy_stuck");
        assert_eq!(pending(json!("2027-01-01T00:00:00Z")), "UNKNOWN policy_pending");
        assert_eq!(pending(Value::Null), "UNKNOWN policy_pending");
    }

    /// A device with two policies, the first applied and the second with this result.
    fn two(second: Value) -> Value {
        let mut both =
            device(json!([result("r1", json!(true), "success", "2026-11-21T00:00:00Z")]));
        both["POL"] = json!([{"id": "p1"}, {"id": "p2"}]);
        both["POL-SYS"]["of"]["p2"] = json!([{"id": "d1", "type": "system"}]);
        let mut second = second;
        for result in second.as_array_mut().unwrap() {
            result["policyID"] = json!("p2");
        }
        both["PST"]["of"]["p2"] = second;
        both
    }

    #[test]
    fn one_failure_is_enough_and_is_named() {
        let failed = two(json!([result("r2", json!(false), "failed", "2026-11-21T00:00:00Z")]));
        let finding = &findings(RULE, &failed, &json!({}))[0];
        assert_eq!(finding.reason_code, "policy_failed");
        let seen = |path: &str| {
            let all = &finding.evidence.observations;
            all.iter().find(|seen| seen.path == path).map(|seen| seen.value.clone())
        };
        assert_eq!(seen("policy_failed[].id"), Some(alloc::vec!["p2"].into()));
        assert_eq!(seen("results[policyID=p2].id"), Some("r2".into()));
        assert_eq!(judge(RULE, &two(json!([]))), "UNKNOWN result_missing");
        let config = json!({"parameters": {RULE: {"ignored_policy_ids": ["p2"]}}});
        assert_eq!(judge_with(RULE, &failed, &config), "PASS all_applied");
    }

    #[test]
    fn output_of_a_policy_is_never_evidence() {
        let mut told = json!([result("r1", json!(false), "failed", "2026-11-21T00:00:00Z")]);
        told[0]["stdErr"] = json!("s3cret");
        told[0]["stdOut"] = json!("s3cret");
        let evidence = findings(RULE, &device(told), &json!({}))[0].evidence.clone();
        assert!(!serde_json::to_string(&evidence).unwrap().contains("s3cret"));
    }

    #[test]
    fn results_and_bindings_may_be_read_from_the_devices_side() {
        let of = |result: Value| {
            inputs(json!({
                "SYS": [{"_id": "d1", "osFamily": "darwin"}],
                "SYS-POL": {"of": {"d1": [{"id": "p1", "type": "policy"}]}},
                "SYS-PST": {"of": {"d1": [result]}}
            }))
        };
        let good = result("r1", json!(true), "success", "2026-11-21T00:00:00Z");
        assert_eq!(judge(RULE, &of(good)), "PASS all_applied");
        let bad = result("r1", json!(false), "failed", "2026-11-21T00:00:00Z");
        assert_eq!(judge(RULE, &of(bad)), "FAIL policy_failed");
    }

    #[test]
    fn a_result_of_a_policy_that_is_no_longer_bound_says_nothing() {
        let mut gone =
            device(json!([result("r1", json!(false), "failed", "2026-11-21T00:00:00Z")]));
        gone["POL-SYS"]["of"]["p1"] = json!([]);
        assert_eq!(judge(RULE, &gone), "NOT_APPLICABLE no_policy_bound");
        gone.as_object_mut().unwrap().remove("POL-SYS");
        assert_eq!(judge(RULE, &gone), "FAIL policy_failed");
        gone["PST"]["of"]["p1"][0]["success"] = json!(true);
        gone["PST"]["of"]["p1"][0]["state"] = json!("success");
        assert_eq!(judge(RULE, &gone), "UNKNOWN input_not_collected");
    }

    #[test]
    fn nothing_bound_needs_no_results() {
        let mut none = device(json!([]));
        none["POL-SYS"]["of"]["p1"] = json!([]);
        none["PST"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &none), "NOT_APPLICABLE no_policy_bound");
        let open = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}],
            "POL-SYS": {"of": {"p1": {"state": "partial", "reason": "page_failed", "records": []}}},
            "PST": {"of": {"p1": []}}}));
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        let mut failed = device(json!([]));
        failed["PST"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
    }

    #[test]
    fn counts_are_believed_only_where_they_fit() {
        let cause = |stats: Value, config: Value, bound: bool| {
            let mut device =
                inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "policyStats": stats}]}));
            if bound {
                device["POL-SYS"] = json!({"of": {"p1": [{"id": "d1", "type": "system"}]}});
            }
            let found = &findings(RULE, &device, &config)[0];
            assert_eq!(found.reason_code, "stats_inconclusive");
            found.unknown_cause.unwrap()
        };
        let ignored = json!({"parameters": {RULE: {"ignored_policy_ids": ["p9"]}}});
        let failed = json!({"total": 2, "success": 1, "failed": 1, "pending": 0});
        assert_eq!(cause(failed, ignored, false), UnknownCause::Ambiguous);
        for total in [0, -1] {
            let few = json!({"total": total, "success": total, "failed": 0, "pending": 0});
            assert_eq!(cause(few, json!({}), true), UnknownCause::ConflictingSources);
        }
        for (stats, expected) in [
            (
                json!({"total": -1, "success": -1, "failed": 0, "pending": 0}),
                UnknownCause::ConflictingSources,
            ),
            (json!({"total": 2, "success": 2, "failed": 0}), UnknownCause::Pending),
            (
                json!({"total": 2, "success": 2, "failed": "few", "pending": 0}),
                UnknownCause::Pending,
            ),
            (
                json!({"total": 3, "success": 2, "failed": 0, "pending": 0, "unsupportedOs": 1}),
                UnknownCause::Pending,
            ),
        ] {
            assert_eq!(cause(stats, json!({}), false), expected);
        }
    }
}
