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
//! Nothing was found, and the inventory is incomplete, empty or holds a row without readable name; or a
//! version that bounds a ban cannot be compared.
//! ```json,unknown
//! {"reason": "inventory_missing",
//!  "config": {"parameters": {"JC-DEV-024": {"prohibited_software": [
//!     {"family": "linux", "match": "package", "value": "telnetd"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}], "SI.linux_packages": []}}
//! ```
//! ```json,unknown
//! {"reason": "software_unreadable",
//!  "config": {"parameters": {"JC-DEV-024": {"prohibited_software": [
//!     {"family": "linux", "match": "package", "value": "telnetd"}]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.linux_packages": [{"system_id": "d1", "name": null, "version": "1.0"}]}}
//! ```
//!
//! # Fix
//! Uninstall it and block it by policy.
//!
//! # Sources
//! A bundle prefix matches at a dot or the end; a name prefix matches any name of an application, that
//! of its bundle, the one shown and that of its file; a package matches exactly, without its
//! architecture. All of them compare without regard to ASCII case, after NFC. Bundle prefixes belong to
//! macOS and packages to Linux: a ban that could never match is an error of the configuration, and so
//! is one whose bounds exclude each other.
//!
//! Version bounds are inclusive and compare numbers; the epoch of a package (`1:`) is left out. Letters
//! glued to a version that equals a bound (`1.0.2k`) leave the comparison open, as does a bound with
//! fewer numbers than the version. What lies in a trash folder is not installed. Empty text is a name
//! that was read; a name that is missing, null or no text is not.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use jumpcloud_client::Field;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::case::Case;
use crate::facts::{Software, family};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Json, Misfit, Structured, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::{Reading, ReleaseNumber};

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
        if self.0.iter().all(Ban::can_match) { Ok(()) } else { Err(Misfit::Bounds) }
    }
}

const PROHIBITED: Json<ProhibitedSoftware> = Json::new(
    "prohibited_software",
    "[]",
    "list of {family: darwin | windows | linux, match: bundle_prefix (darwin) | name_prefix | package \
     (linux), value, min_version?, max_version?}",
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
        InputNeed::new("SYS", &["osFamily", "os"]),
        InputNeed::new(
            "SI.apps",
            &[
                "bundle_identifier",
                "bundle_name",
                "display_name",
                "name",
                "path",
                "bundle_short_version",
                "collection_time",
            ],
        ),
        InputNeed::new("SI.programs", &["name", "version", "collection_time"]),
        InputNeed::new("SI.linux_packages", &["name", "version"]),
    ],
    params: &[PROHIBITED.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("none_found", "the inventory holds nothing that is prohibited"),
        Reason::fail("prohibited_found", "prohibited software is installed"),
        Reason::unknown("inventory_missing", "the inventory has no row for the device"),
        Reason::unknown("software_unreadable", "a row that may be prohibited has no readable name"),
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
        let family = family(case, device)?;
        bans.retain(|ban| ban.family == family);
        if bans.is_empty() {
            return Ok(Verdict::not_applicable("nothing_prohibited"));
        }
        let Some(inventory) = facts.software_source(&device.platform) else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        case.uses_source(&inventory);
        let software = facts.software(device);
        let searched = i64::try_from(software.len()).unwrap_or(i64::MAX);
        case.see_derived(device.row(), "rows_searched", searched);
        let (mut banned, mut nameless, mut unreadable) = (false, false, false);
        for item in &software {
            for ban in &bans {
                match (ban.names(item), ban.covers(item.version())) {
                    (Some(false), _) | (Some(true), Some(false)) => continue,
                    (Some(true), Some(true)) => banned = true,
                    (Some(true), None) => unreadable = true,
                    (None, _) => nameless = true,
                }
                item.observe(case);
            }
        }
        if banned {
            return Ok(Verdict::fail("prohibited_found"));
        }
        case.require_source(&inventory)?;
        if nameless {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "software_unreadable"));
        }
        if unreadable {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "version_unreadable"));
        }
        if software.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "inventory_missing"));
        }
        // The oldest row decides how old the inventory is.
        let oldest = software.iter().map(Software::collected_at).min().flatten();
        Ok(Verdict::pass("none_found").resting_on(oldest))
    }
}

