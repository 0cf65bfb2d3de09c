//! JC-DEV-033: the inventory record of a device is unique.
//!
//! # Expectation
//! No other device record has the serial number of this one.
//!
//! # Why
//! Duplicates distort counts and hide stale records.
//!
//! # Passes
//! ```json,passes
//! {"reason": "unique_serial", "inputs": {"SYS": [
//!     {"_id": "d1", "osFamily": "darwin", "serialNumber": "C02XYZ"},
//!     {"_id": "d2", "osFamily": "darwin", "serialNumber": "C02ABC"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "duplicate_serial", "inputs": {"SYS": [
//!     {"_id": "d1", "osFamily": "darwin", "serialNumber": "C02XYZ"},
//!     {"_id": "d2", "osFamily": "darwin", "serialNumber": "c02xyz "}]}}
//! ```
//!
//! # Unknown when
//! The record has no serial number or one that many machines share, or records are missing.
//! ```json,unknown
//! {"reason": "serial_missing", "inputs": {"SYS": [
//!     {"_id": "d1", "osFamily": "linux", "serialNumber": "To be filled by O.E.M."}]}}
//! ```
//!
//! # Fix
//! Check which record is in use and delete the older one.
//!
//! # Sources
//! Serial numbers compare without blanks around them and without regard to case. Every record of a set
//! fails; the one that spoke last is noted as `survivor`, of two alike the one with the smaller id.
//! Records outside of the judged population count as others. A serial number does not age.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::Device;
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const PLACEHOLDERS: Texts = Texts::new(
    "placeholder_serials",
    &[
        "0",
        "NONE",
        "DEFAULT STRING",
        "SYSTEM SERIAL NUMBER",
        "TO BE FILLED BY O.E.M.",
        "NOT SPECIFIED",
    ],
    "Serial numbers that stand for none; add those of the fleet's virtual machines.",
);

const META: Meta = Meta {
    id: "JC-DEV-033",
    logic_version: 1,
    text_revision: 1,
    title: "Device inventory record is unique",
    subject: SubjectKind::Device,
    severity: Severity::Low,
    tier: 2,
    rationale: "Duplicates distort counts and hide stale records.",
    remediation: "Check which record is in use and delete the older one.",
    applies: "every device in scope",
    inputs: &[InputNeed::new("SYS", &["serialNumber", "hostname", "lastContact", "active"])],
    params: &[PLACEHOLDERS.spec()],
    reasons: &[
        Reason::pass("unique_serial", "no other record has its serial number"),
        Reason::fail("duplicate_serial", "another record has its serial number"),
        Reason::unknown("serial_missing", "the record has no serial number of its own"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct RecordedOnce;

impl Rule for RecordedOnce {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        case.see(device.row(), "serialNumber", &device.system().serial_number);
        let placeholders = case.param(&PLACEHOLDERS);
        let own = device.serial().filter(|serial| {
            placeholders.iter().all(|word| !word.trim().eq_ignore_ascii_case(serial))
        });
        let Some(serial) = own else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "serial_missing"));
        };
        let set: Vec<&Device<'_>> = facts.devices_with_serial(&serial).collect();
        case.uses("SYS");
        if set.len() > 1 {
            for other in &set {
                case.see(other.row(), "serialNumber", &other.system().serial_number);
                case.see(other.row(), "hostname", &other.system().hostname);
                case.see(other.row(), "lastContact", &other.system().last_contact);
            }
            let siblings: Vec<String> = set
                .iter()
                .filter(|other| other.key != device.key)
                .map(|other| other.id.clone())
                .collect();
            case.see_derived(device.row(), "siblings[].id", siblings);
            let verdict = Verdict::fail("duplicate_serial");
            return Ok(if is_survivor(device, &set) { verdict.note("survivor") } else { verdict });
        }
        case.require("SYS")?;
        Ok(Verdict::pass("unique_serial").resting_on_the_service())
    }
}

