//! JC-DEV-004: the operating system release still receives vendor security updates.
//!
//! # Expectation
//! The vendor still publishes free security updates for the release that runs.
//!
//! # Why
//! An ended release gets no fixes for new holes.
//!
//! # Passes
//! ```json,passes
//! {"reason": "supported", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X", "version": "26.6.2",
//!              "active": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "os_end_of_life", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X", "version": "12.7.6",
//!              "active": true}]}}
//! ```
//!
//! # Unknown when
//! The release cannot be made out, is newer than the table, differs in support by an edition that
//! nobody reports, or the table is too old to speak for it.
//! ```json,unknown
//! {"reason": "os_version_missing", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "os": "Windows", "active": true}]}}
//! ```
//! ```json,unknown
//! {"reason": "lifecycle_predates_release", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X", "version": "14.8.9",
//!              "active": true}]}}
//! ```
//!
//! # Fix
//! Upgrade the device, enrol it in paid extended support and record it, or retire it.
//!
//! # Sources
//! `data/os-lifecycle.json`, derived from endoflife.date. An end date passes until its UTC day is
//! over. A release newer than the table is not taken for supported: it may be a beta. Rolling
//! distributions have no end; they pass only with `rolling_distros_ok` and fresh data. Paid support
//! is a pass like any other: a table that is too old does not carry it. Where the configuration names
//! a group and not every membership is known, a device that was seen in none of the groups is
//! UNKNOWN, not failed.

use alloc::string::ToString;

use crate::case::Case;
use crate::facts::{Device, SystemVersion, unresolved};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::{Support, Unresolved};
use crate::time::{date_of, days_between, is_past};

const LIFECYCLE_MAX_AGE: Days = Days::new(
    "lifecycle_max_age_days",
    120,
    30..=400,
    "Oldest life-cycle table, in days, that still supports a pass.",
)
.stricter_when_lower();
const WARN_DAYS: Days =
    Days::new("warn_days", 60, 0..=365, "Days before the end of support that are noted.");
const EXTENDED_SUPPORT: Texts = Texts::new(
    "extended_support_devices",
    &[],
    "Ids of devices or device groups for which extended support was bought.",
);
const ROLLING_OK: Flag =
    Flag::new("rolling_distros_ok", false, "Whether distributions without releases pass.");

