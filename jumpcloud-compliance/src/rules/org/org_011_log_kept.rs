//! JC-ORG-011: event log retention meets the requirement.
//!
//! # Expectation
//! Events are exported to a store that keeps them for `required_days`, or JumpCloud still answers
//! with events that old.
//!
//! # Why
//! Investigations look back months.
//!
//! # Passes
//! ```json,passes
//! {"reason": "exported", "config": {"attestations": [{"id": "A1", "topic": "log_export",
//!     "statement": "all events go to the archive", "period_start": "2026-01-01",
//!     "period_end": "2026-12-31", "attested_by": "Vera Voss", "attested_at": "2026-11-01T09:00:00Z",
//!     "valid_until": "2027-01-31T00:00:00Z", "destination": "archive", "retention_days": 400,
//!     "immediate_days": 90}]},
//!  "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1", "created": "2020-01-10T00:00:00Z"}]}}}}
//! ```
//! ```json,passes
//! {"reason": "retrievable", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "created": "2020-01-10T00:00:00Z"}]}},
//!     "DIC": [{"question": "retained", "start_time": "2025-11-16T11:00:00Z",
//!         "end_time": "2025-11-23T11:00:00Z", "count": 812}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "not_retrievable", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "created": "2020-01-10T00:00:00Z"}]}},
//!     "DIC": [{"question": "retained", "start_time": "2025-11-16T11:00:00Z",
//!         "end_time": "2025-11-23T11:00:00Z", "count": 0}]}}
//! ```
//!
//! # Unknown when
//! No statement about an export suffices, and the events of `required_days` ago were not counted, or
//! other days or too few of them were, or days before the organisation existed.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "created": "2020-01-10T00:00:00Z"}]}}}}
//! ```
//!
//! # Fix
//! Export events to a store with the required retention.
//!
//! # Sources
//! JumpCloud keeps events for 90 days `[spec]`, so without an export the default of 365 days fails. One
//! day without events may be a quiet day, hence `probe_span_days`. A statement that says how many days
//! are searchable at once must say at least `immediate_days`; one that does not say is noted
//! `immediate_not_stated`.

use alloc::vec::Vec;

use jiff::{SignedDuration, Timestamp};

use crate::attestation::{Topic, valid_for};
use crate::case::{Case, Reading};
use crate::facts::{Counted, Settings, days_ago};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::plus_days;

const REQUIRED: Days =
    Days::new("required_days", 365, 30..=2555, "Days for which events must be kept.")
        .stricter_when_higher();
const IMMEDIATE: Days = Days::new(
    "immediate_days",
    90,
    0..=365,
    "Days of events that an export must be able to search at once, where it says how many.",
)
.stricter_when_higher();
const SPAN: Days = Days::new(
    "probe_span_days",
    7,
    1..=31,
    "Days without any event that must have been counted before events count as lost.",
);

/// How far the days that were counted may lie before those that were meant.
const DRIFT: SignedDuration = SignedDuration::from_hours(48);

