//! JC-DEV-005: the operating system version is at or above the organisation's minimum.
//!
//! # Expectation
//! Where the organisation has set a minimum for the product, the device runs that or a newer one.
//!
//! # Why
//! The organisation may demand more than vendor support.
//!
//! # Passes
//! ```json,passes
//! {"reason": "at_minimum", "config": {"parameters": {"JC-DEV-005": {"minimum": {"macos": "15.7"}}}},
//!  "inputs": {"SI.os_version": [], "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X",
//!     "version": "15.7.9", "active": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "below_minimum", "config": {"parameters": {"JC-DEV-005": {"minimum": {"macos": "15.7"}}}},
//!  "inputs": {"SI.os_version": [], "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X",
//!     "version": "15.6.1", "active": true}]}}
//! ```
//!
//! # Unknown when
//! The version is missing, unreadable, or too coarse to compare.
//! ```json,unknown
//! {"reason": "version_too_coarse",
//!  "config": {"parameters": {"JC-DEV-005": {"minimum": {"macos": "15.7"}}}},
//!  "inputs": {"SI.os_version": [], "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X",
//!     "version": "15", "active": true}]}}
//! ```
//!
//! # Fix
//! Upgrade to the configured minimum.
//!
//! # Sources
//! Components compare as numbers from left to right; a missing one is 0 only where the minimum stops
//! too. Windows compares builds: a marketing version such as `11 Pro` has none.

use alloc::string::{String, ToString};

use crate::case::Case;
use crate::facts::SystemVersion;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS, TextMap};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::{ReleaseNumber, Unresolved};

const MINIMUM: TextMap = TextMap::new(
    "minimum",
    &[],
    &[],
    "Least version by product, such as `macos` to `15.7` or `windows` to `10.0.26100`.",
);

const META: Meta = Meta {
    id: "JC-DEV-005",
    logic_version: 1,
    text_revision: 1,
    title: "Operating system version is at or above the organisation minimum",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "The organisation may demand more than vendor support.",
    remediation: "Upgrade to the configured minimum.",
    applies: "devices for whose product a minimum is configured",
    inputs: &[
        InputNeed::new("SYS", &["os", "version", "osVersionDetail"]),
        InputNeed::new("SI.os_version", &["name", "version", "build"]),
    ],
    params: &[MINIMUM.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("at_minimum", "the version is at or above the minimum"),
        Reason::fail("below_minimum", "the version is below the minimum"),
        Reason::unknown("os_version_missing", "no source names a version"),
        Reason::unknown("os_version_unparseable", "the version holds no number"),
        Reason::unknown("os_product_unknown", "the operating system is not one the table knows"),
        Reason::unknown("conflicting_sources", "the sources name different releases"),
        Reason::unknown("version_too_coarse", "the version is less exact than the minimum"),
        Reason::unknown("minimum_unreadable", "the configured minimum holds no number"),
        Reason::not_applicable("no_minimum", "no minimum is configured for this product"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct MinimumVersion;

impl Rule for MinimumVersion {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let minimums = case.param(&MINIMUM);
        if minimums.is_empty() {
            return Ok(Verdict::not_applicable("no_minimum"));
        }
        let version = SystemVersion::read(case, device, case.param(&TELEMETRY_MAX_AGE_DAYS));
        let table = &case.tables().lifecycle;
        case.uses_table(table.origin().table_ref());
        let facts = version.facts();
        let (product, build) = match table.resolve(&facts) {
            Ok(resolved) => (resolved.product().id().to_string(), resolved.build()),
            // A release that the table does not know can still be compared.
            Err(Unresolved::ReleaseNotInTable) => match device.platform.family() {
                Some("darwin") => ("macos".to_string(), None),
                Some("windows") => {
                    ("windows".to_string(), build_of(facts.version, facts.row.build))
                }
                _ => return unresolved(Unresolved::ProductUnknown),
            },
            Err(why) => return unresolved(why),
        };
        let Some(wanted) = minimums.get(product.as_str()) else {
            return Ok(Verdict::not_applicable("no_minimum"));
        };
        case.see_count("CFG", "minimum", *wanted);
        let read = |text: &str| ReleaseNumber::read(text).map(|reading| reading.number);
        let Some(minimum) = read(wanted) else {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "minimum_unreadable"));
        };
        let actual: Option<String> = if product == "windows" {
            build.map(|build| alloc::format!("10.0.{build}"))
        } else {
            let texts = [facts.row.version, facts.detail.version, facts.version];
            texts.into_iter().flatten().find(|text| read(text).is_some()).map(ToString::to_string)
        };
        let Some(actual) = actual else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "version_too_coarse"));
        };
        case.see_derived(device.row(), "compared.version", actual.as_str());
        let verdict = match read(&actual).and_then(|number| number.at_least(&minimum)) {
            Some(true) => {
                case.settled("SI.os_version")?;
                Verdict::pass("at_minimum")
            }
            Some(false) => Verdict::fail("below_minimum"),
            None => return Err(Unknown::new(UnknownCause::Ambiguous, "version_too_coarse")),
        };
        Ok(match version.row() {
            Some(row) => verdict.resting_on(row.collected_at),
            None => verdict,
        })
    }
}

