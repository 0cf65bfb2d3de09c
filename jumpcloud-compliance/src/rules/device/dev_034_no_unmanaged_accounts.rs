//! JC-DEV-034: no unmanaged interactive local account exists.
//!
//! # Expectation
//! JumpCloud or the domain manages each account of a person on the device, and guests are shut out.
//!
//! # Why
//! Nobody closes an unmanaged account when its owner leaves.
//!
//! # Passes
//! ```json,passes
//! {"reason": "all_managed", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.users": [{"system_id": "d1", "username": "ada", "real_user": true, "managed": true,
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "unmanaged_account", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SI.users": [{"system_id": "d1", "username": "helper", "real_user": true, "managed": false,
//!         "ad_managed": false, "suspended": false, "last_login": "1763000000"}]}}
//! ```
//!
//! # Unknown when
//! The table has no row for the device, or an account does not say enough about itself.
//! ```json,unknown
//! {"reason": "accounts_unlisted", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "SI.users": []}}
//! ```
//!
//! # Fix
//! Let JumpCloud take the account over, or remove it.
//!
//! # Sources
//! `real_user`, `managed`, `ad_managed` and `suspended` are JumpCloud's own columns of `users` `[spec]`.
//! A last sign-in of `0` or of an empty text means never; where the column is missing nobody knows, and
//! the account settles nothing. An account called Guest that is not locked counts as unmanaged whatever
//! the other columns say.

use jumpcloud_client::resources::insights::LocalUser;

use crate::case::{Case, Row};
use crate::facts::Device;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOWED: Texts = Texts::new(
    "allowed_accounts",
    &["root", "_jumpcloudserviceaccount"],
    "Names of accounts that need no management.",
)
.stricter_when_shorter();
const IGNORE_NEVER_LOGGED_IN: Flag = Flag::new(
    "ignore_never_logged_in",
    true,
    "Whether accounts with which nobody ever signed in are left out.",
)
.stricter_when_false();

const META: Meta = Meta {
    id: "JC-DEV-034",
    logic_version: 1,
    text_revision: 1,
    title: "No unmanaged interactive local account exists",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Nobody closes an unmanaged account when its owner leaves.",
    remediation: "Let JumpCloud take the account over, or remove it.",
    applies: "macOS, Windows and Linux devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new(
            "SI.users",
            &["username", "real_user", "managed", "ad_managed", "suspended", "last_login"],
        ),
    ],
    params: &[
        ALLOWED.spec(),
        IGNORE_NEVER_LOGGED_IN.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("all_managed", "each account of a person is managed"),
        Reason::fail("unmanaged_account", "an account of a person is not managed"),
        Reason::unknown("accounts_unlisted", "the table has no row for the device"),
        Reason::unknown("account_unclear", "an account does not say whether it is managed"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct NoUnmanagedAccounts;

impl Rule for NoUnmanagedAccounts {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        case.see(device.row(), "osFamily", &device.system().os_family);
        if device.platform.family().is_none() {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        }
        case.uses("SI.users");
        let rows = facts.rows::<LocalUser>(device);
        let searched = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        case.see_derived(device.row(), "rows_searched", searched);
        let mut unmanaged = false;
        let mut unclear = false;
        for row in &rows {
            match standing(case, device, row.value()) {
                Standing::Fine => continue,
                Standing::Unmanaged => unmanaged = true,
                Standing::Unclear => unclear = true,
            }
            observe(case, *row);
        }
        if unmanaged {
            return Ok(Verdict::fail("unmanaged_account"));
        }
        case.require("SI.users")?;
        if rows.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "accounts_unlisted"));
        }
        if unclear {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "account_unclear"));
        }
        // The oldest row decides how old the list is.
        let oldest = rows.iter().map(|row| row.collected_at).min().flatten();
        Ok(Verdict::pass("all_managed").resting_on(oldest))
    }
}

/// What an account says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Fine,
    Unmanaged,
    Unclear,
}

fn standing(case: &Case<'_>, device: &Device<'_>, account: &LocalUser) -> Standing {
    let Some(name) = account.username.filled() else { return Standing::Unclear };
    if device.platform.lists_account(&case.param(&ALLOWED), name) || account.suspended.is_true() {
        return Standing::Fine;
    }
    if name.eq_ignore_ascii_case("guest") {
        return if account.suspended.is_false() { Standing::Unmanaged } else { Standing::Unclear };
    }
    if account.real_user.is_false() || account.managed.is_true() || account.ad_managed.is_true() {
        return Standing::Fine;
    }
    let signed_in = match account.last_login.text().map(str::trim) {
        Some("" | "0") => Some(false),
        Some(text) => text.parse::<i64>().is_ok_and(|at| at > 0).then_some(true),
        None => None,
    };
    let ignore = case.param(&IGNORE_NEVER_LOGGED_IN);
    match signed_in {
        Some(false) if ignore => Standing::Fine,
        None if ignore => Standing::Unclear,
        _ if account.real_user.is_true() && account.managed.is_false() => Standing::Unmanaged,
        _ => Standing::Unclear,
    }
}