const META: Meta = Meta {
    id: "JC-DEV-004",
    logic_version: 1,
    text_revision: 1,
    title: "Operating system release still receives vendor security updates",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "An ended release gets no fixes for new holes.",
    remediation: "Upgrade the device, enrol it in paid extended support and record it, or retire it.",
    applies: "Windows, macOS and Linux devices",
    inputs: &[
        InputNeed::new("SYS", &["os", "osFamily", "version", "osVersionDetail", "templateName"]),
        InputNeed::new(
            "SI.os_version",
            &["name", "version", "major", "minor", "patch", "build", "platform", "codename"],
        ),
        InputNeed::new("SG", &["id"]),
        InputNeed::new("SGM", &["id"]),
    ],
    params: &[
        LIFECYCLE_MAX_AGE.spec(),
        WARN_DAYS.spec(),
        EXTENDED_SUPPORT.spec(),
        ROLLING_OK.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("supported", "the vendor still publishes security updates"),
        Reason::pass("extended_support", "support has ended, and paid updates are on record"),
        Reason::pass("rolling_release", "a rolling distribution, accepted by the configuration"),
        Reason::fail("os_end_of_life", "the vendor publishes no security updates any more"),
        Reason::unknown("rolling_release", "a rolling distribution, which has no end of support"),
        Reason::unknown("os_version_missing", "no source names a version"),
        Reason::unknown("os_version_unparseable", "the version holds no number"),
        Reason::unknown("os_product_unknown", "the operating system is not one the table knows"),
        Reason::unknown("release_not_in_table", "the release is not in the table; it may be newer"),
        Reason::unknown("conflicting_sources", "the sources name different releases"),
        Reason::unknown("edition_ambiguous", "support depends on an edition that nobody reports"),
        Reason::unknown("release_ambiguous", "the version fits releases with different support"),
        Reason::unknown("lifecycle_table_stale", "the table is too old to support a pass"),
        Reason::unknown(
            "lifecycle_predates_release",
            "a yearly release that may have ended this one is younger than the table",
        ),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseSupported;

impl Rule for ReleaseSupported {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let max_age = case.param(&TELEMETRY_MAX_AGE_DAYS);
        let version = SystemVersion::read(case, device, max_age);
        let table = &case.tables().lifecycle;
        case.uses_table(table.origin().table_ref());
        let now = case.evaluated_at();
        let resolved = match table.resolve(&version.facts()) {
            Ok(resolved) => resolved,
            Err(Unresolved::RollingRelease) if case.param(&ROLLING_OK) => {
                case.settled("SI.os_version")?;
                return Ok(Verdict::pass("rolling_release"));
            }
            Err(why) => return Err(unresolved(why)),
        };
        case.see_derived(device.row(), "resolved.product", resolved.product().id());
        let cycles: alloc::vec::Vec<&str> =
            resolved.candidates().iter().map(|cycle| cycle.key()).collect();
        case.see_derived(device.row(), "resolved.cycles", cycles);
        if let Some(edition) = resolved.edition() {
            case.see_derived(device.row(), "resolved.edition", edition.as_str());
        }
        let unknown = |cause, reason| Err(Unknown::new(cause, reason));
        let verdict = match table.support(&resolved, now, case.param(&LIFECYCLE_MAX_AGE)) {
            Support::Supported { ends_on } => {
                // A row that did not arrive could name another release.
                case.settled("SI.os_version")?;
                let mut verdict = Verdict::pass("supported");
                if let Some(end) = ends_on {
                    case.see_derived(device.row(), "resolved.support_ends_on", end.to_string());
                    let left = days_between(date_of(now), end);
                    if left <= case.param(&WARN_DAYS) {
                        verdict = verdict.note(alloc::format!("ends_within_days:{left}"));
                    }
                }
                verdict
            }
            Support::Ended { extended_until } => {
                let paid = extended_until.is_some_and(|until| !is_past(until, now));
                if paid && has_extended_support(case, device)? {
                    if table.age_days(now) > case.param(&LIFECYCLE_MAX_AGE) {
                        return unknown(UnknownCause::TableOutdated, "lifecycle_table_stale");
                    }
                    case.settled("SI.os_version")?;
                    Verdict::pass("extended_support")
                } else {
                    Verdict::fail("os_end_of_life")
                }
            }
            Support::EditionAmbiguous => {
                return unknown(UnknownCause::Ambiguous, "edition_ambiguous");
            }
            Support::TableStale => {
                return unknown(UnknownCause::TableOutdated, "lifecycle_table_stale");
            }
            Support::PredatesRelease => {
                return unknown(UnknownCause::TableOutdated, "lifecycle_predates_release");
            }
            _ => return unknown(UnknownCause::Ambiguous, "release_ambiguous"),
        };
        Ok(match version.row() {
            Some(row) => verdict.resting_on(row.collected_at),
            None => verdict,
        })
    }
}

/// Whether extended support was bought for a device or one of its groups.
fn has_extended_support(case: &mut Case<'_>, device: &Device<'_>) -> Result<bool, Unknown> {
    let listed = case.param(&EXTENDED_SUPPORT);
    if listed.contains(&device.id.as_str()) {
        return Ok(true);
    }
    let facts = case.facts();
    // What names no device may be a group.
    let mut groups =
        listed.iter().filter(|id| facts.devices().iter().all(|other| other.id != **id)).peekable();
    if groups.peek().is_none() {
        return Ok(false);
    }
    case.uses("SGM");
    if groups.any(|group| facts.in_device_group(device, group)) {
        return Ok(true);
    }
    case.require("SG")?;
    case.require("SGM")?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use alloc::string::String;

    use crate::testing::{findings, inputs, judge, judge_by_lifecycle, judge_with};

    const RULE: &str = "JC-DEV-004";

    fn device(fields: Value) -> Value {
        let mut system = json!({"_id": "d1", "active": true});
        system.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"SYS": [system], "SI.os_version": []}))
    }

    #[test]
    fn releases_by_family() {
        for (fields, expected) in [
            (
                json!({"osFamily": "darwin", "os": "Mac OS X", "version": "26.6.2"}),
                "PASS supported",
            ),
            (
                json!({"osFamily": "darwin", "os": "Mac OS X", "version": "10.15.7"}),
                "FAIL os_end_of_life",
            ),
            (
                json!({"osFamily": "darwin", "os": "Mac OS X", "version": "14.8.9"}),
                "UNKNOWN lifecycle_predates_release",
            ),
            (
                json!({"osFamily": "darwin", "os": "Mac OS X", "version": "27.0"}),
                "UNKNOWN release_not_in_table",
            ),
            (json!({"osFamily": "linux", "os": "Ubuntu", "version": "24.04"}), "PASS supported"),
            (
                json!({"osFamily": "linux", "os": "Ubuntu", "version": "25.10"}),
                "FAIL os_end_of_life",
            ),
            (
                json!({"osFamily": "linux", "os": "Linux", "version": "6.8.0-45-generic"}),
                "UNKNOWN os_product_unknown",
            ),
            (json!({"osFamily": "windows", "os": "Windows"}), "UNKNOWN os_version_missing"),
            (
                json!({"osFamily": "windows", "os": "Windows", "version": ""}),
                "UNKNOWN os_version_missing",
            ),
            (
                json!({"osFamily": "windows", "os": "Windows", "version": "eleven"}),
                "UNKNOWN os_version_unparseable",
            ),
        ] {
            assert_eq!(judge(RULE, &device(fields.clone())), expected, "{fields}");
        }
    }

    #[test]
    fn the_edition_decides_windows_11_24h2() {
        let row = |name: &str| {
            let mut all = device(json!({"osFamily": "windows", "os": "Windows"}));
            all["SI.os_version"] = json!([{"system_id": "d1", "name": name, "build": "26100",
                "version": "10.0.26100", "collection_time": "2026-11-23T06:00:00Z"}]);
            all
        };
        assert_eq!(judge(RULE, &row("Microsoft Windows 11 Pro")), "FAIL os_end_of_life");
        assert_eq!(judge(RULE, &row("Microsoft Windows 11 Enterprise")), "PASS supported");
        assert_eq!(judge(RULE, &row("Microsoft Windows 11")), "UNKNOWN edition_ambiguous");
    }

    #[test]
    fn extended_support_needs_a_record_and_a_date() {
        let ubuntu = device(json!({"osFamily": "linux", "os": "Ubuntu", "version": "20.04"}));
        assert_eq!(judge(RULE, &ubuntu), "FAIL os_end_of_life");
        let config = json!({"parameters": {"JC-DEV-004": {"extended_support_devices": ["d1"]}}});
        assert_eq!(judge_with(RULE, &ubuntu, &config), "PASS extended_support");
    }

    #[test]
    fn an_old_row_is_not_read_and_a_missing_table_is_not_passed() {
        let mut old = device(json!({"osFamily": "darwin", "os": "Mac OS X", "version": "26.6.2"}));
        old["SI.os_version"] = json!([{"system_id": "d1", "name": "macOS", "version": "12.1",
            "collection_time": "2025-01-01T00:00:00Z"}]);
        assert_eq!(judge(RULE, &old), "PASS supported");
        old["SI.os_version"][0]["collection_time"] = json!("2026-11-23T06:00:00Z");
        assert_eq!(judge(RULE, &old), "UNKNOWN conflicting_sources");
        old.as_object_mut().unwrap().remove("SI.os_version");
        assert_eq!(judge(RULE, &old), "UNKNOWN input_not_collected");
    }

    #[test]
    fn a_table_that_is_too_old_supports_no_pass() {
        let ubuntu = device(json!({"osFamily": "linux", "os": "Ubuntu", "version": "24.04"}));
        let config = json!({"parameters": {"JC-DEV-004": {"lifecycle_max_age_days": 30}}});
        assert_eq!(judge_with(RULE, &ubuntu, &config), "UNKNOWN lifecycle_table_stale");
    }

    #[test]
    fn rolling_distributions_need_consent() {
        let arch = device(json!({"osFamily": "linux", "os": "Arch", "version": "1"}));
        assert_eq!(judge(RULE, &arch), "UNKNOWN rolling_release");
        let config = json!({"parameters": {"JC-DEV-004": {"rolling_distros_ok": true}}});
        assert_eq!(judge_with(RULE, &arch, &config), "PASS rolling_release");
    }

    fn mac(version: &str) -> Value {
        device(json!({"osFamily": "darwin", "os": "Mac OS X", "version": version}))
    }

    fn linux(os: &str, version: &str) -> Value {
        device(json!({"osFamily": "linux", "os": os, "version": version}))
    }

    #[test]
    fn g01_the_release_of_a_healthy_mac_is_supported() {
        assert_eq!(judge(RULE, &mac("26.6.2")), "PASS supported");
    }

    #[test]
    fn g07_no_version_is_no_failure() {
        for version in [json!(""), Value::Null, json!([])] {
            let windows =
                device(json!({"osFamily": "windows", "os": "Windows", "version": version}));
            assert_eq!(judge(RULE, &windows), "UNKNOWN os_version_missing");
        }
    }

    #[test]
    fn g09_a_mac_that_a_newer_release_may_have_ended() {
        assert_eq!(judge(RULE, &mac("14.8.9")), "UNKNOWN lifecycle_predates_release");
        let newer = [
            ("\"as_of\": \"2026-08-22\"", "\"as_of\": \"2026-10-15\""),
            (
                "{\"key\": \"14\", \"released\": \"2023-09-26\",",
                "{\"key\": \"14\", \"released\": \"2023-09-26\", \"ends\": \"2026-09-14\",",
            ),
        ];
        assert_eq!(
            judge_by_lifecycle(RULE, &mac("14.8.9"), &json!({}), &newer),
            "FAIL os_end_of_life"
        );
    }

    #[test]
    fn the_last_day_of_support_passes_and_a_near_end_is_noted() {
        let fedora = linux("Fedora", "43");
        let notes = |inputs: &Value| findings(RULE, inputs, &json!({})).remove(0).notes;
        assert_eq!(notes(&fedora), [String::from("ends_within_days:16")]);
        assert!(notes(&linux("Fedora", "44")).is_empty());
        for (end, expected) in
            [("2026-11-23", "PASS supported"), ("2026-11-22", "FAIL os_end_of_life")]
        {
            let changes = [("2026-12-09", end)];
            assert_eq!(judge_by_lifecycle(RULE, &fedora, &json!({}), &changes), expected);
        }
    }

    #[test]
    fn a_coarse_version_fits_releases_that_differ() {
        assert_eq!(judge(RULE, &linux("Ubuntu", "24")), "UNKNOWN release_ambiguous");
    }

    #[test]
    fn extended_support_by_group_needs_every_membership() {
        let config = json!({"parameters": {RULE: {"extended_support_devices": ["g1"]}}});
        let mut ubuntu = linux("Ubuntu", "20.04");
        assert_eq!(judge_with(RULE, &ubuntu, &config), "UNKNOWN input_not_collected");
        ubuntu["SG"] = json!([{"id": "g1", "name": "Paid support"}]);
        let partial = json!({"state": "partial", "reason": "page_failed", "records": []});
        let failed = json!({"state": "failed", "class": "forbidden"});
        for (members, expected) in [
            (json!([{"id": "d1", "type": "system"}]), "PASS extended_support"),
            (json!([]), "FAIL os_end_of_life"),
            (partial, "UNKNOWN input_partial"),
            (failed.clone(), "UNKNOWN input_partial"),
        ] {
            ubuntu["SGM"] = json!({"of": {"g1": members}});
            assert_eq!(judge_with(RULE, &ubuntu, &config), expected);
        }
        ubuntu["SGM"] = failed;
        assert_eq!(judge_with(RULE, &ubuntu, &config), "UNKNOWN input_failed");
        // Who names devices only needs no group.
        ubuntu.as_object_mut().unwrap().remove("SGM");
        ubuntu["SYS"].as_array_mut().unwrap().push(json!({"_id": "d2", "osFamily": "iOS"}));
        let other = json!({"parameters": {RULE: {"extended_support_devices": ["d2"]}}});
        assert!(judge_with(RULE, &ubuntu, &other).contains("FAIL os_end_of_life"));
    }

    #[test]
    fn extended_support_passes_by_a_fresh_table_and_until_its_last_day() {
        let ubuntu = linux("Ubuntu", "20.04");
        let config = json!({"parameters": {RULE: {
            "extended_support_devices": ["d1"], "lifecycle_max_age_days": 30}}});
        assert_eq!(judge_with(RULE, &ubuntu, &config), "UNKNOWN lifecycle_table_stale");
        let listed = json!({"parameters": {RULE: {"extended_support_devices": ["d1"]}}});
        let over = linux("Debian", "11");
        assert_eq!(judge_with(RULE, &over, &listed), "FAIL os_end_of_life");
    }

    #[test]
    fn insights_that_are_partial_failed_or_from_the_future_support_no_pass() {
        let row = |at: Value| {
            json!([{"system_id": "d1", "name": "macOS", "version": "26.6.2",
                    "collection_time": at}])
        };
        for (table, expected) in [
            (
                json!({"state": "partial", "reason": "page_failed", "records": []}),
                "UNKNOWN input_partial",
            ),
            (json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
            (json!({"state": "not_licensed"}), "PASS supported"),
            (row(json!("2026-11-24T06:00:00Z")), "UNKNOWN future_timestamp"),
            (row(json!("2026-11-23T06:00:00Z")), "PASS supported"),
            (row(Value::Null), "PASS supported"),
        ] {
            let mut inputs = mac("26.6.2");
            inputs["SI.os_version"] = table.clone();
            assert_eq!(judge(RULE, &inputs), expected, "{table}");
            let mut ended = mac("12.7.6");
            ended["SI.os_version"] = json!({"state": "failed", "class": "forbidden"});
            assert_eq!(judge(RULE, &ended), "FAIL os_end_of_life");
        }
        let mut silent = mac("26.6.2");
        silent["SYS"][0]["active"] = json!(false);
        silent["SYS"][0]["lastContact"] = json!("2026-08-01T00:00:00Z");
        assert_eq!(judge(RULE, &silent), "UNKNOWN stale_data");
    }

    #[test]
    fn a_rolling_distribution_passes_only_while_its_agent_speaks() {
        let mut arch = linux("Arch", "1");
        arch["SYS"][0]["active"] = json!(false);
        arch["SYS"][0]["lastContact"] = json!("2026-08-01T00:00:00Z");
        let config = json!({"parameters": {RULE: {"rolling_distros_ok": true}}});
        assert_eq!(judge_with(RULE, &arch, &config), "UNKNOWN stale_data");
    }

    #[test]
    fn a_table_supports_a_pass_up_to_its_limit() {
        for (version, days, expected) in [
            ("24.04", 93, "PASS supported"),
            ("24.04", 92, "UNKNOWN lifecycle_table_stale"),
            ("20.04", 93, "PASS extended_support"),
            ("20.04", 92, "UNKNOWN lifecycle_table_stale"),
        ] {
            let ubuntu = device(json!({"osFamily": "linux", "os": "Ubuntu", "version": version}));
            let config = json!({"parameters": {RULE: {"lifecycle_max_age_days": days,
                "extended_support_devices": ["d1"]}}});
            assert_eq!(judge_with(RULE, &ubuntu, &config), expected, "{version} {days}");
        }
    }
}
