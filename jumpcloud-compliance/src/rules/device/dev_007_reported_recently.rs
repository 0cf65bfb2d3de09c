//! JC-DEV-007: the device agent has reported recently.
//!
//! # Expectation
//! The agent is connected, or spoke within the allowed silence.
//!
//! # Why
//! A silent agent means unknown state and no control.
//!
//! # Passes
//! ```json,passes
//! {"reason": "connected", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true,
//!     "lastContact": "2026-01-01T00:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "recent_contact", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "active": false, "lastContact": "2026-11-20T00:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "stale_agent", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "active": false, "lastContact": "2026-08-20T00:00:00Z"}]}}
//! ```
//! ```json,fails
//! {"reason": "never_contacted", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "active": false, "lastContact": null, "created": "2026-01-01T00:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! The device is new and has not spoken yet; its last contact lies in the future or is unreadable; or
//! its last contact is old and nobody knows whether it is connected now.
//! ```json,unknown
//! {"reason": "connection_unknown", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "lastContact": "2026-08-20T00:00:00Z"}]}}
//! ```
//! ```json,unknown
//! {"reason": "awaiting_first_contact", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "active": false, "lastContact": null, "created": "2026-11-22T00:00:00Z"}]}}
//! ```
//!
//! # Fix
//! Bring the device online, reinstall the agent, or remove the record after retiring the hardware.
//!
//! # Sources
//! `lastContact` stands still while a device stays connected `[official code]`, so `active` counts as
//! contact at the time the record was fetched. A record without a readable `active` may be that of a
//! connected device, so its old `lastContact` proves no silence. A device that was connected in a record
//! that is itself too old, and that has no `lastContact`, is silent and not unheard of. Ages are whole
//! days, and the limit itself passes.

use jumpcloud_client::Field;

use crate::case::{Case, Reading};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::{age_days, is_future};

const MAX_SILENCE: Days =
    Days::new("max_silence_days", 30, 1..=180, "Longest silence of an agent that still passes.")
        .stricter_when_lower();
const ENROL_GRACE: Days = Days::new(
    "enrol_grace_days",
    7,
    0..=30,
    "Days after enrolment in which no contact is expected yet.",
)
.stricter_when_lower();

