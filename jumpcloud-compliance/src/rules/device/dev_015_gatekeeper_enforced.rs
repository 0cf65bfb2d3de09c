//! JC-DEV-015: Gatekeeper is enforced on macOS.
//!
//! # Expectation
//! A profile or a policy makes macOS assess every program before it runs for the first time.
//!
//! # Why
//! Gatekeeper stops unsigned software that comes from the internet.
//!
//! # Passes
//! ```json,passes
//! {"reason": "managed_value", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
//!     "SI.managed_policies": [{"system_id": "d1", "domain": "com.apple.systempolicy.control",
//!         "name": "EnableAssessment", "value": "1", "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "policy_evidence",
//!  "config": {"policy_capability_overrides": {"p1": "gatekeeper"}},
//!  "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}], "SI.managed_policies": [],
//!     "POL": [{"id": "p1", "template": {"name": "gatekeeper_example"}}],
//!     "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
//!     "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1", "success": true}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "gatekeeper_off", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "SI.managed_policies": [{"system_id": "d1", "domain": "com.apple.systempolicy.control",
//!         "name": "EnableAssessment", "value": "0"}]}}
//! ```
//!
//! # Unknown when
//! Neither a profile nor a policy speaks of Gatekeeper: JumpCloud has no table in which its state could
//! be read.
//! ```json,unknown
//! {"reason": "not_observable", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "SI.managed_policies": [],
//!     "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}}}
//! ```
//!
//! # Fix
//! Bind the Gatekeeper policy.
//!
//! # Sources
//! Profiles show as rows of domain `com.apple.systempolicy.control` `[third-party]`. No public source
//! names the template of the Gatekeeper policy: `policy_capability_overrides` says which policy it is.
//! macOS has Gatekeeper on unless somebody turns it off, so that nothing enforcing it is no failure;
//! `require_managed` makes it one, as soon as the capability map names a policy that could be missing.

use crate::capability::Capability;
use crate::case::Case;
use crate::facts::{
    BOUND_POLICIES, CAPABILITY_NOT_MAPPED, Lack, MANAGED_POLICIES, MANAGED_VALUE_UNCLEAR, Managed,
    ManagedSetting, OPAQUE_POLICY_BOUND, POLICIES, POLICY_PENDING, POLICY_RESULTS, Platform,
    PolicyEvidence,
};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const REQUIRE_MANAGED: Flag = Flag::new(
    "require_managed",
    false,
    "Whether it is a failure that no profile and no policy enforces Gatekeeper.",
)
.stricter_when_true();

