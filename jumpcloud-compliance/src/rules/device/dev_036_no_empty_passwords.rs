//! JC-DEV-036: no Linux account has an empty password.
//!
//! # Expectation
//! Each account of the device has a password, has none that could be used, or is locked; where that is
//! asked for, no password is kept as a weak hash.
//!
//! # Why
//! An empty password is an open door.
//!
//! # Passes
//! ```json,passes
//! {"reason": "none_empty", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "SI.shadow": [{"system_id": "d1", "username": "ada", "password_status": "active",
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "empty_password", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "SI.shadow": [{"system_id": "d1", "username": "kiosk", "password_status": "empty"}]}}
//! ```
//!
//! # Unknown when
//! The table has no row for the device, or an account does not say what its password is like.
//! ```json,unknown
//! {"reason": "accounts_unlisted", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}], "SI.shadow": []}}
//! ```
//!
//! # Fix
//! Lock the account or set a password.
//!
//! # Sources
//! The words of `password_status` are `active`, `locked`, `not_set` and `empty` `[third-party]`; any
//! other word settles nothing. Only an active password has a hash that could be weak. Evidence names
//! the algorithm and never holds a hash.

use alloc::collections::BTreeMap;
use alloc::string::String;

use jumpcloud_client::resources::insights::ShadowEntry;

use crate::case::Case;
use crate::facts::Platform;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const CHECK_HASH: Flag =
    Flag::new("check_hash", false, "Whether weak hashes of passwords fail.").stricter_when_true();
const WEAK_HASHES: Texts =
    Texts::new("weak_hashes", &["md5", "des"], "Names of hash algorithms that count as weak.")
        .stricter_when_longer();

const META: Meta = Meta {
    id: "JC-DEV-036",
    logic_version: 1,
    text_revision: 1,
    title: "No Linux account has an empty password",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 2,
    rationale: "An empty password is an open door.",
    remediation: "Lock the account or set a password.",
    applies: "Linux devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new("SI.shadow", &["username", "password_status", "hash_alg"]),
    ],
    params: &[
        CHECK_HASH.spec(),
        WEAK_HASHES.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("none_empty", "no account has an empty password"),
        Reason::fail("empty_password", "an account has an empty password"),
        Reason::fail("weak_hash", "a password is kept as a weak hash"),
        Reason::unknown("accounts_unlisted", "the table has no row for the device"),
        Reason::unknown("account_unclear", "an account does not say what its password is like"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("other_platform", "only Linux devices are judged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoEmptyPasswords;

impl Rule for NoEmptyPasswords {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
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
        case.uses("SI.shadow");
        let rows = facts.rows::<ShadowEntry>(device);
        let mut counts: BTreeMap<Password, i64> = BTreeMap::new();
        for row in &rows {
            let entry = row.value();
            let password = password(case, entry);
            let count = counts.entry(password).or_default();
            *count = count.saturating_add(1);
            if password != Password::Fine {
                let name = entry.username.filled().unwrap_or_default();
                let at = |field: &str| alloc::format!("[username={name}].{field}");
                case.see(*row, "username", &entry.username);
                case.see(*row, &at("password_status"), &entry.password_status);
                case.see(*row, &at("hash_alg"), &entry.hash_alg);
            }
        }
        let fine = counts.get(&Password::Fine).copied().unwrap_or_default();
        case.see_derived(device.row(), "accounts_without_complaint", fine);
        if counts.contains_key(&Password::Empty) {
            return Ok(Verdict::fail("empty_password"));
        }
        if counts.contains_key(&Password::Weak) {
            return Ok(Verdict::fail("weak_hash"));
        }
        case.require("SI.shadow")?;
        if rows.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "accounts_unlisted"));
        }
        if counts.contains_key(&Password::Unclear) {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "account_unclear"));
        }
        // The oldest row decides how old the list is.
        let oldest = rows.iter().map(|row| row.collected_at).min().flatten();
        Ok(Verdict::pass("none_empty").resting_on(oldest))
    }
}

/// What is known about the password of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Password {
    Fine,
    Empty,
    Weak,
    Unclear,
}

