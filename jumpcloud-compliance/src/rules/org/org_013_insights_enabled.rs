//! JC-ORG-013: System Insights is enabled organisation-wide.
//!
//! # Expectation
//! System Insights is on, and new devices of every family that is in use begin with it.
//!
//! # Why
//! New devices should report from day one.
//!
//! # Passes
//! ```json,passes
//! {"reason": "enabled", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"features": {"systemInsights": {
//!         "enabled": true, "enableNewDarwin": true}}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "disabled", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"features": {"systemInsights": {"enabled": false}}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "not_default_for_new", "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows"}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"features": {"systemInsights": {
//!         "enabled": true, "enableNewWindows": false}}}}]}}}}
//! ```
//!
//! # Unknown when
//! A flag did not arrive, or devices of another family may exist whose flag is not on.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"features": {"systemInsights": {
//!         "enabled": true, "enableNewDarwin": true}}}}]}}}}
//! ```
//!
//! # Fix
//! Enable System Insights for all families by default.
//!
//! # Sources
//! Each family has a flag of its own `[spec]`. A family counts when a device in scope runs it; where
//! the flags of all families are on, the devices need not be known.

use crate::case::Case;
use crate::facts::{FAMILIES, Settings};
use crate::outcome::Severity;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const META: Meta = Meta {
    id: "JC-ORG-013",
    logic_version: 1,
    text_revision: 1,
    title: "System Insights is enabled organisation-wide",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 2,
    rationale: "New devices should report from day one.",
    remediation: "Enable System Insights for all families by default.",
    applies: "always",
    inputs: &[
        InputNeed::new(
            "ORGD",
            &[
                "settings.features.systemInsights.enabled",
                "settings.features.systemInsights.enableNewDarwin",
                "settings.features.systemInsights.enableNewLinux",
                "settings.features.systemInsights.enableNewWindows",
            ],
        ),
        InputNeed::new("SYS", &["osFamily", "os"]),
    ],
    params: &[],
    reasons: &[
        Reason::pass("enabled", "it is on, also for new devices of every family in use"),
        Reason::fail("disabled", "it is off"),
        Reason::fail("not_default_for_new", "new devices of a family in use begin without it"),
        Reason::unknown("field_absent", "a flag that decides did not arrive"),
        Reason::unknown("field_unparseable", "a flag that decides cannot be read"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct InsightsEnabled;

impl Rule for InsightsEnabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let Settings { row, values } = Settings::of(case)?;
        let insights = values.features.then(|features| &features.system_insights);
        let enabled = case.need(
            row,
            "settings.features.systemInsights.enabled",
            insights.then(|insights| &insights.enabled),
        );
        if matches!(enabled, Ok(false)) {
            return Ok(Verdict::fail("disabled"));
        }
        case.uses("SYS");
        let mut all_on = true;
        let mut missing: Option<Unknown> = None;
        for family in FAMILIES {
            let (name, flag) = match family {
                "darwin" => ("enableNewDarwin", insights.then(|own| &own.enable_new_darwin)),
                "linux" => ("enableNewLinux", insights.then(|own| &own.enable_new_linux)),
                _ => ("enableNewWindows", insights.then(|own| &own.enable_new_windows)),
            };
            let path = alloc::format!("settings.features.systemInsights.{name}");
            let flag = case.need(row, &path, flag);
            all_on &= matches!(flag, Ok(true));
            let devices = case
                .facts()
                .devices()
                .iter()
                .filter(|device| device.platform.family() == Some(family) && case.in_scope(device))
                .count();
            let devices = i64::try_from(devices).unwrap_or(i64::MAX);
            case.see_count("SYS", &alloc::format!("{family}.devices"), devices);
            if devices > 0 {
                match flag {
                    Ok(true) => {}
                    Ok(false) => return Ok(Verdict::fail("not_default_for_new")),
                    Err(unknown) => missing = Some(unknown),
                }
            }
        }
        enabled?;
        if let Some(unknown) = missing {
            return Err(unknown);
        }
        if !all_on {
            case.require("SYS")?;
        }
        Ok(Verdict::pass("enabled"))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge};

    const RULE: &str = "JC-ORG-013";

    fn insights(flags: &Value, devices: &Value) -> String {
        let settings = json!({"features": {"systemInsights": flags}});
        judge(
            RULE,
            &inputs(json!({"SYS": devices,
                "ORGD": {"of": {"o1": [{"_id": "o1", "settings": settings}]}}})),
        )
    }

    #[test]
    fn flags_of_the_families_in_use() {
        let macs = json!([{"_id": "d1", "osFamily": "darwin"}, {"_id": "d2", "os": "iPadOS"}]);
        for (flags, expected) in [
            (json!({"enabled": true, "enableNewDarwin": true}), "PASS enabled"),
            (
                json!({"enabled": true, "enableNewDarwin": true, "enableNewLinux": false}),
                "PASS enabled",
            ),
            (json!({"enabled": true, "enableNewDarwin": false}), "FAIL not_default_for_new"),
            (json!({"enableNewDarwin": false}), "FAIL not_default_for_new"),
            (json!({"enabled": false, "enableNewDarwin": true}), "FAIL disabled"),
            (json!({"enabled": true}), "UNKNOWN field_absent"),
            (json!({"enabled": true, "enableNewDarwin": "?"}), "UNKNOWN field_unparseable"),
            (json!({"enabled": null, "enableNewDarwin": true}), "UNKNOWN field_absent"),
            (json!(null), "UNKNOWN field_absent"),
        ] {
            assert_eq!(insights(&flags, &macs), expected, "{flags}");
        }
    }

    #[test]
    fn families_that_were_not_seen_need_all_devices_or_all_flags() {
        let partial = json!({"state": "partial", "reason": "page_failed",
            "records": [{"_id": "d1", "osFamily": "darwin"}]});
        let one = json!({"enabled": true, "enableNewDarwin": true});
        assert_eq!(insights(&one, &partial), "UNKNOWN input_partial");
        let all = json!({"enabled": true, "enableNewDarwin": true, "enableNewLinux": true,
            "enableNewWindows": true});
        assert_eq!(insights(&all, &partial), "PASS enabled");
        let off = json!({"enabled": true, "enableNewDarwin": false});
        assert_eq!(insights(&off, &partial), "FAIL not_default_for_new");
        assert_eq!(judge(RULE, &inputs(json!({"SYS": []}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn each_family_has_its_own_flag() {
        for (family, flag) in [
            ("darwin", "enableNewDarwin"),
            ("linux", "enableNewLinux"),
            ("windows", "enableNewWindows"),
        ] {
            let devices = json!([{"_id": "d1", "osFamily": family}]);
            for other in ["enableNewDarwin", "enableNewLinux", "enableNewWindows"] {
                let mut flags = json!({"enabled": true, "enableNewDarwin": false,
                    "enableNewLinux": false, "enableNewWindows": false});
                flags[other] = json!(true);
                let expected =
                    if other == flag { "PASS enabled" } else { "FAIL not_default_for_new" };
                assert_eq!(insights(&flags, &devices), expected, "{family} {other}");
            }
        }
    }
}
