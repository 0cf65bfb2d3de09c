//! JC-DEV-018: local administrator accounts are limited to the approved ones.
//!
//! # Expectation
//! No more than the allowed number of people's accounts have administrator rights on the device, each
//! of them managed by JumpCloud and none of them of a suspended user.
//!
//! # Why
//! Daily work with administrator rights turns a click into a takeover.
//!
//! # Passes
//! ```json,passes
//! {"reason": "within_limit", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.users": [{"system_id": "d1", "username": "ada", "uid": "1000", "real_user": true,
//!         "admin": false, "managed": true, "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "user_metrics", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true,
//!         "userMetrics": [{"userName": "ada", "admin": false, "managed": true}]}],
//!     "SI.users": {"state": "not_licensed"}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "unapproved_admin", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "SI.users": [{"system_id": "d1", "username": "helper", "uid": "1001", "real_user": true,
//!         "admin": true, "managed": false}]}}
//! ```
//! ```json,fails
//! {"reason": "suspended_admin", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "USR": [{"_id": "u1", "username": "ada", "state": "SUSPENDED"}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}},
//!     "SI.users": [{"system_id": "d1", "username": "ada", "uid": "1000", "real_user": true,
//!         "admin": true, "managed": true}]}}
//! ```
//!
//! # Unknown when
//! Nothing lists the accounts of the device, or an account does not say enough about itself.
//! ```json,unknown
//! {"reason": "accounts_unlisted", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}], "SI.users": []}}
//! ```
//!
//! # Fix
//! Take the rights away, use a separate account for administration, or record an approved exception.
//!
//! # Sources
//! `admin`, `managed`, `real_user` and `suspended` are JumpCloud's own columns of `users` `[spec]`. The
//! accounts on the device's record decide only where the table has nothing for the device, and pass only
//! when the table could not contradict: it is complete, or the organisation does not have it. An account
//! that is locked on the device is no administrator. An account that leaves a column open counts
//! against a pass and never as a failure.

use alloc::string::String;
use alloc::vec::Vec;

use jumpcloud_client::Field;
use jumpcloud_client::resources::UserMetric;
use jumpcloud_client::resources::insights::LocalUser;

use crate::case::{Case, Row};
use crate::facts::{Device, Standing};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, Int, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_LOCAL_ADMINS: Int =
    Int::new("max_local_admins", 1, 0..=5, "Most administrator accounts of people on a device.")
        .stricter_when_lower();
const REQUIRE_MANAGED: Flag =
    Flag::new("require_managed", true, "Whether JumpCloud must manage each administrator account.")
        .stricter_when_true();
const ALLOWED: Texts = Texts::new(
    "allowed_accounts",
    &["root", "_jumpcloudserviceaccount", "jumpcloud"],
    "Names of accounts that may be administrators and do not count.",
)
.stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-DEV-018",
    logic_version: 1,
    text_revision: 1,
    title: "Local administrator accounts are limited to the approved ones",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "Daily work with administrator rights turns a click into a takeover.",
    remediation: "Take the rights away, use a separate account for administration, or record an \
                  approved exception.",
    applies: "macOS, Windows and Linux devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "userMetrics"]),
        InputNeed::new(
            "SI.users",
            &["username", "uid", "admin", "real_user", "suspended", "managed"],
        ),
        InputNeed::new("SYS-USR", &["id"]),
        InputNeed::new("USR", &["username", "systemUsername", "state", "suspended", "activated"]),
    ],
    params: &[
        MAX_LOCAL_ADMINS.spec(),
        REQUIRE_MANAGED.spec(),
        ALLOWED.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("within_limit", "its accounts hold no administrator beyond the limit"),
        Reason::pass("user_metrics", "its record lists no administrator beyond the limit"),
        Reason::fail("unapproved_admin", "there are too many administrators, or unmanaged ones"),
        Reason::fail("suspended_admin", "a suspended user is an administrator of the device"),
        Reason::unknown("accounts_unlisted", "no source lists the accounts of the device"),
        Reason::unknown("account_unclear", "an account does not say whether it is approved"),
        Reason::unknown("state_unclear", "an administrator's user does not say where it stands"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct FewLocalAdmins;

impl Rule for FewLocalAdmins {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let system = device.system();
        case.see(device.row(), "osFamily", &system.os_family);
        if device.platform.family().is_none() {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        }
        case.uses("SI.users");
        let facts = case.facts();
        let rows = facts.rows::<LocalUser>(device);
        if !rows.is_empty() {
            let accounts: Vec<Account<'_>> =
                rows.iter().filter_map(|row| of_row(case, device, *row)).collect();
            if let Some(verdict) = beyond(case, device, &accounts)? {
                return Ok(verdict);
            }
            case.require("SI.users")?;
            // The oldest row decides how old the list is.
            let oldest = rows.iter().map(|row| row.collected_at).min().flatten();
            return Ok(Verdict::pass("within_limit").resting_on(oldest));
        }
        let metrics = system.user_metrics.value().map(Vec::as_slice).unwrap_or_default();
        if metrics.is_empty() {
            case.settled("SI.users")?;
            return Err(Unknown::new(UnknownCause::NotObservable, "accounts_unlisted"));
        }
        let accounts: Vec<Account<'_>> =
            metrics.iter().filter_map(|metric| of_metric(case, device, metric)).collect();
        if let Some(verdict) = beyond(case, device, &accounts)? {
            return Ok(verdict);
        }
        case.settled("SI.users")?;
        Ok(Verdict::pass("user_metrics"))
    }
}

/// An account that is an administrator, or may be one.
#[derive(Clone, Copy, Debug)]
struct Account<'r> {
    name: Option<&'r str>,
    /// It is one for certain.
    certain: bool,
    managed: Option<bool>,
}

