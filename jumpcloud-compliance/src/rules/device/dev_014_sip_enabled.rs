//! JC-DEV-014: System Integrity Protection of macOS is enabled.
//!
//! # Expectation
//! System Integrity Protection is on, on every Mac.
//!
//! # Why
//! Without it malware with root rights can change the system itself.
//!
//! # Passes
//! ```json,passes
//! {"reason": "sip_enabled", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.sip_config": [{"system_id": "d1", "config_flag": "sip", "enabled": 1,
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "sip_disabled", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.sip_config": [{"system_id": "d1", "config_flag": "sip", "enabled": 0}]}}
//! ```
//! ```json,fails
//! {"reason": "sip_weakened", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.sip_config": [{"system_id": "d1", "config_flag": "allow_unrestricted_fs", "enabled": 1}]}}
//! ```
//!
//! # Unknown when
//! The table has no row for the protection as a whole, or its value cannot be read.
//! ```json,unknown
//! {"reason": "sip_not_reported", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}], "SI.sip_config": []}}
//! ```
//!
//! # Fix
//! Turn System Integrity Protection on from the recovery system.
//!
//! # Sources
//! The table has one row for each flag of the configuration; meanings of the columns are osquery's.
//! The row `sip` speaks for the protection as a whole; the rows that begin with `allow_` are
//! exemptions, so that a 1 there is bad news. Without a row `sip` an exemption in force is a fact
//! and no exemption in force is none. What holds from the next start only (`enabled_nvram`) is a
//! note. Of two rows for one flag the newest decides, of two equally new ones the worse.

use jumpcloud_client::resources::insights::SipConfig;

use crate::case::Case;
use crate::facts::{Platform, newest_by};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const META: Meta = Meta {
    id: "JC-DEV-014",
    logic_version: 1,
    text_revision: 1,
    title: "macOS System Integrity Protection is enabled",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "Without it malware with root rights can change the system itself.",
    remediation: "Turn System Integrity Protection on from the recovery system.",
    applies: "macOS devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new(
            "SI.sip_config",
            &["config_flag", "enabled", "enabled_nvram", "collection_time"],
        ),
    ],
    params: &[TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("sip_enabled", "System Integrity Protection is on"),
        Reason::fail("sip_disabled", "System Integrity Protection is off"),
        Reason::fail("sip_weakened", "an exemption from System Integrity Protection is in force"),
        Reason::unknown("sip_not_reported", "no row speaks for the protection as a whole"),
        Reason::unknown("sip_state_unknown", "the row of the protection says neither on nor off"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("other_platform", "only macOS has System Integrity Protection"),
    ],
    after: &[],
};

/// The flag that stands for the protection as a whole.
const WHOLE: &str = "sip";
/// How the flags of exemptions begin.
const EXEMPTION: &str = "allow_";

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct SipEnabled;