fn password(case: &Case<'_>, entry: &ShadowEntry) -> Password {
    let status: Option<String> = entry.password_status.filled().map(str::to_ascii_lowercase);
    match status.as_deref() {
        Some("empty") => Password::Empty,
        Some("locked" | "not_set") => Password::Fine,
        Some("active") if !case.param(&CHECK_HASH) => Password::Fine,
        Some("active") => match entry.hash_alg.filled() {
            None => Password::Unclear,
            Some(hash) => {
                let weak = case.param(&WEAK_HASHES);
                if weak.iter().any(|word| word.trim().eq_ignore_ascii_case(hash)) {
                    Password::Weak
                } else {
                    Password::Fine
                }
            }
        },
        _ => Password::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-036";

    fn device(family: &str, entries: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": family}], "SI.shadow": entries}))
    }

    fn entry(status: Value, hash: Value) -> Value {
        json!({"system_id": "d1", "username": "ada", "password_status": status, "hash_alg": hash,
               "collection_time": "2026-11-23T06:00:00Z"})
    }

    fn one(status: Value) -> String {
        judge(RULE, &device("linux", json!([entry(status, json!("sha512"))])))
    }

    #[test]
    fn the_status_decides() {
        for (status, expected) in [
            (json!("active"), "PASS none_empty"),
            (json!("locked"), "PASS none_empty"),
            (json!("not_set"), "PASS none_empty"),
            (json!("empty"), "FAIL empty_password"),
            (json!("EMPTY"), "FAIL empty_password"),
            (json!("dreaming"), "UNKNOWN account_unclear"),
            (json!(""), "UNKNOWN account_unclear"),
            (json!([]), "UNKNOWN account_unclear"),
            (Value::Null, "UNKNOWN account_unclear"),
        ] {
            assert_eq!(one(status.clone()), expected, "{status}");
        }
        let both = json!([entry(Value::Null, Value::Null), entry(json!("empty"), Value::Null)]);
        assert_eq!(judge(RULE, &device("linux", both)), "FAIL empty_password");
    }

    #[test]
    fn weak_hashes_fail_where_that_is_asked_for() {
        let config = json!({"parameters": {RULE: {"check_hash": true}}});
        let with = |status: &str, hash: Value| {
            judge_with(RULE, &device("linux", json!([entry(json!(status), hash)])), &config)
        };
        assert_eq!(with("active", json!("MD5")), "FAIL weak_hash");
        assert_eq!(with("active", json!("yescrypt")), "PASS none_empty");
        assert_eq!(with("active", Value::Null), "UNKNOWN account_unclear");
        assert_eq!(with("locked", Value::Null), "PASS none_empty");
        let md5 = device("linux", json!([entry(json!("active"), json!("md5"))]));
        assert_eq!(judge(RULE, &md5), "PASS none_empty");
    }

    #[test]
    fn a_partial_or_empty_table_cannot_pass() {
        let partial = |status: &str| {
            let row = entry(json!(status), Value::Null);
            device("linux", json!({"state": "partial", "reason": "page_failed", "records": [row]}))
        };
        assert_eq!(judge(RULE, &partial("empty")), "FAIL empty_password");
        assert_eq!(judge(RULE, &partial("active")), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &device("linux", json!([]))), "UNKNOWN accounts_unlisted");
        let failed = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &device("linux", failed)), "UNKNOWN input_failed");
    }

    #[test]
    fn only_linux_is_judged() {
        for family in ["darwin", "windows"] {
            let other = device(family, json!([entry(json!("empty"), Value::Null)]));
            assert_eq!(judge(RULE, &other), "NOT_APPLICABLE other_platform");
        }
        assert_eq!(judge(RULE, &device("", json!([]))), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn old_future_and_untimed_rows_carry_no_pass() {
        let at = |time: Value| {
            let mut own = entry(json!("active"), Value::Null);
            own["collection_time"] = time;
            judge(RULE, &device("linux", json!([own])))
        };
        assert_eq!(at(json!("2026-01-01T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2027-01-01T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
    }

    #[test]
    fn evidence_names_the_account_that_fails_and_counts_the_others() {
        let mut safe = entry(json!("locked"), Value::Null);
        safe["username"] = json!("bob");
        let all = device("linux", json!([entry(json!("empty"), Value::Null), safe]));
        let found =
            crate::testing::findings(RULE, &all, &json!({})).remove(0).evidence.observations;
        let seen =
            |path: &str| found.iter().find(|own| own.path == path).map(|own| json!(own.value));
        assert_eq!(seen("[username=ada].password_status"), Some(json!("empty")));
        assert_eq!(seen("[username=bob].password_status"), None);
        assert_eq!(seen("accounts_without_complaint"), Some(json!(1)));
    }
}
