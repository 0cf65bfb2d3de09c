//! JC-DEV-002: the recovery key of the encrypted disk is escrowed.
//!
//! # Expectation
//! JumpCloud holds the recovery key of each encrypted Windows and macOS disk.
//!
//! # Why
//! Without an escrowed key encrypted data can be lost for good when a person leaves or forgets a
//! password.
//!
//! # Passes
//! ```json,passes
//! {"reason": "key_escrowed", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true,
//!     "fde": {"active": true, "keyPresent": true}}],
//!     "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": []}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "key_not_escrowed", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin",
//!     "active": true, "fde": {"active": true, "keyPresent": false}}],
//!     "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": []}}
//! ```
//!
//! # Unknown when
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin",
//!     "active": true, "fde": {"active": true}}],
//!     "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": []}}
//! ```
//!
//! # Fix
//! Re-apply the encryption policy so that JumpCloud stores the key; rotate a key that was created
//! outside.
//!
//! # Sources
//! `fde.keyPresent` says that a key is stored. The key itself is a secret and is never read. It is
//! judged only where the disk is known to be encrypted: a device whose encryption is UNKNOWN is not
//! applicable here and stays open in JC-DEV-001. The stored key is the service's own word and does
//! not age.

use jumpcloud_client::Field;

use crate::case::Case;
use crate::facts::Platform;
use crate::outcome::{Outcome, Severity, UnknownCause};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const META: Meta = Meta {
    id: "JC-DEV-002",
    logic_version: 2,
    text_revision: 1,
    title: "Recovery key of the encrypted disk is escrowed",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Without an escrowed key encrypted data can be lost for good when a person leaves or \
                forgets a password.",
    remediation: "Re-apply the encryption policy so that JumpCloud stores the key; rotate a key that \
                  was created outside.",
    applies: "Windows and macOS devices that pass JC-DEV-001",
    inputs: &[InputNeed::new("SYS", &["fde.active", "fde.keyPresent", "osFamily"])],
    params: &[],
    reasons: &[
        Reason::pass("key_escrowed", "JumpCloud holds the recovery key"),
        Reason::fail("key_not_escrowed", "JumpCloud does not hold the recovery key"),
        Reason::unknown("field_absent", "the record does not say whether a key is stored"),
        Reason::unknown("field_unparseable", "what the record says about the key cannot be read"),
        Reason::not_applicable(
            "encryption_not_active",
            "the boot volume is not known to be encrypted",
        ),
        Reason::not_applicable("other_platform", "keys are escrowed on Windows and macOS only"),
    ],
    after: &["JC-DEV-001"],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct RecoveryKeyEscrowed;

impl Rule for RecoveryKeyEscrowed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let system = device.system();
        case.see(device.row(), "osFamily", &system.os_family);
        if !matches!(device.platform, Platform::Windows | Platform::Darwin) {
            return Ok(Verdict::not_applicable("other_platform"));
        }
        case.see(device.row(), "fde.active", system.fde.then(|fde| &fde.active));
        if case.prior("JC-DEV-001").map(|prior| prior.outcome) != Some(Outcome::Pass) {
            return Ok(Verdict::not_applicable("encryption_not_active"));
        }
        let key = system.fde.then(|fde| &fde.key_present);
        match case.see(device.row(), "fde.keyPresent", key).value() {
            Some(true) => Ok(Verdict::pass("key_escrowed").resting_on_the_service()),
            Some(false) => Ok(Verdict::fail("key_not_escrowed")),
            None if matches!(key, Field::Unparseable(_)) => {
                Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"))
            }
            None => Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge};

    fn device(family: &str, active: Value, key: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": family, "active": true,
            "fde": {"active": active, "keyPresent": key}}],
            "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": [],
            "SI.bitlocker_info": [], "SI.logical_drives": []}))
    }

    #[test]
    fn only_encrypted_windows_and_macs_need_a_key() {
        for (family, active, key, expected) in [
            ("darwin", json!(true), json!(true), "PASS key_escrowed"),
            ("darwin", json!(true), json!(false), "FAIL key_not_escrowed"),
            ("darwin", json!(true), Value::Null, "UNKNOWN field_absent"),
            ("windows", json!(true), json!(true), "PASS key_escrowed"),
            ("windows", json!(true), json!(false), "FAIL key_not_escrowed"),
            ("windows", json!(true), Value::Null, "UNKNOWN field_absent"),
            ("darwin", json!(false), json!(true), "NOT_APPLICABLE encryption_not_active"),
            ("linux", json!(true), json!(false), "NOT_APPLICABLE other_platform"),
        ] {
            assert_eq!(judge("JC-DEV-002", &device(family, active, key)), expected);
        }
    }

    #[test]
    fn it_judges_even_when_the_other_rule_is_turned_off() {
        let inputs = device("darwin", json!(true), json!(false));
        let config = json!({"disabled_rules": ["JC-DEV-001"]});
        assert_eq!(
            crate::testing::judge_with("JC-DEV-002", &inputs, &config),
            "FAIL key_not_escrowed"
        );
    }

    #[test]
    fn g01_a_healthy_mac_has_its_key_in_escrow() {
        let healthy = device("darwin", json!(true), json!(true));
        assert_eq!(judge("JC-DEV-002", &healthy), "PASS key_escrowed");
    }

    #[test]
    fn a_key_that_is_not_stated_is_neither_there_nor_missing() {
        let mut silent = device("darwin", json!(true), Value::Null);
        for (fde, expected) in [
            (json!({"active": true}), "UNKNOWN field_absent"),
            (json!({"active": true, "keyPresent": ""}), "UNKNOWN field_unparseable"),
            (json!({"active": true, "keyPresent": {}}), "UNKNOWN field_unparseable"),
            (json!({}), "NOT_APPLICABLE encryption_not_active"),
            (Value::Null, "NOT_APPLICABLE encryption_not_active"),
            (json!("on"), "NOT_APPLICABLE encryption_not_active"),
        ] {
            silent["SYS"][0]["fde"] = fde.clone();
            assert_eq!(judge("JC-DEV-002", &silent), expected, "{fde}");
        }
    }

    #[test]
    fn encryption_that_is_not_known_makes_it_not_applicable() {
        let mut partial = device("darwin", json!(true), json!(false));
        partial["SI.mounts"] = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge("JC-DEV-001", &partial), "UNKNOWN input_partial");
        assert_eq!(judge("JC-DEV-002", &partial), "NOT_APPLICABLE encryption_not_active");
        let mut stale = device("darwin", json!(true), json!(true));
        stale["SYS"][0]["active"] = json!(false);
        stale["SYS"][0]["lastContact"] = json!("2026-08-01T00:00:00Z");
        assert_eq!(judge("JC-DEV-001", &stale), "UNKNOWN stale_telemetry");
        assert_eq!(judge("JC-DEV-002", &stale), "NOT_APPLICABLE encryption_not_active");
    }

    #[test]
    fn a_partial_list_says_what_the_record_says() {
        let mut partial = device("darwin", json!(true), json!(false));
        let records = partial["SYS"].clone();
        partial["SYS"] = json!({"state": "partial", "reason": "page_failed", "records": records});
        assert_eq!(judge("JC-DEV-002", &partial), "FAIL key_not_escrowed");
    }
}
