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
//! too. Windows, servers included, compares builds: a marketing version such as `11 Pro` or `2019`
//! has none, and a minimum without one is no minimum. The revision of a build comes from the fourth
//! component of a dotted version; where the minimum has one and the device does not, equal builds
//! are too coarse to compare. The strongest source that names the release is the one compared. A
//! Windows or macOS release newer than the life-cycle table can still be compared.

use alloc::string::ToString;

use crate::case::Case;
use crate::facts::{Platform, SystemVersion};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS, TextMap};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::{OsFacts, ReleaseNumber, ResolvedOs, Unresolved};

const MINIMUM: TextMap = TextMap::new(
    "minimum",
    &[],
    &[],
    "Least version by product, such as `macos` to `15.7` or `windows` to `10.0.26100`.",
);

/// Products of the life-cycle table that compare builds.
const WINDOWS: &str = "windows";
const WINDOWS_SERVER: &str = "windows-server";

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
        Reason::unknown(
            "minimum_unreadable",
            "the configured minimum holds no number, or no build for Windows",
        ),
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
        let (product, resolved) = match table.resolve(&facts) {
            Ok(resolved) => (resolved.product().id().to_string(), Some(resolved)),
            // A release that the table does not know can still be compared.
            Err(Unresolved::ReleaseNotInTable) => match device.platform {
                Platform::Darwin => ("macos".to_string(), None),
                Platform::Windows if names_a_server(&facts) => (WINDOWS_SERVER.to_string(), None),
                Platform::Windows => (WINDOWS.to_string(), None),
                _ => return unresolved(Unresolved::ProductUnknown),
            },
            Err(why) => return unresolved(why),
        };
        let Some(wanted) = minimums.get(product.as_str()) else {
            return Ok(Verdict::not_applicable("no_minimum"));
        };
        case.see_count("CFG", "minimum", *wanted);
        let windows = product == WINDOWS || product == WINDOWS_SERVER;
        let minimum =
            read(wanted).and_then(|number| if windows { by_build(number) } else { Some(number) });
        let Some(minimum) = minimum else {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "minimum_unreadable"));
        };
        let actual = match &resolved {
            _ if windows => {
                let build = resolved.as_ref().and_then(ResolvedOs::build);
                build.or_else(|| build_of(&facts)).and_then(|build| with_revision(build, &facts))
            }
            Some(resolved) => {
                case.see_derived(device.row(), "compared.source", resolved.source().as_str());
                resolved.number()
            }
            None => dotted(&facts).find_map(read),
        };
        let Some(actual) = actual else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "version_too_coarse"));
        };
        case.see_derived(device.row(), "compared.version", actual.to_string());
        let verdict = match actual.at_least(&minimum) {
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

fn read(text: &str) -> Option<ReleaseNumber> {
    ReleaseNumber::read(text).map(|reading| reading.number)
}

/// The texts that may be a dotted release, strongest source first.
fn dotted<'a>(facts: &OsFacts<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    [facts.row.version, facts.detail.version, facts.version].into_iter().flatten()
}

fn names_a_server(facts: &OsFacts<'_>) -> bool {
    let names = [facts.row.name, facts.detail.os_name, facts.os].into_iter().flatten();
    let mut words = names.chain(dotted(facts)).flat_map(|text| text.split(' '));
    words.any(|word| word.eq_ignore_ascii_case("server"))
}

/// A Windows release as build and revision, whatever number stands before them.
fn by_build(number: ReleaseNumber) -> Option<ReleaseNumber> {
    let build = number.part(2)?;
    match number.part(3) {
        Some(revision) => read(&alloc::format!("{build}.{revision}")),
        None => read(&alloc::format!("{build}")),
    }
}

/// The build in its own column, or in a version such as `10.0.26100`.
fn build_of(facts: &OsFacts<'_>) -> Option<u32> {
    let own = facts.row.build.and_then(|build| build.parse().ok());
    own.or_else(|| dotted(facts).filter_map(read).find_map(|number| number.part(2)))
}

