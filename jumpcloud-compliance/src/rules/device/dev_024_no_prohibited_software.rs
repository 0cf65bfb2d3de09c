//! JC-DEV-024: no prohibited software is installed.
//!
//! # Expectation
//! Nothing on the organisation's list of prohibited software is installed.
//!
//! # Why
//! Some software is forbidden for risk or licence reasons.
//!
//! # Passes
//! ```json,passes
//! {"reason": "none_found",
//!  "config": {"parameters": {"JC-DEV-024": {"prohibited_software": [
//!     {"family": "linux", "match": "package", "value": "telnetd"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.linux_packages": [{"system_id": "d1", "name": "bash", "version": "5.2"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "prohibited_found",
//!  "config": {"parameters": {"JC-DEV-024": {"prohibited_software": [
//!     {"family": "linux", "match": "package", "value": "telnetd"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.linux_packages": [{"system_id": "d1", "name": "telnetd", "version": "1.0"}]}}
//! ```
//!
//! # Unknown when
//! Nothing was found, and the inventory is incomplete or empty; or a version that bounds a ban
//! cannot be compared.
//! ```json,unknown
//! {"reason": "inventory_missing",
//!  "config": {"parameters": {"JC-DEV-024": {"prohibited_software": [
//!     {"family": "linux", "match": "package", "value": "telnetd"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}], "SI.linux_packages": []}}
//! ```
//!
//! # Fix
//! Uninstall it and block it by policy.
//!
//! # Sources
//! A bundle prefix matches at a dot or the end, without regard to case; a name prefix without regard to
//! case; a package exactly, without its architecture. Version bounds are inclusive.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::case::Case;
use crate::facts::{Platform, Software};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Json, Misfit, Structured, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::ReleaseNumber;

/// Software that must not be installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct ProhibitedSoftware(Vec<Ban>);

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ban {
    family: String,
    #[serde(rename = "match")]
    by: Matching,
    value: String,
    #[serde(default)]
    min_version: Option<String>,
    #[serde(default)]
    max_version: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Matching {
    BundlePrefix,
    NamePrefix,
    Package,
}

impl Structured for ProhibitedSoftware {
    fn validate(&self) -> Result<(), Misfit> {
        let fine = self.0.iter().all(|ban| {
            let versions = [&ban.min_version, &ban.max_version];
            matches!(ban.family.as_str(), "darwin" | "windows" | "linux")
                && !ban.value.trim().is_empty()
                && versions.into_iter().flatten().all(|text| ReleaseNumber::read(text).is_some())
        });
        if fine { Ok(()) } else { Err(Misfit::Bounds) }
    }
}

const PROHIBITED: Json<ProhibitedSoftware> = Json::new(
    "prohibited_software",
    "[]",
    "list of {family, match: bundle_prefix | name_prefix | package, value, min_version?, max_version?}",
    "Software that must not be installed; version bounds are inclusive.",
);

const META: Meta = Meta {
    id: "JC-DEV-024",
    logic_version: 1,
    text_revision: 1,
    title: "No prohibited software is installed",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "Some software is forbidden for risk or licence reasons.",
    remediation: "Uninstall it and block it by policy.",
    applies: "devices of a family for which software is prohibited",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new("SI.apps", &["bundle_identifier", "name", "bundle_short_version"]),
        InputNeed::new("SI.programs", &["name", "version"]),
        InputNeed::new("SI.linux_packages", &["name", "version"]),
    ],
    params: &[PROHIBITED.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("none_found", "the inventory holds nothing that is prohibited"),
        Reason::fail("prohibited_found", "prohibited software is installed"),
        Reason::unknown("inventory_missing", "the inventory has no row for the device"),
        Reason::unknown("version_unreadable", "a version that bounds a ban cannot be compared"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("nothing_prohibited", "nothing is prohibited for this family"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoProhibitedSoftware;

impl Rule for NoProhibitedSoftware {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        let ProhibitedSoftware(mut bans) = case.param(&PROHIBITED);
        if bans.is_empty() {
            return Ok(Verdict::not_applicable("nothing_prohibited"));
        }
        case.see(device.row(), "osFamily", &device.system().os_family);
        let Some(inventory) = facts.software_source(&device.platform) else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        bans.retain(|ban| Some(ban.family.as_str()) == device.platform.family());
        if bans.is_empty() {
            return Ok(Verdict::not_applicable("nothing_prohibited"));
        }
        case.uses_source(&inventory);
        let software = facts.software(device);
        let searched = i64::try_from(software.len()).unwrap_or(i64::MAX);
        case.see_derived(device.row(), "rows_searched", searched);
        let mut banned = false;
        let mut unreadable = false;
        for item in &software {
            for ban in bans.iter().filter(|ban| ban.names(item, &device.platform)) {
                match ban.covers(item.version()) {
                    Some(true) => {
                        item.observe(case);
                        banned = true;
                    }
                    Some(false) => {}
                    None => {
                        item.observe(case);
                        unreadable = true;
                    }
                }
            }
        }
        if banned {
            return Ok(Verdict::fail("prohibited_found"));
        }
        if unreadable {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "version_unreadable"));
        }
        case.require_source(&inventory)?;
        if software.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "inventory_missing"));
        }
        // The oldest row decides how old the inventory is.
        let oldest = software.iter().map(Software::collected_at).min().flatten();
        Ok(Verdict::pass("none_found").resting_on(oldest))
    }
}