/// The account of a row, unless it is certainly approved or no administrator of a person.
fn of_row<'r>(
    case: &mut Case<'_>,
    device: &Device<'_>,
    row: Row<'r, LocalUser>,
) -> Option<Account<'r>> {
    let account = row.value();
    let name = account.username.filled();
    let harmless = account.admin.is_false()
        || account.real_user.is_false()
        || account.suspended.is_true()
        || account.uid.filled() == Some("0")
        || name.is_some_and(|name| device.platform.lists_account(&case.param(&ALLOWED), name));
    if harmless {
        return None;
    }
    case.see(row, "username", &account.username);
    let at = |field: &str| alloc::format!("[username={}].{field}", name.unwrap_or_default());
    case.see(row, &at("uid"), &account.uid);
    let admin = case.see(row, &at("admin"), &account.admin).is_true();
    let real = case.see(row, &at("real_user"), &account.real_user).is_true();
    case.see(row, &at("suspended"), &account.suspended);
    let managed = case.see(row, &at("managed"), &account.managed).value().copied();
    Some(Account { name, certain: admin && real && name.is_some(), managed })
}

/// The same of an entry of the device's record, which lists accounts of people only.
fn of_metric<'r>(
    case: &mut Case<'_>,
    device: &Device<'_>,
    metric: &'r UserMetric,
) -> Option<Account<'r>> {
    let name = metric.user_name.filled();
    let harmless = metric.admin.is_false()
        || metric.suspended.is_true()
        || name.is_some_and(|name| device.platform.lists_account(&case.param(&ALLOWED), name));
    if harmless {
        return None;
    }
    let at =
        |field: &str| alloc::format!("userMetrics[userName={}].{field}", name.unwrap_or_default());
    let admin = case.see(device.row(), &at("admin"), &metric.admin).is_true();
    case.see(device.row(), &at("suspended"), &metric.suspended);
    let managed = case.see(device.row(), &at("managed"), &metric.managed).value().copied();
    Some(Account { name, certain: admin && name.is_some(), managed })
}

