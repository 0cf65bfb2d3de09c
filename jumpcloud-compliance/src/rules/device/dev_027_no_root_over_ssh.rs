//! JC-DEV-027: remote root login over SSH is disabled.
//!
//! # Expectation
//! Nobody can sign in as root over SSH.
//!
//! # Why
//! Root over SSH has no person behind it.
//!
//! # Passes
//! ```json,passes
//! {"reason": "root_login_off", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "active": true, "sshdParams": [{"name": "PermitRootLogin", "value": "no"}]}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "root_login", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "sshdParams": [{"name": "PermitRootLogin", "value": "yes"}]}]}}
//! ```
//! ```json,fails
//! {"reason": "root_key_login", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "sshdParams": [{"name": "PermitRootLogin", "value": "prohibit-password"}]}]}}
//! ```
//!
//! # Unknown when
//! The SSH server reports nothing and JumpCloud does not write its settings, or a value cannot be read.
//! ```json,unknown
//! {"reason": "sshd_not_managed", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "allowSshRootLogin": false}]}}
//! ```
//!
//! # Fix
//! Set `PermitRootLogin no` and use accounts with names and sudo.
//!
//! # Sources
//! What the SSH server reports outranks what JumpCloud was told; of several entries with one name the
//! last one counts. A switch that is off in JumpCloud counts only where JumpCloud writes the settings of
//! the server. `sshRootEnabled` is true on laptops without an SSH server `[recorded]` and decides
//! nothing.

use crate::case::Case;
use crate::facts::{
    Platform, SSHD_NOT_MANAGED, SSHD_UNREADABLE, SSHD_UNREPORTED, SshdSetting, sshd_switch,
};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOW_KEY_ONLY: Flag =
    Flag::new("allow_key_only", false, "Whether root may sign in with a key.")
        .stricter_when_false();
const INCLUDE_MACOS: Flag =
    Flag::new("include_macos", false, "Whether macOS devices are judged too.").stricter_when_true();