/// A build with the revision that a dotted version of the same build carries.
fn with_revision(build: u32, facts: &OsFacts<'_>) -> Option<ReleaseNumber> {
    let mut same = dotted(facts).filter_map(read).filter(|number| number.part(2) == Some(build));
    match same.find_map(|number| number.part(3)) {
        Some(revision) => read(&alloc::format!("{build}.{revision}")),
        None => read(&alloc::format!("{build}")),
    }
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

    use crate::testing::{findings, inputs, judge, judge_with};

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

    #[test]
    fn servers_compare_builds_too() {
        let server = |version: &str, build: Option<&str>| {
            let mut all = device("windows", "Windows Server", version);
            if let Some(build) = build {
                all["SI.os_version"] = json!([{"system_id": "d1", "build": build,
                    "name": "Microsoft Windows Server 2019 Standard",
                    "collection_time": "2026-11-23T06:00:00Z"}]);
            }
            all
        };
        let key = "windows-server";
        for (inputs, expected) in [
            (server("2019", None), "UNKNOWN version_too_coarse"),
            (server("2012 R2", None), "UNKNOWN version_too_coarse"),
            (server("", Some("17763")), "FAIL below_minimum"),
            (server("10.0.20348", None), "PASS at_minimum"),
            // The table does not know the build; the text still says which product it is.
            (server("10.0.29000", None), "PASS at_minimum"),
        ] {
            assert_eq!(with_minimum(&inputs, key, "10.0.20348"), expected);
        }
        let unknown = server("10.0.29000", None);
        assert_eq!(with_minimum(&unknown, "windows", "10.0.26100"), "NOT_APPLICABLE no_minimum");
    }

    #[test]
    fn the_revision_of_a_build_counts_where_the_minimum_has_one() {
        let windows = |version: &str| device("windows", "Windows", version);
        for (version, minimum, expected) in [
            ("10.0.26200.4000", "10.0.26200.3900", "PASS at_minimum"),
            ("10.0.26200.3000", "10.0.26200.3900", "FAIL below_minimum"),
            ("10.0.26200.10", "10.0.26200.9", "PASS at_minimum"),
            ("10.0.26200", "10.0.26200.3900", "UNKNOWN version_too_coarse"),
            ("10.0.26200", "10.0.26100.3900", "PASS at_minimum"),
            ("10.0.22631", "10.0.26100.3900", "FAIL below_minimum"),
            ("10.0.26200.3000", "10.0.26200", "PASS at_minimum"),
        ] {
            assert_eq!(with_minimum(&windows(version), "windows", minimum), expected, "{version}");
        }
    }

    #[test]
    fn a_minimum_for_windows_without_a_build_is_unreadable() {
        let windows = device("windows", "Windows", "10.0.26200");
        for minimum in ["11", "10.0", "11 Pro", "26100", ""] {
            let found = with_minimum(&windows, "windows", minimum);
            assert_eq!(found, "UNKNOWN minimum_unreadable", "{minimum}");
        }
    }

    #[test]
    fn every_product_and_source_that_cannot_be_told_is_unknown() {
        let kernel = device("linux", "Linux", "6.8.0-45-generic");
        assert_eq!(with_minimum(&kernel, "ubuntu", "22.04"), "UNKNOWN os_product_unknown");
        let coming = device("linux", "Ubuntu", "26.10");
        assert_eq!(with_minimum(&coming, "ubuntu", "22.04"), "UNKNOWN os_product_unknown");
        let mut mac = device("darwin", "Mac OS X", "15.7.9");
        let row = |version: &str, at: Value| {
            json!([{"system_id": "d1", "name": "macOS", "version": version,
                    "collection_time": at}])
        };
        let fresh = || json!("2026-11-23T06:00:00Z");
        for (table, expected) in [
            (row("14.1", fresh()), "UNKNOWN conflicting_sources"),
            (row("15.6", fresh()), "FAIL below_minimum"),
            (row("15.7.9", fresh()), "PASS at_minimum"),
            (row("14.1", json!("2025-01-01T00:00:00Z")), "PASS at_minimum"),
            (row("14.1", Value::Null), "PASS at_minimum"),
            (row("15.8", json!("2026-11-24T06:00:00Z")), "UNKNOWN future_timestamp"),
            (
                json!({"state": "partial", "reason": "page_failed", "records": []}),
                "UNKNOWN input_partial",
            ),
            (json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
            (json!({"state": "not_licensed"}), "PASS at_minimum"),
        ] {
            mac["SI.os_version"] = table.clone();
            assert_eq!(with_minimum(&mac, "macos", "15.7"), expected, "{table}");
        }
        mac.as_object_mut().unwrap().remove("SI.os_version");
        assert_eq!(with_minimum(&mac, "macos", "15.7"), "UNKNOWN input_not_collected");
        assert_eq!(with_minimum(&mac, "macos", "26"), "FAIL below_minimum");
        let mut silent = device("darwin", "Mac OS X", "15.7.9");
        silent["SYS"][0]["active"] = json!(false);
        silent["SYS"][0]["lastContact"] = json!("2026-08-01T00:00:00Z");
        assert_eq!(with_minimum(&silent, "macos", "15.7"), "UNKNOWN stale_data");
        for version in [Value::Null, json!([]), json!({})] {
            silent["SYS"][0]["version"] = version;
            assert_eq!(with_minimum(&silent, "macos", "15.7"), "UNKNOWN os_version_missing");
        }
    }

    #[test]
    fn the_detail_of_the_record_names_the_build() {
        let mut detailed = device("windows", "Windows", "11 Pro");
        detailed["SYS"][0]["osVersionDetail"] = json!({"patch": "26200"});
        assert_eq!(with_minimum(&detailed, "windows", "10.0.26100"), "PASS at_minimum");
    }

    #[test]
    fn the_strongest_source_is_compared_and_named() {
        let mut mac = device("darwin", "Mac OS X", "15.7.9");
        mac["SI.os_version"] = json!([{"system_id": "d1", "name": "macOS", "major": 15,
            "minor": 6, "patch": 1, "collection_time": "2026-11-23T06:00:00Z"}]);
        let config = json!({"parameters": {RULE: {"minimum": {"macos": "15.7"}}}});
        let finding = findings(RULE, &mac, &config).remove(0);
        assert_eq!(finding.reason_code, "below_minimum");
        let seen = |path: &str| {
            let mut all = finding.evidence.observations.iter();
            all.find(|seen| seen.path == path).map(|seen| seen.value.clone())
        };
        assert_eq!(seen("compared.version"), Some("15.6.1".into()));
        assert_eq!(seen("compared.source"), Some("insights_row".into()));
        assert_eq!(seen("minimum"), Some("15.7".into()));
    }

    #[test]
    fn an_unknown_release_of_windows_meets_the_minimum_of_its_kind() {
        let client = device("windows", "Windows", "10.0.29999");
        assert_eq!(with_minimum(&client, "windows", "10.0.26100"), "PASS at_minimum");
        assert_eq!(
            with_minimum(&client, "windows-server", "10.0.20348"),
            "NOT_APPLICABLE no_minimum"
        );
        let mut server = client;
        server["SI.os_version"] = json!([{"system_id": "d1", "name": "Microsoft Windows Server 2029",
            "version": "10.0.29999", "build": "29999", "collection_time": "2026-11-23T06:00:00Z"}]);
        assert_eq!(with_minimum(&server, "windows-server", "10.0.20348"), "PASS at_minimum");
        assert_eq!(with_minimum(&server, "windows", "10.0.26100"), "NOT_APPLICABLE no_minimum");
    }
}