impl Rule for SipEnabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        match device.platform {
            Platform::Darwin => {}
            Platform::Windows | Platform::Linux => {
                return Ok(Verdict::not_applicable("other_platform"));
            }
            Platform::Unknown | Platform::Unsupported(_) => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
        }
        case.uses("SI.sip_config");
        let flags = newest_by(case.facts().rows::<SipConfig>(device), |row| {
            row.config_flag.filled().map(str::to_ascii_lowercase)
        });
        for row in flags.values().flatten() {
            case.see(*row, "config_flag", &row.value().config_flag);
            case.see(*row, "enabled", &row.value().enabled);
            case.see(*row, "enabled_nvram", &row.value().enabled_nvram);
            case.see(*row, "collection_time", &row.value().collection_time);
        }
        let Some(rows) = flags.get(&Some(WHOLE.into())) else {
            let weakened = flags.iter().any(|(flag, rows)| {
                flag.as_ref().is_some_and(|flag| flag.starts_with(EXEMPTION))
                    && rows.iter().any(|row| row.value().enabled.value() == Some(&1))
            });
            if weakened {
                return Ok(Verdict::fail("sip_weakened"));
            }
            case.require("SI.sip_config")?;
            return Err(Unknown::new(UnknownCause::NotObservable, "sip_not_reported"));
        };
        let says =
            |word: i64| rows.iter().filter(move |row| row.value().enabled.value() == Some(&word));
        if says(0).next().is_some() {
            return Ok(Verdict::fail("sip_disabled"));
        }
        if says(1).count() < rows.len() {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "sip_state_unknown"));
        }
        // A row that did not arrive could be newer.
        case.settled("SI.sip_config")?;
        let mut verdict = Verdict::pass("sip_enabled");
        if rows.iter().any(|row| row.value().enabled_nvram.value() == Some(&0)) {
            verdict = verdict.note("off_from_the_next_start");
        }
        Ok(rows.iter().fold(verdict, |verdict, row| verdict.resting_on(row.collected_at)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge};

    const RULE: &str = "JC-DEV-014";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn mac(rows: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
            "SI.sip_config": rows}))
    }

    fn flag(name: &str, enabled: Value) -> Value {
        json!({"system_id": "d1", "config_flag": name, "enabled": enabled, "enabled_nvram": 1,
               "collection_time": FRESH})
    }

    #[test]
    fn g01_a_healthy_mac_passes() {
        assert_eq!(judge(RULE, &mac(json!([flag("sip", json!(1))]))), "PASS sip_enabled");
    }

    #[test]
    fn the_row_of_the_whole_decides() {
        for (enabled, expected) in [
            (json!(1), "PASS sip_enabled"),
            (json!("1"), "PASS sip_enabled"),
            (json!(0), "FAIL sip_disabled"),
            (json!(2), "UNKNOWN sip_state_unknown"),
            (json!("on"), "UNKNOWN sip_state_unknown"),
            (json!([]), "UNKNOWN sip_state_unknown"),
            (json!(""), "UNKNOWN sip_state_unknown"),
            (Value::Null, "UNKNOWN sip_state_unknown"),
        ] {
            let rows = json!([flag("sip", enabled.clone()), flag("allow_task_for_pid", json!(0))]);
            assert_eq!(judge(RULE, &mac(rows)), expected, "{enabled}");
        }
    }

    #[test]
    fn a_one_in_the_row_of_an_exemption_is_bad_news() {
        let exemption = |enabled: i64| json!([flag("allow_untrusted_kexts", json!(enabled))]);
        assert_eq!(judge(RULE, &mac(exemption(1))), "FAIL sip_weakened");
        assert_eq!(judge(RULE, &mac(exemption(0))), "UNKNOWN sip_not_reported");
        let other = json!([flag("something_else", json!(1))]);
        assert_eq!(judge(RULE, &mac(other)), "UNKNOWN sip_not_reported");
        assert_eq!(judge(RULE, &mac(json!([]))), "UNKNOWN sip_not_reported");
        let nameless = json!([{"system_id": "d1", "enabled": 1, "collection_time": FRESH}]);
        assert_eq!(judge(RULE, &mac(nameless)), "UNKNOWN sip_not_reported");
    }

    #[test]
    fn the_newest_row_decides_and_of_two_alike_the_worse() {
        let mut old = flag("sip", json!(0));
        old["collection_time"] = json!("2026-11-22T06:00:00Z");
        assert_eq!(judge(RULE, &mac(json!([old, flag("sip", json!(1))]))), "PASS sip_enabled");
        let tie = json!([flag("sip", json!(1)), flag("SIP", json!(0))]);
        assert_eq!(judge(RULE, &mac(tie)), "FAIL sip_disabled");
    }

    #[test]
    fn what_the_next_start_brings_is_a_note() {
        let mut row = flag("sip", json!(1));
        row["enabled_nvram"] = json!(0);
        let found = findings(RULE, &mac(json!([row])), &json!({}));
        assert_eq!(found[0].reason_code, "sip_enabled");
        assert_eq!(found[0].notes, ["off_from_the_next_start"]);
    }

    #[test]
    fn age_demotes_a_pass_and_never_a_failure() {
        let at = |enabled: i64, time: Value| {
            let mut row = flag("sip", json!(enabled));
            row["collection_time"] = time;
            mac(json!([row]))
        };
        let old = || json!("2026-08-01T06:00:00Z");
        assert_eq!(judge(RULE, &at(1, old())), "UNKNOWN stale_data");
        assert_eq!(judge(RULE, &at(0, old())), "FAIL sip_disabled");
        assert_eq!(judge(RULE, &at(1, Value::Null)), "UNKNOWN untimed_telemetry");
        assert_eq!(judge(RULE, &at(1, json!("2026-11-23T14:00:00Z"))), "UNKNOWN future_timestamp");
    }

    #[test]
    fn a_partial_table_can_fail_and_cannot_pass() {
        let partial = |rows: Value| {
            mac(json!({"state": "partial", "reason": "page_failed", "records": rows}))
        };
        assert_eq!(judge(RULE, &partial(json!([flag("sip", json!(0))]))), "FAIL sip_disabled");
        assert_eq!(judge(RULE, &partial(json!([flag("sip", json!(1))]))), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &partial(json!([]))), "UNKNOWN input_partial");
        let failed = mac(json!({"state": "failed", "class": "server"}));
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
        let missing = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}]}));
        assert_eq!(judge(RULE, &missing), "UNKNOWN input_not_collected");
    }

    #[test]
    fn only_macs_are_judged() {
        let device = |fields: Value| inputs(json!({"SYS": [fields], "SI.sip_config": []}));
        for family in ["windows", "linux"] {
            let other = device(json!({"_id": "d1", "osFamily": family}));
            assert_eq!(judge(RULE, &other), "NOT_APPLICABLE other_platform");
        }
        let nobody = device(json!({"_id": "d1", "osFamily": null}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }
}
