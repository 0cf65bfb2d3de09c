//! JC-DEV-035: SSH private keys on the device are protected by a passphrase.
//!
//! # Expectation
//! Each private key file of a person on a workstation is encrypted.
//!
//! # Why
//! A key without a passphrase is a password in a file.
//!
//! # Passes
//! ```json,passes
//! {"reason": "all_protected", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SI.user_ssh_keys": [{"system_id": "d1", "uid": "501", "path": "/Users/ada/.ssh/id_ed25519",
//!         "encrypted": 1, "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "unencrypted_private_key", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SI.user_ssh_keys": [{"system_id": "d1", "uid": "501", "path": "/Users/ada/.ssh/id_ed25519",
//!         "encrypted": 0}]}}
//! ```
//!
//! # Unknown when
//! A key does not say whether it is encrypted, or no key is listed and the device does not report.
//! ```json,unknown
//! {"reason": "telemetry_missing", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "SI.user_ssh_keys": []}}
//! ```
//!
//! # Fix
//! Add a passphrase, or move the key into an agent or onto hardware.
//!
//! # Sources
//! The table lists key files and whether they are encrypted `[third-party]`, never the key itself. Keys
//! of the machine below `/etc/ssh/` belong to no person. That no key is listed is a fact only for a
//! device that passes JC-DEV-032.

use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::UserSshKey;

use crate::case::Case;
use crate::outcome::{Outcome, Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const IGNORED_PATHS: Texts = Texts::new(
    "ignored_paths",
    &["/etc/ssh/"],
    "Beginnings of paths below which keys belong to no person.",
)
.stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-DEV-035",
    logic_version: 1,
    text_revision: 1,
    title: "SSH private keys on the device are passphrase-protected",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "A key without a passphrase is a password in a file.",
    remediation: "Add a passphrase, or move the key into an agent or onto hardware.",
    applies: "workstations with private keys",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new("SI.user_ssh_keys", &["uid", "path", "encrypted"]),
    ],
    params: &[IGNORED_PATHS.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("all_protected", "a passphrase protects each private key"),
        Reason::fail("unencrypted_private_key", "a private key has no passphrase"),
        Reason::unknown("key_unclear", "a key does not say where it lies or how it is kept"),
        Reason::unknown("telemetry_missing", "no key is listed, and the device does not report"),
        Reason::not_applicable("no_keys", "no private key of a person is listed"),
        Reason::not_applicable("server", "only workstations are judged"),
    ],
    after: &["JC-DEV-032"],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct KeysHavePassphrases;