const META: Meta = Meta {
    id: "JC-DEV-015",
    logic_version: 1,
    text_revision: 1,
    title: "Gatekeeper is enforced on macOS",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Gatekeeper stops unsigned software that comes from the internet.",
    remediation: "Bind the Gatekeeper policy.",
    applies: "macOS devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        MANAGED_POLICIES,
        POLICIES,
        BOUND_POLICIES,
        POLICY_RESULTS,
    ],
    params: &[REQUIRE_MANAGED.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("managed_value", "a profile enforces Gatekeeper"),
        Reason::pass("policy_evidence", "a policy that enforces Gatekeeper was applied"),
        Reason::fail("gatekeeper_off", "a profile turns Gatekeeper off"),
        Reason::fail("policy_failed", "the device did not take the policy for Gatekeeper"),
        Reason::fail("not_enforced", "nothing enforces Gatekeeper"),
        Reason::unknown("not_observable", "nothing enforces it, and its state cannot be read"),
        MANAGED_VALUE_UNCLEAR,
        POLICY_PENDING,
        CAPABILITY_NOT_MAPPED,
        OPAQUE_POLICY_BOUND,
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("other_platform", "only macOS has Gatekeeper"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct GatekeeperEnforced;

impl Rule for GatekeeperEnforced {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        let Some(family) = device.platform.family() else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        if device.platform != Platform::Darwin {
            return Ok(Verdict::not_applicable("other_platform"));
        }
        let setting = ManagedSetting::read(
            case,
            device,
            "com.apple.systempolicy.control",
            "EnableAssessment",
        );
        match setting.judge(|flag| flag == 1) {
            Managed::Good => return Ok(setting.support(Verdict::pass("managed_value"))),
            Managed::Bad => return Ok(Verdict::fail("gatekeeper_off")),
            Managed::Unclear => {
                return Err(Unknown::new(
                    UnknownCause::FieldUnparseable,
                    MANAGED_VALUE_UNCLEAR.code,
                ));
            }
            Managed::Unset => case.settled("SI.managed_policies")?,
        }
        let evidence = PolicyEvidence::read(case, device, family, Capability::Gatekeeper);
        if !evidence.effective().is_empty() {
            return Ok(Verdict::pass("policy_evidence"));
        }
        if case.param(&REQUIRE_MANAGED) {
            return Ok(match evidence.lack(case)? {
                Lack::Failed => Verdict::fail("policy_failed"),
                Lack::NotBound => Verdict::fail("not_enforced"),
            });
        }
        evidence.settle(case)?;
        Err(Unknown::new(UnknownCause::NotObservable, "not_observable"))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-015";

    fn mac(rows: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}],
            "SI.managed_policies": rows,
            "POL": [{"id": "p1", "template": {"name": "gatekeeper_example"}}],
            "POL-SYS": {"of": {"p1": []}}, "PST": {"of": {"p1": []}}
        }))
    }

    fn value(text: Value) -> Value {
        mac(json!([{"system_id": "d1", "domain": "com.apple.systempolicy.control",
            "name": "EnableAssessment", "value": text,
            "collection_time": "2026-11-23T06:00:00Z"}]))
    }

    /// A Mac with the policy that the configuration calls one for Gatekeeper.
    fn bound(result: Value) -> Value {
        let mut mac = mac(json!([]));
        mac["POL-SYS"]["of"]["p1"] = json!([{"id": "d1", "type": "system"}]);
        mac["PST"]["of"]["p1"] = result;
        mac
    }

    fn result(success: bool) -> Value {
        json!([{"id": "r1", "policyID": "p1", "systemID": "d1", "success": success}])
    }

    fn configured(inputs: &Value, require: bool) -> String {
        let config = json!({
            "policy_capability_overrides": {"p1": "gatekeeper"},
            "parameters": {RULE: {"require_managed": require}}
        });
        judge_with(RULE, inputs, &config)
    }

    #[test]
    fn a_profile_decides() {
        for (text, expected) in [
            (json!("1"), "PASS managed_value"),
            (json!("true"), "PASS managed_value"),
            (json!("0"), "FAIL gatekeeper_off"),
            (json!("false"), "FAIL gatekeeper_off"),
            (json!("on"), "UNKNOWN managed_value_unclear"),
            (json!(null), "UNKNOWN managed_value_unclear"),
        ] {
            assert_eq!(judge(RULE, &value(text.clone())), expected, "{text}");
        }
        let mut old = value(json!("1"));
        old["SI.managed_policies"][0]["collection_time"] = json!("2026-01-01T00:00:00Z");
        assert_eq!(judge(RULE, &old), "UNKNOWN stale_data");
    }

    #[test]
    fn silence_is_a_failure_only_when_it_is_asked_for() {
        let none = mac(json!([]));
        assert_eq!(judge(RULE, &none), "UNKNOWN not_observable");
        assert_eq!(configured(&none, false), "UNKNOWN not_observable");
        assert_eq!(configured(&none, true), "FAIL not_enforced");
        let required = json!({"parameters": {RULE: {"require_managed": true}}});
        assert_eq!(judge_with(RULE, &none, &required), "UNKNOWN capability_not_mapped");
    }

    #[test]
    fn a_policy_of_the_configuration_counts() {
        assert_eq!(configured(&bound(result(true)), false), "PASS policy_evidence");
        assert_eq!(configured(&bound(result(false)), true), "FAIL policy_failed");
        assert_eq!(configured(&bound(result(false)), false), "UNKNOWN not_observable");
        assert_eq!(configured(&bound(json!([])), true), "UNKNOWN policy_pending");
        let mut custom = bound(result(true));
        custom["POL"] = json!([{"id": "p2", "template": {"name": "custom_mdm_profile_darwin"}}]);
        custom["POL-SYS"] = json!({"of": {"p2": [{"id": "d1", "type": "system"}]}});
        assert_eq!(configured(&custom, true), "UNKNOWN opaque_policy_bound");
    }

    #[test]
    fn missing_inputs_settle_nothing() {
        let mut rows = bound(result(true));
        rows["SI.managed_policies"] = json!({"state": "failed", "class": "server"});
        assert_eq!(configured(&rows, true), "UNKNOWN input_failed");
        let mut bindings = mac(json!([]));
        bindings["POL-SYS"] = json!({"of": {"p1": {"state": "failed", "class": "server"}}});
        assert_eq!(configured(&bindings, true), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &bindings), "UNKNOWN input_partial");
    }

    #[test]
    fn only_macs_are_judged() {
        let windows = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows"}]}));
        assert_eq!(judge(RULE, &windows), "NOT_APPLICABLE other_platform");
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }
}