const META: Meta = Meta {
    id: "JC-DEV-007",
    logic_version: 1,
    text_revision: 1,
    title: "Device agent has reported recently",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "A silent agent means unknown state and no control.",
    remediation: "Bring the device online, reinstall the agent, or remove the record after retiring \
                  the hardware.",
    applies: "every device in scope",
    inputs: &[InputNeed::new("SYS", &["lastContact", "active", "created"])],
    params: &[MAX_SILENCE.spec(), ENROL_GRACE.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("connected", "the agent was connected when the record was read"),
        Reason::pass("recent_contact", "the agent spoke within the allowed silence"),
        Reason::fail("stale_agent", "the agent has been silent for too long"),
        Reason::fail("never_contacted", "the agent has never spoken"),
        Reason::unknown("awaiting_first_contact", "the device is new and has not spoken yet"),
        Reason::unknown("contact_unreadable", "the time of the last contact cannot be read"),
        Reason::unknown(
            "connection_unknown",
            "the last contact is old, and nobody knows whether the agent is connected now",
        ),
        Reason::unknown("created_unknown", "the agent never spoke, and nobody knows since when"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ReportedRecently;

impl Rule for ReportedRecently {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let system = device.system();
        let now = case.evaluated_at();
        let max = case.param(&MAX_SILENCE);
        let skew = case.param(&FUTURE_SKEW_SECS);
        case.uses("SYS");
        let active = case.see(device.row(), "active", &system.active);
        let contact = case.see_time(device.row(), "lastContact", &system.last_contact);
        let created = case.see_time(device.row(), "created", &system.created);
        if active.is_true() {
            let fetched = device.row.record.fetched_at;
            if is_future(fetched, now, skew) {
                return Err(FUTURE);
            }
            if age_days(fetched, now) <= max {
                return Ok(Verdict::pass("connected"));
            }
        }
        match contact {
            Reading::Value(at) if is_future(at, now, skew) => Err(FUTURE),
            Reading::Value(at) => {
                let age = age_days(at, now);
                case.see_derived(device.row(), "age_days", age);
                if age <= max {
                    Ok(Verdict::pass("recent_contact"))
                } else {
                    silent(active, "stale_agent")
                }
            }
            Reading::Unparseable => {
                Err(Unknown::new(UnknownCause::FieldUnparseable, "contact_unreadable"))
            }
            // It was connected when the record was read, and that is too long ago.
            Reading::Absent if active.is_true() => Ok(Verdict::fail("stale_agent")),
            Reading::Absent => match created {
                Reading::Value(at) if is_future(at, now, skew) => Err(FUTURE),
                Reading::Value(at) if age_days(at, now) > case.param(&ENROL_GRACE) => {
                    silent(active, "never_contacted")
                }
                Reading::Value(_) => {
                    Err(Unknown::new(UnknownCause::Pending, "awaiting_first_contact"))
                }
                Reading::Absent => Err(Unknown::new(UnknownCause::FieldAbsent, "created_unknown")),
                Reading::Unparseable => {
                    Err(Unknown::new(UnknownCause::FieldUnparseable, "created_unknown"))
                }
            },
        }
    }
}

const FUTURE: Unknown = Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp");

/// The failure of a device without recent contact, unless it may be connected all the same.
fn silent(active: &Field<bool>, reason: &'static str) -> Judgement {
    match active {
        Field::Value(_) => Ok(Verdict::fail(reason)),
        Field::Absent | Field::Null => {
            Err(Unknown::new(UnknownCause::FieldAbsent, "connection_unknown"))
        }
        Field::Unparseable(_) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "connection_unknown"))
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::evidence::CoverageState;
    use crate::testing::{evaluation, findings, inputs, judge, judge_with, snapshot};
    use crate::{Catalogue, Config, UnknownCause, evaluate};

    const RULE: &str = "JC-DEV-007";
    const OLD: &str = "2025-01-10T00:00:00Z";

    fn record(active: Value, contact: Value, created: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux",
            "active": active, "lastContact": contact, "created": created}]}))
    }

    fn device(active: Value, contact: Value, created: Value) -> String {
        judge(RULE, &record(active, contact, created))
    }

    fn without(inputs: &Value, field: &str) -> Value {
        let mut inputs = inputs.clone();
        inputs["SYS"][0].as_object_mut().unwrap().remove(field);
        inputs
    }

    fn cause(inputs: &Value) -> Option<UnknownCause> {
        findings(RULE, inputs, &json!({}))[0].unknown_cause
    }

    #[test]
    fn g01_contact_an_hour_ago_is_recent() {
        let contact = json!("2026-11-23T11:00:00Z");
        assert_eq!(device(json!(false), contact, json!(OLD)), "PASS recent_contact");
    }

    #[test]
    fn g11_contact_two_hours_ahead_proves_nothing() {
        let contact = json!("2026-11-23T14:00:00Z");
        assert_eq!(device(json!(false), contact, json!(OLD)), "UNKNOWN future_timestamp");
    }

    #[test]
    fn silence_is_counted_in_whole_days_and_the_limit_passes() {
        for (contact, expected) in [
            ("2026-10-24T12:00:00Z", "PASS recent_contact"),
            ("2026-10-23T12:00:01Z", "PASS recent_contact"),
            ("2026-10-23T12:00:00Z", "FAIL stale_agent"),
            ("2026-11-23", "PASS recent_contact"),
            (" 2026-11-22T00:00:00Z ", "PASS recent_contact"),
            ("2026-11-23T12:05:00Z", "PASS recent_contact"),
            ("2026-11-23T12:05:01Z", "UNKNOWN future_timestamp"),
            ("soon", "UNKNOWN contact_unreadable"),
            ("1764000000", "UNKNOWN contact_unreadable"),
        ] {
            assert_eq!(device(json!(false), json!(contact), json!(OLD)), expected, "{contact}");
        }
    }

    #[test]
    fn limits_are_the_organisations() {
        let with = |contact: Value, created: &str, parameters: Value| {
            let config = json!({"parameters": {RULE: parameters}});
            judge_with(RULE, &record(json!(false), contact, json!(created)), &config)
        };
        let yesterday = json!("2026-11-21T12:00:01Z");
        assert_eq!(with(yesterday, OLD, json!({"max_silence_days": 1})), "PASS recent_contact");
        let before = json!("2026-11-21T12:00:00Z");
        assert_eq!(with(before, OLD, json!({"max_silence_days": 1})), "FAIL stale_agent");
        assert_eq!(
            with(Value::Null, "2026-11-22T12:00:00Z", json!({"enrol_grace_days": 0})),
            "FAIL never_contacted"
        );
        assert_eq!(
            with(json!("2026-11-23T12:00:01Z"), OLD, json!({"future_skew_secs": 0})),
            "UNKNOWN future_timestamp"
        );
    }

    #[test]
    fn never_is_a_failure_only_after_the_time_to_enrol() {
        let never = |created: Value| device(json!(false), Value::Null, created);
        assert_eq!(never(json!("2026-11-16T12:00:00Z")), "UNKNOWN awaiting_first_contact");
        assert_eq!(never(json!("2026-11-15T12:00:01Z")), "UNKNOWN awaiting_first_contact");
        assert_eq!(never(json!("2026-11-15T12:00:00Z")), "FAIL never_contacted");
        assert_eq!(never(json!("2026-12-24T00:00:00Z")), "UNKNOWN future_timestamp");
        for empty in [json!(""), json!("0001-01-01T00:00:00Z")] {
            assert_eq!(device(json!(false), empty, json!(OLD)), "FAIL never_contacted");
        }
        let absent = without(&record(json!(false), Value::Null, json!(OLD)), "lastContact");
        assert_eq!(judge(RULE, &absent), "FAIL never_contacted");
    }

    #[test]
    fn nobody_knows_how_long_a_device_without_creation_was_silent() {
        let never = record(json!(false), Value::Null, Value::Null);
        for unknown in [never.clone(), without(&never, "created")] {
            assert_eq!(judge(RULE, &unknown), "UNKNOWN created_unknown");
            assert_eq!(cause(&unknown), Some(UnknownCause::FieldAbsent));
        }
        for odd in [json!("once"), json!([OLD])] {
            let unreadable = record(json!(false), Value::Null, odd);
            assert_eq!(judge(RULE, &unreadable), "UNKNOWN created_unknown");
            assert_eq!(cause(&unreadable), Some(UnknownCause::FieldUnparseable));
        }
    }

    #[test]
    fn a_connected_device_has_spoken_now() {
        assert_eq!(device(json!(true), Value::Null, Value::Null), "PASS connected");
        for contact in [json!("2025-01-10T00:00:00Z"), json!("soon"), json!({})] {
            assert_eq!(device(json!(true), contact, json!(OLD)), "PASS connected");
        }
    }

    #[test]
    fn an_unknown_connection_is_no_silence() {
        let old = json!("2026-08-20T00:00:00Z");
        for (active, why) in [
            (Value::Null, UnknownCause::FieldAbsent),
            (json!("perhaps"), UnknownCause::FieldUnparseable),
        ] {
            for contact in [old.clone(), Value::Null] {
                let open = record(active.clone(), contact, json!(OLD));
                assert_eq!(judge(RULE, &open), "UNKNOWN connection_unknown", "{open}");
                assert_eq!(cause(&open), Some(why), "{open}");
            }
            let recent = json!("2026-11-20T00:00:00Z");
            assert_eq!(device(active.clone(), recent, json!(OLD)), "PASS recent_contact");
            assert_eq!(device(active, json!([]), json!(OLD)), "UNKNOWN contact_unreadable");
        }
        let absent = without(&record(json!(false), old, json!(OLD)), "active");
        assert_eq!(judge(RULE, &absent), "UNKNOWN connection_unknown");
    }

    #[test]
    fn a_connection_in_an_old_record_is_a_contact_of_that_time() {
        let at = |now: &str, contact: Value| {
            let snapshot = snapshot(&record(json!(true), contact, json!(OLD)));
            let catalogue = Catalogue::builtin().unwrap();
            let now = now.parse().unwrap();
            let evaluation = evaluate(&catalogue, &snapshot, &Config::default(), now, None);
            let all = evaluation.unwrap().findings;
            let own = all.into_iter().find(|finding| finding.rule_id == RULE).unwrap();
            alloc::format!("{} {}", own.outcome, own.reason_code)
        };
        assert_eq!(at("2026-12-24T10:59:59Z", Value::Null), "PASS connected");
        assert_eq!(at("2026-12-24T11:00:00Z", Value::Null), "FAIL stale_agent");
        assert_eq!(at("2026-12-24T11:00:00Z", json!("2025-01-10")), "FAIL stale_agent");
        assert_eq!(at("2026-11-23T10:55:00Z", Value::Null), "PASS connected");
        assert_eq!(at("2026-11-23T10:54:59Z", Value::Null), "UNKNOWN future_timestamp");
    }

    #[test]
    fn a_record_that_arrived_counts_whatever_else_is_missing() {
        let mut partial = record(json!(false), json!("2026-11-20T00:00:00Z"), json!(OLD));
        let records = partial["SYS"].clone();
        partial["SYS"] = json!({"state": "partial", "reason": "page_failed", "records": records});
        assert_eq!(judge(RULE, &partial), "PASS recent_contact");
        partial["SYS"]["records"][0]["lastContact"] = json!("2026-08-20T00:00:00Z");
        assert_eq!(judge(RULE, &partial), "FAIL stale_agent");
        let used = findings(RULE, &partial, &json!({}))[0].evidence.inputs_used.clone();
        assert_eq!((used[0].input.as_str(), used[0].state), ("SYS", CoverageState::Partial));
        partial["SYS"] = json!({"state": "failed", "class": "server"});
        assert!(findings(RULE, &partial, &json!({})).is_empty());
        assert!(evaluation(&partial, &json!({})).population.iter().any(|all| !all.complete));
    }

    #[test]
    fn evidence_holds_what_was_read_and_the_age() {
        let stale = record(json!(false), json!("2026-08-20T12:00:00Z"), json!(OLD));
        let observations = findings(RULE, &stale, &json!({}))[0].evidence.observations.clone();
        let paths: alloc::vec::Vec<&str> =
            observations.iter().map(|seen| seen.path.as_str()).collect();
        assert_eq!(paths, ["active", "age_days", "created", "lastContact"]);
        assert_eq!(json!(observations[1].value), json!(95));
    }
}