impl Rule for KeysHavePassphrases {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        case.see(device.row(), "osFamily", &device.system().os_family);
        if device.is_server() {
            return Ok(Verdict::not_applicable("server"));
        }
        case.uses("SI.user_ssh_keys");
        let ignored = case.param(&IGNORED_PATHS);
        let mut rows = facts.rows::<UserSshKey>(device);
        rows.retain(|row| {
            let path = row.value().path.filled().unwrap_or_default();
            ignored.iter().all(|start| start.is_empty() || !path.starts_with(start))
        });
        let mut open = false;
        let mut unclear = false;
        for row in &rows {
            let key = row.value();
            let path = case.see(*row, "path", &key.path).filled();
            let at = |field: &str| alloc::format!("[path={}].{field}", path.unwrap_or_default());
            case.see(*row, &at("uid"), &key.uid);
            match (case.see(*row, &at("encrypted"), &key.encrypted), path) {
                (Field::Value(1), _) => {}
                (Field::Value(0), Some(_)) => open = true,
                // A key without a path may be one of the machine.
                _ => unclear = true,
            }
        }
        if open {
            return Ok(Verdict::fail("unencrypted_private_key"));
        }
        case.require("SI.user_ssh_keys")?;
        if unclear {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "key_unclear"));
        }
        if rows.is_empty() {
            let reports = case.prior("JC-DEV-032").map(|prior| prior.outcome);
            return if reports == Some(Outcome::Pass) {
                Ok(Verdict::not_applicable("no_keys"))
            } else {
                Err(Unknown::new(UnknownCause::NotObservable, "telemetry_missing"))
            };
        }
        // The oldest row decides how old the list is.
        let oldest = rows.iter().map(|row| row.collected_at).min().flatten();
        Ok(Verdict::pass("all_protected").resting_on(oldest))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-035";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn device(keys: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "linux", "systemInsights": {"state": "enabled"}}],
            "SI.system_info": [{"system_id": "d1", "collection_time": FRESH}], "SI.uptime": [],
            "SI.user_ssh_keys": keys
        }))
    }

    fn key(path: Value, encrypted: Value) -> Value {
        json!({"system_id": "d1", "uid": "1000", "path": path, "encrypted": encrypted,
               "collection_time": FRESH})
    }

    #[test]
    fn one_open_key_is_enough() {
        let good = key(json!("/home/ada/.ssh/id"), json!(1));
        let open = key(json!("/home/ada/.ssh/old"), json!("0"));
        assert_eq!(judge(RULE, &device(json!([good]))), "PASS all_protected");
        assert_eq!(judge(RULE, &device(json!([good, open]))), "FAIL unencrypted_private_key");
    }

    #[test]
    fn keys_of_the_machine_belong_to_nobody() {
        let host = key(json!("/etc/ssh/ssh_host_ed25519_key"), json!(0));
        assert_eq!(judge(RULE, &device(json!([host]))), "NOT_APPLICABLE no_keys");
        let config = json!({"parameters": {RULE: {"ignored_paths": []}}});
        let all = device(json!([host]));
        assert_eq!(judge_with(RULE, &all, &config), "FAIL unencrypted_private_key");
    }

    #[test]
    fn a_key_that_says_too_little_settles_nothing() {
        for (path, encrypted) in [
            (json!("/home/ada/.ssh/id"), Value::Null),
            (json!("/home/ada/.ssh/id"), json!("perhaps")),
            (json!("/home/ada/.ssh/id"), json!(2)),
            (Value::Null, json!(0)),
            (json!(""), json!(0)),
        ] {
            let one = device(json!([key(path.clone(), encrypted)]));
            assert_eq!(judge(RULE, &one), "UNKNOWN key_unclear", "{path}");
        }
    }

    #[test]
    fn no_key_is_a_fact_only_where_the_device_reports() {
        let mut none = device(json!([]));
        assert_eq!(judge(RULE, &none), "NOT_APPLICABLE no_keys");
        none["SI.system_info"] = json!([]);
        assert_eq!(judge(RULE, &none), "UNKNOWN telemetry_missing");
        none["SI.user_ssh_keys"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &none), "UNKNOWN input_failed");
        let mut server = device(json!([key(json!("/home/ada/.ssh/id"), json!(0))]));
        server["SYS"][0]["desktopCapable"] = json!(false);
        assert_eq!(judge(RULE, &server), "NOT_APPLICABLE server");
    }

    #[test]
    fn a_partial_table_can_fail_and_cannot_pass() {
        let partial = |encrypted: i64| {
            let row = key(json!("/home/ada/.ssh/id"), json!(encrypted));
            device(json!({"state": "partial", "reason": "page_failed", "records": [row]}))
        };
        assert_eq!(judge(RULE, &partial(0)), "FAIL unencrypted_private_key");
        assert_eq!(judge(RULE, &partial(1)), "UNKNOWN input_partial");
    }

    #[test]
    fn old_future_and_untimed_rows_carry_no_pass() {
        let at = |time: Value| {
            let mut own = key(json!("/home/ada/.ssh/id"), json!(1));
            own["collection_time"] = time;
            judge(RULE, &device(json!([own])))
        };
        assert_eq!(at(json!("2026-01-01T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2027-01-01T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
    }
}
