//! JC-DEV-032: device telemetry (System Insights) is enabled and fresh.
//!
//! # Expectation
//! System Insights is on for the device and has delivered rows within the allowed age.
//!
//! # Why
//! Without telemetry most rules about devices are blind.
//!
//! # Passes
//! ```json,passes
//! {"reason": "fresh_telemetry", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "systemInsights": {"state": "enabled"}}],
//!     "SI.system_info": [{"system_id": "d1", "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "telemetry_disabled", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "systemInsights": {"state": "disabled"}}]}}
//! ```
//! ```json,fails
//! {"reason": "no_telemetry", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "systemInsights": {"state": "enabled"}}],
//!     "SI.system_info": [], "SI.uptime": []}}
//! ```
//!
//! # Unknown when
//! The record does not say whether System Insights is on, no time of a row can be used, or a table is
//! incomplete.
//! ```json,unknown
//! {"reason": "state_unknown", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "SI.system_info": [{"system_id": "d1", "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fix
//! Enable System Insights; grant full disk access on macOS.
//!
//! # Sources
//! The tables `system_info` and `uptime` have a row for each device of every platform `[third-party]`.
//! One row that is fresh passes; that there is none, or none newer, is a fact only when both tables are
//! complete. A Mac whose agent may not read the whole disk is noted: some of its tables stay empty.

use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::InsightsState;
use jumpcloud_client::resources::insights::{SystemInfo, Uptime};

use crate::case::Case;
use crate::facts::{Device, Platform};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::{age_days, is_future};

const META: Meta = Meta {
    id: "JC-DEV-032",
    logic_version: 1,
    text_revision: 1,
    title: "Device telemetry (System Insights) is enabled and fresh",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Without telemetry most rules about devices are blind.",
    remediation: "Enable System Insights; grant full disk access on macOS.",
    applies: "every device in scope",
    inputs: &[
        InputNeed::new("SYS", &["systemInsights.state", "agentHasFullDiskAccess"]),
        InputNeed::new("SI.system_info", &["collection_time"]),
        InputNeed::new("SI.uptime", &["collection_time"]),
    ],
    params: &[TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("fresh_telemetry", "System Insights is on and its rows are fresh"),
        Reason::fail("telemetry_disabled", "System Insights is off or waits for the agent"),
        Reason::fail("no_telemetry", "System Insights is on and has no row for the device"),
        Reason::fail("stale_telemetry", "the newest row is too old"),
        Reason::unknown("state_unknown", "nothing says whether System Insights is on"),
        Reason::unknown("time_unreadable", "no row says when it was collected"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct TelemetryArrives;

impl Rule for TelemetryArrives {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let system = device.system();
        let access = &system.agent_has_full_disk_access;
        let limited = device.platform == Platform::Darwin
            && case.see(device.row(), "agentHasFullDiskAccess", access).is_false();
        let noted = |verdict: Verdict| {
            if limited { verdict.note("limited_visibility") } else { verdict }
        };
        let state = system.system_insights.then(|insights| &insights.state);
        match case.see(device.row(), "systemInsights.state", state).value() {
            Some(InsightsState::Enabled) => {}
            Some(InsightsState::Disabled | InsightsState::Deferred) => {
                return Ok(noted(Verdict::fail("telemetry_disabled")));
            }
            _ => return Err(Unknown::new(UnknownCause::FieldAbsent, "state_unknown")),
        }
        let times = times(case, device);
        let now = case.evaluated_at();
        let max_age = case.param(&TELEMETRY_MAX_AGE_DAYS);
        let skew = case.param(&FUTURE_SKEW_SECS);
        let future = |at: &Timestamp| is_future(*at, now, skew);
        let known: Vec<Timestamp> = times.iter().copied().flatten().collect();
        let newest = known.iter().copied().filter(|at| !future(at)).max();
        if let Some(at) = newest
            && age_days(at, now) <= max_age
        {
            return Ok(noted(Verdict::pass("fresh_telemetry").resting_on(Some(at))));
        }
        if known.iter().any(future) {
            return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
        }
        if times.iter().any(Option::is_none) {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "time_unreadable"));
        }
        case.require("SI.system_info")?;
        case.require("SI.uptime")?;
        Ok(noted(Verdict::fail(if newest.is_some() { "stale_telemetry" } else { "no_telemetry" })))
    }
}

