//! JC-DEV-017: a TPM is present, enabled and activated.
//!
//! # Expectation
//! Each Windows device has a TPM of the demanded version that is enabled and activated.
//!
//! # Why
//! A TPM ties the keys of a disk to the machine.
//!
//! # Passes
//! ```json,passes
//! {"reason": "tpm_ready", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.tpm_info": [{"system_id": "d1", "enabled": 1, "activated": 1,
//!         "spec_version": "2.0, 0, 1.38", "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "tpm_disabled", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.tpm_info": [{"system_id": "d1", "enabled": 0, "activated": 1,
//!         "spec_version": "2.0, 0, 1.38"}]}}
//! ```
//! ```json,fails
//! {"reason": "tpm_too_old", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.tpm_info": [{"system_id": "d1", "enabled": 1, "activated": 1,
//!         "spec_version": "1.2, 2, 3"}]}}
//! ```
//!
//! # Unknown when
//! The device reports no TPM, which may have none or not say, or a value cannot be read.
//! ```json,unknown
//! {"reason": "tpm_not_reported", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}], "SI.tpm_info": []}}
//! ```
//!
//! # Fix
//! Enable the TPM in the firmware, or replace the device.
//!
//! # Sources
//! Columns mean what osquery says. `spec_version` is a list with commas whose first part is the
//! version of the standard. Whether the system has taken the TPM (`owned`) is evidence only. Of two
//! rows the newest decides, of two equally new ones the worse.

use jumpcloud_client::resources::insights::Tpm;

use crate::case::Case;
use crate::facts::{Platform, newest_says};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Choice, FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::ReleaseNumber;

const MIN_SPEC: Choice =
    Choice::new("min_spec", "2.0", &["1.2", "2.0"], "Least version of the standard.")
        .stricter_when_later();