impl Ban {
    /// Whether anything at all could break it.
    fn can_match(&self) -> bool {
        let known = matches!(
            (self.family.as_str(), self.by),
            ("darwin", Matching::BundlePrefix)
                | ("darwin" | "windows" | "linux", Matching::NamePrefix)
                | ("linux", Matching::Package)
        );
        let [least, most] = [&self.min_version, &self.max_version];
        let read = |bound: &Option<String>| match bound {
            Some(text) => release(text).map(Some),
            None => Some(None),
        };
        let ordered = match (read(least), read(most)) {
            (Some(Some(least)), Some(Some(most))) => {
                most.number.at_least(&least.number) != Some(false)
            }
            (Some(_), Some(_)) => true,
            (None, _) | (_, None) => false,
        };
        known && ordered && !self.value().trim_end_matches('.').is_empty()
    }

    fn value(&self) -> &str {
        self.value.trim()
    }

    /// Whether it names the product; none when the name it asks for cannot be read.
    fn names(&self, item: &Software<'_>) -> Option<bool> {
        match (self.by, item) {
            (Matching::BundlePrefix, Software::App(row)) => {
                let prefix = self.value().trim_end_matches('.');
                any(&[&row.value().bundle_identifier], |bundle| {
                    rest_after(bundle, prefix)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
            }
            (Matching::NamePrefix, Software::App(row)) => {
                let app = row.value();
                self.begins(&[&app.bundle_name, &app.display_name, &app.name])
            }
            (Matching::NamePrefix, Software::Program(row)) => self.begins(&[&row.value().name]),
            (Matching::NamePrefix, Software::Package(row)) => self.begins(&[&row.value().name]),
            (Matching::Package, Software::Package(row)) => any(&[&row.value().name], |name| {
                let bare = name.split(':').next().unwrap_or(name);
                rest_after(bare, self.value()).is_some_and(|rest| rest.is_empty())
            }),
            (Matching::BundlePrefix, Software::Program(_) | Software::Package(_))
            | (Matching::Package, Software::App(_) | Software::Program(_)) => Some(false),
        }
    }

    fn begins(&self, names: &[&Field<String>]) -> Option<bool> {
        any(names, |name| rest_after(name, self.value()).is_some())
    }

    /// Whether the version is within the bounds; none when it cannot be compared.
    fn covers(&self, version: Option<&str>) -> Option<bool> {
        if self.min_version.is_none() && self.max_version.is_none() {
            return Some(true);
        }
        let actual = release(version?)?;
        let above = match &self.min_version {
            Some(least) => at_least(actual, release(least)?)?,
            None => true,
        };
        let below = match &self.max_version {
            Some(most) => at_least(release(most)?, actual)?,
            None => true,
        };
        Some(above && below)
    }
}

/// Whether a name fits; none when no name fits and one is unreadable or none was told.
fn any(names: &[&Field<String>], fits: impl Fn(&str) -> bool) -> Option<bool> {
    let told = || names.iter().filter_map(|name| name.text());
    if told().any(|name| fits(name.trim())) {
        return Some(true);
    }
    let unreadable = names.iter().any(|name| matches!(name, Field::Unparseable(_)));
    (!unreadable && told().next().is_some()).then_some(false)
}

/// What follows a prefix, compared in NFC and without regard to ASCII case; none when the text begins
/// otherwise.
fn rest_after<'t>(text: &'t str, prefix: &str) -> Option<Cow<'t, str>> {
    if text.is_ascii() && prefix.is_ascii() {
        let (head, rest) = text.split_at_checked(prefix.len())?;
        return head.eq_ignore_ascii_case(prefix).then_some(Cow::Borrowed(rest));
    }
    let fold = |text: &str| -> String { text.nfc().map(|c| c.to_ascii_lowercase()).collect() };
    fold(text).strip_prefix(&fold(prefix)).map(|rest| Cow::Owned(rest.into()))
}