/// The build in a version such as `10.0.26100`, or in the build column.
fn build_of(version: Option<&str>, build: Option<&str>) -> Option<u32> {
    let part = |text: &str| ReleaseNumber::read(text).and_then(|reading| reading.number.part(2));
    version.and_then(part).or_else(|| build?.parse().ok())
}

fn unresolved(why: Unresolved) -> Judgement {
    let (cause, reason) = match why {
        Unresolved::VersionUnparseable => {
            (UnknownCause::FieldUnparseable, "os_version_unparseable")
        }
        Unresolved::ConflictingSources => (UnknownCause::ConflictingSources, "conflicting_sources"),
        Unresolved::VersionMissing => (UnknownCause::FieldAbsent, "os_version_missing"),
        _ => (UnknownCause::NotObservable, "os_product_unknown"),
    };
    Err(Unknown::new(cause, reason))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-005";

    fn device(family: &str, os: &str, version: &str) -> Value {
        inputs(json!({"SI.os_version": [], "SYS": [
            {"_id": "d1", "osFamily": family, "os": os, "version": version, "active": true}]}))
    }

    fn with_minimum(inputs: &Value, product: &str, minimum: &str) -> String {
        judge_with(RULE, inputs, &json!({"parameters": {RULE: {"minimum": {product: minimum}}}}))
    }

    #[test]
    fn numbers_compare_as_numbers() {
        let ubuntu = device("linux", "Ubuntu", "22.04.10");
        assert_eq!(with_minimum(&ubuntu, "ubuntu", "22.04.9"), "PASS at_minimum");
        assert_eq!(with_minimum(&ubuntu, "ubuntu", "22.04.11"), "FAIL below_minimum");
        assert_eq!(with_minimum(&ubuntu, "ubuntu", "22.04"), "PASS at_minimum");
        assert_eq!(with_minimum(&ubuntu, "macos", "15"), "NOT_APPLICABLE no_minimum");
        assert_eq!(judge(RULE, &ubuntu), "NOT_APPLICABLE no_minimum");
    }

    #[test]
    fn windows_compares_builds_and_a_name_has_none() {
        let named = device("windows", "Windows", "10 Home");
        assert_eq!(with_minimum(&named, "windows", "10.0.26100"), "UNKNOWN version_too_coarse");
        let numbered = device("windows", "Windows", "10.0.26200");
        assert_eq!(with_minimum(&numbered, "windows", "10.0.26100"), "PASS at_minimum");
        let older = device("windows", "Windows", "10.0.19045");
        assert_eq!(with_minimum(&older, "windows", "10.0.26100"), "FAIL below_minimum");
    }

    #[test]
    fn g07_no_version_is_no_failure() {
        let none = device("windows", "Windows", "");
        assert_eq!(with_minimum(&none, "windows", "10.0.26100"), "UNKNOWN os_version_missing");
        let odd = device("windows", "Windows", "eleven");
        assert_eq!(with_minimum(&odd, "windows", "10.0.26100"), "UNKNOWN os_version_unparseable");
        let mac = device("darwin", "Mac OS X", "26.6.2");
        assert_eq!(with_minimum(&mac, "macos", "newest"), "UNKNOWN minimum_unreadable");
    }

    #[test]
    fn a_release_newer_than_the_table_can_still_be_compared() {
        let new = device("darwin", "Mac OS X", "27.1");
        assert_eq!(with_minimum(&new, "macos", "26.0"), "PASS at_minimum");
    }
}
