//! JC-ORG-010: directory event logging is enabled.
//!
//! # Expectation
//! Directory Insights is on, and where somebody counted, it logged something in the last days.
//!
//! # Why
//! Without events nothing can be reviewed or investigated.
//!
//! # Passes
//! ```json,passes
//! {"reason": "enabled", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1",
//!         "settings": {"features": {"directoryInsights": {"enabled": true}}}}]}},
//!     "DIC": [{"question": "recent", "start_time": "2026-11-16T11:00:00Z",
//!         "end_time": "2026-11-23T11:00:00Z", "count": 5120}]}}
//! ```
//! ```json,passes
//! {"reason": "observed", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {}}]}},
//!     "DIC": [{"question": "recent", "start_time": "2026-11-16T11:00:00Z",
//!         "end_time": "2026-11-23T11:00:00Z", "count": 1}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "disabled", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1",
//!         "settings": {"features": {"directoryInsights": {"enabled": false}}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "no_events", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1",
//!         "settings": {"features": {"directoryInsights": {"enabled": true}}}}]}},
//!     "DIC": [{"question": "recent", "start_time": "2026-11-16T11:00:00Z",
//!         "end_time": "2026-11-23T11:00:00Z", "count": 0}]}}
//! ```
//!
//! # Unknown when
//! The flag did not arrive and no event was seen, or a count was asked for that failed, or counts
//! other days than the last `probe_days`.
//! ```json,unknown
//! {"reason": "input_failed", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1",
//!         "settings": {"features": {"directoryInsights": {"enabled": true}}}}]}},
//!     "DIC": {"state": "failed", "class": "forbidden"}}}
//! ```
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1", "settings": {}}]}}}}
//! ```
//!
//! # Fix
//! Enable Directory Insights.
//!
//! # Sources
//! A key that may not count events (403) says nothing about logging. Where nobody counted, the flag
//! decides, noted `not_probed`. The list of subscriptions names every plan there is `[spec]`, so it
//! proves nothing and is not read.

use jiff::SignedDuration;
use jumpcloud_client::InputState;

use crate::case::Case;
use crate::facts::{Counted, Settings, days_ago};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::is_future;

const PROBE: Days =
    Days::new("probe_days", 7, 1..=30, "Days in which at least one event must have been logged.")
        .stricter_when_lower();

/// How far the days that were counted may lie from those that were meant: a snapshot is judged
/// somewhat later than it is taken.
const DRIFT: SignedDuration = SignedDuration::from_hours(24);