const META: Meta = Meta {
    id: "JC-DEV-017",
    logic_version: 1,
    text_revision: 1,
    title: "TPM is present, enabled and activated",
    subject: SubjectKind::Device,
    severity: Severity::Low,
    tier: 2,
    rationale: "A TPM ties the keys of a disk to the machine.",
    remediation: "Enable the TPM in the firmware, or replace the device.",
    applies: "Windows devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new(
            "SI.tpm_info",
            &["enabled", "activated", "owned", "spec_version", "collection_time"],
        ),
    ],
    params: &[MIN_SPEC.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("tpm_ready", "the TPM is enabled, activated and recent enough"),
        Reason::fail("tpm_disabled", "the TPM is not enabled"),
        Reason::fail("tpm_not_activated", "the TPM is not activated"),
        Reason::fail("tpm_too_old", "the TPM is of an older version than demanded"),
        Reason::unknown("tpm_not_reported", "the device reports no TPM"),
        Reason::unknown("tpm_state_unknown", "a value of the TPM is missing or cannot be read"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("other_platform", "only Windows devices report a TPM"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct TpmReady;

impl Rule for TpmReady {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        match device.platform {
            Platform::Windows => {}
            Platform::Darwin | Platform::Linux => {
                return Ok(Verdict::not_applicable("other_platform"));
            }
            Platform::Unknown | Platform::Unsupported(_) => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
        }
        let read = |text: &str| ReleaseNumber::read(text).map(|reading| reading.number);
        let demanded = read(case.param(&MIN_SPEC));
        let verdict = newest_says::<Tpm>(case, device, |case, row| {
            let tpm = row.value();
            case.see(row, "collection_time", &tpm.collection_time);
            case.see(row, "owned", &tpm.owned);
            let enabled = case.see(row, "enabled", &tpm.enabled).value();
            let activated = case.see(row, "activated", &tpm.activated).value();
            let spec = case.see(row, "spec_version", &tpm.spec_version).filled();
            let version = spec.and_then(|list| read(list.split(',').next()?));
            let recent = version.zip(demanded).and_then(|(own, least)| own.at_least(&least));
            match (enabled, activated, recent) {
                (Some(0), _, _) => Ok(Verdict::fail("tpm_disabled")),
                (_, Some(0), _) => Ok(Verdict::fail("tpm_not_activated")),
                (_, _, Some(false)) => Ok(Verdict::fail("tpm_too_old")),
                (Some(1), Some(1), Some(true)) => Ok(Verdict::pass("tpm_ready")),
                _ => Err(Unknown::new(UnknownCause::NotObservable, "tpm_state_unknown")),
            }
        })?;
        if let Some(verdict) = verdict {
            return Ok(verdict);
        }
        case.require("SI.tpm_info")?;
        Err(Unknown::new(UnknownCause::NotObservable, "tpm_not_reported"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-017";

    fn windows(rows: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
            "SI.tpm_info": rows}))
    }

    fn tpm(enabled: Value, activated: Value, spec: Value) -> Value {
        json!({"system_id": "d1", "enabled": enabled, "activated": activated, "owned": 1,
               "spec_version": spec, "collection_time": "2026-11-23T06:00:00Z"})
    }

    #[test]
    fn states_of_a_tpm() {
        let two = || json!("2.0, 0, 1.38");
        for (enabled, activated, spec, expected) in [
            (json!(1), json!(1), two(), "PASS tpm_ready"),
            (json!("1"), json!("1"), json!("2.0"), "PASS tpm_ready"),
            (json!(1), json!(1), json!("2"), "PASS tpm_ready"),
            (json!(0), json!(1), two(), "FAIL tpm_disabled"),
            (json!(1), json!(0), two(), "FAIL tpm_not_activated"),
            (json!(1), json!(1), json!("1.2, 2, 3"), "FAIL tpm_too_old"),
            (Value::Null, json!(1), json!("1.2"), "FAIL tpm_too_old"),
            (Value::Null, json!(1), two(), "UNKNOWN tpm_state_unknown"),
            (json!(1), json!([]), two(), "UNKNOWN tpm_state_unknown"),
            (json!(1), json!(2), two(), "UNKNOWN tpm_state_unknown"),
            (json!(1), json!(1), json!("Not Supported"), "UNKNOWN tpm_state_unknown"),
            (json!(1), json!(1), json!(""), "UNKNOWN tpm_state_unknown"),
            (json!(1), json!(1), Value::Null, "UNKNOWN tpm_state_unknown"),
        ] {
            let row = tpm(enabled.clone(), activated.clone(), spec.clone());
            let found = judge(RULE, &windows(json!([row])));
            assert_eq!(found, expected, "{enabled} {activated} {spec}");
        }
    }

    #[test]
    fn the_organisation_may_accept_the_older_standard() {
        let older = windows(json!([tpm(json!(1), json!(1), json!("1.2, 2, 3"))]));
        let config = json!({"parameters": {RULE: {"min_spec": "1.2"}}});
        assert_eq!(judge_with(RULE, &older, &config), "PASS tpm_ready");
    }

    #[test]
    fn silence_is_no_answer() {
        assert_eq!(judge(RULE, &windows(json!([]))), "UNKNOWN tpm_not_reported");
        let missing = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows"}]}));
        assert_eq!(judge(RULE, &missing), "UNKNOWN input_not_collected");
        let failed = windows(json!({"state": "failed", "class": "server"}));
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
        let partial = |enabled: i64| {
            let rows = [tpm(json!(enabled), json!(1), json!("2.0"))];
            windows(json!({"state": "partial", "reason": "page_failed", "records": rows}))
        };
        assert_eq!(judge(RULE, &partial(1)), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &partial(0)), "FAIL tpm_disabled");
    }

    #[test]
    fn the_newest_row_decides_and_age_demotes_a_pass() {
        let at = |enabled: i64, time: Value| {
            let mut row = tpm(json!(enabled), json!(1), json!("2.0"));
            row["collection_time"] = time;
            row
        };
        let fresh = || json!("2026-11-23T06:00:00Z");
        let old = || json!("2026-08-01T00:00:00Z");
        let judged = |rows: Value| judge(RULE, &windows(rows));
        assert_eq!(judged(json!([at(0, old()), at(1, fresh())])), "PASS tpm_ready");
        assert_eq!(judged(json!([at(1, fresh()), at(0, fresh())])), "FAIL tpm_disabled");
        assert_eq!(judged(json!([at(1, old())])), "UNKNOWN stale_data");
        assert_eq!(judged(json!([at(0, old())])), "FAIL tpm_disabled");
        assert_eq!(judged(json!([at(1, Value::Null)])), "UNKNOWN untimed_telemetry");
        assert_eq!(
            judged(json!([at(1, json!("2026-11-23T14:00:00Z"))])),
            "UNKNOWN future_timestamp"
        );
    }

    #[test]
    fn g01_only_windows_is_judged() {
        let device = |family: Value| {
            inputs(json!({"SYS": [{"_id": "d1", "osFamily": family}], "SI.tpm_info": []}))
        };
        for family in ["darwin", "linux"] {
            assert_eq!(judge(RULE, &device(json!(family))), "NOT_APPLICABLE other_platform");
        }
        assert_eq!(judge(RULE, &device(Value::Null)), "UNKNOWN os_product_unknown");
    }
}
