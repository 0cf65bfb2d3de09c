//! JC-DEV-011: the host firewall is enabled.
//!
//! # Expectation
//! The firewall of the operating system, or one that registered in its place, is on.
//!
//! # Why
//! A host firewall limits what a hostile network can reach.
//!
//! # Passes
//! ```json,passes
//! {"reason": "firewall_on", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.alf": [{"system_id": "d1", "global_state": 1,
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "security_center_good", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.windows_security_center": [{"system_id": "d1", "firewall": "Good",
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "firewall_off", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.alf": [{"system_id": "d1", "global_state": 0,
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//! ```json,fails
//! {"reason": "stealth_off", "config": {"parameters": {"JC-DEV-011": {"require_stealth": true}}},
//!  "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.alf": [{"system_id": "d1", "global_state": 1, "stealth_enabled": 0,
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! No source says whether the firewall is on. JumpCloud reads no firewall on Linux, and Windows
//! Server has no Security Center: there only a policy that enforces it is evidence.
//! ```json,unknown
//! {"reason": "not_observable", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}}}
//! ```
//!
//! # Fix
//! Bind the firewall policy, or turn the firewall on.
//!
//! # Sources
//! Columns mean what osquery says: `global_state` 1 is on, 2 is on and blocks everything. The other
//! columns of that table are partly empty from macOS 15 on, so only the first is asked, and
//! `stealth_enabled` where stealth is required; an empty one is then UNKNOWN and no failure. A
//! profile that sets `EnableFirewall` speaks where the table says neither on nor off, and not where
//! stealth is required, of which it says nothing. Snoozed and expired firewalls count as off, as
//! for antivirus. A pass of an operating system's own word needs all of the table, a fallback needs
//! the source before it: a row that did not arrive could say that the firewall is off.

use jumpcloud_client::resources::insights::{ApplicationFirewall, WindowsSecurityCenter};

use crate::capability::Capability;
use crate::case::Case;
use crate::facts::{
    Device, Managed, ManagedSetting, Platform, PolicyEvidence, ProductState, newest_says,
    security_products,
};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const REQUIRE_STEALTH: Flag = Flag::new(
    "require_stealth",
    false,
    "Whether a Mac must also run its firewall in stealth mode.",
)
.stricter_when_true();

const META: Meta = Meta {
    id: "JC-DEV-011",
    logic_version: 1,
    text_revision: 1,
    title: "Host firewall is enabled",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "A host firewall limits what a hostile network can reach.",
    remediation: "Bind the firewall policy, or turn the firewall on.",
    applies: "macOS, Windows and Linux devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new("SI.alf", &["global_state", "stealth_enabled", "collection_time"]),
        InputNeed::new("SI.windows_security_center", &["firewall"]),
        InputNeed::new("SI.windows_security_products", &["type", "name", "state"]),
        InputNeed::new("SI.managed_policies", &["domain", "name", "value", "username"]),
        InputNeed::new(
            "POL",
            &["id", "template.name", "template.displayName", "template.osMetaFamily"],
        ),
        InputNeed::new("POL-SYS", &["id", "paths"]),
        InputNeed::new("PST", &["policyID", "state", "success", "startedAt", "endedAt"]),
    ],
    params: &[REQUIRE_STEALTH.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("firewall_on", "the firewall of macOS is on"),
        Reason::pass("policy_value", "a profile turns the firewall on"),
        Reason::pass("security_center_good", "the Security Center calls the firewall good"),
        Reason::pass("product_on", "a firewall that registered with Windows is on"),
        Reason::pass("policy_evidence", "a policy that turns the firewall on was applied"),
        Reason::fail("firewall_off", "the firewall is off"),
        Reason::fail("stealth_off", "the firewall of macOS is on, its stealth mode is off"),
        Reason::unknown("stealth_unknown", "nobody knows whether stealth mode is on"),
        Reason::unknown("firewall_state_unknown", "the state says neither on nor off"),
        Reason::unknown("firewall_not_reported", "the device does not report its firewall"),
        Reason::unknown(
            "not_observable",
            "the firewall cannot be read, and no policy is known to turn it on",
        ),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct FirewallEnabled;

impl Rule for FirewallEnabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        match device.platform {
            Platform::Darwin => macos(case, device),
            Platform::Windows => windows(case, device),
            Platform::Linux => by_policy(case, device, "linux"),
            Platform::Unknown | Platform::Unsupported(_) => {
                Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"))
            }
        }
    }
}

const STATE_UNKNOWN: Unknown = Unknown::new(UnknownCause::NotObservable, "firewall_state_unknown");
const NOT_REPORTED: Unknown = Unknown::new(UnknownCause::NotObservable, "firewall_not_reported");