/// The release number of a version, without the epoch of a package.
fn release(version: &str) -> Option<Reading> {
    let bare = match version.split_once(':') {
        Some((epoch, rest)) if epoch.trim().bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => version,
    };
    ReleaseNumber::read(bare)
}

/// Whether a version meets another; none when letters decide or one is too coarse.
fn at_least(version: Reading, other: Reading) -> Option<bool> {
    let meets = version.number.at_least(&other.number)?;
    let alike = meets && other.number.at_least(&version.number) == Some(true);
    (!alike || !version.suffixed && !other.suffixed).then_some(meets)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with, snapshot};
    use crate::{Catalogue, Config, UnknownCause, evaluate};

    const RULE: &str = "JC-DEV-024";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn mac(apps: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
            "SI.apps": apps}))
    }

    fn config(bans: Value) -> Value {
        json!({"parameters": {RULE: {"prohibited_software": bans}}})
    }

    fn verdict(apps: Value, bans: Value) -> String {
        judge_with(RULE, &mac(apps), &config(bans))
    }

    fn app(bundle: &str, version: &str) -> Value {
        json!({"system_id": "d1", "bundle_identifier": bundle, "bundle_name": "Thing",
               "bundle_short_version": version, "collection_time": FRESH})
    }

    fn packages(names: Value, bans: Value) -> String {
        let rows: Vec<Value> = names
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| json!({"system_id": "d1", "name": pair[0], "version": pair[1]}))
            .collect();
        let linux = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
            "SI.linux_packages": rows}));
        judge_with(RULE, &linux, &config(bans))
    }

    fn bundle_ban() -> Value {
        json!([{"family": "darwin", "match": "bundle_prefix", "value": "com.bad"}])
    }

    fn name_ban(value: &str) -> Value {
        json!([{"family": "darwin", "match": "name_prefix", "value": value}])
    }

    fn partial(records: Value) -> Value {
        json!({"state": "partial", "reason": "page_failed", "records": records})
    }

    #[test]
    fn g25_no_row_is_no_absence() {
        assert_eq!(verdict(json!([]), bundle_ban()), "UNKNOWN inventory_missing");
        let mut other = app("x.y", "1");
        other["system_id"] = json!("d2");
        assert_eq!(verdict(json!([other]), bundle_ban()), "UNKNOWN inventory_missing");
    }

    #[test]
    fn a_prefix_ends_at_a_dot() {
        for (bundle, expected) in [
            ("com.bad.tool", "FAIL prohibited_found"),
            ("COM.BAD", "FAIL prohibited_found"),
            (" com.bad ", "FAIL prohibited_found"),
            ("com.badger", "PASS none_found"),
            ("org.com.bad", "PASS none_found"),
            ("com", "PASS none_found"),
            ("", "PASS none_found"),
        ] {
            let apps = json!([app(bundle, "1")]);
            assert_eq!(verdict(apps.clone(), bundle_ban()), expected, "{bundle}");
            let dotted =
                json!([{"family": "darwin", "match": "bundle_prefix", "value": "com.bad."}]);
            assert_eq!(verdict(apps, dotted), expected, "{bundle}");
        }
    }

    #[test]
    fn every_name_of_an_application_counts() {
        for key in ["bundle_name", "display_name", "name"] {
            let mut named = app("x.y", "1");
            named[key] = json!("\u{b5}Torrent Web.app");
            let hidden = verdict(json!([named]), name_ban("\u{b5}TORRENT"));
            assert_eq!(hidden, "FAIL prohibited_found", "{key}");
        }
        let mut composed = app("x.y", "1");
        composed["name"] = json!("Cafe\u{301} Chat.app");
        assert_eq!(verdict(json!([composed]), name_ban("caf\u{e9}")), "FAIL prohibited_found");
        assert_eq!(verdict(json!([composed]), name_ban("chat")), "PASS none_found");
        assert_eq!(verdict(json!([composed]), name_ban(" THING ")), "FAIL prohibited_found");
    }

    #[test]
    fn versions_bound_a_ban() {
        let ban = json!([{"family": "darwin", "match": "name_prefix", "value": "thing",
                          "min_version": "2.0", "max_version": "2.9"}]);
        for (version, expected) in [
            ("1.9", "PASS none_found"),
            ("2.0", "FAIL prohibited_found"),
            ("2.9", "FAIL prohibited_found"),
            ("v2.4", "FAIL prohibited_found"),
            ("2.4b", "FAIL prohibited_found"),
            ("2.10", "PASS none_found"),
            ("2", "FAIL prohibited_found"),
            ("2.9.1", "UNKNOWN version_unreadable"),
            ("2.0rc", "UNKNOWN version_unreadable"),
            ("2.9b", "UNKNOWN version_unreadable"),
            ("beta", "UNKNOWN version_unreadable"),
            ("", "UNKNOWN version_unreadable"),
        ] {
            assert_eq!(verdict(json!([app("x.y", version)]), ban.clone()), expected, "{version}");
        }
        for version in [Value::Null, json!(["2.4"])] {
            let mut odd = app("x.y", "");
            (odd["bundle_short_version"], odd["bundle_version"]) = (version, json!("5120"));
            let open = json!([odd]);
            assert_eq!(verdict(open, ban.clone()), "UNKNOWN version_unreadable");
        }
        let two = json!([app("x.y", "beta"), app("x.z", "2.4")]);
        assert_eq!(verdict(two, ban), "FAIL prohibited_found");
    }

    #[test]
    fn packages_match_whole_names_and_versions_without_epoch() {
        let ban = |value: &str, most: &str| json!([{"family": "linux", "match": "package", "value": value, "max_version": most}]);
        for (name, version, expected) in [
            ("telnetd", "1.4-2ubuntu1", "FAIL prohibited_found"),
            ("TelnetD:amd64", "1.5", "FAIL prohibited_found"),
            ("telnetd", "2:1.4", "FAIL prohibited_found"),
            ("telnetd", "1:1.6", "PASS none_found"),
            ("telnetd-ssl", "1.4", "PASS none_found"),
            ("inetutils-telnetd", "1.4", "PASS none_found"),
        ] {
            let rows = json!([[name, version]]);
            assert_eq!(packages(rows.clone(), ban("telnetd", "1.5")), expected, "{rows}");
            assert_eq!(packages(rows.clone(), ban("telnetd", "9:1.5")), expected, "{rows}");
        }
        let any = json!([{"family": "linux", "match": "name_prefix", "value": "telnet"}]);
        assert_eq!(packages(json!([["telnetd-ssl", "1"]]), any), "FAIL prohibited_found");
    }

    #[test]
    fn programs_match_by_the_begin_of_their_name() {
        let bans = json!([{"family": "windows", "match": "name_prefix", "value": "Bad Tool"}]);
        let with = |name: Value| {
            let windows = inputs(json!({
                "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
                "SI.programs": [{"system_id": "d1", "name": name, "version": "1",
                    "collection_time": FRESH}]}));
            judge_with(RULE, &windows, &config(bans.clone()))
        };
        assert_eq!(with(json!("BAD TOOL 3.1 (x64)")), "FAIL prohibited_found");
        assert_eq!(with(json!("No Bad Tool")), "PASS none_found");
        assert_eq!(with(json!("")), "PASS none_found");
        assert_eq!(with(Value::Null), "UNKNOWN software_unreadable");
    }

    #[test]
    fn a_name_that_cannot_be_read_may_be_prohibited() {
        for bundle in [Value::Null, json!(["com.bad"])] {
            let mut odd = app("", "1");
            odd["bundle_identifier"] = bundle;
            let apps = json!([odd, app("x.y", "1")]);
            assert_eq!(verdict(apps.clone(), bundle_ban()), "UNKNOWN software_unreadable");
            let finding = findings(RULE, &mac(apps.clone()), &config(bundle_ban())).remove(0);
            assert_eq!(finding.unknown_cause, Some(UnknownCause::FieldUnparseable));
            assert_eq!(verdict(apps, name_ban("other")), "PASS none_found");
            let found = json!([odd, app("com.bad", "1")]);
            assert_eq!(verdict(found, bundle_ban()), "FAIL prohibited_found");
        }
        let mut odd = app("x.y", "1");
        odd["display_name"] = json!({});
        assert_eq!(verdict(json!([odd]), name_ban("other")), "UNKNOWN software_unreadable");
        assert_eq!(verdict(json!([odd]), name_ban("thing")), "FAIL prohibited_found");
        odd.as_object_mut().unwrap().retain(|key, _| !key.ends_with("_name"));
        assert_eq!(verdict(json!([odd]), name_ban("other")), "UNKNOWN software_unreadable");
        for name in [Value::Null, json!({})] {
            let ban = json!([{"family": "linux", "match": "package", "value": "telnetd"}]);
            let open = json!([[name, "1"], ["bash", "5"]]);
            assert_eq!(packages(open, ban), "UNKNOWN software_unreadable", "{name}");
        }
    }

    #[test]
    fn a_row_of_no_readable_device_may_be_this_ones() {
        let mut orphan = app("com.bad", "1");
        orphan["system_id"] = Value::Null;
        let apps = json!([orphan, app("x.y", "1")]);
        assert_eq!(verdict(apps, bundle_ban()), "UNKNOWN input_partial");
    }

    #[test]
    fn what_lies_in_the_trash_is_not_installed() {
        let mut trashed = app("com.bad", "1");
        trashed["path"] = json!("/Users/ada/.Trash/Bad.app");
        let apps = json!([trashed, app("x.y", "1")]);
        assert_eq!(verdict(apps, bundle_ban()), "PASS none_found");
        assert_eq!(verdict(json!([trashed]), bundle_ban()), "UNKNOWN inventory_missing");
    }

    #[test]
    fn partial_inventory_can_fail_and_cannot_pass() {
        let ban = name_ban("thing");
        assert_eq!(verdict(partial(json!([app("x.y", "1")])), ban), "FAIL prohibited_found");
        for (apps, expected) in [
            (partial(json!([app("x.y", "1")])), "UNKNOWN input_partial"),
            (partial(json!([])), "UNKNOWN input_partial"),
            (json!({"state": "failed", "class": "server"}), "UNKNOWN input_failed"),
            (json!({"state": "not_licensed"}), "UNKNOWN not_licensed"),
            (json!({"state": "not_collected"}), "UNKNOWN input_not_collected"),
        ] {
            assert_eq!(verdict(apps.clone(), bundle_ban()), expected, "{apps}");
        }
    }

    #[test]
    fn the_oldest_row_decides_how_old_the_inventory_is() {
        let with = |time: Value, ban: Value| {
            let mut old = app("x.y", "1");
            old["collection_time"] = time;
            verdict(json!([app("x.z", "1"), old]), ban)
        };
        for (time, expected) in [
            (json!("2026-10-24T06:00:00Z"), "PASS none_found"),
            (json!("2026-10-23T06:00:00Z"), "UNKNOWN stale_data"),
            (Value::Null, "UNKNOWN untimed_telemetry"),
            (json!(""), "UNKNOWN untimed_telemetry"),
            (json!("soon"), "UNKNOWN untimed_telemetry"),
        ] {
            assert_eq!(with(time.clone(), bundle_ban()), expected, "{time}");
            assert_eq!(with(time, name_ban("thing")), "FAIL prohibited_found");
        }
        let mut ahead = app("x.y", "1");
        ahead["collection_time"] = json!("2026-11-23T14:00:00Z");
        assert_eq!(verdict(json!([ahead]), bundle_ban()), "UNKNOWN future_timestamp");
    }

    #[test]
    fn nothing_prohibited_is_not_applicable() {
        let other = json!([{"family": "linux", "match": "package", "value": "telnetd"}]);
        assert_eq!(verdict(json!([app("x.y", "1")]), other), "NOT_APPLICABLE nothing_prohibited");
        let inputs = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}]}));
        assert_eq!(judge(RULE, &inputs), "NOT_APPLICABLE nothing_prohibited");
    }

    #[test]
    fn a_device_of_no_known_family_has_no_inventory() {
        for system in [json!({"_id": "d1"}), json!({"_id": "d1", "osFamily": ["darwin"]})] {
            let odd = inputs(json!({"SYS": [system]}));
            assert_eq!(judge_with(RULE, &odd, &config(bundle_ban())), "UNKNOWN os_product_unknown");
        }
    }

    #[test]
    fn a_ban_that_nothing_could_break_is_an_error() {
        let refused = |ban: Value| {
            let config: Config = serde_json::from_value(config(json!([ban]))).unwrap();
            let now = crate::testing::NOW.parse().unwrap();
            let snapshot = snapshot(&mac(json!([])));
            evaluate(&Catalogue::builtin().unwrap(), &snapshot, &config, now, None).is_err()
        };
        let ban = |family: &str, by: &str, value: &str| json!({"family": family, "match": by, "value": value});
        assert!(!refused(ban("darwin", "bundle_prefix", "com.bad")));
        assert!(!refused(ban("linux", "name_prefix", "telnet")));
        for (family, by, value) in [
            ("windows", "bundle_prefix", "com.bad"),
            ("linux", "bundle_prefix", "com.bad"),
            ("windows", "package", "telnetd"),
            ("darwin", "package", "telnetd"),
            ("ios", "name_prefix", "bad"),
            ("darwin", "bundle_prefix", " . "),
            ("darwin", "name_prefix", " "),
        ] {
            assert!(refused(ban(family, by, value)), "{family} {by} {value}");
        }
        let bound = |least: &str, most: &str| {
            let mut ban = ban("linux", "package", "telnetd");
            (ban["min_version"], ban["max_version"]) = (json!(least), json!(most));
            refused(ban)
        };
        assert!(!bound("1.5", "1.5"));
        assert!(!bound("1", "1.5"));
        assert!(bound("1.6", "1.5"));
        assert!(bound("beta", "1.5"));
        assert!(bound("1.5", ""));
    }

    #[test]
    fn evidence_names_what_was_found_and_how_much_was_searched() {
        let apps = mac(json!([app("com.bad.tool", "1.2"), app("x.y", "1")]));
        let observations =
            findings(RULE, &apps, &config(bundle_ban()))[0].evidence.observations.clone();
        let value = |path: &str| -> Vec<Value> {
            let all = observations.iter().filter(|seen| seen.path == path);
            all.map(|seen| json!(seen.value)).collect()
        };
        assert_eq!(value("rows_searched"), [json!(2)]);
        assert_eq!(value("bundle_identifier"), [json!("com.bad.tool")]);
        assert_eq!(value("bundle_short_version"), [json!("1.2")]);
    }

    #[test]
    fn an_epoch_is_a_number() {
        let read = |text: &str| super::release(text).map(|reading| reading.number);
        assert_eq!(read("2:1.4"), read("1.4"));
        assert!(read("1.4").is_some());
        assert_eq!(read("beta:1.4"), None);
    }
}