fn observe(case: &mut Case<'_>, row: Row<'_, LocalUser>) {
    let account = row.value();
    let name = account.username.filled().unwrap_or_default();
    let at = |field: &str| alloc::format!("[username={name}].{field}");
    case.see(row, "username", &account.username);
    case.see(row, &at("real_user"), &account.real_user);
    case.see(row, &at("managed"), &account.managed);
    case.see(row, &at("ad_managed"), &account.ad_managed);
    case.see(row, &at("suspended"), &account.suspended);
    case.see(row, &at("last_login"), &account.last_login);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-034";

    fn device(family: &str, accounts: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": family, "active": true}], "SI.users": accounts
        }))
    }

    /// An unmanaged account that is used, with these columns on top.
    fn account(columns: &Value) -> Value {
        let mut account = json!({"system_id": "d1", "username": "helper", "real_user": true,
            "managed": false, "ad_managed": false, "suspended": false, "last_login": "1763000000",
            "collection_time": "2026-11-23T06:00:00Z"});
        for (column, value) in columns.as_object().unwrap() {
            account[column] = value.clone();
        }
        account
    }

    fn with(columns: &Value) -> Value {
        device("darwin", json!([account(columns)]))
    }

    #[test]
    fn each_reason_to_let_an_account_be() {
        assert_eq!(judge(RULE, &with(&json!({}))), "FAIL unmanaged_account");
        for columns in [
            json!({"real_user": false}),
            json!({"managed": true}),
            json!({"ad_managed": true}),
            json!({"suspended": true}),
            json!({"username": "root"}),
            json!({"last_login": "0"}),
            json!({"last_login": ""}),
            json!({"last_login": 0}),
        ] {
            assert_eq!(judge(RULE, &with(&columns)), "PASS all_managed", "{columns}");
        }
        assert_eq!(judge(RULE, &with(&json!({"ad_managed": null}))), "FAIL unmanaged_account");
        assert_eq!(judge(RULE, &with(&json!({"suspended": null}))), "FAIL unmanaged_account");
    }

    #[test]
    fn names_compare_as_the_system_does() {
        let service = |family: &str| {
            judge(RULE, &device(family, json!([account(&json!({"username": "ROOT"}))])))
        };
        assert_eq!(service("windows"), "PASS all_managed");
        assert_eq!(service("linux"), "FAIL unmanaged_account");
    }

    #[test]
    fn an_open_column_settles_nothing() {
        for columns in [
            json!({"real_user": null}),
            json!({"managed": null}),
            json!({"managed": "perhaps"}),
            json!({"username": null}),
            json!({"last_login": null}),
            json!({"last_login": "yesterday"}),
            json!({"last_login": "-1"}),
        ] {
            assert_eq!(judge(RULE, &with(&columns)), "UNKNOWN account_unclear", "{columns}");
        }
    }

    #[test]
    fn accounts_that_nobody_used_count_when_asked_for() {
        let config = json!({"parameters": {RULE: {"ignore_never_logged_in": false}}});
        for last in [json!("0"), json!(""), json!(null)] {
            let unused = with(&json!({"last_login": last}));
            assert_eq!(judge_with(RULE, &unused, &config), "FAIL unmanaged_account", "{last}");
        }
    }

    #[test]
    fn guests_are_unmanaged_unless_they_are_shut_out() {
        let guest = |suspended: Value| {
            judge(
                RULE,
                &with(&json!({"username": "Guest", "real_user": false, "last_login": "0",
                "suspended": suspended})),
            )
        };
        assert_eq!(guest(json!(false)), "FAIL unmanaged_account");
        assert_eq!(guest(json!(true)), "PASS all_managed");
        assert_eq!(guest(Value::Null), "UNKNOWN account_unclear");
    }

    #[test]
    fn a_partial_or_empty_table_cannot_pass() {
        let partial = |columns: Value| {
            device(
                "linux",
                json!({"state": "partial", "reason": "page_failed",
                "records": [account(&columns)]}),
            )
        };
        assert_eq!(judge(RULE, &partial(json!({}))), "FAIL unmanaged_account");
        assert_eq!(judge(RULE, &partial(json!({"managed": true}))), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &device("linux", json!([]))), "UNKNOWN accounts_unlisted");
        let failed = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &device("linux", failed)), "UNKNOWN input_failed");
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn old_future_and_untimed_rows_carry_no_pass() {
        let at =
            |time: Value| judge(RULE, &with(&json!({"managed": true, "collection_time": time})));
        assert_eq!(at(json!("2026-01-01T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2027-01-01T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(json!("soon")), "UNKNOWN untimed_telemetry");
    }

    #[test]
    fn evidence_holds_the_account_and_its_flags() {
        let found = crate::testing::findings(RULE, &with(&json!({})), &json!({})).remove(0);
        for (field, value) in [
            ("username", json!("helper")),
            ("[username=helper].real_user", json!(true)),
            ("[username=helper].managed", json!(false)),
            ("[username=helper].ad_managed", json!(false)),
            ("[username=helper].suspended", json!(false)),
            ("[username=helper].last_login", json!("1763000000")),
        ] {
            let seen = found.evidence.observations.iter().find(|own| own.path == field);
            assert_eq!(json!(seen.unwrap().value), value, "{field}");
        }
    }
}
