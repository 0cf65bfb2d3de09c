//! JC-DEV-019: the device is enrolled in device management.
//!
//! # Expectation
//! JumpCloud or another product manages the device; on macOS somebody approved that.
//!
//! # Why
//! Only an enrolled device can be set up, locked and wiped.
//!
//! # Passes
//! ```json,passes
//! {"reason": "managed_by_jumpcloud", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true,
//!         "mdm": {"vendor": "internal", "userApproved": true}}], "MDM": [], "MDMD": {"of": {}}}}
//! ```
//! ```json,passes
//! {"reason": "managed_by_another", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true, "mdm": {"vendor": "external"}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "not_enrolled", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "mdm": {"vendor": "none"}}]}}
//! ```
//! ```json,fails
//! {"reason": "not_user_approved", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin",
//!         "mdm": {"vendor": "internal", "userApproved": false}}]}}
//! ```
//!
//! # Unknown when
//! The record does not say who manages the device or whether that was approved, or Apple's device
//! management contradicts it.
//! ```json,unknown
//! {"reason": "vendor_unknown", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "mdm": {"vendor": "unknown"}}]}}
//! ```
//!
//! # Fix
//! Enrol the device; approve the profile on macOS.
//!
//! # Sources
//! `mdm.vendor` is the authority `[spec]`. A Mac that came through automated enrolment needs no
//! approval by its user. Where the device's record is silent about approval, the record of Apple's
//! device management is asked, joined by a serial number that is unique on both sides. Where both are
//! silent nobody knows. A record of JumpCloud's own device management that calls the Mac not enrolled
//! contradicts `internal`. Windows devices without a manager are not judged where the organisation's
//! settings say that Windows device management is off. Devices that only device management knows are
//! outside of the population.

use jumpcloud_client::Field;
use jumpcloud_client::resources::{Mdm, MdmVendor};

use crate::case::Case;
use crate::facts::{Device, Platform};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOW_EXTERNAL: Flag = Flag::new(
    "allow_external",
    true,
    "Whether another product than JumpCloud may manage a device.",
)
.stricter_when_false();
const REQUIRE_USER_APPROVED: Flag = Flag::new(
    "require_user_approved",
    true,
    "Whether management of a Mac must be approved by its user or come from automated enrolment.",
)
.stricter_when_true();
const WINDOWS: Flag =
    Flag::new("windows", true, "Whether Windows devices are judged.").stricter_when_true();

