//! JC-USR-015: a user has a managed device.
//!
//! # Expectation
//! Each active person is bound to a device in scope, or is the primary user of one.
//!
//! # Why
//! People work on some device; if it is not managed it is unknown.
//!
//! # Passes
//! ```json,passes
//! {"reason": "has_device", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED"}], "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "no_device", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"}],
//!     "SYS": [], "SYS-USR": {"of": {}}}}
//! ```
//! ```json,fails
//! {"reason": "only_unsupported_device", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED"}], "SYS": [{"_id": "d1", "os": "iPadOS"}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Unknown when
//! No device was seen, and devices or bindings are not all known.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//!
//! # Fix
//! Enrol the device or record why none is needed.
//!
//! # Sources
//! A device that the configuration leaves out is none, noted `only_excluded_device`. A failure is in
//! grace for `grace_days` from the creation of the account. Service accounts need no device.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{Device, Platform};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const NO_DEVICE_TYPES: Texts =
    Texts::new("no_device_types", &[], "Kinds of employment that need no device.")
        .stricter_when_shorter();
const GRACE_DAYS: Days =
    Days::new("grace_days", 14, 0..=60, "Days after creation in which a failure is in grace.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-015",
    logic_version: 1,
    text_revision: 1,
    title: "User has a managed device",
    subject: SubjectKind::User,
    severity: Severity::Low,
    tier: 1,
    rationale: "People work on some device; if it is not managed it is unknown.",
    remediation: "Enrol the device or record why none is needed.",
    applies: "active users that are no service accounts and need a device",
    inputs: &[
        InputNeed::new("USR", &["employeeType", "created", "state", "suspended"]),
        InputNeed::new("SYS", &["primarySystemUser.id", "osFamily", "os"]),
        InputNeed::new("SYS-USR", &["id"]),
    ],
    params: &[NO_DEVICE_TYPES.spec(), GRACE_DAYS.spec()],
    reasons: &[
        Reason::pass("has_device", "the person has a device in scope"),
        Reason::fail("no_device", "the person has no device in scope"),
        Reason::fail("only_unsupported_device", "the person has only devices nobody judges"),
        Reason::unknown("employment_unclear", "the record does not name the kind of employment"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("needs_no_device", "people of this kind of employment need none"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
        Reason::not_applicable("service_account", "service accounts need no device"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct HasDevice;

impl Rule for HasDevice {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.outside_of_daily_use(case) {
            return early;
        }
        let record = user.user();
        let exempt = case.param(&NO_DEVICE_TYPES);
        let needs_none = if exempt.is_empty() {
            Some(false)
        } else {
            case.see(user.row(), "employeeType", &record.employee_type);
            user.is_of_type(&exempt)
        };
        if needs_none == Some(true) {
            return Ok(Verdict::not_applicable("needs_no_device"));
        }
        let facts = case.facts();
        let bindings = facts.bindings_of_user(user);
        case.uses("SYS");
        case.uses_source(&bindings);
        let devices: Vec<&Device<'_>> = facts.devices_used_by(&user.key);
        let (judged, others): (Vec<&Device<'_>>, Vec<&Device<'_>>) =
            devices.into_iter().partition(|device| case.in_scope(device));
        let ids = |devices: &[&Device<'_>]| -> Vec<String> {
            devices.iter().map(|device| device.id.clone()).collect()
        };
        case.see_derived(user.row(), "devices[].id", ids(&judged));
        case.see_derived(user.row(), "excluded_devices[].id", ids(&others));
        if !judged.is_empty() {
            return Ok(Verdict::pass("has_device"));
        }
        case.require("SYS")?;
        case.require_source(&bindings)?;
        if needs_none.is_none() {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "employment_unclear"));
        }
        let unsupported =
            others.iter().all(|device| matches!(device.platform, Platform::Unsupported(_)));
        let verdict = if others.is_empty() {
            Verdict::fail("no_device")
        } else if unsupported {
            Verdict::fail("only_unsupported_device")
        } else {
            Verdict::fail("no_device").note("only_excluded_device")
        };
        let created = case.see_time(user.row(), "created", &record.created).value();
        Ok(verdict.in_grace(created, case.param(&GRACE_DAYS)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::outcome::EffectiveStatus;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-015";

    fn user(fields: &Value, device: &Value) -> Value {
        let mut record =
            json!({"_id": "u1", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let mut system = json!({"_id": "d1", "osFamily": "windows"});
        system.as_object_mut().unwrap().extend(device.as_object().unwrap().clone());
        inputs(json!({"USR": [record], "SYS": [system], "SYS-USR": {"of": {"d1": []}}}))
    }

    #[test]
    fn bound_or_primary() {
        let primary = user(&json!({}), &json!({"primarySystemUser": {"id": "u1"}}));
        assert_eq!(judge(RULE, &primary), "PASS has_device");
        let mut bound = user(&json!({}), &json!({}));
        assert_eq!(judge(RULE, &bound), "FAIL no_device");
        bound["SYS-USR"]["of"]["d1"] = json!([{"id": "u1", "type": "user"}]);
        assert_eq!(judge(RULE, &bound), "PASS has_device");
        let config = json!({"scope": {"exclude_device_ids": ["d1"]}});
        let found = findings(RULE, &bound, &config);
        assert_eq!(found[0].reason_code, "no_device");
        assert_eq!(found[0].notes, ["only_excluded_device"]);
        bound["SYS"][0] = json!({"_id": "d1", "os": "iPadOS"});
        assert_eq!(judge(RULE, &bound), "FAIL only_unsupported_device");
    }

    #[test]
    fn g23_without_a_device_all_devices_must_be_known() {
        let mut open = user(&json!({}), &json!({}));
        let records = open["SYS"].clone();
        open["SYS"] = json!({"state": "partial", "reason": "page_failed", "records": records});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open["SYS-USR"]["of"]["d1"] = json!([{"id": "u1", "type": "user"}]);
        assert_eq!(judge(RULE, &open), "PASS has_device");
        let mut unread = user(&json!({}), &json!({}));
        unread["SYS-USR"]["of"]["d1"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &unread), "UNKNOWN input_partial");
        let mut dangling = user(&json!({}), &json!({}));
        dangling["SYS-USR"]["of"]["d9"] = json!([{"id": "u1", "type": "user"}]);
        assert_eq!(judge(RULE, &dangling), "FAIL no_device");
    }

    #[test]
    fn who_needs_none() {
        let config = json!({"parameters": {RULE: {"no_device_types": ["Field staff"]}}});
        let typed = |kind: Value| user(&json!({"employeeType": kind}), &json!({}));
        assert_eq!(
            judge_with(RULE, &typed(json!("field staff")), &config),
            "NOT_APPLICABLE needs_no_device"
        );
        assert_eq!(judge_with(RULE, &typed(json!("")), &config), "FAIL no_device");
        assert_eq!(judge_with(RULE, &typed(json!([])), &config), "UNKNOWN employment_unclear");
        let service = user(&json!({"samba_service_user": true}), &json!({}));
        assert_eq!(judge(RULE, &service), "NOT_APPLICABLE service_account");
        let staged = user(&json!({"state": "STAGED"}), &json!({}));
        assert_eq!(judge(RULE, &staged), "NOT_APPLICABLE not_active");
    }

    #[test]
    fn a_new_account_is_in_grace() {
        let new = user(&json!({"created": "2026-11-20T00:00:00Z"}), &json!({}));
        let found = findings(RULE, &new, &json!({}));
        assert_eq!(found[0].effective_status, EffectiveStatus::FailInGrace);
        let undated = user(&json!({"created": null}), &json!({}));
        let found = findings(RULE, &undated, &json!({}));
        assert_eq!(found[0].effective_status, EffectiveStatus::Fail);
    }

    #[test]
    fn a_device_that_is_bound_and_primary_is_named_once() {
        let all = inputs(json!({"USR": [{"_id": "u1", "state": "ACTIVATED"}],
            "SYS": [{"_id": "d1", "osFamily": "linux", "primarySystemUser": {"id": "u1"}}],
            "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}}));
        let found = findings("JC-USR-015", &all, &json!({})).remove(0);
        let text = serde_json::to_string(&found.evidence.observations).unwrap();
        assert_eq!(found.outcome, crate::Outcome::Pass);
        assert!(text.contains(r#"["d1"]"#), "{text}");
    }
}