/// When the rows of the device were collected; none for a row that does not say.
fn times(case: &mut Case<'_>, device: &Device<'_>) -> Vec<Option<Timestamp>> {
    let facts = case.facts();
    case.uses("SI.system_info");
    case.uses("SI.uptime");
    let mut times = Vec::new();
    for row in facts.rows::<SystemInfo>(device) {
        case.see(row, "collection_time", &row.value().collection_time);
        times.push(row.collected_at);
    }
    for row in facts.rows::<Uptime>(device) {
        case.see(row, "collection_time", &row.value().collection_time);
        times.push(row.collected_at);
    }
    times
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-032";

    fn rows(times: &[Value]) -> Value {
        times.iter().map(|at| json!({"system_id": "d1", "collection_time": at})).collect()
    }

    fn device(state: Value, info: Value, uptime: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin", "systemInsights": {"state": state}}],
            "SI.system_info": info, "SI.uptime": uptime
        }))
    }

    fn enabled(info: &[Value], uptime: &[Value]) -> String {
        judge(RULE, &device(json!("enabled"), rows(info), rows(uptime)))
    }

    #[test]
    fn g25_no_row_although_the_tables_are_complete() {
        assert_eq!(enabled(&[], &[]), "FAIL no_telemetry");
    }

    #[test]
    fn the_newest_row_of_either_table_decides() {
        let (fresh, old, future) =
            ("2026-11-23T06:00:00Z", "2026-09-01T00:00:00Z", "2027-01-01T00:00:00Z");
        for (info, uptime, expected) in [
            (Some(fresh), None, "PASS fresh_telemetry"),
            (None, Some(fresh), "PASS fresh_telemetry"),
            (Some(old), Some(fresh), "PASS fresh_telemetry"),
            (Some(future), Some(fresh), "PASS fresh_telemetry"),
            (Some(old), None, "FAIL stale_telemetry"),
            (Some(future), Some(old), "UNKNOWN future_timestamp"),
            (Some("2026-10-23T12:00:01Z"), None, "PASS fresh_telemetry"),
            (Some("2026-10-23T12:00:00Z"), None, "FAIL stale_telemetry"),
        ] {
            let row =
                |at: Option<&str>| -> Vec<Value> { at.into_iter().map(Value::from).collect() };
            assert_eq!(enabled(&row(info), &row(uptime)), expected, "{info:?} {uptime:?}");
        }
        for odd in [Value::Null, json!(""), json!("soon"), json!([])] {
            let verdict = enabled(core::slice::from_ref(&odd), &[json!(old)]);
            assert_eq!(verdict, "UNKNOWN time_unreadable", "{odd}");
        }
    }

    #[test]
    fn the_age_is_a_parameter() {
        let config = json!({"parameters": {RULE: {"telemetry_max_age_days": 1}}});
        let two_days = device(json!("enabled"), rows(&[json!("2026-11-21T12:00:00Z")]), rows(&[]));
        assert_eq!(judge_with(RULE, &two_days, &config), "FAIL stale_telemetry");
    }

    #[test]
    fn the_switch_comes_first() {
        let fresh = rows(&[json!("2026-11-23T06:00:00Z")]);
        for (state, expected) in [
            (json!("disabled"), "FAIL telemetry_disabled"),
            (json!("deferred"), "FAIL telemetry_disabled"),
            (json!("ENABLED"), "PASS fresh_telemetry"),
            (json!("dreaming"), "UNKNOWN state_unknown"),
            (json!(""), "UNKNOWN state_unknown"),
            (json!([]), "UNKNOWN state_unknown"),
            (Value::Null, "UNKNOWN state_unknown"),
        ] {
            let inputs = device(state.clone(), fresh.clone(), rows(&[]));
            assert_eq!(judge(RULE, &inputs), expected, "{state}");
        }
    }

    #[test]
    fn absence_needs_both_tables() {
        let partial = json!({"state": "partial", "reason": "page_failed", "records": []});
        let old = rows(&[json!("2026-09-01T00:00:00Z")]);
        let fresh = rows(&[json!("2026-11-23T06:00:00Z")]);
        let with = |info: &Value, uptime: &Value| {
            judge(RULE, &device(json!("enabled"), info.clone(), uptime.clone()))
        };
        assert_eq!(with(&partial, &json!([])), "UNKNOWN input_partial");
        assert_eq!(with(&old, &partial), "UNKNOWN input_partial");
        assert_eq!(
            with(&json!([]), &json!({"state": "failed", "class": "server"})),
            "UNKNOWN input_failed"
        );
        assert_eq!(with(&fresh, &partial), "PASS fresh_telemetry");
        let mut lost = device(json!("enabled"), json!([]), json!([]));
        lost.as_object_mut().unwrap().remove("SI.uptime");
        assert_eq!(judge(RULE, &lost), "UNKNOWN input_not_collected");
    }

    #[test]
    fn an_agent_that_sees_half_of_a_mac_is_noted() {
        let mut mac = device(json!("enabled"), rows(&[json!("2026-11-23T06:00:00Z")]), rows(&[]));
        mac["SYS"][0]["agentHasFullDiskAccess"] = json!(false);
        assert_eq!(findings(RULE, &mac, &json!({}))[0].notes, ["limited_visibility"]);
        mac["SYS"][0]["osFamily"] = json!("windows");
        assert!(findings(RULE, &mac, &json!({}))[0].notes.is_empty());
    }
}
