//! JC-DEV-028: SSH password authentication is disabled.
//!
//! # Expectation
//! The SSH server takes keys only, or asks for a second factor beside the password.
//!
//! # Why
//! Passwords over SSH can be guessed and used again elsewhere.
//!
//! # Passes
//! ```json,passes
//! {"reason": "passwords_off", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "active": true, "sshdParams": [{"name": "PasswordAuthentication", "value": "no"}]}]}}
//! ```
//! ```json,passes
//! {"reason": "password_with_mfa", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "active": true, "allowMultiFactorAuthentication": true,
//!     "sshdParams": [{"name": "PasswordAuthentication", "value": "yes"}]}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "passwords_on", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "allowMultiFactorAuthentication": false,
//!     "sshdParams": [{"name": "PasswordAuthentication", "value": "yes"}]}]}}
//! ```
//!
//! # Unknown when
//! The SSH server reports nothing and JumpCloud does not write its settings, or a value cannot be read.
//! ```json,unknown
//! {"reason": "sshd_not_managed", "inputs": {"SYS": [{"_id": "d1", "osFamily": "linux",
//!     "allowSshPasswordAuthentication": false}]}}
//! ```
//!
//! # Fix
//! Allow keys only, or demand a second factor.
//!
//! # Sources
//! What the SSH server reports outranks what JumpCloud was told; of several entries with one name the
//! last one counts. A switch that is off in JumpCloud counts only where JumpCloud writes the settings of
//! the server. A server with `KbdInteractiveAuthentication yes` may still ask for passwords: that is
//! noted and does not change the verdict. A switch for the second factor that is missing is off.

use crate::case::Case;
use crate::facts::{
    Device, Platform, SSHD_NOT_MANAGED, SSHD_UNREADABLE, SSHD_UNREPORTED, SshdSetting, sshd_switch,
};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ACCEPT_WITH_MFA: Flag = Flag::new(
    "accept_with_mfa",
    true,
    "Whether passwords are accepted where a second factor is asked for.",
)
.stricter_when_false();

