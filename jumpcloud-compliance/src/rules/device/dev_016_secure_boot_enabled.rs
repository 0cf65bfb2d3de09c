//! JC-DEV-016: UEFI Secure Boot is enabled.
//!
//! # Expectation
//! The firmware starts signed systems only, and its keys are set.
//!
//! # Why
//! Secure Boot stops altered boot loaders.
//!
//! # Passes
//! ```json,passes
//! {"reason": "secure_boot_on", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.secureboot": [{"system_id": "d1", "secure_boot": 1, "setup_mode": 0,
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "secure_boot_off", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.secureboot": [{"system_id": "d1", "secure_boot": 0, "setup_mode": 0}]}}
//! ```
//! ```json,fails
//! {"reason": "setup_mode", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.secureboot": [{"system_id": "d1", "secure_boot": 1, "setup_mode": 1}]}}
//! ```
//!
//! # Unknown when
//! The device reports nothing: a machine with the older BIOS does not either.
//! ```json,unknown
//! {"reason": "secure_boot_not_reported", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}], "SI.secureboot": []}}
//! ```
//!
//! # Fix
//! Turn Secure Boot on in the firmware and leave its setup mode.
//!
//! # Sources
//! Columns mean what osquery says. Firmware reports Secure Boot as on in user mode only, so that a
//! missing `setup_mode` does not spoil a pass; one that cannot be read does. Macs have a chain of
//! trust of their own that JumpCloud does not read. A virtual machine without UEFI is UNKNOWN and
//! needs a waiver; silence exempts nobody. Of two rows the newest decides, of two equally new ones
//! the worse.

use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::SecureBoot;

use crate::case::Case;
use crate::facts::{Platform, newest_says};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const LINUX: Flag =
    Flag::new("linux", true, "Whether Linux devices are judged too.").stricter_when_true();