/// The failure of a device whose administrators go beyond what is approved.
fn beyond(
    case: &mut Case<'_>,
    device: &Device<'_>,
    accounts: &[Account<'_>],
) -> Result<Option<Verdict>, Unknown> {
    let max = case.param(&MAX_LOCAL_ADMINS);
    let require_managed = case.param(&REQUIRE_MANAGED);
    let certain: Vec<Account<'_>> =
        accounts.iter().copied().filter(|account| account.certain).collect();
    let unmanaged = certain.iter().any(|account| account.managed == Some(false));
    if count(&certain) > max || require_managed && unmanaged {
        return Ok(Some(Verdict::fail("unapproved_admin")));
    }
    let mut unclear = None;
    for account in accounts {
        if account.name.is_none() {
            // Nobody can say whose account it is.
            unclear = Some(Unknown::new(UnknownCause::FieldAbsent, "account_unclear"));
        }
        match standing(case, device, account) {
            Some(Standing::Suspended) if account.certain => {
                return Ok(Some(Verdict::fail("suspended_admin")));
            }
            Some(Standing::Suspended) => {
                unclear = Some(Unknown::new(UnknownCause::FieldAbsent, "account_unclear"));
            }
            Some(Standing::Unclear) => {
                unclear = Some(Unknown::new(UnknownCause::FieldAbsent, "state_unclear"));
            }
            Some(Standing::Active | Standing::Staged) | None => {}
        }
    }
    let unmanaged = accounts.iter().any(|account| account.managed != Some(true));
    if count(accounts) > max || require_managed && unmanaged {
        return Err(Unknown::new(UnknownCause::FieldAbsent, "account_unclear"));
    }
    if let Some(unknown) = unclear {
        return Err(unknown);
    }
    if !accounts.is_empty() {
        // A binding that is missing could name a suspended user.
        case.require_source(&case.facts().bindings_of_device(device))?;
        case.require("USR")?;
    }
    Ok(None)
}

/// How many different accounts there are; each one without a name counts.
fn count(accounts: &[Account<'_>]) -> i64 {
    let mut names: Vec<&str> = accounts.iter().filter_map(|account| account.name).collect();
    names.sort_unstable();
    names.dedup();
    let nameless = accounts.iter().filter(|account| account.name.is_none()).count();
    i64::try_from(names.len().saturating_add(nameless)).unwrap_or(i64::MAX)
}

/// Where the user of the directory stands who has this account on the device.
fn standing(case: &mut Case<'_>, device: &Device<'_>, account: &Account<'_>) -> Option<Standing> {
    let name = account.name?;
    let facts = case.facts();
    let is_account = |field: &Field<String>| {
        field.filled().is_some_and(|own| device.platform.is_same_account(own, name))
    };
    let mut worst = None;
    for (id, _) in facts.users_of_device(&device.key) {
        let Some(user) = facts.user(id) else { continue };
        let record = user.user();
        if !is_account(&record.username) && !is_account(&record.system_username) {
            continue;
        }
        case.see(user.row(), "username", &record.username);
        case.see(user.row(), "systemUsername", &record.system_username);
        case.see(user.row(), "state", &record.state);
        case.see(user.row(), "suspended", &record.suspended);
        worst = match (worst, user.standing) {
            (Some(Standing::Suspended), _) | (_, Standing::Suspended) => Some(Standing::Suspended),
            (Some(Standing::Unclear), _) | (_, Standing::Unclear) => Some(Standing::Unclear),
            (_, other) => Some(other),
        };
    }
    worst
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-018";

    fn device(family: &str, accounts: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": family, "active": true}],
            "SI.users": accounts,
            "USR": [{"_id": "u1", "username": "ada", "state": "ACTIVATED", "suspended": false}],
            "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}
        }))
    }

    fn account(name: Value) -> Value {
        json!({"system_id": "d1", "username": name, "uid": "501", "admin": true,
               "real_user": true, "suspended": false, "managed": true,
               "collection_time": "2026-11-23T06:00:00Z"})
    }

    fn with(field: &str, value: Value) -> Value {
        let mut account = account(json!("ada"));
        account[field] = value;
        device("darwin", json!([account]))
    }

    #[test]
    fn one_managed_administrator_is_within_the_limit() {
        let one = device("darwin", json!([account(json!("ada"))]));
        assert_eq!(judge(RULE, &one), "PASS within_limit");
        let two = device("darwin", json!([account(json!("ada")), account(json!("ben"))]));
        assert_eq!(judge(RULE, &two), "FAIL unapproved_admin");
        let config = json!({"parameters": {RULE: {"max_local_admins": 2}}});
        assert_eq!(judge_with(RULE, &two, &config), "PASS within_limit");
        let twice = device("darwin", json!([account(json!("ada")), account(json!("ada"))]));
        assert_eq!(judge(RULE, &twice), "PASS within_limit");
    }

    #[test]
    fn unmanaged_administrators_need_leave() {
        let own = with("managed", json!(false));
        assert_eq!(judge(RULE, &own), "FAIL unapproved_admin");
        let config = json!({"parameters": {RULE: {"require_managed": false}}});
        assert_eq!(judge_with(RULE, &own, &config), "PASS within_limit");
    }

    #[test]
    fn approved_system_and_locked_accounts_do_not_count() {
        let allowed = |family: &str, name: &str| {
            let mut own = account(json!(name));
            own["managed"] = json!(false);
            judge(RULE, &device(family, json!([own])))
        };
        assert_eq!(allowed("linux", "root"), "PASS within_limit");
        assert_eq!(allowed("windows", "JumpCloud"), "PASS within_limit");
        assert_eq!(allowed("linux", "JumpCloud"), "FAIL unapproved_admin");
        for (field, value) in [
            ("uid", json!("0")),
            ("admin", json!(false)),
            ("real_user", json!(false)),
            ("suspended", json!(true)),
        ] {
            let mut own = account(json!("helper"));
            own["managed"] = json!(false);
            own[field] = value;
            assert_eq!(judge(RULE, &device("linux", json!([own]))), "PASS within_limit", "{field}");
        }
    }

    #[test]
    fn a_suspended_user_who_is_still_administrator_fails() {
        let mut suspended = device("darwin", json!([account(json!("ada"))]));
        suspended["USR"][0]["state"] = json!("SUSPENDED");
        assert_eq!(judge(RULE, &suspended), "FAIL suspended_admin");
        let mut unclear = suspended.clone();
        unclear["SI.users"][0]["admin"] = Value::Null;
        assert_eq!(judge(RULE, &unclear), "UNKNOWN account_unclear");
        let mut own = suspended.clone();
        own["USR"][0]["username"] = json!("ada.quill");
        own["USR"][0]["systemUsername"] = json!("ada");
        assert_eq!(judge(RULE, &own), "FAIL suspended_admin");
        let mut open = suspended.clone();
        open["USR"][0] = json!({"_id": "u1", "username": "ada"});
        assert_eq!(judge(RULE, &open), "UNKNOWN state_unclear");
        for lost in ["USR", "SYS-USR"] {
            let mut fewer = suspended.clone();
            fewer.as_object_mut().unwrap().remove(lost);
            assert_eq!(judge(RULE, &fewer), "UNKNOWN input_not_collected", "{lost}");
        }
    }

    #[test]
    fn a_column_that_is_left_open_carries_no_pass_and_no_failure() {
        for (field, value) in [
            ("managed", Value::Null),
            ("managed", json!("perhaps")),
            ("username", Value::Null),
            ("username", json!("")),
        ] {
            assert_eq!(judge(RULE, &with(field, value)), "UNKNOWN account_unclear", "{field}");
        }
        for field in ["admin", "real_user"] {
            let mut open = account(json!("ben"));
            open[field] = Value::Null;
            let two = device("darwin", json!([account(json!("ada")), open]));
            assert_eq!(judge(RULE, &two), "UNKNOWN account_unclear", "{field}");
        }
        assert_eq!(judge(RULE, &with("suspended", Value::Null)), "PASS within_limit");
    }

    #[test]
    fn without_rows_the_record_counts() {
        let metrics = |metrics: Value, accounts: Value| {
            let mut inputs = device("darwin", accounts);
            inputs["SYS"][0]["userMetrics"] = metrics;
            judge(RULE, &inputs)
        };
        let ada = json!([{"userName": "ada", "admin": true, "managed": true, "suspended": false}]);
        let helper = json!([{"userName": "helper", "admin": true, "managed": false}]);
        assert_eq!(metrics(ada.clone(), json!([])), "PASS user_metrics");
        assert_eq!(metrics(helper.clone(), json!([])), "FAIL unapproved_admin");
        assert_eq!(metrics(ada.clone(), json!({"state": "not_licensed"})), "PASS user_metrics");
        let failed = json!({"state": "failed", "class": "server"});
        assert_eq!(metrics(ada, failed.clone()), "UNKNOWN input_failed");
        assert_eq!(metrics(helper, failed.clone()), "FAIL unapproved_admin");
        assert_eq!(metrics(json!([]), json!([])), "UNKNOWN accounts_unlisted");
        assert_eq!(metrics(json!("none"), json!([])), "UNKNOWN accounts_unlisted");
        assert_eq!(metrics(Value::Null, failed), "UNKNOWN input_failed");
        assert_eq!(metrics(json!([{"admin": true}]), json!([])), "UNKNOWN account_unclear");
        let locked = json!([{"userName": "x", "admin": true, "managed": false, "suspended": true}]);
        assert_eq!(metrics(locked, json!([])), "PASS user_metrics");
    }

    #[test]
    fn a_partial_table_can_fail_and_cannot_pass() {
        let partial = |row: Value| {
            device("linux", json!({"state": "partial", "reason": "page_failed", "records": [row]}))
        };
        let mut own = account(json!("helper"));
        own["managed"] = json!(false);
        assert_eq!(judge(RULE, &partial(own)), "FAIL unapproved_admin");
        assert_eq!(judge(RULE, &partial(account(json!("ada")))), "UNKNOWN input_partial");
    }

    #[test]
    fn old_future_and_untimed_rows_carry_no_pass() {
        let at = |time: Value| judge(RULE, &with("collection_time", time));
        assert_eq!(at(json!("2026-01-01T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2027-01-01T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }
}