const META: Meta = Meta {
    id: "JC-DEV-028",
    logic_version: 1,
    text_revision: 1,
    title: "SSH password authentication is disabled",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Passwords over SSH can be guessed and used again elsewhere.",
    remediation: "Allow keys only, or demand a second factor.",
    applies: "Linux devices",
    inputs: &[InputNeed::new(
        "SYS",
        &[
            "osFamily",
            "sshdParams",
            "allowSshPasswordAuthentication",
            "allowMultiFactorAuthentication",
            "modifySSHDConfig",
        ],
    )],
    params: &[ACCEPT_WITH_MFA.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("passwords_off", "the server takes no passwords"),
        Reason::pass("password_with_mfa", "a second factor is asked for beside the password"),
        Reason::fail("passwords_on", "the server takes passwords"),
        SSHD_NOT_MANAGED,
        SSHD_UNREPORTED,
        SSHD_UNREADABLE,
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("other_platform", "only Linux devices are judged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoPasswordsOverSsh;

impl Rule for NoPasswordsOverSsh {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        match device.platform {
            Platform::Linux => {}
            Platform::Darwin | Platform::Windows => {
                return Ok(Verdict::not_applicable("other_platform"));
            }
            Platform::Unknown | Platform::Unsupported(_) => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
        }
        let taken = passwords_taken(case, device)?;
        let verdict = if !taken {
            Verdict::pass("passwords_off")
        } else if case.param(&ACCEPT_WITH_MFA) && asks_for_second_factor(case, device) {
            Verdict::pass("password_with_mfa")
        } else {
            Verdict::fail("passwords_on")
        };
        let keyboard = SshdSetting::read(case, device, "KbdInteractiveAuthentication");
        Ok(if matches!(&keyboard, SshdSetting::Is(value) if value == "yes") {
            verdict.note("keyboard_interactive")
        } else {
            verdict
        })
    }
}

/// Whether the server takes passwords: by its own word, else by JumpCloud's switches.
fn passwords_taken(case: &mut Case<'_>, device: &Device<'_>) -> Result<bool, Unknown> {
    match SshdSetting::read(case, device, "PasswordAuthentication") {
        SshdSetting::Is(value) if value == "no" => Ok(false),
        SshdSetting::Is(value) if value == "yes" => Ok(true),
        SshdSetting::Is(_) | SshdSetting::Unreadable => Err(SshdSetting::UNREADABLE),
        SshdSetting::NotListed => {
            let switch = &device.system().allow_ssh_password_authentication;
            sshd_switch(case, device, "allowSshPasswordAuthentication", switch)
        }
    }
}

fn asks_for_second_factor(case: &mut Case<'_>, device: &Device<'_>) -> bool {
    let switch = &device.system().allow_multi_factor_authentication;
    case.see(device.row(), "allowMultiFactorAuthentication", switch).is_true()
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-028";

    fn device(family: &str, fields: Value) -> Value {
        let mut system = json!({"_id": "d1", "osFamily": family, "active": true});
        for (key, value) in fields.as_object().unwrap() {
            system[key] = value.clone();
        }
        inputs(json!({"SYS": [system]}))
    }

    fn linux(fields: Value) -> String {
        judge(RULE, &device("linux", fields))
    }

    fn server(value: Value, mfa: Value) -> Value {
        json!({"sshdParams": [{"name": "passwordauthentication", "value": value}],
            "allowMultiFactorAuthentication": mfa})
    }

    #[test]
    fn the_server_decides() {
        for (value, mfa, expected) in [
            (json!("no"), json!(false), "PASS passwords_off"),
            (json!("NO"), json!(true), "PASS passwords_off"),
            (json!("yes"), json!(false), "FAIL passwords_on"),
            (json!("yes"), Value::Null, "FAIL passwords_on"),
            (json!("yes"), json!("perhaps"), "FAIL passwords_on"),
            (json!("yes"), json!(true), "PASS password_with_mfa"),
            (json!("maybe"), json!(true), "UNKNOWN sshd_unreadable"),
            (Value::Null, json!(true), "UNKNOWN sshd_unreadable"),
        ] {
            assert_eq!(linux(server(value.clone(), mfa)), expected, "{value}");
        }
        let config = json!({"parameters": {RULE: {"accept_with_mfa": false}}});
        let both = device("linux", server(json!("yes"), json!(true)));
        assert_eq!(judge_with(RULE, &both, &config), "FAIL passwords_on");
    }

    #[test]
    fn switches_count_where_they_are_written_to_the_server() {
        for (allowed, managed, mfa, expected) in [
            (json!(true), Value::Null, false, "FAIL passwords_on"),
            (json!(true), Value::Null, true, "PASS password_with_mfa"),
            (json!(false), json!(true), false, "PASS passwords_off"),
            (json!(false), json!(false), false, "UNKNOWN sshd_not_managed"),
            (json!(false), Value::Null, false, "UNKNOWN sshd_not_managed"),
            (Value::Null, json!(true), true, "UNKNOWN sshd_unreported"),
            (json!([]), json!(true), true, "UNKNOWN sshd_unreported"),
        ] {
            let fields = json!({"allowSshPasswordAuthentication": allowed,
                "modifySSHDConfig": managed, "allowMultiFactorAuthentication": mfa});
            assert_eq!(linux(fields), expected, "{allowed} {managed} {mfa}");
        }
        let odd = json!({"sshdParams": {}, "allowSshPasswordAuthentication": false,
            "modifySSHDConfig": true});
        assert_eq!(linux(odd), "UNKNOWN sshd_unreadable");
    }

    #[test]
    fn another_way_to_ask_for_passwords_is_noted() {
        let mut fields = server(json!("no"), Value::Null);
        let params = fields["sshdParams"].as_array_mut().unwrap();
        params.push(json!({"name": "KbdInteractiveAuthentication", "value": "yes"}));
        let found = findings(RULE, &device("linux", fields), &json!({}));
        assert_eq!(found[0].reason_code, "passwords_off");
        assert_eq!(found[0].notes, ["keyboard_interactive"]);
    }

    #[test]
    fn only_linux_is_judged() {
        for family in ["windows", "darwin"] {
            let other = device(family, server(json!("yes"), Value::Null));
            assert_eq!(judge(RULE, &other), "NOT_APPLICABLE other_platform");
        }
        assert_eq!(judge(RULE, &device("", json!({}))), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn a_silent_or_future_device_carries_no_pass() {
        let at = |contact: Value| {
            let mut fields = server(json!("no"), Value::Null);
            fields["active"] = json!(false);
            fields["lastContact"] = contact;
            linux(fields)
        };
        assert_eq!(at(json!("2026-11-20T00:00:00Z")), "PASS passwords_off");
        assert_eq!(at(json!("2026-05-20T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2026-12-20T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
    }
}