fn macos<'c>(case: &mut Case<'c>, device: &'c Device<'c>) -> Judgement {
    let stealth = case.param(&REQUIRE_STEALTH);
    let word = newest_says::<ApplicationFirewall>(case, device, |case, row| {
        let firewall = row.value();
        case.see(row, "collection_time", &firewall.collection_time);
        match case.see(row, "global_state", &firewall.global_state).value() {
            Some(0) => return Ok(Verdict::fail("firewall_off")),
            Some(1 | 2) => {}
            _ => return Err(STATE_UNKNOWN),
        }
        if !stealth {
            return Ok(Verdict::pass("firewall_on"));
        }
        match case.see(row, "stealth_enabled", &firewall.stealth_enabled).value() {
            Some(1) => Ok(Verdict::pass("firewall_on")),
            Some(0) => Ok(Verdict::fail("stealth_off")),
            _ => Err(Unknown::new(UnknownCause::FieldAbsent, "stealth_unknown")),
        }
    });
    let untold = match word {
        Ok(Some(verdict)) => return Ok(verdict),
        Ok(None) => NOT_REPORTED,
        Err(unknown) => unknown,
    };
    case.settled("SI.alf")?;
    if !stealth {
        let profile =
            ManagedSetting::read(case, device, "com.apple.security.firewall", "EnableFirewall");
        case.settled("SI.managed_policies")?;
        if profile.judge(|flag| flag == 1) == Managed::Good {
            return Ok(profile.support(Verdict::pass("policy_value")));
        }
    }
    Err(untold)
}

fn windows<'c>(case: &mut Case<'c>, device: &'c Device<'c>) -> Judgement {
    let word = newest_says::<WindowsSecurityCenter>(case, device, |case, row| {
        let state = case.see(row, "firewall", &row.value().firewall).filled();
        match state.map(str::to_ascii_lowercase).as_deref() {
            Some("good") => Ok(Verdict::pass("security_center_good")),
            Some("poor" | "snoozed") => Ok(Verdict::fail("firewall_off")),
            _ => Err(STATE_UNKNOWN),
        }
    });
    let untold = match word {
        Ok(Some(verdict)) => return Ok(verdict),
        Ok(None) => NOT_REPORTED,
        Err(unknown) => unknown,
    };
    case.settled("SI.windows_security_center")?;
    let products = security_products(case, device, "firewall");
    let state = |row: &crate::case::Row<'_, _>| ProductState::of(row.value());
    let on = products.iter().filter(|row| state(row) == ProductState::On);
    if let Some(newest) = on.map(|row| row.collected_at).max() {
        return Ok(Verdict::pass("product_on").resting_on(newest));
    }
    case.settled("SI.windows_security_products")?;
    if products.iter().any(|row| state(row) == ProductState::Untold) {
        return Err(STATE_UNKNOWN);
    }
    if !products.is_empty() {
        return Ok(Verdict::fail("firewall_off"));
    }
    if device.is_server() {
        return by_policy(case, device, "windows");
    }
    Err(untold)
}

