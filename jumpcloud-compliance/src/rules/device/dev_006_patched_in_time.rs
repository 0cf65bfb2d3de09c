//! JC-DEV-006: operating system patches are installed inside the patch window.
//!
//! # Expectation
//! A device installs the vendor's updates within the days that the organisation allows.
//!
//! # Why
//! Known holes are attacked within days of the fix.
//!
//! # Passes
//! ```json,passes
//! {"reason": "latest_patch",
//!  "config": {"parameters": {"JC-DEV-006": {"patch_table_max_age_days": 120}}},
//!  "inputs": {"SI.os_version": [], "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X",
//!     "version": "26.6.2", "active": true}]}}
//! ```
//! ```json,passes
//! {"reason": "recent_update", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "os": "Windows", "version": "10.0.26200",
//!              "active": true}],
//!     "SI.patches": [{"system_id": "d1", "hotfix_id": "KB5030211", "installed_on": "11/13/2026",
//!                     "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "patch_overdue", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X", "version": "26.5",
//!              "active": true}]}}
//! ```
//! ```json,fails
//! {"reason": "no_recent_update", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "os": "Windows", "version": "10.0.26200",
//!              "active": true}],
//!     "SI.patches": [{"system_id": "d1", "hotfix_id": "KB5030211", "installed_on": "6/13/2026",
//!                     "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! The table of releases is too old to know the latest update, no update has a readable date, or a
//! Linux device installed packages lately without a policy that updates them.
//! ```json,unknown
//! {"reason": "table_stale", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X", "version": "26.6.2",
//!              "active": true}]}}
//! ```
//! ```json,unknown
//! {"reason": "recency_only", "inputs": {"SI.os_version": [],
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "os": "Ubuntu", "version": "24.04",
//!              "active": true}],
//!     "SI.linux_packages": [{"system_id": "d1", "name": "bash", "install_time": "1795000000"}],
//!     "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}}}
//! ```
//!
//! # Fix
//! Install the pending updates; check the update policy and the devices that wait for a restart.
//!
//! # Sources
//! On macOS the table names the latest update of each release and its day; it knows no earlier ones,
//! so that a Mac below the latest is inside the window as long as that one is. On Windows and Linux
//! only the day of the newest update can be read: it proves that updates arrive and not that all of
//! them did, which a note says. Windows spells days by locale: where one row of a device only makes
//! sense with the day first, its other days with slashes are not read at all, and a device without
//! another recent day is UNKNOWN. Rows without a readable day are skipped and counted, days in the
//! future are ignored, and an installation time of 0 is none. An old update is a failure where the
//! data is fresh, or shows that the update was too old already when it was collected: data that is
//! old itself cannot deny an update that came after it. A pass needs every source that could name
//! another release.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use jumpcloud_client::resources::insights::{LinuxPackage, Patch};

