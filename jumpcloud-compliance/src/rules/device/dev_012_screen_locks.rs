//! JC-DEV-012: an automatic screen lock is enforced.
//!
//! # Expectation
//! The screen locks after the allowed idle time at the latest and asks for the password at once; a
//! profile or a policy enforces that.
//!
//! # Why
//! An open session that nobody attends lets anyone act as the user.
//!
//! # Passes
//! ```json,passes
//! {"reason": "managed_value", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.managed_policies": [
//!         {"system_id": "d1", "domain": "com.apple.screensaver", "name": "idleTime",
//!          "value": "600", "collection_time": "2026-11-23T06:00:00Z"},
//!         {"system_id": "d1", "domain": "com.apple.screensaver", "name": "askForPassword",
//!          "value": "1", "collection_time": "2026-11-23T06:00:00Z"},
//!         {"system_id": "d1", "domain": "com.apple.screensaver", "name": "askForPasswordDelay",
//!          "value": "0", "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "policy_evidence", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}], "SI.managed_policies": [],
//!     "POL": [{"id": "p1", "template": {"name": "lock_screen_darwin"}}],
//!     "POLD": {"of": {"p1": [{"id": "p1", "configFields": [{"id": "f1", "name": "timeout"}],
//!         "values": [{"configFieldID": "f1", "value": "600"}]}]}},
//!     "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
//!     "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1", "success": true}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "timeout_too_long", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SI.managed_policies": [
//!         {"system_id": "d1", "domain": "com.apple.screensaver", "name": "idleTime",
//!          "value": "3600"}]}}
//! ```
//! ```json,fails
//! {"reason": "not_enforced", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "SI.managed_policies": [],
//!     "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}}}
//! ```
//!
//! # Unknown when
//! No template is known to lock the screen on this operating system, the policy has not reported, its
//! timeout cannot be read, or an input is missing.
//! ```json,unknown
//! {"reason": "capability_not_mapped", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows"}],
//!     "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}}}
//! ```
//!
//! # Fix
//! Bind a lock screen policy with an allowed timeout that asks for the password at once.
//!
//! # Sources
//! Profiles show as rows of domain `com.apple.screensaver` `[third-party]`; the timeout of
//! `lock_screen_darwin` is in seconds `[official code]`. A profile that says that no password is
//! asked, or asked too late, fails like an idle time that is too long: such a lock keeps nobody out.
//! A value for one account only can fail and cannot pass. Of several policies the shortest timeout
//! counts. A timeout that the policy does not state itself, or in a unit that nobody laid down, is
//! unreadable. What a policy enforces holds as long as the device reports.

use crate::capability::Capability;
use crate::case::Case;
use crate::facts::{
    BOUND_POLICIES, CAPABILITY_NOT_MAPPED, Device, Lack, MANAGED_POLICIES, MANAGED_VALUE_UNCLEAR,
    Managed, ManagedSetting, OPAQUE_POLICY_BOUND, POLICIES, POLICY_PENDING, POLICY_RESULTS,
    Platform, PolicyEvidence,
};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Int, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_IDLE: Int = Int::new(
    "max_idle_secs",
    900,
    60..=3600,
    "Longest idle time, in seconds, until the screen locks.",
)
.stricter_when_lower();
const MAX_DELAY: Int = Int::new(
    "max_delay_secs",
    5,
    0..=300,
    "Longest time, in seconds, for which a locked screen opens without the password.",
)
.stricter_when_lower();

const DOMAIN: &str = "com.apple.screensaver";