const META: Meta = Meta {
    id: "JC-ORG-011",
    logic_version: 1,
    text_revision: 1,
    title: "Event log retention meets the requirement",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Investigations look back months.",
    remediation: "Export events to a store with the required retention.",
    applies: "organisations older than required_days",
    inputs: &[
        InputNeed::new("ORGD", &["created", "settings.features.directoryInsightsPremium.enabled"]),
        InputNeed::new("ATT", &["log_export"]),
        InputNeed::new("DIC", &["count", "start_time", "end_time"]),
    ],
    params: &[REQUIRED.spec(), IMMEDIATE.spec(), SPAN.spec()],
    reasons: &[
        Reason::pass("exported", "events are exported and kept long enough"),
        Reason::pass("retrievable", "events that old can still be read"),
        Reason::fail("not_retrievable", "events that old cannot be read and are kept nowhere else"),
        Reason::unknown("probe_of_other_days", "other days were counted than the rule looks at"),
        Reason::unknown("probe_precedes_organisation", "the organisation did not exist yet then"),
        Reason::unknown("answers_conflict", "the same question was answered twice"),
        Reason::unknown("field_absent", "a time or a count that decides did not arrive"),
        Reason::unknown("field_unparseable", "a time or a count that decides cannot be read"),
        Reason::not_applicable("young_organisation", "it is younger than the required retention"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct LogKept;

impl Rule for LogKept {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let required = case.param(&REQUIRED);
        let since = days_ago(case, required);
        let created = created(case);
        premium(case);
        if let Ok(created) = created {
            case.age_days(created)?;
            if created >= since {
                return Ok(Verdict::not_applicable("young_organisation"));
            }
        }
        if let Some(verdict) = exported(case, required) {
            return Ok(verdict);
        }
        let counted = Counted::read(case, "retained")?;
        match counted.count {
            1.. if counted.end <= since => Ok(Verdict::pass("retrievable")),
            0 if counted.end <= since && since.duration_since(counted.end) <= DRIFT => {
                let created = created?;
                let span = plus_days(counted.start, case.param(&SPAN));
                if span > counted.end {
                    Err(other_days())
                } else if created > counted.start {
                    Err(Unknown::new(UnknownCause::NotObservable, "probe_precedes_organisation"))
                } else {
                    Ok(Verdict::fail("not_retrievable"))
                }
            }
            ..0 => Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable")),
            _ => Err(other_days()),
        }
    }
}

const fn other_days() -> Unknown {
    Unknown::new(UnknownCause::InputPartial, "probe_of_other_days")
}

/// Since when the organisation exists.
fn created(case: &mut Case<'_>) -> Result<Timestamp, Unknown> {
    let Some(row) = case.facts().organization_detail() else {
        case.require("ORGD")?;
        return Reading::Absent.needed();
    };
    case.uses("ORGD");
    case.need_time(row, "created", &row.value().created)
}

/// Notes whether the organisation has the longer retention that can be bought.
fn premium(case: &mut Case<'_>) {
    if let Ok(Settings { row, values }) = Settings::of(case) {
        let switch = values.features.then(|features| &features.directory_insights_premium);
        let path = "settings.features.directoryInsightsPremium.enabled";
        case.see(row, path, switch.then(|switch| &switch.enabled));
    }
}

/// Whether somebody has stated that events are kept elsewhere for long enough.
fn exported(case: &mut Case<'_>, required: i64) -> Option<Verdict> {
    let immediate = case.param(&IMMEDIATE);
    let all = case.config().attestations.as_deref().unwrap_or_default();
    let statements = valid_for(all, Topic::LogExport, case.evaluated_at());
    let suffices: Vec<_> = statements
        .into_iter()
        .filter(|own| own.retention_days.is_some_and(|days| days >= required))
        .filter(|own| own.immediate_days.is_none_or(|days| days >= immediate))
        .collect();
    let best = suffices.iter().find(|own| own.immediate_days.is_some()).or(suffices.first())?;
    case.cite(best);
    let path = |name: &str| alloc::format!("attestations[id={}].{name}", best.id);
    case.see_count("ATT", &path("retention_days"), best.retention_days);
    case.see_count("ATT", &path("destination"), best.destination.as_deref());
    let verdict = Verdict::pass("exported");
    Some(if best.immediate_days.is_none() { verdict.note("immediate_not_stated") } else { verdict })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{evaluation, findings, inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-011";

    fn facts(created: &Value, retained: &Value) -> Value {
        let mut own = json!({"question": "retained", "start_time": "2025-11-16T11:00:00Z",
            "end_time": "2025-11-23T11:00:00Z", "count": 0});
        own.as_object_mut().unwrap().extend(retained.as_object().unwrap().clone());
        inputs(json!({"ORGD": {"of": {"o1": [{"_id": "o1", "created": created}]}}, "DIC": [own]}))
    }

    fn old() -> Value {
        json!("2020-01-10T00:00:00Z")
    }

    fn export(fields: &Value) -> Value {
        let mut own = json!({"id": "A1", "topic": "log_export", "statement": "events are archived",
            "period_start": "2026-01-01", "period_end": "2026-12-31", "attested_by": "Vera Voss",
            "attested_at": "2026-11-01T09:00:00Z", "valid_until": "2027-01-31T00:00:00Z",
            "destination": "archive", "retention_days": 365, "immediate_days": 90});
        own.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"attestations": [own]})
    }

    #[test]
    fn a_statement_must_be_valid_and_long_enough() {
        let lost = facts(&old(), &json!({}));
        for (fields, expected) in [
            (json!({}), "PASS exported"),
            (json!({"retention_days": 364}), "FAIL not_retrievable"),
            (json!({"retention_days": null}), "FAIL not_retrievable"),
            (json!({"immediate_days": 89}), "FAIL not_retrievable"),
            (json!({"immediate_days": null}), "PASS exported"),
            (json!({"valid_until": "2026-11-22T00:00:00Z"}), "FAIL not_retrievable"),
            (json!({"attested_at": "2026-11-24T00:00:00Z"}), "FAIL not_retrievable"),
            (json!({"attested_by": " "}), "FAIL not_retrievable"),
            (json!({"topic": "log_review"}), "FAIL not_retrievable"),
        ] {
            assert_eq!(judge_with(RULE, &lost, &export(&fields)), expected, "{fields}");
        }
        let silent = findings(RULE, &lost, &export(&json!({"immediate_days": null})));
        assert_eq!(silent[0].notes, ["immediate_not_stated"]);
        assert_eq!(evaluation(&lost, &export(&json!({}))).attestations_used, ["A1"]);
        let unread = inputs(json!({}));
        assert_eq!(judge_with(RULE, &unread, &export(&json!({}))), "PASS exported");
    }

    #[test]
    fn what_the_count_proves() {
        for (retained, expected) in [
            (json!({}), "FAIL not_retrievable"),
            (json!({"count": 1}), "PASS retrievable"),
            (
                json!({"count": 1, "start_time": "2024-01-01T00:00:00Z", "end_time": "2024-01-08T00:00:00Z"}),
                "PASS retrievable",
            ),
            (
                json!({"count": 0, "start_time": "2024-01-01T00:00:00Z", "end_time": "2024-01-08T00:00:00Z"}),
                "UNKNOWN probe_of_other_days",
            ),
            (
                json!({"count": 1, "end_time": "2025-11-24T11:00:00Z"}),
                "UNKNOWN probe_of_other_days",
            ),
            (
                json!({"count": 0, "end_time": "2025-11-24T11:00:00Z"}),
                "UNKNOWN probe_of_other_days",
            ),
            (
                json!({"count": 0, "start_time": "2025-11-17T11:00:00Z"}),
                "UNKNOWN probe_of_other_days",
            ),
            (json!({"count": -3}), "UNKNOWN field_unparseable"),
            (json!({"count": null}), "UNKNOWN field_absent"),
            (json!({"count": []}), "UNKNOWN field_unparseable"),
            (json!({"end_time": null}), "UNKNOWN field_absent"),
            (json!({"start_time": "x"}), "UNKNOWN field_unparseable"),
            (json!({"question": "recent"}), "UNKNOWN input_not_collected"),
        ] {
            assert_eq!(judge(RULE, &facts(&old(), &retained)), expected, "{retained}");
        }
    }

    #[test]
    fn the_age_of_the_organisation() {
        for (created, expected) in [
            (json!("2025-11-23T12:00:00Z"), "NOT_APPLICABLE young_organisation"),
            (json!("2025-11-20T00:00:00Z"), "UNKNOWN probe_precedes_organisation"),
            (json!("2025-11-16T11:00:00Z"), "FAIL not_retrievable"),
            (json!(null), "UNKNOWN field_absent"),
            (json!(""), "UNKNOWN field_absent"),
            (json!({}), "UNKNOWN field_unparseable"),
            (json!("2027-01-01T00:00:00Z"), "UNKNOWN future_timestamp"),
        ] {
            assert_eq!(judge(RULE, &facts(&created, &json!({}))), expected, "{created}");
        }
        assert_eq!(judge(RULE, &facts(&json!(null), &json!({"count": 2}))), "PASS retrievable");
        let mut open = facts(&old(), &json!({}));
        open["DIC"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_failed");
        open["DIC"] = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
    }

    #[test]
    fn evidence_tells_of_the_longer_retention() {
        let mut all = facts(&old(), &json!({}));
        all["ORGD"]["of"]["o1"][0]["settings"] =
            json!({"features": {"directoryInsightsPremium": {"enabled": true}}});
        let found = findings(RULE, &all, &json!({})).remove(0).evidence.observations;
        let path = "settings.features.directoryInsightsPremium.enabled";
        let seen = found.iter().find(|own| own.path == path).unwrap();
        assert_eq!(json!(seen.value), json!(true));
    }
}