const META: Meta = Meta {
    id: "JC-DEV-016",
    logic_version: 1,
    text_revision: 1,
    title: "UEFI Secure Boot is enabled",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Secure Boot stops altered boot loaders.",
    remediation: "Turn Secure Boot on in the firmware and leave its setup mode.",
    applies: "Windows devices, and Linux devices unless they are left out",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new("SI.secureboot", &["secure_boot", "setup_mode", "collection_time"]),
    ],
    params: &[LINUX.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("secure_boot_on", "Secure Boot is on"),
        Reason::fail("secure_boot_off", "Secure Boot is off"),
        Reason::fail("setup_mode", "Secure Boot is on, and anyone can still set its keys"),
        Reason::unknown("secure_boot_not_reported", "the device does not report Secure Boot"),
        Reason::unknown("secure_boot_state_unknown", "the row says neither on nor off"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable(
            "hardware_trust_not_exposed",
            "the chain of trust of a Mac cannot be read",
        ),
        Reason::not_applicable("linux_not_judged", "Linux devices are left out"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct SecureBootEnabled;

impl Rule for SecureBootEnabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        match device.platform {
            Platform::Darwin => return Ok(Verdict::not_applicable("hardware_trust_not_exposed")),
            Platform::Linux if !case.param(&LINUX) => {
                return Ok(Verdict::not_applicable("linux_not_judged"));
            }
            Platform::Windows | Platform::Linux => {}
            Platform::Unknown | Platform::Unsupported(_) => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
        }
        let verdict = newest_says::<SecureBoot>(case, device, |case, row| {
            let firmware = row.value();
            case.see(row, "collection_time", &firmware.collection_time);
            let on = case.see(row, "secure_boot", &firmware.secure_boot).value();
            let setup = case.see(row, "setup_mode", &firmware.setup_mode);
            match (on, setup) {
                (Some(0), _) => Ok(Verdict::fail("secure_boot_off")),
                (Some(1), Field::Value(1)) => Ok(Verdict::fail("setup_mode")),
                (Some(1), Field::Value(0) | Field::Absent | Field::Null) => {
                    Ok(Verdict::pass("secure_boot_on"))
                }
                _ => Err(Unknown::new(UnknownCause::NotObservable, "secure_boot_state_unknown")),
            }
        })?;
        if let Some(verdict) = verdict {
            return Ok(verdict);
        }
        case.require("SI.secureboot")?;
        Err(Unknown::new(UnknownCause::NotObservable, "secure_boot_not_reported"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-016";

    fn device(family: &str, rows: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": family, "active": true}],
            "SI.secureboot": rows}))
    }

    fn row(on: Value, setup: Value) -> Value {
        json!({"system_id": "d1", "secure_boot": on, "setup_mode": setup,
               "collection_time": "2026-11-23T06:00:00Z"})
    }

    #[test]
    fn states_of_the_firmware() {
        for (on, setup, expected) in [
            (json!(1), json!(0), "PASS secure_boot_on"),
            (json!("1"), json!("0"), "PASS secure_boot_on"),
            (json!(1), Value::Null, "PASS secure_boot_on"),
            (json!(1), json!(1), "FAIL setup_mode"),
            (json!(1), json!(2), "UNKNOWN secure_boot_state_unknown"),
            (json!(1), json!("?"), "UNKNOWN secure_boot_state_unknown"),
            (json!(0), json!(0), "FAIL secure_boot_off"),
            (json!(0), Value::Null, "FAIL secure_boot_off"),
            (Value::Null, json!(0), "UNKNOWN secure_boot_state_unknown"),
            (json!([]), json!(0), "UNKNOWN secure_boot_state_unknown"),
            (json!(-1), json!(0), "UNKNOWN secure_boot_state_unknown"),
        ] {
            let found = judge(RULE, &device("windows", json!([row(on.clone(), setup.clone())])));
            assert_eq!(found, expected, "{on} {setup}");
        }
    }

    #[test]
    fn silence_is_no_answer() {
        assert_eq!(judge(RULE, &device("linux", json!([]))), "UNKNOWN secure_boot_not_reported");
        let missing = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows"}]}));
        assert_eq!(judge(RULE, &missing), "UNKNOWN input_not_collected");
        let failed = device("windows", json!({"state": "failed", "class": "server"}));
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
    }

    #[test]
    fn the_newest_row_decides_and_a_partial_table_cannot_pass() {
        let mut old = row(json!(0), json!(0));
        old["collection_time"] = json!("2026-11-22T06:00:00Z");
        let two = json!([old, row(json!(1), json!(0))]);
        assert_eq!(judge(RULE, &device("windows", two)), "PASS secure_boot_on");
        let tie = json!([row(json!(1), json!(0)), row(json!(0), json!(0))]);
        assert_eq!(judge(RULE, &device("windows", tie)), "FAIL secure_boot_off");
        let partial = |on: i64| {
            let rows = [row(json!(on), json!(0))];
            device("windows", json!({"state": "partial", "reason": "page_failed", "records": rows}))
        };
        assert_eq!(judge(RULE, &partial(1)), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &partial(0)), "FAIL secure_boot_off");
    }

    #[test]
    fn age_demotes_a_pass_and_never_a_failure() {
        let at = |on: i64, time: Value| {
            let mut row = row(json!(on), json!(0));
            row["collection_time"] = time;
            judge(RULE, &device("windows", json!([row])))
        };
        assert_eq!(at(1, json!("2026-08-01T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(0, json!("2026-08-01T00:00:00Z")), "FAIL secure_boot_off");
        assert_eq!(at(1, Value::Null), "UNKNOWN untimed_telemetry");
        assert_eq!(at(1, json!("2026-11-23T14:00:00Z")), "UNKNOWN future_timestamp");
    }

    #[test]
    fn g01_who_is_judged() {
        let off = || json!([row(json!(0), json!(0))]);
        assert_eq!(
            judge(RULE, &device("darwin", off())),
            "NOT_APPLICABLE hardware_trust_not_exposed"
        );
        assert_eq!(judge(RULE, &device("linux", off())), "FAIL secure_boot_off");
        let config = json!({"parameters": {RULE: {"linux": false}}});
        assert_eq!(
            judge_with(RULE, &device("linux", off()), &config),
            "NOT_APPLICABLE linux_not_judged"
        );
        assert_eq!(judge(RULE, &device("", off())), "UNKNOWN os_product_unknown");
    }
}