const META: Meta = Meta {
    id: "JC-DEV-012",
    logic_version: 1,
    text_revision: 1,
    title: "Automatic screen lock is enforced",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "An open session that nobody attends lets anyone act as the user.",
    remediation: "Bind a lock screen policy with an allowed timeout that asks for the password at \
                  once.",
    applies: "workstations",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        MANAGED_POLICIES,
        POLICIES,
        InputNeed::new("POLD", &["configFields", "values"]),
        BOUND_POLICIES,
        POLICY_RESULTS,
    ],
    params: &[
        MAX_IDLE.spec(),
        MAX_DELAY.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("managed_value", "profiles lock the screen in time and ask for the password"),
        Reason::pass("policy_evidence", "a policy that locks the screen in time was applied"),
        Reason::fail("timeout_too_long", "the screen locks too late or never"),
        Reason::fail("password_not_asked", "a locked screen opens without the password"),
        Reason::fail("policy_failed", "the device did not take the policy that locks the screen"),
        Reason::fail("not_enforced", "nothing locks the screen"),
        POLICY_PENDING,
        CAPABILITY_NOT_MAPPED,
        OPAQUE_POLICY_BOUND,
        Reason::unknown("timeout_unreadable", "the timeout of the policy cannot be read"),
        MANAGED_VALUE_UNCLEAR,
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("server", "servers are judged elsewhere"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ScreenLocks;

impl Rule for ScreenLocks {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        if device.is_server() {
            return Ok(Verdict::not_applicable("server"));
        }
        let Some(family) = device.platform.family() else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        if device.platform == Platform::Darwin {
            if let Some(verdict) = by_profiles(case, device)? {
                return Ok(verdict);
            }
            // A row that did not arrive could say that the screen never locks.
            case.settled("SI.managed_policies")?;
        }
        by_policies(case, device, family)
    }
}

/// What profiles say; none when they leave the lock open.
fn by_profiles<'c>(
    case: &mut Case<'c>,
    device: &'c Device<'c>,
) -> Result<Option<Verdict>, Unknown> {
    let (max_idle, max_delay) = (case.param(&MAX_IDLE), case.param(&MAX_DELAY));
    let idle = ManagedSetting::read(case, device, DOMAIN, "idleTime");
    let ask = ManagedSetting::read(case, device, DOMAIN, "askForPassword");
    let delay = ManagedSetting::read(case, device, DOMAIN, "askForPasswordDelay");
    let verdicts = (
        idle.judge(|seconds| (1..=max_idle).contains(&seconds)),
        ask.judge(|flag| flag == 1),
        delay.judge(|seconds| (0..=max_delay).contains(&seconds)),
    );
    match verdicts {
        (Managed::Bad, _, _) => Ok(Some(Verdict::fail("timeout_too_long"))),
        (_, Managed::Bad, _) | (_, _, Managed::Bad) => {
            Ok(Some(Verdict::fail("password_not_asked")))
        }
        (Managed::Unclear, _, _) | (_, Managed::Unclear, _) | (_, _, Managed::Unclear) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, MANAGED_VALUE_UNCLEAR.code))
        }
        (Managed::Good, Managed::Good, Managed::Good) => {
            let verdict = Verdict::pass("managed_value");
            Ok(Some(delay.support(ask.support(idle.support(verdict)))))
        }
        _ => Ok(None),
    }
}

