//! JC-DEV-025: required software is installed.
//!
//! # Expectation
//! Everything on the organisation's list for the operating system is installed, at its least version
//! or a newer one.
//!
//! # Why
//! Baseline tools must be present to do their job.
//!
//! # Passes
//! ```json,passes
//! {"reason": "all_installed",
//!  "config": {"parameters": {"JC-DEV-025": {"required_software": [
//!     {"family": "linux", "match": "package", "value": "auditd", "min_version": "3.0"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.linux_packages": [{"system_id": "d1", "name": "auditd", "version": "3.1.2"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "required_missing",
//!  "config": {"parameters": {"JC-DEV-025": {"required_software": [
//!     {"family": "linux", "match": "package", "value": "auditd"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.linux_packages": [{"system_id": "d1", "name": "bash", "version": "5.2"}]}}
//! ```
//! ```json,fails
//! {"reason": "required_outdated",
//!  "config": {"parameters": {"JC-DEV-025": {"required_software": [
//!     {"family": "linux", "match": "package", "value": "auditd", "min_version": "3.0"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.linux_packages": [{"system_id": "d1", "name": "auditd", "version": "2.8"}]}}
//! ```
//!
//! # Unknown when
//! Something was not found, and the inventory is incomplete or empty; or a version cannot be
//! compared with the least one.
//! ```json,unknown
//! {"reason": "inventory_missing",
//!  "config": {"parameters": {"JC-DEV-025": {"required_software": [
//!     {"family": "linux", "match": "package", "value": "auditd"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}], "SI.linux_packages": []}}
//! ```
//!
//! # Fix
//! Install or update it through software management.
//!
//! # Sources
//! Entries name software as those of JC-DEV-024 do, and the least version is inclusive. One copy at
//! the least version is enough, so that a pass needs no more of the inventory than the copies it
//! found. One entry that is missing or outdated fails the device, whatever is not known about
//! another.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::Deserialize;

use crate::case::Case;
use crate::facts::{Inventory, Matching, Software};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Json, Misfit, Structured, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::ReleaseNumber;

/// Software that must be installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct RequiredSoftware(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    family: String,
    #[serde(rename = "match")]
    by: Matching,
    value: String,
    #[serde(default)]
    min_version: Option<String>,
}

impl Structured for RequiredSoftware {
    fn validate(&self) -> Result<(), Misfit> {
        let fine = self.0.iter().all(|entry| {
            matches!(entry.family.as_str(), "darwin" | "windows" | "linux")
                && !entry.value.trim().is_empty()
                && entry.min_version.as_ref().is_none_or(|text| ReleaseNumber::read(text).is_some())
        });
        if fine { Ok(()) } else { Err(Misfit::Bounds) }
    }
}

const REQUIRED: Json<RequiredSoftware> = Json::new(
    "required_software",
    "[]",
    "list of {family, match: bundle_prefix | name_prefix | package, value, min_version?}",
    "Software that must be installed; the least version is inclusive.",
);

const META: Meta = Meta {
    id: "JC-DEV-025",
    logic_version: 1,
    text_revision: 1,
    title: "Required software is installed",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Baseline tools must be present to do their job.",
    remediation: "Install or update it through software management.",
    applies: "devices of a family for which software is required",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new("SI.apps", &["bundle_identifier", "name", "path", "bundle_short_version"]),
        InputNeed::new("SI.programs", &["name", "version"]),
        InputNeed::new("SI.linux_packages", &["name", "version"]),
    ],
    params: &[REQUIRED.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("all_installed", "everything that is required is installed"),
        Reason::fail("required_missing", "required software is not installed"),
        Reason::fail("required_outdated", "required software is older than its least version"),
        Reason::unknown("inventory_missing", "the inventory has no row for the device"),
        Reason::unknown("version_unreadable", "a version cannot be compared with the least one"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("nothing_required", "nothing is required for this family"),
    ],
    after: &[],
};

/// What the inventory says about one requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Enough(Option<Timestamp>),
    Unreadable,
    Outdated,
    Missing,
}