const META: Meta = Meta {
    id: "JC-DEV-019",
    logic_version: 1,
    text_revision: 1,
    title: "Device is enrolled in device management",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Only an enrolled device can be set up, locked and wiped.",
    remediation: "Enrol the device; approve the profile on macOS.",
    applies: "macOS and Windows devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "mdm.vendor", "mdm.userApproved", "mdm.dep"]),
        InputNeed::new(
            "MDMD",
            &["serialNumber", "enrolled", "securityInfo.userApprovedEnrollment"],
        ),
        InputNeed::new("ORGD", &["settings.windowsMDM.enabled"]),
    ],
    params: &[
        ALLOW_EXTERNAL.spec(),
        REQUIRE_USER_APPROVED.spec(),
        WINDOWS.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("managed_by_jumpcloud", "JumpCloud manages the device"),
        Reason::pass("managed_by_another", "another product manages the device"),
        Reason::fail("not_enrolled", "nobody manages the device"),
        Reason::fail("external_mdm", "another product manages the device, which is not allowed"),
        Reason::fail("not_user_approved", "the user has not approved the management"),
        Reason::unknown("vendor_unknown", "the record does not say who manages the device"),
        Reason::unknown("approval_unknown", "nobody knows whether the management was approved"),
        Reason::unknown("conflicting_sources", "device management does not know of an enrolment"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("other_platform", "only macOS and Windows are judged"),
        Reason::not_applicable("windows_not_judged", "Windows devices are left out"),
        Reason::not_applicable(
            "windows_mdm_not_used",
            "the organisation does not manage Windows devices",
        ),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct UnderManagement;

impl Rule for UnderManagement {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let system = device.system();
        case.see(device.row(), "osFamily", &system.os_family);
        match device.platform {
            Platform::Darwin => {}
            Platform::Windows if case.param(&WINDOWS) => {}
            Platform::Windows => return Ok(Verdict::not_applicable("windows_not_judged")),
            Platform::Linux => return Ok(Verdict::not_applicable("other_platform")),
            Platform::Unknown | Platform::Unsupported(_) => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
        }
        let vendor = case.see(device.row(), "mdm.vendor", system.mdm.then(|mdm| &mdm.vendor));
        match vendor.value() {
            Some(MdmVendor::Internal) => {
                approved(case, device)?.map_or_else(|| by_jumpcloud(case, device), Ok)
            }
            Some(MdmVendor::External) if !case.param(&ALLOW_EXTERNAL) => {
                Ok(Verdict::fail("external_mdm"))
            }
            Some(MdmVendor::External) => {
                Ok(approved(case, device)?.unwrap_or(Verdict::pass("managed_by_another")))
            }
            Some(MdmVendor::None) => {
                if windows_mdm_is_off(case, device)? {
                    return Ok(Verdict::not_applicable("windows_mdm_not_used"));
                }
                Ok(Verdict::fail("not_enrolled"))
            }
            _ => Err(Unknown::new(UnknownCause::FieldAbsent, "vendor_unknown")),
        }
    }
}

/// The failure of a Mac whose management nobody approved; none for one that is approved.
fn approved(case: &mut Case<'_>, device: &Device<'_>) -> Result<Option<Verdict>, Unknown> {
    if device.platform != Platform::Darwin || !case.param(&REQUIRE_USER_APPROVED) {
        return Ok(None);
    }
    let mdm: &Field<Mdm> = &device.system().mdm;
    let own = case.see(device.row(), "mdm.userApproved", mdm.then(|mdm| &mdm.user_approved));
    let automated = case.see(device.row(), "mdm.dep", mdm.then(|mdm| &mdm.dep)).is_true();
    match own {
        Field::Value(true) => return Ok(None),
        _ if automated => return Ok(None),
        Field::Value(false) => return Ok(Some(Verdict::fail("not_user_approved"))),
        Field::Absent | Field::Null | Field::Unparseable(_) => {}
    }
    let facts = case.facts();
    let Some(row) = facts.mdm_record(device) else {
        case.settled("MDMD")?;
        return Err(Unknown::new(UnknownCause::FieldAbsent, "approval_unknown"));
    };
    case.uses("MDMD");
    let security = row.value().security_info.then(|info| &info.user_approved_enrollment);
    match case.see(row, "securityInfo.userApprovedEnrollment", security).value() {
        Some(true) => Ok(None),
        Some(false) => Ok(Some(Verdict::fail("not_user_approved"))),
        None => Err(Unknown::new(UnknownCause::FieldAbsent, "approval_unknown")),
    }
}

/// Whether JumpCloud's own device management bears out that it manages the device.
fn by_jumpcloud(case: &mut Case<'_>, device: &Device<'_>) -> Judgement {
    if device.platform == Platform::Darwin {
        if let Some(row) = case.facts().mdm_record(device)
            && case.see(row, "enrolled", &row.value().enrolled).is_false()
        {
            case.uses("MDMD");
            return Err(Unknown::new(UnknownCause::ConflictingSources, "conflicting_sources"));
        }
        case.settled("MDMD")?;
    }
    Ok(Verdict::pass("managed_by_jumpcloud"))
}

/// Whether the organisation says that it does not manage Windows devices.
fn windows_mdm_is_off(case: &mut Case<'_>, device: &Device<'_>) -> Result<bool, Unknown> {
    if device.platform != Platform::Windows {
        return Ok(false);
    }
    case.uses("ORGD");
    let Some(row) = case.facts().organization_detail() else {
        // Without the settings nobody knows whether the device is judged at all.
        case.require("ORGD")?;
        return Ok(false);
    };
    let settings = &row.value().settings;
    let enabled = settings.then(|settings| &settings.windows_mdm).then(|windows| &windows.enabled);
    Ok(case.see(row, "settings.windowsMDM.enabled", enabled).is_false())
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-019";

    fn device(family: &str, mdm: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": family, "active": true, "serialNumber": "C02X",
                     "mdm": mdm}],
            "MDM": [{"id": "m1"}], "MDMD": {"of": {"m1": []}},
            "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"windowsMDM": {"enabled": true}}}]}}
        }))
    }

    fn verdict(family: &str, mdm: Value) -> String {
        judge(RULE, &device(family, mdm))
    }

    fn apple(mdm: Value, record: Value) -> Value {
        let mut mac = device("darwin", mdm);
        let mut own = json!({"id": "a1", "serialNumber": "C02X"});
        for (key, value) in record.as_object().unwrap() {
            own[key] = value.clone();
        }
        mac["MDMD"]["of"]["m1"] = json!([own]);
        mac
    }

    #[test]
    fn g01_a_healthy_mac_is_enrolled_and_approved() {
        let healthy = verdict("darwin", json!({"vendor": "internal", "userApproved": true}));
        assert_eq!(healthy, "PASS managed_by_jumpcloud");
    }

    #[test]
    fn the_vendor_decides() {
        for (vendor, windows, mac) in [
            (json!("internal"), "PASS managed_by_jumpcloud", "PASS managed_by_jumpcloud"),
            (json!("external"), "PASS managed_by_another", "PASS managed_by_another"),
            (json!("none"), "FAIL not_enrolled", "FAIL not_enrolled"),
            (json!("unknown"), "UNKNOWN vendor_unknown", "UNKNOWN vendor_unknown"),
            (json!("martian"), "UNKNOWN vendor_unknown", "UNKNOWN vendor_unknown"),
            (json!(""), "UNKNOWN vendor_unknown", "UNKNOWN vendor_unknown"),
            (json!([]), "UNKNOWN vendor_unknown", "UNKNOWN vendor_unknown"),
            (Value::Null, "UNKNOWN vendor_unknown", "UNKNOWN vendor_unknown"),
        ] {
            let mdm = json!({"vendor": vendor, "userApproved": true});
            assert_eq!(verdict("windows", mdm.clone()), windows, "{vendor}");
            assert_eq!(verdict("darwin", mdm), mac, "{vendor}");
        }
        assert_eq!(verdict("darwin", Value::Null), "UNKNOWN vendor_unknown");
        assert_eq!(verdict("linux", json!({"vendor": "none"})), "NOT_APPLICABLE other_platform");
        assert_eq!(verdict("", json!({"vendor": "internal"})), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn another_product_may_be_forbidden() {
        let config = json!({"parameters": {RULE: {"allow_external": false}}});
        let other = device("darwin", json!({"vendor": "external", "userApproved": true}));
        assert_eq!(judge_with(RULE, &other, &config), "FAIL external_mdm");
        let own = device("darwin", json!({"vendor": "internal", "userApproved": true}));
        assert_eq!(judge_with(RULE, &own, &config), "PASS managed_by_jumpcloud");
    }

    #[test]
    fn a_mac_needs_approval_or_automated_enrolment() {
        let with = |approved: Value, dep: Value| {
            verdict("darwin", json!({"vendor": "internal", "userApproved": approved, "dep": dep}))
        };
        assert_eq!(with(json!(false), json!(false)), "FAIL not_user_approved");
        assert_eq!(with(json!(false), json!(true)), "PASS managed_by_jumpcloud");
        assert_eq!(with(Value::Null, json!(true)), "PASS managed_by_jumpcloud");
        assert_eq!(with(Value::Null, Value::Null), "UNKNOWN approval_unknown");
        assert_eq!(with(json!("who knows"), json!(false)), "UNKNOWN approval_unknown");
        let config = json!({"parameters": {RULE: {"require_user_approved": false}}});
        let own = device("darwin", json!({"vendor": "internal", "userApproved": false}));
        assert_eq!(judge_with(RULE, &own, &config), "PASS managed_by_jumpcloud");
        assert_eq!(
            verdict("windows", json!({"vendor": "internal", "userApproved": false})),
            "PASS managed_by_jumpcloud"
        );
    }

    #[test]
    fn apples_record_fills_the_gap_and_may_contradict() {
        let silent = json!({"vendor": "internal"});
        for (approved, expected) in [
            (json!(true), "PASS managed_by_jumpcloud"),
            (json!(false), "FAIL not_user_approved"),
            (Value::Null, "UNKNOWN approval_unknown"),
        ] {
            let record =
                json!({"enrolled": true, "securityInfo": {"userApprovedEnrollment": approved}});
            assert_eq!(judge(RULE, &apple(silent.clone(), record)), expected);
        }
        let approved = json!({"vendor": "internal", "userApproved": true});
        let gone = apple(approved.clone(), json!({"enrolled": false}));
        assert_eq!(judge(RULE, &gone), "UNKNOWN conflicting_sources");
        let external =
            apple(json!({"vendor": "external", "userApproved": true}), json!({"enrolled": false}));
        assert_eq!(judge(RULE, &external), "PASS managed_by_another");
        let mut lost = gone;
        lost.as_object_mut().unwrap().remove("MDMD");
        assert_eq!(judge(RULE, &lost), "UNKNOWN input_not_collected");
        let mut failed = device("darwin", approved.clone());
        failed["MDMD"] = json!({"of": {"m1": {"state": "failed", "class": "server"}}});
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_partial");
        let mut unused = device("darwin", approved);
        unused["MDMD"] = json!({"state": "not_licensed", "of": {}});
        assert_eq!(judge(RULE, &unused), "PASS managed_by_jumpcloud");
    }

    #[test]
    fn windows_is_judged_where_the_organisation_manages_it() {
        let mut off = device("windows", json!({"vendor": "none"}));
        off["ORGD"]["of"]["o1"][0]["settings"]["windowsMDM"]["enabled"] = json!(false);
        assert_eq!(judge(RULE, &off), "NOT_APPLICABLE windows_mdm_not_used");
        off["SYS"][0]["osFamily"] = json!("darwin");
        assert_eq!(judge(RULE, &off), "FAIL not_enrolled");
        let mut silent = device("windows", json!({"vendor": "none"}));
        silent["ORGD"]["of"]["o1"][0]["settings"] = Value::Null;
        assert_eq!(judge(RULE, &silent), "FAIL not_enrolled");
        silent.as_object_mut().unwrap().remove("ORGD");
        assert_eq!(judge(RULE, &silent), "UNKNOWN input_not_collected");
        let config = json!({"parameters": {RULE: {"windows": false}}});
        let managed = device("windows", json!({"vendor": "internal"}));
        assert_eq!(judge_with(RULE, &managed, &config), "NOT_APPLICABLE windows_not_judged");
    }

    #[test]
    fn a_silent_or_future_device_carries_no_pass() {
        let at = |contact: Value| {
            let mut mac = device("windows", json!({"vendor": "internal"}));
            mac["SYS"][0]["active"] = json!(false);
            mac["SYS"][0]["lastContact"] = contact;
            judge(RULE, &mac)
        };
        assert_eq!(at(json!("2026-11-20T00:00:00Z")), "PASS managed_by_jumpcloud");
        assert_eq!(at(json!("2026-05-20T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2026-12-20T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
    }
}