use crate::capability::Capability;
use crate::case::{Case, Row};
use crate::facts::{Device, PatchDate, Platform, PolicyEvidence, SystemVersion, unresolved};
use crate::outcome::{Outcome, Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::{ReleaseNumber, ResolvedOs, Unresolved};
use crate::time::{Moment, age_days, date_of, days_between, is_future};

const PATCH_WINDOW: Days = Days::new(
    "patch_window_days",
    14,
    1..=90,
    "Days after its release in which an update must be installed.",
)
.stricter_when_lower();
const PATCH_TABLE_MAX_AGE: Days = Days::new(
    "patch_table_max_age_days",
    35,
    7..=120,
    "Oldest table of releases, in days, that still knows the latest update.",
)
.stricter_when_lower();
const WINDOWS_MAX_PATCH_AGE: Days = Days::new(
    "windows_max_patch_age_days",
    45,
    14..=90,
    "Greatest age, in days, of the newest update of a Windows device.",
)
.stricter_when_lower();
const LINUX_MAX_PATCH_AGE: Days = Days::new(
    "linux_max_patch_age_days",
    45,
    14..=90,
    "Greatest age, in days, of the newest package of a Linux device.",
)
.stricter_when_lower();

const META: Meta = Meta {
    id: "JC-DEV-006",
    logic_version: 1,
    text_revision: 1,
    title: "Operating system patches are installed inside the patch window",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "Known holes are attacked within days of the fix.",
    remediation: "Install the pending updates; check the update policy and the devices that wait for \
                  a restart.",
    applies: "Windows, macOS and Linux devices that do not fail JC-DEV-004",
    inputs: &[
        InputNeed::new("SYS", &["os", "osFamily", "version", "osVersionDetail", "templateName"]),
        InputNeed::new(
            "SI.os_version",
            &["name", "version", "major", "minor", "patch", "build", "platform", "codename"],
        ),
        InputNeed::new("SI.patches", &["hotfix_id", "installed_on", "collection_time"]),
        InputNeed::new("SI.linux_packages", &["name", "install_time"]),
        InputNeed::new(
            "POL",
            &["id", "template.name", "template.displayName", "template.osMetaFamily"],
        ),
        InputNeed::new("POL-SYS", &["id", "paths"]),
        InputNeed::new("PST", &["policyID", "state", "success", "startedAt", "endedAt"]),
    ],
    params: &[
        PATCH_WINDOW.spec(),
        PATCH_TABLE_MAX_AGE.spec(),
        WINDOWS_MAX_PATCH_AGE.spec(),
        LINUX_MAX_PATCH_AGE.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("latest_patch", "the latest update of the release is installed"),
        Reason::pass("inside_window", "the latest update is missing, its window is still open"),
        Reason::pass("recent_update", "updates were installed lately"),
        Reason::fail("patch_overdue", "an update is missing, its window is over"),
        Reason::fail("no_recent_update", "no update was installed lately"),
        Reason::unknown(
            "table_stale",
            "the table of releases is too old to know the latest update",
        ),
        Reason::unknown("patch_level_unknown", "the table names no latest update for the release"),
        Reason::unknown("version_too_coarse", "the version is less exact than that of the update"),
        Reason::unknown("no_patch_data", "no update has a date"),
        Reason::unknown("patch_dates_ambiguous", "the days of updates have more than one reading"),
        Reason::unknown("recency_only", "packages are recent, and no policy updates them"),
        Reason::unknown("os_version_missing", "no source names a version"),
        Reason::unknown("os_version_unparseable", "the version holds no number"),
        Reason::unknown("os_product_unknown", "the operating system is not one the table knows"),
        Reason::unknown("release_not_in_table", "the release is not in the table; it may be newer"),
        Reason::unknown("conflicting_sources", "the sources name different releases"),
        Reason::not_applicable("release_ended", "the release receives no updates any more"),
    ],
    after: &[RELEASE],
};

/// The rule that says whether the release still receives updates.
const RELEASE: &str = "JC-DEV-004";

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct PatchedInTime;

impl Rule for PatchedInTime {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        if case.prior(RELEASE).is_some_and(|prior| prior.outcome == Outcome::Fail) {
            return Ok(Verdict::not_applicable("release_ended"));
        }
        let version = SystemVersion::read(case, device, case.param(&TELEMETRY_MAX_AGE_DAYS));
        let table = &case.tables().lifecycle;
        case.uses_table(table.origin().table_ref());
        let verdict = match (&device.platform, table.resolve(&version.facts())) {
            (Platform::Unknown | Platform::Unsupported(_), _) => {
                return Err(unresolved(Unresolved::ProductUnknown));
            }
            (Platform::Darwin, Ok(release)) => {
                let verdict = macos(case, device, &release)?;
                match version.row() {
                    Some(row) => verdict.resting_on(row.collected_at),
                    None => verdict,
                }
            }
            (Platform::Darwin, Err(why)) => return Err(unresolved(why)),
            (_, Err(why)) if !is_release_name(why) => return Err(unresolved(why)),
            (Platform::Windows, _) => windows(case, device)?,
            (Platform::Linux, _) => linux(case, device)?,
        };
        if verdict.is_pass() {
            // A row that did not arrive could name another release.
            case.settled("SI.os_version")?;
        }
        Ok(verdict)
    }
}

/// Whether only the name of the release is unknown, which the age of an update does not need.
const fn is_release_name(why: Unresolved) -> bool {
    matches!(
        why,
        Unresolved::ProductUnknown | Unresolved::ReleaseNotInTable | Unresolved::RollingRelease
    )
}

