//! JC-DEV-026: no prohibited or risky browser extension is installed.
//!
//! # Expectation
//! No browser of a workstation has an extension that the organisation blocks, does not allow, or
//! holds for too powerful.
//!
//! # Why
//! Extensions read pages and credentials.
//!
//! # Passes
//! ```json,passes
//! {"reason": "none_found",
//!  "config": {"parameters": {"JC-DEV-026": {"blocked_ids": ["badbadbadbadbadbadbadbadbadbadba"]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.firefox_addons": [],
//!     "SI.chrome_extensions": [{"system_id": "d1", "identifier": "goodgoodgoodgoodgoodgoodgoodgood",
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "blocked_extension",
//!  "config": {"parameters": {"JC-DEV-026": {"blocked_ids": ["badbadbadbadbadbadbadbadbadbadba"]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows"}],
//!     "SI.chrome_extensions": [
//!         {"system_id": "d1", "identifier": "badbadbadbadbadbadbadbadbadbadba"}]}}
//! ```
//! ```json,fails
//! {"reason": "broad_permissions",
//!  "config": {"parameters": {"JC-DEV-026": {"flag_broad_permissions": true}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows"}],
//!     "SI.chrome_extensions": [{"system_id": "d1", "identifier": "somesomesomesomesomesomesomesome",
//!         "permissions": "<all_urls>, webRequest, storage"}]}}
//! ```
//!
//! # Unknown when
//! None was found, and a table of extensions is incomplete, or none of them has a row: a device
//! without any row may have no browser profile, or may not report.
//! ```json,unknown
//! {"reason": "no_extension_data",
//!  "config": {"parameters": {"JC-DEV-026": {"blocked_ids": ["badbadbadbadbadbadbadbadbadbadba"]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.firefox_addons": [], "SI.chrome_extensions": []}}
//! ```
//!
//! # Fix
//! Remove the extension, and manage extensions by an allow list.
//!
//! # Sources
//! Ids compare without regard to case; a blocked id stays blocked where it is allowed as well. Broad
//! means `<all_urls>` together with `webRequest` or `nativeMessaging`; only the table of Chrome tells
//! permissions. Add-ons of Firefox that are switched off are passed over. Safari and the plug-ins of
//! the older kind are asked on macOS only, where their tables are filled. The catalogue lets a device
//! without any row pass where JC-DEV-032 shows that its telemetry works; until this rule looks at
//! that one, such a device is UNKNOWN.

use crate::case::Case;
use crate::facts::{BrowserExtension, Platform, extension_inputs};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const BLOCKED_IDS: Texts =
    Texts::new("blocked_ids", &[], "Ids of extensions that must not be installed.")
        .stricter_when_longer();
const ALLOWED_IDS: Texts = Texts::new(
    "allowed_ids",
    &[],
    "Ids of extensions that may be installed, whatever they may do.",
)
.stricter_when_shorter();
const ALLOW_ONLY: Flag =
    Flag::new("allow_only", false, "Whether only allowed extensions may be installed.")
        .stricter_when_true();
const FLAG_BROAD: Flag = Flag::new(
    "flag_broad_permissions",
    false,
    "Whether an extension that reads every page and steers requests or programs must be allowed.",
)
.stricter_when_true();

const META: Meta = Meta {
    id: "JC-DEV-026",
    logic_version: 1,
    text_revision: 1,
    title: "No prohibited or risky browser extension is installed",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Extensions read pages and credentials.",
    remediation: "Remove the extension, and manage extensions by an allow list.",
    applies: "workstations, where a list or a demand is configured",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "desktopCapable"]),
        InputNeed::new("SI.chrome_extensions", &["identifier", "name", "permissions", "uid"]),
        InputNeed::new("SI.firefox_addons", &["identifier", "name", "active", "disabled", "uid"]),
        InputNeed::new("SI.safari_extensions", &["identifier", "name", "developer_id", "uid"]),
        InputNeed::new("SI.browser_plugins", &["identifier", "name", "uid"]),
    ],
    params: &[
        BLOCKED_IDS.spec(),
        ALLOWED_IDS.spec(),
        ALLOW_ONLY.spec(),
        FLAG_BROAD.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("none_found", "no extension is blocked, unknown to the list or too powerful"),
        Reason::fail("blocked_extension", "a blocked extension is installed"),
        Reason::fail("extension_not_allowed", "an extension is installed that is not allowed"),
        Reason::fail("broad_permissions", "an extension may do more than is allowed"),
        Reason::unknown("extension_unreadable", "an extension does not say what it is or may do"),
        Reason::unknown("no_extension_data", "the device reports no extension at all"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("nothing_configured", "no list and no demand is configured"),
        Reason::not_applicable("not_a_workstation", "nobody works at the device itself"),
    ],
    after: &[],
};

/// What an extension is to the organisation, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Fine,
    Unreadable,
    Broad,
    NotAllowed,
    Blocked,
}

/// What the organisation demands.
#[derive(Debug)]
struct Demands<'c> {
    blocked: alloc::vec::Vec<&'c str>,
    allowed: alloc::vec::Vec<&'c str>,
    allow_only: bool,
    flag_broad: bool,
}