impl Requirement {
    /// Looks the requirement up in the inventory and leaves observations.
    fn find(&self, case: &mut Case<'_>, software: &[Software<'_>]) -> Found {
        let mut found = Found::Missing;
        for item in software.iter().filter(|item| self.by.finds(&self.value, item)) {
            item.observe(case);
            found = match (found, self.is_met(item.version())) {
                (Found::Enough(known), Some(true)) => Found::Enough(known.max(item.collected_at())),
                (_, Some(true)) => Found::Enough(item.collected_at()),
                (Found::Enough(known), _) => Found::Enough(known),
                (_, None) | (Found::Unreadable, _) => Found::Unreadable,
                (_, Some(false)) => Found::Outdated,
            };
        }
        found
    }

    /// Whether a copy of this version is enough; none when it cannot be compared.
    fn is_met(&self, version: Option<&str>) -> Option<bool> {
        let Some(least) = &self.min_version else { return Some(true) };
        let read = |text: &str| ReleaseNumber::read(text).map(|reading| reading.number);
        read(version?)?.at_least(&read(least)?)
    }
}

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct RequiredSoftwareInstalled;

impl Rule for RequiredSoftwareInstalled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let RequiredSoftware(mut required) = case.param(&REQUIRED);
        if required.is_empty() {
            return Ok(Verdict::not_applicable("nothing_required"));
        }
        case.see(device.row(), "osFamily", &device.system().os_family);
        let Some(family) = device.platform.family() else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        required.retain(|entry| entry.family == family);
        if required.is_empty() {
            return Ok(Verdict::not_applicable("nothing_required"));
        }
        let inventory = Inventory::read(case, device)?;
        let mut verdict = Verdict::pass("all_installed");
        let (mut missing, mut outdated, mut unreadable) = (Vec::new(), Vec::new(), false);
        for entry in required {
            match entry.find(case, inventory.items()) {
                Found::Enough(at) => verdict = verdict.resting_on(at),
                Found::Unreadable => unreadable = true,
                Found::Outdated => outdated.push(entry.value),
                Found::Missing => missing.push(entry.value),
            }
        }
        if missing.is_empty() && outdated.is_empty() && !unreadable {
            return Ok(verdict);
        }
        // What is not there, or only in an older copy, may stand in a row that did not arrive.
        inventory.require_rows(case)?;
        let reason = match (missing.is_empty(), outdated.is_empty()) {
            (true, true) => {
                return Err(Unknown::new(UnknownCause::FieldUnparseable, "version_unreadable"));
            }
            (true, false) => "required_outdated",
            (false, _) => "required_missing",
        };
        case.see_derived(device.row(), "required_missing", missing);
        case.see_derived(device.row(), "required_outdated", outdated);
        Ok(Verdict::fail(reason))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-025";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn verdict(apps: Value, required: Value) -> String {
        let inputs = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
            "SI.apps": apps}));
        judge_with(RULE, &inputs, &json!({"parameters": {RULE: {"required_software": required}}}))
    }

    fn app(bundle: &str, version: Value) -> Value {
        json!({"system_id": "d1", "bundle_identifier": bundle, "path": "/Applications/Thing.app",
               "bundle_short_version": version, "collection_time": FRESH})
    }

    fn tool(value: &str, least: Option<&str>) -> Value {
        let mut entry = json!({"family": "darwin", "match": "bundle_prefix", "value": value});
        if let Some(least) = least {
            entry["min_version"] = json!(least);
        }
        entry
    }

    #[test]
    fn one_copy_at_the_least_version_is_enough() {
        let required = || json!([tool("org.example.vpn", Some("2.5"))]);
        for (versions, expected) in [
            (json!(["2.5"]), "PASS all_installed"),
            (json!(["2.10"]), "PASS all_installed"),
            (json!(["1.0", "2.6"]), "PASS all_installed"),
            (json!(["beta", "2.6"]), "PASS all_installed"),
            (json!(["2.4.9"]), "FAIL required_outdated"),
            (json!(["2"]), "UNKNOWN version_unreadable"),
            (json!(["beta"]), "UNKNOWN version_unreadable"),
            (json!(["1.0", "beta"]), "UNKNOWN version_unreadable"),
            (json!(["beta", "1.0"]), "UNKNOWN version_unreadable"),
            (json!([null]), "UNKNOWN version_unreadable"),
            (json!([""]), "UNKNOWN version_unreadable"),
            (json!([[]]), "UNKNOWN version_unreadable"),
        ] {
            let apps: alloc::vec::Vec<Value> = versions
                .as_array()
                .unwrap()
                .iter()
                .map(|version| app("org.example.vpn", version.clone()))
                .collect();
            assert_eq!(verdict(json!(apps), required()), expected, "{versions}");
        }
    }

    #[test]
    fn one_failure_outweighs_what_is_not_known() {
        let apps = || json!([app("org.example.vpn", json!("beta"))]);
        let both = json!([tool("org.example.vpn", Some("2")), tool("org.example.backup", None)]);
        assert_eq!(verdict(apps(), both), "FAIL required_missing");
        let without_version = json!([tool("org.example.vpn", None)]);
        assert_eq!(verdict(apps(), without_version), "PASS all_installed");
    }

    #[test]
    fn what_lies_in_the_trash_is_not_installed() {
        let mut trashed = app("org.example.vpn", json!("3"));
        trashed["path"] = json!("/Users/ada/.Trash/Thing.app");
        let apps = json!([trashed, app("org.example.other", json!("1"))]);
        assert_eq!(verdict(apps, json!([tool("org.example.vpn", None)])), "FAIL required_missing");
    }

    #[test]
    fn partial_inventory_can_pass_and_cannot_fail() {
        let partial = |records: Value| json!({"state": "partial", "reason": "page_failed", "records": records});
        let apps = || json!([app("org.example.vpn", json!("2"))]);
        let vpn = |least| json!([tool("org.example.vpn", least)]);
        assert_eq!(verdict(partial(apps()), vpn(None)), "PASS all_installed");
        assert_eq!(verdict(partial(apps()), vpn(Some("3"))), "UNKNOWN input_partial");
        assert_eq!(
            verdict(partial(apps()), json!([tool("org.other", None)])),
            "UNKNOWN input_partial"
        );
        assert_eq!(verdict(json!([]), vpn(None)), "UNKNOWN inventory_missing");
        let failed = json!({"state": "failed", "class": "server"});
        assert_eq!(verdict(failed, vpn(None)), "UNKNOWN input_failed");
    }

    #[test]
    fn an_old_inventory_supports_no_pass_and_stays_a_failure() {
        let at = |time: Value, required: Value| {
            let mut row = app("org.example.vpn", json!("2"));
            row["collection_time"] = time;
            verdict(json!([row]), required)
        };
        let vpn = || json!([tool("org.example.vpn", None)]);
        let old = || json!("2026-08-01T00:00:00Z");
        assert_eq!(at(old(), vpn()), "UNKNOWN stale_data");
        assert_eq!(at(Value::Null, vpn()), "UNKNOWN untimed_telemetry");
        assert_eq!(at(json!("2026-11-23T14:00:00Z"), vpn()), "UNKNOWN future_timestamp");
        assert_eq!(at(old(), json!([tool("org.other", None)])), "FAIL required_missing");
    }

    #[test]
    fn nothing_required_is_not_applicable() {
        let other = json!([{"family": "linux", "match": "package", "value": "auditd"}]);
        assert_eq!(
            verdict(json!([app("x.y", json!("1"))]), other.clone()),
            "NOT_APPLICABLE nothing_required"
        );
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "NOT_APPLICABLE nothing_required");
        let config = json!({"parameters": {RULE: {"required_software": other}}});
        assert_eq!(judge_with(RULE, &nobody, &config), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn a_list_that_makes_no_sense_is_refused() {
        use crate::Catalogue;

        let catalogue = Catalogue::builtin().unwrap();
        let config = |required: Value| {
            let config = json!({"parameters": {RULE: {"required_software": required}}});
            serde_json::from_value::<crate::Config>(config).unwrap()
        };
        assert!(catalogue.check(&config(json!([tool("org.example.vpn", Some("2"))]))).is_ok());
        for bad in [
            json!([tool(" ", None)]),
            json!([tool("org.example.vpn", Some("newest"))]),
            json!([{"family": "beos", "match": "package", "value": "x"}]),
            json!([{"family": "linux", "match": "guess", "value": "x"}]),
            json!([{"family": "linux", "match": "package", "value": "x", "max_version": "1"}]),
        ] {
            assert!(catalogue.check(&config(bad.clone())).is_err(), "{bad}");
        }
    }
}