fn macos(case: &mut Case<'_>, device: &Device<'_>, release: &ResolvedOs<'_>) -> Judgement {
    let outdated = |reason| Err(Unknown::new(UnknownCause::TableOutdated, reason));
    let latest = release.cycle().and_then(|cycle| Some((cycle.latest()?, cycle.latest_on()?)));
    let Some((latest, released_on)) = latest else { return outdated("patch_level_unknown") };
    case.see_derived(device.row(), "resolved.latest", latest);
    case.see_derived(device.row(), "resolved.latest_on", released_on.to_string());
    let Some(wanted) = ReleaseNumber::read(latest).map(|reading| reading.number) else {
        return outdated("patch_level_unknown");
    };
    let verdict = match release.number().and_then(|number| number.at_least(&wanted)) {
        Some(true) => Verdict::pass("latest_patch"),
        Some(false) => {
            let open_days = days_between(released_on, date_of(case.evaluated_at()));
            case.see_derived(device.row(), "resolved.latest_age_days", open_days);
            if open_days > case.param(&PATCH_WINDOW) {
                return Ok(Verdict::fail("patch_overdue"));
            }
            Verdict::pass("inside_window")
        }
        None => return Err(Unknown::new(UnknownCause::Ambiguous, "version_too_coarse")),
    };
    let table_age = case.tables().lifecycle.age_days(case.evaluated_at());
    if table_age > case.param(&PATCH_TABLE_MAX_AGE) {
        return outdated("table_stale");
    }
    Ok(verdict)
}

/// A note on every pass that rests on the newest update only.
const RECENCY_NOTE: &str = "proves_recency_not_completeness";

fn windows(case: &mut Case<'_>, device: &Device<'_>) -> Judgement {
    case.uses("SI.patches");
    let today = date_of(case.evaluated_at());
    let rows = case.facts().rows::<Patch>(device);
    let read = |row: &Row<'_, Patch>| row.value().installed_on.filled().and_then(PatchDate::read);
    let day_first = rows.iter().any(|row| matches!(read(row), Some(PatchDate::DayFirst(_))));
    let mut skipped: i64 = 0;
    let mut dated = Vec::new();
    for row in &rows {
        match read(row) {
            Some(PatchDate::Sure(date)) => dated.push((date, true, *row)),
            Some(PatchDate::MonthFirst(date)) if !day_first => dated.push((date, false, *row)),
            _ => skipped = skipped.saturating_add(1),
        }
    }
    case.see_derived(device.row(), "updates_skipped", skipped);
    let newest =
        dated.into_iter().filter(|(date, ..)| *date <= today).max_by_key(|(date, sure, row)| {
            (*date, *sure, row.collected_at, row.value().hotfix_id.filled())
        });
    let collected_at = rows.iter().map(|row| row.collected_at).max().flatten();
    if let Some((date, sure, row)) = newest {
        case.see(row, "hotfix_id", &row.value().hotfix_id);
        case.see(row, "installed_on", &row.value().installed_on);
        case.see(row, "collection_time", &row.value().collection_time);
        if days_between(date, today) <= case.param(&WINDOWS_MAX_PATCH_AGE) {
            if !sure {
                // A row that did not arrive could show that the day comes first.
                case.settled("SI.patches")?;
            }
            let verdict = Verdict::pass("recent_update").note(RECENCY_NOTE);
            return Ok(verdict.resting_on(row.collected_at));
        }
    }
    case.require("SI.patches")?;
    match newest {
        _ if day_first => Err(Unknown::new(UnknownCause::Ambiguous, "patch_dates_ambiguous")),
        Some((date, ..)) => too_old(case, date, collected_at, case.param(&WINDOWS_MAX_PATCH_AGE)),
        None => Err(Unknown::new(UnknownCause::FieldAbsent, "no_patch_data")),
    }
}

fn linux<'c>(case: &mut Case<'c>, device: &'c Device<'c>) -> Judgement {
    case.uses("SI.linux_packages");
    let now = case.evaluated_at();
    let skew = case.param(&FUTURE_SKEW_SECS);
    let facts = case.facts();
    let newest = facts
        .rows::<LinuxPackage>(device)
        .into_iter()
        .filter_map(|row| {
            let at = Moment::parse_or_epoch(row.value().install_time.filled()?).instant()?;
            (at > Timestamp::UNIX_EPOCH && !is_future(at, now, skew)).then_some((at, row))
        })
        .max_by_key(|(at, row)| (*at, row.value().name.filled()));
    let Some((at, row)) = newest else {
        case.require("SI.linux_packages")?;
        return Err(Unknown::new(UnknownCause::FieldAbsent, "no_patch_data"));
    };
    case.see(row, "name", &row.value().name);
    case.see(row, "install_time", &row.value().install_time);
    if age_days(at, now) > case.param(&LINUX_MAX_PATCH_AGE) {
        case.require("SI.linux_packages")?;
        return too_old(case, date_of(at), row.collected_at, case.param(&LINUX_MAX_PATCH_AGE));
    }
    let evidence = PolicyEvidence::read(case, device, "linux", Capability::AutoUpdate);
    if evidence.effective().is_empty() {
        return Err(Unknown::new(UnknownCause::NotObservable, "recency_only"));
    }
    let verdict = Verdict::pass("recent_update").note(RECENCY_NOTE);
    Ok(verdict.resting_on(row.collected_at))
}