impl Ban {
    fn names(&self, item: &Software<'_>, platform: &Platform) -> bool {
        let begins = |text: &str| {
            text.get(..self.value.len()).is_some_and(|head| head.eq_ignore_ascii_case(&self.value))
        };
        match self.by {
            Matching::BundlePrefix => item.bundle().is_some_and(|bundle| {
                begins(bundle)
                    && (self.value.ends_with('.')
                        || matches!(bundle.get(self.value.len()..), Some(rest) if rest.is_empty() || rest.starts_with('.')))
            }),
            Matching::NamePrefix => item.name().is_some_and(begins),
            Matching::Package => {
                *platform == Platform::Linux
                    && item.name().is_some_and(|name| {
                        name.split(':').next().unwrap_or(name).eq_ignore_ascii_case(&self.value)
                    })
            }
        }
    }

    /// Whether the version is within the bounds; none when it cannot be compared.
    fn covers(&self, version: Option<&str>) -> Option<bool> {
        if self.min_version.is_none() && self.max_version.is_none() {
            return Some(true);
        }
        let read = |text: &str| ReleaseNumber::read(text).map(|reading| reading.number);
        let actual = read(version?)?;
        let above = match &self.min_version {
            Some(least) => actual.at_least(&read(least)?)?,
            None => true,
        };
        let below = match &self.max_version {
            Some(most) => read(most)?.at_least(&actual)?,
            None => true,
        };
        Some(above && below)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-024";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn verdict(apps: Value, bans: Value) -> String {
        let inputs = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
            "SI.apps": apps}));
        judge_with(RULE, &inputs, &json!({"parameters": {RULE: {"prohibited_software": bans}}}))
    }

    fn app(bundle: &str, version: &str) -> Value {
        json!({"system_id": "d1", "bundle_identifier": bundle, "bundle_name": "Thing",
               "bundle_short_version": version, "collection_time": FRESH})
    }

    #[test]
    fn a_prefix_ends_at_a_dot() {
        let ban = json!([{"family": "darwin", "match": "bundle_prefix", "value": "com.bad"}]);
        assert_eq!(
            verdict(json!([app("com.bad.tool", "1")]), ban.clone()),
            "FAIL prohibited_found"
        );
        assert_eq!(verdict(json!([app("COM.BAD", "1")]), ban.clone()), "FAIL prohibited_found");
        assert_eq!(verdict(json!([app("com.badger", "1")]), ban), "PASS none_found");
    }

    #[test]
    fn versions_bound_a_ban() {
        let ban = json!([{"family": "darwin", "match": "name_prefix", "value": "thing",
                          "min_version": "2.0", "max_version": "2.9"}]);
        for (version, expected) in [
            ("1.9", "PASS none_found"),
            ("2.0", "FAIL prohibited_found"),
            ("2.9", "FAIL prohibited_found"),
            ("2.10", "PASS none_found"),
            ("beta", "UNKNOWN version_unreadable"),
        ] {
            assert_eq!(verdict(json!([app("x.y", version)]), ban.clone()), expected, "{version}");
        }
    }

    #[test]
    fn partial_inventory_can_fail_and_cannot_pass() {
        let ban = json!([{"family": "darwin", "match": "name_prefix", "value": "thing"}]);
        let partial = |records: Value| json!({"state": "partial", "reason": "page_failed", "records": records});
        assert_eq!(
            verdict(partial(json!([app("x.y", "1")])), ban.clone()),
            "FAIL prohibited_found"
        );
        assert_eq!(verdict(partial(json!([])), ban.clone()), "UNKNOWN input_partial");
        assert_eq!(verdict(json!([]), ban), "UNKNOWN inventory_missing");
    }

    #[test]
    fn nothing_prohibited_is_not_applicable() {
        let other = json!([{"family": "linux", "match": "package", "value": "telnetd"}]);
        assert_eq!(verdict(json!([app("x.y", "1")]), other), "NOT_APPLICABLE nothing_prohibited");
        let inputs = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}]}));
        assert_eq!(judge(RULE, &inputs), "NOT_APPLICABLE nothing_prohibited");
    }
}