impl Demands<'_> {
    fn are_empty(&self) -> bool {
        self.blocked.is_empty() && !self.allow_only && !self.flag_broad
    }

    fn judge(&self, extension: &BrowserExtension<'_>) -> Standing {
        if extension.is_one_of(&self.blocked) {
            return Standing::Blocked;
        }
        if extension.is_one_of(&self.allowed) {
            return Standing::Fine;
        }
        if extension.identifier().is_none() {
            return Standing::Unreadable;
        }
        if self.allow_only {
            return Standing::NotAllowed;
        }
        match extension.permissions() {
            Some(permissions) if self.flag_broad => match permissions.text() {
                Some(text) if is_broad(text) => Standing::Broad,
                Some(_) => Standing::Fine,
                None => Standing::Unreadable,
            },
            _ => Standing::Fine,
        }
    }
}

/// Whether permissions reach every page and steer requests or programs of the computer.
fn is_broad(permissions: &str) -> bool {
    permissions.contains("<all_urls>")
        && ["webRequest", "nativeMessaging"].iter().any(|power| permissions.contains(power))
}

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoRiskyExtension;

impl Rule for NoRiskyExtension {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let demands = Demands {
            blocked: case.param(&BLOCKED_IDS),
            allowed: case.param(&ALLOWED_IDS),
            allow_only: case.param(&ALLOW_ONLY),
            flag_broad: case.param(&FLAG_BROAD),
        };
        if demands.are_empty() {
            return Ok(Verdict::not_applicable("nothing_configured"));
        }
        let system = device.system();
        case.see(device.row(), "osFamily", &system.os_family);
        case.see(device.row(), "desktopCapable", &system.desktop_capable);
        if device.is_server() || system.desktop_capable.is_false() {
            return Ok(Verdict::not_applicable("not_a_workstation"));
        }
        if matches!(device.platform, Platform::Unknown | Platform::Unsupported(_)) {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        }
        let tables = extension_inputs(&device.platform);
        for table in tables {
            case.uses(table);
        }
        let extensions = case.facts().browser_extensions(device);
        let searched = i64::try_from(extensions.len()).unwrap_or(i64::MAX);
        case.see_derived(device.row(), "rows_searched", searched);
        let mut worst = Standing::Fine;
        for extension in extensions.iter().filter(|extension| !extension.is_off()) {
            let standing = demands.judge(extension);
            if standing != Standing::Fine {
                extension.observe(case);
            }
            worst = worst.max(standing);
        }
        match worst {
            Standing::Blocked => return Ok(Verdict::fail("blocked_extension")),
            Standing::NotAllowed => return Ok(Verdict::fail("extension_not_allowed")),
            Standing::Broad => return Ok(Verdict::fail("broad_permissions")),
            Standing::Unreadable => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "extension_unreadable"));
            }
            Standing::Fine => {}
        }
        for table in tables {
            case.settled(table)?;
        }
        if extensions.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "no_extension_data"));
        }
        let verdict = Verdict::pass("none_found");
        Ok(extensions
            .iter()
            .fold(verdict, |verdict, extension| verdict.resting_on(extension.collected_at())))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-026";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn device(family: &str, tables: Value) -> Value {
        let mut all = inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": family, "active": true}],
            "SI.chrome_extensions": [], "SI.firefox_addons": [], "SI.safari_extensions": [],
            "SI.browser_plugins": []
        }));
        all.as_object_mut().unwrap().extend(tables.as_object().unwrap().clone());
        all
    }

    fn row(id: Value) -> Value {
        json!({"system_id": "d1", "identifier": id, "collection_time": FRESH})
    }

    fn chrome(rows: Value) -> Value {
        device("darwin", json!({"SI.chrome_extensions": rows}))
    }

    fn judged(inputs: &Value, parameters: Value) -> String {
        judge_with(RULE, inputs, &json!({"parameters": {RULE: parameters}}))
    }

    fn blocking() -> Value {
        json!({"blocked_ids": ["bad"]})
    }

    #[test]
    fn lists_decide() {
        for (id, parameters, expected) in [
            ("bad", json!({"blocked_ids": ["bad"]}), "FAIL blocked_extension"),
            ("BAD", json!({"blocked_ids": ["bad"]}), "FAIL blocked_extension"),
            (
                "bad",
                json!({"blocked_ids": ["bad"], "allowed_ids": ["bad"]}),
                "FAIL blocked_extension",
            ),
            ("badger", json!({"blocked_ids": ["bad"]}), "PASS none_found"),
            ("good", json!({"allow_only": true, "allowed_ids": ["good"]}), "PASS none_found"),
            (
                "other",
                json!({"allow_only": true, "allowed_ids": ["good"]}),
                "FAIL extension_not_allowed",
            ),
            ("other", json!({"allow_only": true}), "FAIL extension_not_allowed"),
            ("other", json!({"allowed_ids": ["good"]}), "NOT_APPLICABLE nothing_configured"),
        ] {
            let found = judged(&chrome(json!([row(json!(id))])), parameters.clone());
            assert_eq!(found, expected, "{id} {parameters}");
        }
        assert_eq!(
            judge(RULE, &chrome(json!([row(json!("bad"))]))),
            "NOT_APPLICABLE nothing_configured"
        );
    }

    #[test]
    fn broad_permissions_only_on_demand_and_not_when_allowed() {
        let with = |permissions: Value| {
            let mut extension = row(json!("x"));
            extension["permissions"] = permissions;
            chrome(json!([extension]))
        };
        let flag = || json!({"flag_broad_permissions": true});
        for (permissions, expected) in [
            (json!("<all_urls>, webRequest"), "FAIL broad_permissions"),
            (json!("nativeMessaging,<all_urls>"), "FAIL broad_permissions"),
            (json!("<all_urls>, storage"), "PASS none_found"),
            (json!("webRequest, storage"), "PASS none_found"),
            (json!(""), "PASS none_found"),
            (Value::Null, "UNKNOWN extension_unreadable"),
            (json!([]), "UNKNOWN extension_unreadable"),
        ] {
            assert_eq!(judged(&with(permissions.clone()), flag()), expected, "{permissions}");
        }
        let broad = with(json!("<all_urls>, webRequest"));
        assert_eq!(judged(&broad, blocking()), "PASS none_found");
        let allowed = json!({"flag_broad_permissions": true, "allowed_ids": ["x"]});
        assert_eq!(judged(&broad, allowed), "PASS none_found");
    }

    #[test]
    fn every_browser_is_searched() {
        for table in [
            "SI.chrome_extensions",
            "SI.firefox_addons",
            "SI.safari_extensions",
            "SI.browser_plugins",
        ] {
            let all = device("darwin", json!({table: [row(json!("bad"))]}));
            assert_eq!(judged(&all, blocking()), "FAIL blocked_extension", "{table}");
        }
    }

    #[test]
    fn addons_that_are_off_are_passed_over() {
        for (state, expected) in [
            (json!({"active": 1, "disabled": 0}), "FAIL blocked_extension"),
            (json!({}), "FAIL blocked_extension"),
            (json!({"active": "?"}), "FAIL blocked_extension"),
            (json!({"active": 0}), "PASS none_found"),
            (json!({"disabled": 1}), "PASS none_found"),
        ] {
            let mut addon = row(json!("bad"));
            addon.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
            let all = device("linux", json!({"SI.firefox_addons": [addon]}));
            assert_eq!(judged(&all, blocking()), expected, "{state}");
        }
    }

    #[test]
    fn an_extension_without_an_id_is_not_passed_over() {
        for id in [Value::Null, json!(""), json!([])] {
            let unnamed = chrome(json!([row(id.clone()), row(json!("good"))]));
            assert_eq!(judged(&unnamed, blocking()), "UNKNOWN extension_unreadable", "{id}");
            let beside = chrome(json!([row(id), row(json!("bad"))]));
            assert_eq!(judged(&beside, blocking()), "FAIL blocked_extension");
        }
    }

    #[test]
    fn a_missing_table_can_fail_and_cannot_pass() {
        let mut partial = chrome(json!([row(json!("good"))]));
        partial["SI.firefox_addons"] =
            json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judged(&partial, blocking()), "UNKNOWN input_partial");
        partial["SI.firefox_addons"]["records"] = json!([row(json!("bad"))]);
        assert_eq!(judged(&partial, blocking()), "FAIL blocked_extension");
        let mut failed = chrome(json!([row(json!("good"))]));
        failed["SI.safari_extensions"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judged(&failed, blocking()), "UNKNOWN input_failed");
        failed["SYS"][0]["osFamily"] = json!("windows");
        assert_eq!(judged(&failed, blocking()), "PASS none_found");
        let nothing = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux"}]}));
        assert_eq!(judged(&nothing, blocking()), "UNKNOWN input_not_collected");
        assert_eq!(judged(&chrome(json!([])), blocking()), "UNKNOWN no_extension_data");
    }

    #[test]
    fn every_row_must_be_fresh_for_a_pass() {
        let at = |id: &str, time: Value| {
            let mut old = row(json!(id));
            old["collection_time"] = time;
            judged(&chrome(json!([row(json!("good")), old])), blocking())
        };
        let old = || json!("2026-08-01T00:00:00Z");
        assert_eq!(at("good", old()), "UNKNOWN stale_data");
        assert_eq!(at("bad", old()), "FAIL blocked_extension");
        assert_eq!(at("good", Value::Null), "UNKNOWN untimed_telemetry");
        assert_eq!(at("good", json!("2026-11-23T14:00:00Z")), "UNKNOWN future_timestamp");
    }

    #[test]
    fn only_workstations_of_a_known_system_are_judged() {
        let with = |fields: Value| {
            let mut all = chrome(json!([row(json!("bad"))]));
            all["SYS"][0].as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            judged(&all, blocking())
        };
        assert_eq!(with(json!({"desktopCapable": false})), "NOT_APPLICABLE not_a_workstation");
        assert_eq!(with(json!({"desktopCapable": null})), "FAIL blocked_extension");
        assert_eq!(with(json!({"osFamily": null})), "UNKNOWN os_product_unknown");
    }
}