/// Whether a device is the one of its set that spoke last.
fn is_survivor(device: &Device<'_>, set: &[&Device<'_>]) -> bool {
    let Some(own) = device.contact.instant() else { return false };
    set.iter().filter(|other| other.key != device.key).all(|other| match other.contact.instant() {
        None => true,
        Some(theirs) => own > theirs || own == theirs && device.key < other.key,
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-033";

    fn device(id: &str, serial: Value, contact: Value) -> Value {
        json!({"_id": id, "osFamily": "darwin", "serialNumber": serial, "active": false,
               "lastContact": contact})
    }

    /// Ids, outcomes and notes of a set of devices.
    fn set(devices: Value) -> Vec<(String, String, Vec<String>)> {
        findings(RULE, &inputs(json!({"SYS": devices})), &json!({}))
            .into_iter()
            .map(|finding| {
                let outcome = alloc::format!("{} {}", finding.outcome, finding.reason_code);
                (finding.subject.id, outcome, finding.notes)
            })
            .collect()
    }

    fn one(serial: Value) -> String {
        judge(RULE, &inputs(json!({"SYS": [device("d1", serial, json!("2026-11-20"))]})))
    }

    #[test]
    fn g13_two_records_of_one_machine() {
        let found = set(json!([
            device("d1", json!("c02xyz"), json!("2026-10-01T00:00:00Z")),
            device("d2", json!("C02XYZ "), json!("2026-11-20T00:00:00Z")),
        ]));
        let fail = String::from("FAIL duplicate_serial");
        assert_eq!(found[0], ("d1".into(), fail.clone(), alloc::vec![]));
        assert_eq!(found[1], ("d2".into(), fail, alloc::vec!["survivor".into()]));
        let inputs = inputs(json!({"SYS": [
            device("d1", json!("c02xyz"), json!("2026-10-01T00:00:00Z")),
            device("d2", json!("C02XYZ "), json!("2026-11-20T00:00:00Z"))]}));
        // The other rules judge both.
        assert_eq!(findings("JC-DEV-007", &inputs, &json!({})).len(), 2);
    }

    #[test]
    fn there_is_at_most_one_survivor() {
        let survivors = |first: Value, second: Value| -> Vec<String> {
            set(json!([device("d1", json!("S"), first), device("d2", json!("S"), second)]))
                .into_iter()
                .filter(|(_, _, notes)| !notes.is_empty())
                .map(|(id, ..)| id)
                .collect()
        };
        let time = json!("2026-11-20T00:00:00Z");
        assert_eq!(survivors(time.clone(), time.clone()), ["d1"]);
        assert_eq!(survivors(Value::Null, time), ["d2"]);
        assert!(survivors(Value::Null, json!("soon")).is_empty());
    }

    #[test]
    fn g23_a_partial_list_can_fail_and_cannot_pass() {
        let partial = |devices: Value| {
            inputs(
                json!({"SYS": {"state": "partial", "reason": "page_failed", "records": devices}}),
            )
        };
        let alone = partial(json!([device("d1", json!("S"), Value::Null)]));
        assert_eq!(judge(RULE, &alone), "UNKNOWN input_partial");
        let two = partial(json!([
            device("d1", json!("S"), Value::Null),
            device("d2", json!("S"), Value::Null)
        ]));
        assert_eq!(judge(RULE, &two), "d1 FAIL duplicate_serial, d2 FAIL duplicate_serial");
    }

    #[test]
    fn a_serial_that_is_none_settles_nothing() {
        for serial in [
            json!(""),
            json!("  "),
            json!("0"),
            json!("none"),
            json!(" Default string "),
            json!("System Serial Number"),
            json!("Not Specified"),
            json!({}),
            Value::Null,
        ] {
            assert_eq!(one(serial.clone()), "UNKNOWN serial_missing", "{serial}");
        }
        assert_eq!(one(json!("C02XYZ")), "PASS unique_serial");
        assert_eq!(one(json!(12345)), "PASS unique_serial");
        let config = json!({"parameters": {RULE: {"placeholder_serials": ["vmware"]}}});
        let machine = inputs(json!({"SYS": [device("d1", json!("VMware"), Value::Null)]}));
        assert_eq!(judge_with(RULE, &machine, &config), "UNKNOWN serial_missing");
    }

    #[test]
    fn an_excluded_record_is_still_another_one() {
        let both = inputs(json!({"SYS": [
            device("d1", json!("S"), Value::Null), device("d2", json!("S"), Value::Null)]}));
        let config = json!({"scope": {"exclude_device_ids": ["d2"]}});
        assert_eq!(judge_with(RULE, &both, &config), "FAIL duplicate_serial");
    }

    #[test]
    fn evidence_names_the_other_records_of_the_set() {
        let all = inputs(json!({"SYS": [device("d1", json!("C02"), json!("2026-11-20")),
            device("d2", json!("C02"), json!("2026-11-21"))]}));
        let found = findings(RULE, &all, &json!({}));
        let siblings = |at: usize| {
            let seen = found[at].evidence.observations.iter();
            seen.filter(|own| own.path == "siblings[].id").map(|own| json!(own.value)).next()
        };
        assert_eq!(siblings(0), Some(json!(["d2"])));
        assert_eq!(siblings(1), Some(json!(["d1"])));
    }
}