const META: Meta = Meta {
    id: "JC-DEV-027",
    logic_version: 1,
    text_revision: 1,
    title: "Remote root login over SSH is disabled",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "Root over SSH has no person behind it.",
    remediation: "Set PermitRootLogin no and use accounts with names and sudo.",
    applies: "Linux devices; macOS as `include_macos` says",
    inputs: &[InputNeed::new(
        "SYS",
        &["osFamily", "sshdParams", "allowSshRootLogin", "modifySSHDConfig"],
    )],
    params: &[
        ALLOW_KEY_ONLY.spec(),
        INCLUDE_MACOS.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("root_login_off", "root cannot sign in over SSH"),
        Reason::pass("root_key_only", "root can sign in with a key only, which is allowed"),
        Reason::fail("root_login", "root can sign in over SSH"),
        Reason::fail("root_key_login", "root can sign in over SSH with a key"),
        SSHD_NOT_MANAGED,
        SSHD_UNREPORTED,
        SSHD_UNREADABLE,
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("other_platform", "devices of this platform are not judged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoRootOverSsh;

impl Rule for NoRootOverSsh {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        match device.platform {
            Platform::Linux => {}
            Platform::Darwin if case.param(&INCLUDE_MACOS) => {}
            Platform::Darwin | Platform::Windows => {
                return Ok(Verdict::not_applicable("other_platform"));
            }
            Platform::Unknown | Platform::Unsupported(_) => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
        }
        match SshdSetting::read(case, device, "PermitRootLogin") {
            SshdSetting::NotListed => {
                let switch = &device.system().allow_ssh_root_login;
                Ok(if sshd_switch(case, device, "allowSshRootLogin", switch)? {
                    Verdict::fail("root_login")
                } else {
                    Verdict::pass("root_login_off")
                })
            }
            SshdSetting::Unreadable => Err(SshdSetting::UNREADABLE),
            SshdSetting::Is(value) => match value.as_str() {
                "no" => Ok(Verdict::pass("root_login_off")),
                "yes" => Ok(Verdict::fail("root_login")),
                "prohibit-password" | "without-password" | "forced-commands-only" => {
                    Ok(if case.param(&ALLOW_KEY_ONLY) {
                        Verdict::pass("root_key_only")
                    } else {
                        Verdict::fail("root_key_login")
                    })
                }
                _ => Err(SshdSetting::UNREADABLE),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-027";

    fn device(family: &str, fields: Value) -> Value {
        let mut system = json!({"_id": "d1", "osFamily": family, "active": true});
        for (key, value) in fields.as_object().unwrap() {
            system[key] = value.clone();
        }
        inputs(json!({"SYS": [system]}))
    }

    fn permit(value: Value) -> Value {
        json!({"sshdParams": [{"name": "PermitRootLogin", "value": value}]})
    }

    fn linux(fields: Value) -> String {
        judge(RULE, &device("linux", fields))
    }

    #[test]
    fn the_server_decides() {
        for (value, expected) in [
            (json!("no"), "PASS root_login_off"),
            (json!(" No "), "PASS root_login_off"),
            (json!("yes"), "FAIL root_login"),
            (json!("prohibit-password"), "FAIL root_key_login"),
            (json!("without-password"), "FAIL root_key_login"),
            (json!("forced-commands-only"), "FAIL root_key_login"),
            (json!("sometimes"), "UNKNOWN sshd_unreadable"),
            (json!(""), "UNKNOWN sshd_unreadable"),
            (Value::Null, "UNKNOWN sshd_unreadable"),
            (json!({}), "UNKNOWN sshd_unreadable"),
        ] {
            assert_eq!(linux(permit(value.clone())), expected, "{value}");
        }
        let config = json!({"parameters": {RULE: {"allow_key_only": true}}});
        let key = device("linux", permit(json!("prohibit-password")));
        assert_eq!(judge_with(RULE, &key, &config), "PASS root_key_only");
        let password = device("linux", permit(json!("yes")));
        assert_eq!(judge_with(RULE, &password, &config), "FAIL root_login");
    }

    #[test]
    fn names_have_no_case_and_the_last_entry_counts() {
        let two = json!({"sshdParams": [{"name": "permitrootlogin", "value": "no"},
            {"name": "PERMITROOTLOGIN", "value": "yes"}, {"name": "Port", "value": "22"}]});
        assert_eq!(linux(two), "FAIL root_login");
    }

    #[test]
    fn the_server_outranks_the_switches() {
        let mut off = permit(json!("yes"));
        off["allowSshRootLogin"] = json!(false);
        off["modifySSHDConfig"] = json!(true);
        assert_eq!(linux(off), "FAIL root_login");
        let odd =
            json!({"sshdParams": "none", "allowSshRootLogin": false, "modifySSHDConfig": true});
        assert_eq!(linux(odd), "UNKNOWN sshd_unreadable");
    }

    #[test]
    fn switches_count_where_they_are_written_to_the_server() {
        for (allowed, managed, expected) in [
            (json!(true), Value::Null, "FAIL root_login"),
            (json!(false), json!(true), "PASS root_login_off"),
            (json!(false), json!(false), "UNKNOWN sshd_not_managed"),
            (json!(false), Value::Null, "UNKNOWN sshd_not_managed"),
            (Value::Null, json!(true), "UNKNOWN sshd_unreported"),
            (json!("off"), json!(true), "UNKNOWN sshd_unreported"),
        ] {
            for listed in [Value::Null, json!([]), json!([{"name": "Port", "value": "22"}])] {
                let fields = json!({"sshdParams": listed, "allowSshRootLogin": allowed,
                    "modifySSHDConfig": managed});
                assert_eq!(linux(fields), expected, "{allowed} {managed}");
            }
        }
    }

    #[test]
    fn the_flag_of_laptops_without_a_server_decides_nothing() {
        let windows = device("windows", json!({"sshRootEnabled": true}));
        assert_eq!(judge(RULE, &windows), "NOT_APPLICABLE other_platform");
        assert_eq!(linux(json!({"sshRootEnabled": true})), "UNKNOWN sshd_unreported");
        let mac = device("darwin", permit(json!("yes")));
        assert_eq!(judge(RULE, &mac), "NOT_APPLICABLE other_platform");
        let config = json!({"parameters": {RULE: {"include_macos": true}}});
        assert_eq!(judge_with(RULE, &mac, &config), "FAIL root_login");
        assert_eq!(judge(RULE, &device("", json!({}))), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn a_silent_or_future_device_carries_no_pass() {
        let at = |contact: Value| {
            let mut fields = permit(json!("no"));
            fields["active"] = json!(false);
            fields["lastContact"] = contact;
            linux(fields)
        };
        assert_eq!(at(json!("2026-11-20T00:00:00Z")), "PASS root_login_off");
        assert_eq!(at(json!("2026-05-20T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2026-12-20T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
    }
}