/// Judges an update that is older than the limit by now: old data fails a device only where the
/// update was too old already when the data was collected.
fn too_old(
    case: &Case<'_>,
    newest: Date,
    collected_at: Option<Timestamp>,
    limit: i64,
) -> Judgement {
    let Some(collected_at) = collected_at else {
        return Err(Unknown::new(UnknownCause::FieldAbsent, "untimed_telemetry"));
    };
    let stale = age_days(collected_at, case.evaluated_at()) > case.param(&TELEMETRY_MAX_AGE_DAYS);
    if stale && days_between(newest, date_of(collected_at)) <= limit {
        return Err(Unknown::new(UnknownCause::StaleData, "stale_data"));
    }
    Ok(Verdict::fail("no_recent_update"))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_by_lifecycle, judge_with};

    const RULE: &str = "JC-DEV-006";
    const FRESH: &str = "2026-11-23T06:00:00Z";
    const OLD: &str = "2026-10-01T06:00:00Z";

    fn mac(version: &str) -> Value {
        inputs(json!({"SI.os_version": [], "SYS": [{"_id": "d1", "osFamily": "darwin",
            "os": "Mac OS X", "version": version, "active": true}]}))
    }

    /// A table that knows the update of 9 November, fourteen days before the evaluation.
    fn by_new_table(version: &str, config: &Value) -> String {
        let changes = [
            ("\"as_of\": \"2026-08-22\"", "\"as_of\": \"2026-11-15\""),
            (
                "\"latest\": \"26.6.2\", \"latest_on\": \"2026-08-17\"",
                "\"latest\": \"26.7.1\", \"latest_on\": \"2026-11-09\"",
            ),
        ];
        judge_by_lifecycle(RULE, &mac(version), config, &changes)
    }

    fn windows(rows: Value) -> Value {
        inputs(json!({"SI.os_version": [], "SI.patches": rows,
            "SYS": [{"_id": "d1", "osFamily": "windows", "os": "Windows", "version": "10.0.26200",
                     "active": true}]}))
    }

    fn update(installed_on: Value, collected: &str) -> Value {
        json!({"system_id": "d1", "hotfix_id": "KB5030211", "installed_on": installed_on,
               "collection_time": collected})
    }

    fn days(texts: &[&str]) -> String {
        let rows: Vec<Value> = texts.iter().map(|text| update(json!(text), FRESH)).collect();
        judge(RULE, &windows(json!(rows)))
    }

    fn linux(install_time: Value) -> Value {
        inputs(json!({"SI.os_version": [],
            "SYS": [{"_id": "d1", "osFamily": "linux", "os": "Ubuntu", "version": "24.04",
                     "active": true}],
            "SI.linux_packages": [
                {"system_id": "d1", "name": "bash", "install_time": install_time}],
            "POL": [{"id": "p1", "template": {"name": "system_update_ubuntu_linux"}}],
            "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
            "PST": {"of": {"p1": [
                {"id": "r1", "policyID": "p1", "systemID": "d1", "success": true}]}}}))
    }

    #[test]
    fn g01_an_old_table_does_not_know_the_latest_update() {
        assert_eq!(judge(RULE, &mac("26.6.2")), "UNKNOWN table_stale");
        let patient = json!({"parameters": {RULE: {"patch_table_max_age_days": 93}}});
        assert_eq!(judge_with(RULE, &mac("26.6.2"), &patient), "PASS latest_patch");
        let nearly = json!({"parameters": {RULE: {"patch_table_max_age_days": 92}}});
        assert_eq!(judge_with(RULE, &mac("26.6.2"), &nearly), "UNKNOWN table_stale");
    }

    #[test]
    fn g07_without_a_version_nothing_is_known() {
        let nameless = inputs(json!({"SI.os_version": [], "SI.patches": [],
            "SYS": [{"_id": "d1", "osFamily": "windows", "os": "Windows", "version": "",
                     "active": true}]}));
        assert_eq!(judge(RULE, &nameless), "UNKNOWN os_version_missing");
        assert_eq!(judge(RULE, &mac("newest")), "UNKNOWN os_version_unparseable");
        assert_eq!(judge(RULE, &mac("27.0")), "UNKNOWN release_not_in_table");
    }

    #[test]
    fn a_mac_has_the_days_of_the_window() {
        let none = json!({});
        assert_eq!(by_new_table("26.7.1", &none), "PASS latest_patch");
        assert_eq!(by_new_table("26.8", &none), "PASS latest_patch");
        assert_eq!(by_new_table("26.7", &none), "UNKNOWN version_too_coarse");
        assert_eq!(by_new_table("26.6.2", &none), "PASS inside_window");
        let strict = json!({"parameters": {RULE: {"patch_window_days": 13}}});
        assert_eq!(by_new_table("26.6.2", &strict), "FAIL patch_overdue");
        let short = json!({"parameters": {RULE: {"patch_table_max_age_days": 7}}});
        assert_eq!(by_new_table("26.6.2", &short), "UNKNOWN table_stale");
        assert_eq!(judge(RULE, &mac("26.6.1")), "FAIL patch_overdue");
        assert_eq!(judge(RULE, &mac("26")), "UNKNOWN version_too_coarse");
    }

    #[test]
    fn a_release_without_a_latest_update_is_unknown() {
        let changes = [(", \"latest\": \"26.6.2\", \"latest_on\": \"2026-08-17\"", "")];
        let found = judge_by_lifecycle(RULE, &mac("26.6.2"), &json!({}), &changes);
        assert_eq!(found, "UNKNOWN patch_level_unknown");
    }

    #[test]
    fn an_ended_release_has_no_window() {
        assert_eq!(judge(RULE, &mac("12.7.6")), "NOT_APPLICABLE release_ended");
    }

    #[test]
    fn sources_that_name_other_releases_are_no_answer() {
        let mut both = mac("26.6.2");
        both["SI.os_version"] = json!([{"system_id": "d1", "name": "macOS", "version": "15.7.9",
            "collection_time": FRESH}]);
        assert_eq!(judge(RULE, &both), "UNKNOWN conflicting_sources");
        let mut blind = windows(json!([update(json!("11/13/2026"), FRESH)]));
        blind.as_object_mut().unwrap().remove("SI.os_version");
        assert_eq!(judge(RULE, &blind), "UNKNOWN input_not_collected");
    }

    #[test]
    fn the_newest_update_of_windows_decides() {
        let cases: [(&[&str], &str); 11] = [
            (&["11/13/2026"], "PASS recent_update"),
            (&["20261113"], "PASS recent_update"),
            (&["01dd7301ed0a0000"], "PASS recent_update"),
            (&["10/9/2026"], "PASS recent_update"),
            (&["10/8/2026"], "FAIL no_recent_update"),
            (&["1/31/2026", "11/13/2026"], "PASS recent_update"),
            (&["1/31/2026", "", "soon"], "FAIL no_recent_update"),
            (&["1/31/2026", "12/24/2026"], "FAIL no_recent_update"),
            (&["12/24/2026"], "UNKNOWN no_patch_data"),
            (&["", "soon"], "UNKNOWN no_patch_data"),
            (&[], "UNKNOWN no_patch_data"),
        ];
        for (texts, expected) in cases {
            assert_eq!(days(texts), expected, "{texts:?}");
        }
        let odd = windows(json!([update(json!([]), FRESH), update(Value::Null, FRESH)]));
        assert_eq!(judge(RULE, &odd), "UNKNOWN no_patch_data");
    }

    #[test]
    fn a_day_that_comes_first_makes_slashes_ambiguous() {
        assert_eq!(days(&["11/2/2026", "13/1/2026"]), "UNKNOWN patch_dates_ambiguous");
        assert_eq!(days(&["13/1/2026"]), "UNKNOWN patch_dates_ambiguous");
        assert_eq!(days(&["13/1/2026", "20260101"]), "UNKNOWN patch_dates_ambiguous");
        assert_eq!(days(&["13/1/2026", "20261113"]), "PASS recent_update");
    }

    #[test]
    fn what_was_skipped_is_counted() {
        let rows = json!([
            update(json!("11/13/2026"), FRESH),
            update(json!("soon"), FRESH),
            update(Value::Null, FRESH)
        ]);
        let found = findings(RULE, &windows(rows), &json!({}));
        let skipped = found[0]
            .evidence
            .observations
            .iter()
            .find(|observation| observation.path == "updates_skipped")
            .unwrap();
        assert_eq!(serde_json::to_value(&skipped.value).unwrap(), json!(2));
        assert_eq!(found[0].notes, ["proves_recency_not_completeness"]);
    }

    #[test]
    fn servers_are_judged_like_clients() {
        let mut server = windows(json!([update(json!("1/31/2026"), FRESH)]));
        server["SYS"][0]["version"] = json!("Windows Server 2022");
        assert_eq!(judge(RULE, &server), "FAIL no_recent_update");
    }

    #[test]
    fn old_data_denies_no_update_that_came_after_it() {
        let judged = |day: &str, at: &str| judge(RULE, &windows(json!([update(json!(day), at)])));
        assert_eq!(judged("9/30/2026", OLD), "UNKNOWN stale_data");
        assert_eq!(judged("6/30/2026", OLD), "FAIL no_recent_update");
        assert_eq!(judged("10/15/2026", "2026-10-16T06:00:00Z"), "UNKNOWN stale_data");
        let untimed = |day: &str| {
            let mut row = update(json!(day), FRESH);
            row["collection_time"] = Value::Null;
            judge(RULE, &windows(json!([row])))
        };
        assert_eq!(untimed("6/30/2026"), "UNKNOWN untimed_telemetry");
        assert_eq!(untimed("11/13/2026"), "UNKNOWN untimed_telemetry");
        assert_eq!(judged("11/13/2026", "2026-11-23T14:00:00Z"), "UNKNOWN future_timestamp");
    }

    #[test]
    fn partial_updates_cannot_fail() {
        let partial = |day: &str| {
            let rows = [update(json!(day), FRESH)];
            windows(json!({"state": "partial", "reason": "page_failed", "records": rows}))
        };
        assert_eq!(judge(RULE, &partial("6/30/2026")), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &partial("11/13/2026")), "PASS recent_update");
        assert_eq!(judge(RULE, &partial("11/2/2026")), "UNKNOWN input_partial");
        let failed = windows(json!({"state": "failed", "class": "server"}));
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
    }

    #[test]
    fn linux_needs_a_policy_beside_recent_packages() {
        // 2026-11-13, and 2026-10-08, which is 46 days before the evaluation.
        let (recent, old) = (json!("1794571200"), json!("1791417600"));
        assert_eq!(judge(RULE, &linux(recent.clone())), "PASS recent_update");
        assert_eq!(judge(RULE, &linux(old)), "FAIL no_recent_update");
        let mut failed = linux(recent.clone());
        failed["PST"]["of"]["p1"][0]["success"] = json!(false);
        assert_eq!(judge(RULE, &failed), "UNKNOWN recency_only");
        let mut blind = linux(recent);
        blind.as_object_mut().unwrap().remove("PST");
        assert_eq!(judge(RULE, &blind), "UNKNOWN recency_only");
    }

    #[test]
    fn packages_without_a_time_say_nothing() {
        for time in
            [Value::Null, json!(""), json!("0"), json!("soon"), json!([]), json!("1900000000")]
        {
            assert_eq!(judge(RULE, &linux(time.clone())), "UNKNOWN no_patch_data", "{time}");
        }
        let mut none = linux(Value::Null);
        none["SI.linux_packages"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &none), "UNKNOWN input_failed");
    }

    #[test]
    fn a_release_without_a_name_can_still_be_patched() {
        let mut rolling = linux(json!("1794571200"));
        rolling["SYS"][0]["os"] = json!("Arch");
        assert_eq!(judge(RULE, &rolling), "PASS recent_update");
        let nobody = inputs(json!({"SI.os_version": [],
            "SYS": [{"_id": "d1", "version": "1.2", "active": true}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn a_silent_linux_device_supports_no_pass() {
        let mut silent = linux(json!("1794571200"));
        silent["SYS"][0]["active"] = json!(false);
        silent["SYS"][0]["lastContact"] = json!("2026-10-01T00:00:00Z");
        assert_eq!(judge(RULE, &silent), "UNKNOWN stale_data");
    }

    #[test]
    fn old_data_up_to_its_limit_says_how_old_the_update_is_now() {
        let seen =
            |collected: &str| judge(RULE, &windows(json!([update(json!("10/1/2026"), collected)])));
        assert_eq!(seen("2026-10-24T12:00:00Z"), "FAIL no_recent_update");
        assert_eq!(seen("2026-10-23T12:00:00Z"), "UNKNOWN stale_data");
    }
}