/// Where the firewall itself cannot be read: whether a policy that turns it on was applied.
fn by_policy<'c>(case: &mut Case<'c>, device: &'c Device<'c>, family: &str) -> Judgement {
    let evidence = PolicyEvidence::read(case, device, family, Capability::HostFirewall);
    if evidence.effective().is_empty() {
        return Err(Unknown::new(UnknownCause::NotObservable, "not_observable"));
    }
    Ok(Verdict::pass("policy_evidence"))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-011";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn device(family: &str, tables: Value) -> Value {
        let mut all = inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": family, "active": true}],
            "SI.alf": [], "SI.managed_policies": [], "SI.windows_security_center": [],
            "SI.windows_security_products": [],
            "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}
        }));
        all.as_object_mut().unwrap().extend(tables.as_object().unwrap().clone());
        all
    }

    fn alf(state: Value, stealth: Value) -> Value {
        json!({"system_id": "d1", "global_state": state, "stealth_enabled": stealth,
               "collection_time": FRESH})
    }

    fn mac(rows: Value) -> String {
        judge(RULE, &device("darwin", json!({"SI.alf": rows})))
    }

    fn profile(value: Value) -> Value {
        json!([{"system_id": "d1", "domain": "com.apple.security.firewall",
                "name": "EnableFirewall", "value": value, "collection_time": FRESH}])
    }

    fn windows(center: Value, products: Value) -> Value {
        let center = match center {
            Value::Null => json!([]),
            word => json!([{"system_id": "d1", "firewall": word, "collection_time": FRESH}]),
        };
        device(
            "windows",
            json!({"SI.windows_security_center": center, "SI.windows_security_products": products}),
        )
    }

    fn product(name: &str, state: Value) -> Value {
        json!({"system_id": "d1", "type": "Firewall", "name": name, "state": state,
               "collection_time": FRESH})
    }

    /// Binds a policy that the configuration maps to the firewall, with this result.
    fn bind(all: &mut Value, success: Value) -> Value {
        all["POL"] = json!([{"id": "p1", "template": {"name": "some_firewall_template"}}]);
        all["POL-SYS"] = json!({"of": {"p1": [{"id": "d1", "type": "system"}]}});
        all["PST"] = json!({"of": {"p1": [
            {"id": "r1", "policyID": "p1", "systemID": "d1", "success": success}]}});
        json!({"policy_capability_overrides": {"p1": "host_firewall"}})
    }

    #[test]
    fn g01_states_of_the_firewall_of_macos() {
        for (state, expected) in [
            (json!(1), "PASS firewall_on"),
            (json!("2"), "PASS firewall_on"),
            (json!(0), "FAIL firewall_off"),
            (json!(3), "UNKNOWN firewall_state_unknown"),
            (json!("on"), "UNKNOWN firewall_state_unknown"),
            (json!({}), "UNKNOWN firewall_state_unknown"),
            (Value::Null, "UNKNOWN firewall_state_unknown"),
        ] {
            assert_eq!(mac(json!([alf(state.clone(), Value::Null)])), expected, "{state}");
        }
        assert_eq!(mac(json!([])), "UNKNOWN firewall_not_reported");
    }

    #[test]
    fn the_newest_row_decides_and_of_two_alike_the_worse() {
        let mut old = alf(json!(0), Value::Null);
        old["collection_time"] = json!("2026-11-22T06:00:00Z");
        assert_eq!(mac(json!([old, alf(json!(1), Value::Null)])), "PASS firewall_on");
        let tie = json!([alf(json!(1), Value::Null), alf(json!(0), Value::Null)]);
        assert_eq!(mac(tie), "FAIL firewall_off");
    }

    #[test]
    fn stealth_only_where_it_is_required() {
        let config = json!({"parameters": {RULE: {"require_stealth": true}}});
        for (stealth, expected) in [
            (json!(1), "PASS firewall_on"),
            (json!(0), "FAIL stealth_off"),
            (Value::Null, "UNKNOWN stealth_unknown"),
            (json!("?"), "UNKNOWN stealth_unknown"),
        ] {
            let all = device(
                "darwin",
                json!({"SI.alf": [alf(json!(1), stealth.clone())],
                       "SI.managed_policies": profile(json!("1"))}),
            );
            assert_eq!(judge_with(RULE, &all, &config), expected, "{stealth}");
            assert_eq!(judge(RULE, &all), "PASS firewall_on");
        }
        let silent = device("darwin", json!({"SI.managed_policies": profile(json!("1"))}));
        assert_eq!(judge_with(RULE, &silent, &config), "UNKNOWN firewall_not_reported");
    }

    #[test]
    fn a_profile_speaks_where_the_table_is_silent() {
        for (value, expected) in [
            (json!("1"), "PASS policy_value"),
            (json!("true"), "PASS policy_value"),
            (json!("0"), "UNKNOWN firewall_not_reported"),
            (json!("yes"), "UNKNOWN firewall_not_reported"),
            (Value::Null, "UNKNOWN firewall_not_reported"),
        ] {
            let all = device("darwin", json!({"SI.managed_policies": profile(value.clone())}));
            assert_eq!(judge(RULE, &all), expected, "{value}");
        }
        let off = json!({"SI.alf": [alf(json!(0), Value::Null)],
                         "SI.managed_policies": profile(json!("1"))});
        assert_eq!(judge(RULE, &device("darwin", off)), "FAIL firewall_off");
    }

    #[test]
    fn a_source_that_is_missing_is_not_passed_over() {
        let mut blind = device("darwin", json!({"SI.managed_policies": profile(json!("1"))}));
        blind["SI.alf"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &blind), "UNKNOWN input_failed");
        let partial = |state: i64| {
            json!({"SI.alf": {"state": "partial", "reason": "page_failed",
                              "records": [alf(json!(state), Value::Null)]}})
        };
        assert_eq!(judge(RULE, &device("darwin", partial(0))), "FAIL firewall_off");
        assert_eq!(judge(RULE, &device("darwin", partial(1))), "UNKNOWN input_partial");
        let nothing = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows"}]}));
        assert_eq!(judge(RULE, &nothing), "UNKNOWN input_not_collected");
    }

    #[test]
    fn windows_asks_the_security_center_first() {
        let off = || json!([product("Windows Firewall", json!("Off"))]);
        for (word, expected) in [
            (json!("Good"), "PASS security_center_good"),
            (json!("good"), "PASS security_center_good"),
            (json!("Poor"), "FAIL firewall_off"),
            (json!("Snoozed"), "FAIL firewall_off"),
            (json!("Not Monitored"), "FAIL firewall_off"),
            (json!("Error"), "FAIL firewall_off"),
        ] {
            assert_eq!(judge(RULE, &windows(word.clone(), off())), expected, "{word}");
        }
        let silent = windows(json!("Error"), json!([]));
        assert_eq!(judge(RULE, &silent), "UNKNOWN firewall_state_unknown");
        assert_eq!(judge(RULE, &windows(Value::Null, json!([]))), "UNKNOWN firewall_not_reported");
    }

    #[test]
    fn then_windows_asks_the_registered_firewalls() {
        let two = |one: Value, other: Value| {
            windows(Value::Null, json!([product("A", one), product("B", other)]))
        };
        for (one, other, expected) in [
            (json!("Off"), json!("On"), "PASS product_on"),
            (json!("Off"), json!("Expired"), "FAIL firewall_off"),
            (json!("Off"), json!("?"), "UNKNOWN firewall_state_unknown"),
            (json!("Off"), Value::Null, "UNKNOWN firewall_state_unknown"),
        ] {
            assert_eq!(judge(RULE, &two(one, other)), expected);
        }
        let mut antivirus = product("A", json!("On"));
        antivirus["type"] = json!("Antivirus");
        let other = windows(Value::Null, json!([antivirus]));
        assert_eq!(judge(RULE, &other), "UNKNOWN firewall_not_reported");
    }

    #[test]
    fn linux_and_windows_server_need_a_policy() {
        let mut linux = device("linux", json!({}));
        assert_eq!(judge(RULE, &linux), "UNKNOWN not_observable");
        let config = bind(&mut linux, json!(true));
        assert_eq!(judge_with(RULE, &linux, &config), "PASS policy_evidence");
        assert_eq!(judge(RULE, &linux), "UNKNOWN not_observable");
        bind(&mut linux, json!(false));
        assert_eq!(judge_with(RULE, &linux, &config), "UNKNOWN not_observable");

        let mut server = windows(Value::Null, json!([]));
        server["SYS"][0]["version"] = json!("Windows Server 2022");
        assert_eq!(judge(RULE, &server), "UNKNOWN not_observable");
        bind(&mut server, json!(true));
        assert_eq!(judge_with(RULE, &server, &config), "PASS policy_evidence");
        let mut client = windows(Value::Null, json!([]));
        bind(&mut client, json!(true));
        assert_eq!(judge_with(RULE, &client, &config), "UNKNOWN firewall_not_reported");
    }

    #[test]
    fn age_demotes_a_pass_and_never_a_failure() {
        let at = |state: i64, time: Value| {
            let mut row = alf(json!(state), Value::Null);
            row["collection_time"] = time;
            mac(json!([row]))
        };
        let old = || json!("2026-08-01T00:00:00Z");
        assert_eq!(at(1, old()), "UNKNOWN stale_data");
        assert_eq!(at(0, old()), "FAIL firewall_off");
        assert_eq!(at(1, Value::Null), "UNKNOWN untimed_telemetry");
        assert_eq!(at(1, json!("2026-11-23T14:00:00Z")), "UNKNOWN future_timestamp");
    }

    #[test]
    fn a_device_of_no_known_system_is_unknown() {
        let mut nobody = device("darwin", json!({"SI.alf": [alf(json!(1), Value::Null)]}));
        nobody["SYS"][0]["osFamily"] = Value::Null;
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn the_security_center_outranks_a_product() {
        for (word, expected) in [
            ("Good", "PASS security_center_good"),
            ("Poor", "FAIL firewall_off"),
            ("snoozed", "FAIL firewall_off"),
            ("Not Monitored", "PASS product_on"),
            ("Error", "PASS product_on"),
        ] {
            let on = json!([product("Windows Firewall", json!("On"))]);
            assert_eq!(judge(RULE, &windows(json!(word), on)), expected, "{word}");
        }
        let poor = windows(json!("Poor"), json!([]));
        assert_eq!(judge(RULE, &poor), "FAIL firewall_off");
    }
}