/// What policies enforce.
fn by_policies<'c>(case: &mut Case<'c>, device: &'c Device<'c>, family: &str) -> Judgement {
    let evidence = PolicyEvidence::read(case, device, family, Capability::ScreenLock);
    if evidence.effective().is_empty() {
        return Ok(match evidence.lack(case)? {
            Lack::Failed => Verdict::fail("policy_failed"),
            Lack::NotBound => Verdict::fail("not_enforced"),
        });
    }
    let max_idle = case.param(&MAX_IDLE);
    let mut unread = None;
    for enforcing in evidence.effective() {
        match enforcing.number(case) {
            Ok(Some(timeout)) if (1..=max_idle).contains(&timeout) => {
                return Ok(Verdict::pass("policy_evidence"));
            }
            // Zero is the word for never.
            Ok(Some(timeout)) if timeout >= 0 => {}
            Ok(_) => {
                unread = Some(Unknown::new(UnknownCause::FieldUnparseable, "timeout_unreadable"));
            }
            Err(unknown) => unread = Some(unknown),
        }
    }
    if let Some(unknown) = unread {
        return Err(unknown);
    }
    // Another policy could lock the screen earlier.
    evidence.settle(case)?;
    Ok(Verdict::fail("timeout_too_long"))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-012";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn row(name: &str, value: &Value) -> Value {
        json!({"system_id": "d1", "domain": "com.apple.screensaver", "name": name,
               "value": value, "username": "", "collection_time": FRESH})
    }

    /// A Mac with these rows of `managed_policies` and no policy.
    fn mac(rows: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin", "active": false,
                     "lastContact": "2026-11-23T11:00:00Z"}],
            "SI.managed_policies": rows,
            "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}, "POLD": {"of": {}}
        }))
    }

    fn profiles(idle: Value, ask: Value, delay: Value) -> Value {
        mac(json!([
            row("idleTime", &idle),
            row("askForPassword", &ask),
            row("askForPasswordDelay", &delay)
        ]))
    }

    /// A Mac without profiles and with a policy of this template, result and timeout.
    fn policy(template: &str, result: Value, timeout: Value) -> Value {
        let mut inputs = mac(json!([]));
        inputs["POL"] = json!([{"id": "p1", "template": {"name": template}}]);
        inputs["POL-SYS"] = json!({"of": {"p1": [{"id": "d1", "type": "system", "paths": [
            [{"to": {"id": "pg", "type": "policy_group"}}, {"to": {"id": "d1", "type": "system"}}]
        ]}]}});
        inputs["PST"] = json!({"of": {"p1": result}});
        inputs["POLD"] = json!({"of": {"p1": [{"id": "p1",
            "configFields": [{"id": "f1", "name": "timeout"}],
            "values": [{"configFieldID": "f1", "value": timeout}]}]}});
        inputs
    }

    fn result(success: bool) -> Value {
        json!([{"id": "r1", "policyID": "p1", "systemID": "d1", "success": success,
                "endedAt": "2026-11-20T00:00:00Z"}])
    }

    const LOCK: &str = "lock_screen_darwin";

    #[test]
    fn g01_a_healthy_mac_is_locked_by_its_profiles() {
        let healthy = profiles(json!("600"), json!("1"), json!("0"));
        assert_eq!(judge(RULE, &healthy), "PASS managed_value");
    }

    #[test]
    fn g29_a_lock_policy_through_a_policy_group() {
        let timeout = json!("600");
        let applied = policy(LOCK, result(true), timeout.clone());
        assert_eq!(judge(RULE, &applied), "PASS policy_evidence");
        let too_long = policy(LOCK, result(true), json!("1800"));
        assert_eq!(judge(RULE, &too_long), "FAIL timeout_too_long");
        let failed = policy(LOCK, result(false), timeout.clone());
        assert_eq!(judge(RULE, &failed), "FAIL policy_failed");
        let pending = policy(LOCK, json!([]), timeout.clone());
        assert_eq!(judge(RULE, &pending), "UNKNOWN policy_pending");
        let mut unmapped = policy("some_policy_windows", result(true), timeout.clone());
        unmapped["SYS"][0]["osFamily"] = json!("windows");
        assert_eq!(judge(RULE, &unmapped), "UNKNOWN capability_not_mapped");
        let opaque = policy("custom_mdm_profile_darwin", result(true), timeout);
        assert_eq!(judge(RULE, &opaque), "UNKNOWN opaque_policy_bound");
    }

    #[test]
    fn profiles_are_judged_at_their_limits() {
        for (idle, ask, delay, expected) in [
            ("900", "1", "5", "PASS managed_value"),
            ("901", "1", "5", "FAIL timeout_too_long"),
            ("0", "1", "0", "FAIL timeout_too_long"),
            ("-1", "1", "0", "FAIL timeout_too_long"),
            ("600", "true", "0", "PASS managed_value"),
            ("600", "0", "0", "FAIL password_not_asked"),
            ("600", "1", "6", "FAIL password_not_asked"),
            ("ten", "1", "0", "UNKNOWN managed_value_unclear"),
            ("", "1", "0", "UNKNOWN managed_value_unclear"),
        ] {
            let read = judge(RULE, &profiles(json!(idle), json!(ask), json!(delay)));
            assert_eq!(read, expected, "{idle} {ask} {delay}");
        }
        let null = profiles(Value::Null, json!("1"), json!("0"));
        assert_eq!(judge(RULE, &null), "UNKNOWN managed_value_unclear");
        let wrong = profiles(json!({}), json!("1"), json!("0"));
        assert_eq!(judge(RULE, &wrong), "UNKNOWN managed_value_unclear");
    }

    #[test]
    fn half_a_profile_is_no_lock() {
        let half = mac(json!([row("idleTime", &json!("600"))]));
        assert_eq!(judge(RULE, &half), "FAIL not_enforced");
        let config = json!({"parameters": {RULE: {"max_idle_secs": 300}}});
        assert_eq!(judge_with(RULE, &half, &config), "FAIL timeout_too_long");
    }

    #[test]
    fn a_value_for_one_account_can_fail_and_cannot_pass() {
        let mut own = profiles(json!("600"), json!("1"), json!("0"));
        own["SI.managed_policies"][0]["username"] = json!("ada");
        assert_eq!(judge(RULE, &own), "FAIL not_enforced");
        own["SI.managed_policies"][0]["value"] = json!("7200");
        assert_eq!(judge(RULE, &own), "FAIL timeout_too_long");
    }

    #[test]
    fn profiles_that_contradict_each_other_settle_nothing() {
        let mut two = profiles(json!("600"), json!("1"), json!("0"));
        two["SI.managed_policies"].as_array_mut().unwrap().push(row("idleTime", &json!("7200")));
        assert_eq!(judge(RULE, &two), "UNKNOWN managed_value_unclear");
    }

    #[test]
    fn old_future_and_untimed_rows_carry_no_pass() {
        let with = |at: Value| {
            let mut healthy = profiles(json!("600"), json!("1"), json!("0"));
            healthy["SI.managed_policies"][1]["collection_time"] = at;
            judge(RULE, &healthy)
        };
        assert_eq!(with(json!("2026-10-24T06:00:00Z")), "PASS managed_value");
        assert_eq!(with(json!("2026-10-01T06:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(with(json!("2026-11-23T18:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(with(Value::Null), "UNKNOWN untimed_telemetry");
        let mut silent = policy(LOCK, result(true), json!("600"));
        silent["SYS"][0]["lastContact"] = json!("2026-09-01T00:00:00Z");
        assert_eq!(judge(RULE, &silent), "UNKNOWN stale_data");
    }

    #[test]
    fn a_timeout_that_cannot_be_read_is_no_lock() {
        let with = |value: Value| judge(RULE, &policy(LOCK, result(true), value));
        assert_eq!(with(json!(600)), "PASS policy_evidence");
        assert_eq!(with(json!("0")), "FAIL timeout_too_long");
        for odd in [json!(null), json!("soon"), json!(""), json!([600]), json!("-5"), json!(1.5)] {
            assert_eq!(with(odd.clone()), "UNKNOWN timeout_unreadable", "{odd}");
        }
        let mut masked = policy(LOCK, result(true), json!("600"));
        masked["POLD"]["of"]["p1"][0]["values"][0]["sensitive"] = json!(true);
        assert_eq!(judge(RULE, &masked), "UNKNOWN timeout_unreadable");
        let mut preset = policy(LOCK, result(true), json!("600"));
        preset["POLD"]["of"]["p1"][0]["values"] = json!([]);
        preset["POLD"]["of"]["p1"][0]["configFields"][0]["defaultValue"] = json!("300");
        assert_eq!(judge(RULE, &preset), "UNKNOWN timeout_unreadable");
        let mut twice = policy(LOCK, result(true), json!("600"));
        let values = twice["POLD"]["of"]["p1"][0]["values"].as_array_mut().unwrap();
        values.push(json!({"configFieldID": "f1", "value": "7200"}));
        assert_eq!(judge(RULE, &twice), "UNKNOWN timeout_unreadable");
        let mut unread = policy(LOCK, result(true), json!("600"));
        unread.as_object_mut().unwrap().remove("POLD");
        assert_eq!(judge(RULE, &unread), "UNKNOWN input_not_collected");
    }

    #[test]
    fn of_two_policies_the_shorter_timeout_counts() {
        let two = |first: &str, second: &str, success: bool| -> String {
            let mut inputs = policy(LOCK, result(true), json!(first));
            inputs["POL"] = json!([{"id": "p1", "template": {"name": LOCK}},
                {"id": "p2", "template": {"name": LOCK}}]);
            inputs["POL-SYS"]["of"]["p2"] = json!([{"id": "d1", "type": "system"}]);
            inputs["PST"]["of"]["p2"] =
                json!([{"id": "r2", "policyID": "p2", "systemID": "d1", "success": success}]);
            inputs["POLD"]["of"]["p2"] = json!([{"id": "p2",
                "configFields": [{"id": "f1", "name": "timeout"}],
                "values": [{"configFieldID": "f1", "value": second}]}]);
            judge(RULE, &inputs)
        };
        assert_eq!(two("3600", "300", true), "PASS policy_evidence");
        assert_eq!(two("3600", "1800", true), "FAIL timeout_too_long");
        assert_eq!(two("3600", "never", true), "UNKNOWN timeout_unreadable");
        assert_eq!(two("3600", "300", false), "FAIL timeout_too_long");
    }

    #[test]
    fn missing_inputs_never_pass_and_never_fail() {
        let mut rows = policy(LOCK, result(true), json!("600"));
        rows["SI.managed_policies"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &rows), "UNKNOWN input_failed");
        let mut unlicensed = policy(LOCK, result(true), json!("600"));
        unlicensed["SI.managed_policies"] = json!({"state": "not_licensed"});
        assert_eq!(judge(RULE, &unlicensed), "PASS policy_evidence");
        for (input, expected) in [
            ("POL", "UNKNOWN input_not_collected"),
            ("POL-SYS", "UNKNOWN input_not_collected"),
            ("PST", "UNKNOWN input_not_collected"),
        ] {
            let mut lost = policy(LOCK, result(true), json!("600"));
            lost.as_object_mut().unwrap().remove(input);
            assert_eq!(judge(RULE, &lost), expected, "{input}");
        }
        let mut partial = mac(json!([]));
        partial["POL-SYS"] = json!({"of": {"p1": {"state": "failed", "class": "server"}}});
        assert_eq!(judge(RULE, &partial), "UNKNOWN input_partial");
    }

    #[test]
    fn a_result_from_the_future_is_not_believed() {
        for success in [true, false] {
            let mut ahead = policy(LOCK, result(success), json!("600"));
            ahead["PST"]["of"]["p1"][0]["endedAt"] = json!("2026-12-24T00:00:00Z");
            assert_eq!(judge(RULE, &ahead), "UNKNOWN future_timestamp");
        }
        let mut opaque = policy("custom_mdm_profile_darwin", result(false), json!("600"));
        opaque["PST"]["of"]["p1"][0]["endedAt"] = json!("2026-12-24T00:00:00Z");
        assert_eq!(judge(RULE, &opaque), "UNKNOWN opaque_policy_bound");
    }

    #[test]
    fn a_policy_that_hides_its_template_may_lock_the_screen() {
        let mut hidden = policy(LOCK, result(true), json!("600"));
        hidden["POL"][0]["template"] = json!(null);
        assert_eq!(judge(RULE, &hidden), "UNKNOWN opaque_policy_bound");
        let failed = policy("custom_mdm_profile_darwin", result(false), json!("600"));
        assert_eq!(judge(RULE, &failed), "FAIL not_enforced");
        let pending = policy("custom_mdm_profile_darwin", json!([]), json!("600"));
        assert_eq!(judge(RULE, &pending), "UNKNOWN opaque_policy_bound");
        let mut other = policy(LOCK, result(true), json!("600"));
        other["POL"][0]["template"]["osMetaFamily"] = json!("windows");
        assert_eq!(judge(RULE, &other), "FAIL not_enforced");
    }

    #[test]
    fn an_override_says_that_and_not_how_early_the_screen_locks() {
        let own = policy("house_made_lock", result(true), json!("600"));
        let config = json!({"policy_capability_overrides": {"p1": "screen_lock"}});
        assert_eq!(judge_with(RULE, &own, &config), "UNKNOWN timeout_unreadable");
    }

    #[test]
    fn servers_and_unknown_systems() {
        let server = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux",
            "desktopCapable": false}]}));
        assert_eq!(judge(RULE, &server), "NOT_APPLICABLE server");
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn evidence_names_the_policy_its_value_and_its_result() {
        let inputs = policy(LOCK, result(true), json!("600"));
        let found = findings(RULE, &inputs, &json!({}));
        let evidence = serde_json::to_value(&found[0].evidence).unwrap();
        let value = |path: &str| {
            let all = evidence["observations"].as_array().unwrap();
            all.iter().find(|one| one["path"] == path).map(|one| one["value"].clone())
        };
        assert_eq!(value("template.name"), Some(json!(LOCK)));
        assert_eq!(value("values[configField=timeout].value"), Some(json!(600)));
        assert_eq!(value("results[policyID=p1].id"), Some(json!("r1")));
        assert_eq!(value("bound_policies[id=p1].shortest_path"), Some(json!(2)));
    }

    #[test]
    fn a_policy_for_something_else_enforces_nothing() {
        let other = policy("some_other_template_darwin", result(true), json!("600"));
        assert_eq!(judge(RULE, &other), "FAIL not_enforced");
        let mut nameless = other;
        nameless["POL"] = json!([{"id": "p1"}]);
        assert_eq!(judge(RULE, &nameless), "UNKNOWN opaque_policy_bound");
    }

    #[test]
    fn only_windows_is_a_server_by_its_name() {
        let named = |family: &str, os: &str| {
            let mut all = mac(json!([]));
            all["SYS"][0]["osFamily"] = json!(family);
            all["SYS"][0]["os"] = json!(os);
            judge(RULE, &all)
        };
        assert_eq!(named("windows", "Windows Server 2022"), "NOT_APPLICABLE server");
        assert_ne!(named("windows", "Windows"), "NOT_APPLICABLE server");
        assert_ne!(named("linux", "Ubuntu Server"), "NOT_APPLICABLE server");
        assert_ne!(named("darwin", "Mac OS X Server"), "NOT_APPLICABLE server");
    }
}
