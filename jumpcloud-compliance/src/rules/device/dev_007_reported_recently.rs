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
//! The device is new and has not spoken yet, or its last contact lies in the future or is unreadable.
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
//! contact at the time the record was fetched. Ages are whole days, and the limit itself passes.

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
        let future = Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp");
        let active = case.see(device.row(), "active", &system.active).is_true();
        let contact = case.see_time(device.row(), "lastContact", &system.last_contact);
        let created = case.see_time(device.row(), "created", &system.created);
        let fetched = device.row.record.fetched_at;
        if active && age_days(fetched, now) <= max {
            return if is_future(fetched, now, skew) {
                Err(future)
            } else {
                Ok(Verdict::pass("connected"))
            };
        }
        match contact {
            Reading::Value(at) if is_future(at, now, skew) => Err(future),
            Reading::Value(at) => {
                let age = age_days(at, now);
                case.see_derived(device.row(), "age_days", age);
                Ok(if age <= max {
                    Verdict::pass("recent_contact")
                } else {
                    Verdict::fail("stale_agent")
                })
            }
            Reading::Unparseable => {
                Err(Unknown::new(UnknownCause::FieldUnparseable, "contact_unreadable"))
            }
            Reading::Absent => match created {
                Reading::Value(at) if age_days(at, now) > case.param(&ENROL_GRACE) => {
                    Ok(Verdict::fail("never_contacted"))
                }
                Reading::Value(_) => {
                    Err(Unknown::new(UnknownCause::Pending, "awaiting_first_contact"))
                }
                Reading::Absent | Reading::Unparseable => {
                    Err(Unknown::new(UnknownCause::FieldAbsent, "created_unknown"))
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge};

    fn device(active: Value, contact: Value, created: Value) -> String {
        judge(
            "JC-DEV-007",
            &inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux",
            "active": active, "lastContact": contact, "created": created}]})),
        )
    }

    #[test]
    fn silence_is_counted_in_whole_days_and_the_limit_passes() {
        let old = json!("2025-01-10T00:00:00Z");
        for (contact, expected) in [
            ("2026-10-24T12:00:00Z", "PASS recent_contact"),
            ("2026-10-23T12:00:01Z", "PASS recent_contact"),
            ("2026-10-23T12:00:00Z", "FAIL stale_agent"),
            ("2026-11-23", "PASS recent_contact"),
            ("2026-11-23T12:05:00Z", "PASS recent_contact"),
            ("2026-11-23T12:05:01Z", "UNKNOWN future_timestamp"),
            ("2026-11-23T14:00:00Z", "UNKNOWN future_timestamp"),
            ("soon", "UNKNOWN contact_unreadable"),
        ] {
            assert_eq!(device(json!(false), json!(contact), old.clone()), expected, "{contact}");
        }
    }

    #[test]
    fn never_is_a_failure_only_after_the_time_to_enrol() {
        let never = |created: Value| device(json!(false), Value::Null, created);
        assert_eq!(never(json!("2026-11-16T12:00:00Z")), "UNKNOWN awaiting_first_contact");
        assert_eq!(never(json!("2026-11-15T11:00:00Z")), "FAIL never_contacted");
        assert_eq!(never(Value::Null), "UNKNOWN created_unknown");
        assert_eq!(
            device(json!(false), json!("0001-01-01T00:00:00Z"), json!("2025-01-01")),
            "FAIL never_contacted"
        );
    }

    #[test]
    fn a_connected_device_has_spoken_now() {
        assert_eq!(device(json!(true), Value::Null, Value::Null), "PASS connected");
        assert_eq!(
            device(Value::Null, json!("2026-11-20T00:00:00Z"), Value::Null),
            "PASS recent_contact"
        );
    }
}