const META: Meta = Meta {
    id: "JC-ORG-010",
    logic_version: 1,
    text_revision: 1,
    title: "Directory event logging is enabled",
    subject: SubjectKind::Organization,
    severity: Severity::High,
    tier: 1,
    rationale: "Without events nothing can be reviewed or investigated.",
    remediation: "Enable Directory Insights.",
    applies: "always",
    inputs: &[
        InputNeed::new("ORGD", &["settings.features.directoryInsights.enabled"]),
        InputNeed::new("DIC", &["count", "start_time", "end_time"]),
    ],
    params: &[PROBE.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("enabled", "logging is on"),
        Reason::pass("observed", "events were logged in the last days"),
        Reason::fail("disabled", "logging is off"),
        Reason::fail("no_events", "logging is on and no event was logged in the last days"),
        Reason::unknown("answers_conflict", "the same question was answered twice"),
        Reason::unknown("field_absent", "nothing says whether logging is on"),
        Reason::unknown("field_unparseable", "what would say whether logging is on is unreadable"),
        Reason::unknown("probe_of_other_days", "other days were counted than the rule looks at"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct EventsLogged;

impl Rule for EventsLogged {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let enabled = enabled(case);
        if matches!(enabled, Ok(false)) {
            return Ok(Verdict::fail("disabled"));
        }
        if case.facts().state("DIC") == InputState::NotCollected {
            case.uses("DIC");
            return enabled.map(|_| Verdict::pass("enabled").note("not_probed"));
        }
        match (logged(case), enabled) {
            (Ok(true), Ok(_)) => Ok(Verdict::pass("enabled")),
            (Ok(true), Err(_)) => Ok(Verdict::pass("observed")),
            (Ok(false), Ok(_)) => Ok(Verdict::fail("no_events")),
            (Ok(false), Err(unknown)) | (Err(unknown), _) => Err(unknown),
        }
    }
}

/// What the settings say.
fn enabled(case: &mut Case<'_>) -> Result<bool, Unknown> {
    let Settings { row, values } = Settings::of(case)?;
    let switch = values.features.then(|features| &features.directory_insights);
    let path = "settings.features.directoryInsights.enabled";
    case.need(row, path, switch.then(|switch| &switch.enabled)).copied()
}

/// Whether an event was logged in the last days.
fn logged(case: &mut Case<'_>) -> Result<bool, Unknown> {
    let counted = Counted::read(case, "recent")?;
    let now = case.evaluated_at();
    if is_future(counted.end, now, case.param(&FUTURE_SKEW_SECS)) {
        return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
    }
    let since = days_ago(case, case.param(&PROBE));
    let late = now.duration_since(counted.end) > DRIFT;
    let within = since.duration_since(counted.start) <= DRIFT;
    let whole = counted.start <= since;
    match counted.count {
        1.. if within => Ok(true),
        0 if whole && !late => Ok(false),
        ..0 => Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable")),
        _ => Err(Unknown::new(UnknownCause::InputPartial, "probe_of_other_days")),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-010";

    fn facts(switch: &Value, counts: &Value) -> Value {
        let features = json!({"directoryInsights": switch});
        inputs(json!({
            "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"features": features}}]}},
            "DIC": counts}))
    }

    fn recent(fields: &Value) -> Value {
        let mut own = json!({"question": "recent", "start_time": "2026-11-16T11:00:00Z",
            "end_time": "2026-11-23T11:00:00Z", "count": 5});
        own.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!([own])
    }

    fn of(switch: &Value, counts: &Value) -> String {
        judge(RULE, &facts(switch, counts))
    }

    #[test]
    fn flag_and_count() {
        let on = json!({"enabled": true});
        for (counts, expected) in [
            (recent(&json!({})), "PASS enabled"),
            (recent(&json!({"count": 0})), "FAIL no_events"),
            (recent(&json!({"count": -1})), "UNKNOWN field_unparseable"),
            (recent(&json!({"count": null})), "UNKNOWN field_absent"),
            (recent(&json!({"count": "many"})), "UNKNOWN field_unparseable"),
            (recent(&json!({"start_time": null})), "UNKNOWN field_absent"),
            (recent(&json!({"end_time": "x"})), "UNKNOWN field_unparseable"),
            (recent(&json!({"question": "retained"})), "UNKNOWN input_not_collected"),
            (json!([]), "UNKNOWN input_not_collected"),
            (
                json!({"state": "partial", "reason": "page_failed", "records": []}),
                "UNKNOWN input_partial",
            ),
            (
                json!({"state": "partial", "reason": "page_failed", "records": recent(&json!({}))}),
                "PASS enabled",
            ),
            (json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
            (json!({"state": "not_licensed"}), "UNKNOWN not_licensed"),
        ] {
            assert_eq!(of(&on, &counts), expected, "{counts}");
        }
        for (switch, expected) in [
            (json!({"enabled": false}), "FAIL disabled"),
            (json!({"enabled": null}), "PASS observed"),
            (json!({"enabled": "?"}), "PASS observed"),
            (json!(null), "PASS observed"),
        ] {
            assert_eq!(of(&switch, &recent(&json!({}))), expected, "{switch}");
        }
        assert_eq!(
            of(&json!({"enabled": "?"}), &recent(&json!({"count": 0}))),
            "UNKNOWN field_unparseable"
        );
        assert_eq!(of(&json!(null), &recent(&json!({"count": 0}))), "UNKNOWN field_absent");
    }

    #[test]
    fn two_answers_are_none() {
        let mut twice = recent(&json!({}));
        twice
            .as_array_mut()
            .unwrap()
            .extend(recent(&json!({"count": 0})).as_array().unwrap().clone());
        assert_eq!(of(&json!({"enabled": true}), &twice), "UNKNOWN answers_conflict");
    }

    #[test]
    fn the_days_must_be_the_last_ones() {
        let on = json!({"enabled": true});
        for (fields, expected) in [
            (
                json!({"count": 0, "start_time": "2026-11-18T11:00:00Z"}),
                "UNKNOWN probe_of_other_days",
            ),
            (json!({"count": 3, "start_time": "2026-11-18T11:00:00Z"}), "PASS enabled"),
            (
                json!({"count": 3, "start_time": "2026-10-01T11:00:00Z"}),
                "UNKNOWN probe_of_other_days",
            ),
            (json!({"count": 0, "start_time": "2026-10-01T11:00:00Z"}), "FAIL no_events"),
            (
                json!({"count": 0, "end_time": "2026-11-22T11:00:00Z"}),
                "UNKNOWN probe_of_other_days",
            ),
            (json!({"count": 3, "end_time": "2026-11-24T11:00:00Z"}), "UNKNOWN future_timestamp"),
        ] {
            assert_eq!(of(&on, &recent(&fields)), expected, "{fields}");
        }
        let month = json!({"parameters": {RULE: {"probe_days": 30}}, "allow_weaker": "agreed"});
        let none = facts(&on, &recent(&json!({"count": 0})));
        assert_eq!(judge_with(RULE, &none, &month), "UNKNOWN probe_of_other_days");
    }

    #[test]
    fn without_a_count_the_flag_decides() {
        let mut own = facts(&json!({"enabled": true}), &json!([]));
        own.as_object_mut().unwrap().remove("DIC");
        assert_eq!(judge(RULE, &own), "PASS enabled");
        own.as_object_mut().unwrap().remove("ORGD");
        assert_eq!(judge(RULE, &own), "UNKNOWN input_not_collected");
    }
}
