//! JC-DEV-010: an approved password manager is installed.
//!
//! # Expectation
//! Each workstation has a password manager, as an application or as an extension of a browser; with
//! a list of allowed products, one of these.
//!
//! # Why
//! A password manager makes long unique passwords practical.
//!
//! # Passes
//! ```json,passes
//! {"reason": "installed", "config": {"parameters": {"JC-DEV-010": {"enabled": true}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.apps": [{"system_id": "d1", "bundle_identifier": "com.bitwarden.desktop",
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "extension_installed", "config": {"parameters": {"JC-DEV-010":
//!     {"enabled": true, "allowed_extension_ids": ["nngceckbapebfimnlniiiahkandclblb"]}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.chrome_extensions": [{"system_id": "d1", "uid": "1001",
//!         "identifier": "nngceckbapebfimnlniiiahkandclblb",
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "no_password_manager", "config": {"parameters": {"JC-DEV-010": {"enabled": true}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.apps": [{"system_id": "d1", "bundle_identifier": "org.example.editor",
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! None was found, and the inventory is incomplete or empty, or a table of extensions that could
//! hold one is missing.
//! ```json,unknown
//! {"reason": "inventory_missing", "config": {"parameters": {"JC-DEV-010": {"enabled": true}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}], "SI.apps": []}}
//! ```
//!
//! # Fix
//! Deploy the approved manager or its browser extension.
//!
//! # Sources
//! `data/product-signatures.json`. The rule is off unless it is turned on. The managers that browsers
//! bring along cannot be seen, and the organisation's JumpCloud feature says nothing about a device.
//! Extensions count by id only; the extension of one local account counts for the device, one that
//! is switched off does not count. Tables of extensions matter only where ids are configured.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;

use crate::case::Case;
use crate::facts::{BrowserExtension, Device, Inventory, Software, extension_inputs};
use crate::outcome::Severity;
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;
use crate::tables::{ProductClass, Standing};

const ENABLED: Flag = Flag::new("enabled", false, "Whether the rule runs.").stricter_when_true();
const ALLOWED_PRODUCTS: Texts = Texts::new(
    "allowed_products",
    &[],
    "Signature ids of the password managers that count; empty means any.",
);
const ALLOWED_EXTENSIONS: Texts = Texts::new(
    "allowed_extension_ids",
    &[],
    "Ids of browser extensions that count as a password manager.",
);

const META: Meta = Meta {
    id: "JC-DEV-010",
    logic_version: 1,
    text_revision: 1,
    title: "Approved password manager is installed",
    subject: SubjectKind::Device,
    severity: Severity::Low,
    tier: 2,
    rationale: "A password manager makes long unique passwords practical.",
    remediation: "Deploy the approved manager or its browser extension.",
    applies: "workstations",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "desktopCapable"]),
        InputNeed::new(
            "SI.apps",
            &["bundle_identifier", "name", "path", "bundle_short_version", "collection_time"],
        ),
        InputNeed::new("SI.programs", &["name", "publisher", "version"]),
        InputNeed::new("SI.linux_packages", &["name", "version", "maintainer_or_vendor"]),
        InputNeed::new("SI.chrome_extensions", &["identifier", "uid"]),
        InputNeed::new("SI.firefox_addons", &["identifier", "active", "disabled", "uid"]),
        InputNeed::new("SI.safari_extensions", &["identifier", "uid"]),
    ],
    params: &[
        ENABLED.spec(),
        ALLOWED_PRODUCTS.spec(),
        ALLOWED_EXTENSIONS.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("installed", "a password manager is installed"),
        Reason::pass("extension_installed", "the extension of a password manager is installed"),
        Reason::fail("no_password_manager", "no password manager that counts is installed"),
        Reason::unknown("inventory_missing", "the inventory has no row for the device"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("not_a_workstation", "nobody works at the device itself"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct PasswordManagerInstalled;

impl Rule for PasswordManagerInstalled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let system = device.system();
        case.see(device.row(), "osFamily", &system.os_family);
        case.see(device.row(), "desktopCapable", &system.desktop_capable);
        if device.is_server() || system.desktop_capable.is_false() {
            return Ok(Verdict::not_applicable("not_a_workstation"));
        }
        let inventory = Inventory::read(case, device)?;
        case.uses_table(case.tables().signatures.origin().table_ref());
        if let Some(at) = manager(case, device, inventory.items()) {
            return Ok(Verdict::pass("installed").resting_on(at));
        }
        if let Some(at) = extension(case, device) {
            return Ok(Verdict::pass("extension_installed").resting_on(at));
        }
        inventory.require(case)?;
        if !case.param(&ALLOWED_EXTENSIONS).is_empty() {
            for table in tables_of_extensions(device) {
                case.settled(table)?;
            }
        }
        inventory.require_rows(case)?;
        Ok(Verdict::fail("no_password_manager"))
    }
}

/// When the newest password manager that counts was seen; none without any.
fn manager(
    case: &mut Case<'_>,
    device: &Device<'_>,
    software: &[Software<'_>],
) -> Option<Option<Timestamp>> {
    let allowed = case.param(&ALLOWED_PRODUCTS);
    let table = &case.tables().signatures;
    let mut newest = None;
    let (mut products, mut not_allowed): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for item in software {
        for one in item.signatures(table) {
            let id = one.signature.id();
            if one.signature.class() != ProductClass::PasswordManager
                || one.standing != Standing::Counts
            {
                continue;
            }
            item.observe(case);
            if allowed.is_empty() || allowed.contains(&id) {
                products.push(id.into());
                newest = newest.max(Some(item.collected_at()));
            } else {
                not_allowed.push(id.into());
            }
        }
    }
    for (path, mut list) in [("products", products), ("products_not_allowed", not_allowed)] {
        list.sort();
        list.dedup();
        if !list.is_empty() {
            case.see_derived(device.row(), path, list);
        }
    }
    newest
}

/// When the newest extension that counts was seen; none without any.
fn extension(case: &mut Case<'_>, device: &Device<'_>) -> Option<Option<Timestamp>> {
    let ids = case.param(&ALLOWED_EXTENSIONS);
    if ids.is_empty() {
        return None;
    }
    for table in tables_of_extensions(device) {
        case.uses(table);
    }
    let mut newest = None;
    for extension in case.facts().browser_extensions(device) {
        let counts = !matches!(extension, BrowserExtension::Plugin(_)) && !extension.is_off();
        if counts && extension.is_one_of(&ids) {
            extension.observe(case);
            newest = newest.max(Some(extension.collected_at()));
        }
    }
    newest
}

/// Tables that list extensions of this device; plug-ins of the older kind are none.
fn tables_of_extensions(device: &Device<'_>) -> impl Iterator<Item = &'static str> {
    let tables = extension_inputs(&device.platform).iter().copied();
    tables.filter(|table| *table != "SI.browser_plugins")
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge_with};

    const RULE: &str = "JC-DEV-010";
    const FRESH: &str = "2026-11-23T06:00:00Z";
    const EXTENSION: &str = "nngceckbapebfimnlniiiahkandclblb";

    fn judged(inputs: &Value, mut parameters: Value) -> String {
        parameters["enabled"] = json!(true);
        judge_with(RULE, inputs, &json!({"parameters": {RULE: parameters}}))
    }

    fn mac(apps: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
            "SI.apps": apps, "SI.chrome_extensions": [], "SI.firefox_addons": [],
            "SI.safari_extensions": []}))
    }

    fn app(bundle: &str) -> Value {
        json!({"system_id": "d1", "bundle_identifier": bundle, "path": "/Applications/Thing.app",
               "collection_time": FRESH})
    }

    fn editor() -> Value {
        app("org.example.editor")
    }

    #[test]
    fn it_is_off_unless_turned_on() {
        assert!(findings(RULE, &mac(json!([editor()])), &json!({})).is_empty());
    }

    #[test]
    fn products_of_every_platform() {
        let one = |family: &str, table: &str, row: Value| {
            let mut all =
                inputs(json!({"SYS": [{"_id": "d1", "osFamily": family, "active": true}]}));
            all[table] = json!([row]);
            judged(&all, json!({}))
        };
        assert_eq!(one("darwin", "SI.apps", app("com.bitwarden.desktop")), "PASS installed");
        let program =
            |name: &str| json!({"system_id": "d1", "name": name, "collection_time": FRESH});
        assert_eq!(one("windows", "SI.programs", program("1Password 8.10")), "PASS installed");
        assert_eq!(one("windows", "SI.programs", program("Notes")), "FAIL no_password_manager");
        let package = |name: &str| json!({"system_id": "d1", "name": name});
        assert_eq!(one("linux", "SI.linux_packages", package("keepassxc")), "PASS installed");
        assert_eq!(
            one("linux", "SI.linux_packages", package("falcon-sensor")),
            "FAIL no_password_manager"
        );
    }

    #[test]
    fn an_allow_list_decides() {
        let bitwarden = mac(json!([app("com.bitwarden.desktop")]));
        let only = |id: &str| json!({"allowed_products": [id]});
        assert_eq!(judged(&bitwarden, only("bitwarden")), "PASS installed");
        assert_eq!(judged(&bitwarden, only("onepassword")), "FAIL no_password_manager");
    }

    #[test]
    fn what_lies_in_the_trash_is_not_installed() {
        let mut trashed = app("com.bitwarden.desktop");
        trashed["path"] = json!("/Users/ada/.Trash/Bitwarden.app");
        assert_eq!(judged(&mac(json!([trashed, editor()])), json!({})), "FAIL no_password_manager");
    }

    #[test]
    fn extensions_count_by_id_and_when_they_are_on() {
        let ids = || json!({"allowed_extension_ids": [EXTENSION.to_uppercase()]});
        let with = |table: &str, row: Value| {
            let mut all = mac(json!([editor()]));
            all[table] = json!([row]);
            all
        };
        let row =
            |id: Value| json!({"system_id": "d1", "identifier": id, "collection_time": FRESH});
        let chrome = with("SI.chrome_extensions", row(json!(EXTENSION)));
        assert_eq!(judged(&chrome, ids()), "PASS extension_installed");
        assert_eq!(judged(&chrome, json!({})), "FAIL no_password_manager");
        let safari = with("SI.safari_extensions", row(json!(EXTENSION)));
        assert_eq!(judged(&safari, ids()), "PASS extension_installed");
        for (state, expected) in [
            (json!({"active": 1, "disabled": 0}), "PASS extension_installed"),
            (json!({"active": 0}), "FAIL no_password_manager"),
            (json!({"disabled": 1}), "FAIL no_password_manager"),
        ] {
            let mut addon = row(json!(EXTENSION));
            addon.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
            assert_eq!(judged(&with("SI.firefox_addons", addon), ids()), expected);
        }
        let plugin = with("SI.browser_plugins", row(json!(EXTENSION)));
        assert_eq!(judged(&plugin, ids()), "FAIL no_password_manager");
        for other in [Value::Null, json!(""), json!([]), json!("other")] {
            let all = with("SI.chrome_extensions", row(other));
            assert_eq!(judged(&all, ids()), "FAIL no_password_manager");
        }
    }

    #[test]
    fn an_unread_table_of_extensions_matters_where_ids_are_configured() {
        let mut blind = mac(json!([editor()]));
        blind["SI.firefox_addons"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judged(&blind, json!({})), "FAIL no_password_manager");
        let ids = json!({"allowed_extension_ids": [EXTENSION]});
        assert_eq!(judged(&blind, ids.clone()), "UNKNOWN input_failed");
        blind["SI.firefox_addons"] = json!({"state": "not_licensed"});
        assert_eq!(judged(&blind, ids), "FAIL no_password_manager");
    }

    #[test]
    fn partial_inventory_can_pass_and_cannot_fail() {
        let partial = |app: Value| {
            mac(json!({"state": "partial", "reason": "page_failed", "records": [app]}))
        };
        assert_eq!(judged(&partial(app("com.bitwarden.desktop")), json!({})), "PASS installed");
        assert_eq!(judged(&partial(editor()), json!({})), "UNKNOWN input_partial");
        assert_eq!(judged(&mac(json!([])), json!({})), "UNKNOWN inventory_missing");
        let missing = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}]}));
        assert_eq!(judged(&missing, json!({})), "UNKNOWN input_not_collected");
    }

    #[test]
    fn an_old_inventory_supports_no_pass() {
        let at = |time: Value| {
            let mut row = app("com.bitwarden.desktop");
            row["collection_time"] = time;
            judged(&mac(json!([row])), json!({}))
        };
        assert_eq!(at(json!("2026-08-01T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
        assert_eq!(at(json!("2026-11-23T14:00:00Z")), "UNKNOWN future_timestamp");
    }

    #[test]
    fn only_workstations_are_judged() {
        let with = |fields: Value| {
            let mut all = mac(json!([editor()]));
            all["SYS"][0].as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            judged(&all, json!({}))
        };
        assert_eq!(with(json!({"desktopCapable": false})), "NOT_APPLICABLE not_a_workstation");
        assert_eq!(with(json!({"desktopCapable": null})), "FAIL no_password_manager");
        assert_eq!(with(json!({"desktopCapable": "?"})), "FAIL no_password_manager");
        assert_eq!(with(json!({"osFamily": null})), "UNKNOWN os_product_unknown");
        let server = json!({"osFamily": "windows", "version": "Windows Server 2022"});
        assert_eq!(with(server), "NOT_APPLICABLE not_a_workstation");
    }

    #[test]
    fn evidence_names_the_product_that_counts_and_the_one_that_does_not() {
        let all = mac(json!([app("com.bitwarden.desktop"), app("com.dashlane.dashlane")]));
        let config =
            json!({"parameters": {RULE: {"enabled": true, "allowed_products": ["bitwarden"]}}});
        let found = findings(RULE, &all, &config).remove(0);
        let seen = |path: &str| {
            let all = found.evidence.observations.iter();
            all.filter(|own| own.path == path).map(|own| json!(own.value)).next()
        };
        assert_eq!(seen("products"), Some(json!(["bitwarden"])));
        assert_eq!(seen("products_not_allowed"), Some(json!(["dashlane"])));
    }
}
