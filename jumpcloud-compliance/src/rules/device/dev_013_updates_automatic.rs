//! JC-DEV-013: automatic operating system updates are enforced.
//!
//! # Expectation
//! The operating system installs its updates by itself, and no policy holds them back for longer than
//! allowed.
//!
//! # Why
//! Updates that wait for people come late.
//!
//! # Passes
//! ```json,passes
//! {"reason": "security_center", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.windows_security_center": [{"system_id": "d1", "autoupdate": "Good",
//!         "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "policy_evidence", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "POL": [{"id": "p1", "template": {"name": "system_update_ubuntu_linux"}}],
//!     "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
//!     "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1", "success": true}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "auto_update_off", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows"}],
//!     "SI.windows_security_center": [{"system_id": "d1", "autoupdate": "Poor"}]}}
//! ```
//! ```json,fails
//! {"reason": "not_enforced", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}}}
//! ```
//!
//! # Unknown when
//! An update policy has not reported, a policy that holds updates back cannot be read, or an input is
//! missing.
//! ```json,unknown
//! {"reason": "policy_pending", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux"}],
//!     "POL": [{"id": "p1", "template": {"name": "system_update_ubuntu_linux"}}],
//!     "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}}, "PST": {"of": {"p1": []}}}}
//! ```
//!
//! # Fix
//! Bind an automatic update policy; shorten the time for which updates are held back.
//!
//! # Sources
//! Profiles show as rows of domain `com.apple.SoftwareUpdate`, the Security Center says `Good` or
//! `Poor` `[third-party]`; its other words settle nothing. A policy that only holds updates back never
//! counts as one that installs them. Where such policies are known for the operating system, a pass
//! needs every binding: one that is missing could hold updates back for too long.

use jumpcloud_client::resources::insights::WindowsSecurityCenter;

use crate::capability::Capability;
use crate::case::{Case, Row};
use crate::facts::{
    BOUND_POLICIES, Device, Lack, MANAGED_POLICIES, MANAGED_VALUE_UNCLEAR, Managed, ManagedSetting,
    OPAQUE_POLICY_BOUND, POLICIES, POLICY_PENDING, POLICY_RESULTS, Platform, PolicyEvidence,
};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_DEFERRAL: Days = Days::new(
    "max_deferral_days",
    14,
    0..=90,
    "Longest time, in days, for which a policy may hold updates back.",
)
.stricter_when_lower();

const DOMAIN: &str = "com.apple.SoftwareUpdate";

const META: Meta = Meta {
    id: "JC-DEV-013",
    logic_version: 1,
    text_revision: 1,
    title: "Automatic operating system updates are enforced",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Updates that wait for people come late.",
    remediation: "Bind an automatic update policy; shorten the time for which updates are held back.",
    applies: "macOS, Windows and Linux devices",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        MANAGED_POLICIES,
        InputNeed::new("SI.windows_security_center", &["autoupdate"]),
        POLICIES,
        InputNeed::new("POLD", &["configFields", "values"]),
        BOUND_POLICIES,
        POLICY_RESULTS,
    ],
    params: &[MAX_DEFERRAL.spec(), TELEMETRY_MAX_AGE_DAYS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("managed_value", "profiles install updates by themselves"),
        Reason::pass("security_center", "the Security Center calls automatic updates good"),
        Reason::pass("policy_evidence", "a policy that installs updates was applied"),
        Reason::fail("auto_update_off", "automatic updates are off"),
        Reason::fail("deferral_too_long", "a policy holds updates back for too long"),
        Reason::fail("policy_failed", "the device did not take the policy that installs updates"),
        Reason::fail("not_enforced", "nothing installs updates"),
        POLICY_PENDING,
        OPAQUE_POLICY_BOUND,
        Reason::unknown(
            "deferral_unreadable",
            "nobody can read for how long a policy holds updates back",
        ),
        MANAGED_VALUE_UNCLEAR,
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct UpdatesAutomatic;

impl Rule for UpdatesAutomatic {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        let Some(family) = device.platform.family() else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        let deferral = held_back(case, device, family);
        if matches!(&deferral, Ok(Some(_))) {
            return Ok(Verdict::fail("deferral_too_long"));
        }
        let verdict = installed(case, device, family)?;
        if verdict.is_pass() {
            deferral?;
        }
        Ok(verdict)
    }
}

/// Days for which a policy holds updates back, when that is longer than allowed.
fn held_back<'c>(
    case: &mut Case<'c>,
    device: &'c Device<'c>,
    family: &str,
) -> Result<Option<i64>, Unknown> {
    let evidence = PolicyEvidence::read(case, device, family, Capability::UpdateDeferral);
    if !evidence.is_mapped() {
        return Ok(None);
    }
    let max = case.param(&MAX_DEFERRAL);
    let mut unread = None;
    for enforcing in evidence.effective() {
        match enforcing.number(case) {
            Ok(Some(days)) if days > max => return Ok(Some(days)),
            Ok(Some(0..)) => {}
            Ok(_) => {
                unread = Some(Unknown::new(UnknownCause::FieldUnparseable, "deferral_unreadable"));
            }
            Err(unknown) => unread = Some(unknown),
        }
    }
    if let Some(unknown) = unread {
        return Err(unknown);
    }
    evidence.settle(case)?;
    Ok(None)
}

/// Whether updates install themselves.
fn installed<'c>(case: &mut Case<'c>, device: &'c Device<'c>, family: &str) -> Judgement {
    match device.platform {
        Platform::Darwin => {
            let system =
                ManagedSetting::read(case, device, DOMAIN, "AutomaticallyInstallMacOSUpdates");
            let critical = ManagedSetting::read(case, device, DOMAIN, "CriticalUpdateInstall");
            match (system.judge(|flag| flag == 1), critical.judge(|flag| flag == 1)) {
                (Managed::Bad, _) | (_, Managed::Bad) => {
                    return Ok(Verdict::fail("auto_update_off"));
                }
                (Managed::Unclear, _) | (_, Managed::Unclear) => {
                    return Err(Unknown::new(
                        UnknownCause::FieldUnparseable,
                        MANAGED_VALUE_UNCLEAR.code,
                    ));
                }
                (Managed::Good, Managed::Good) => {
                    return Ok(critical.support(system.support(Verdict::pass("managed_value"))));
                }
                _ => case.settled("SI.managed_policies")?,
            }
        }
        Platform::Windows => {
            if let Some(verdict) = security_center(case, device) {
                return Ok(verdict);
            }
            case.settled("SI.windows_security_center")?;
        }
        Platform::Linux | Platform::Unknown | Platform::Unsupported(_) => {}
    }
    let evidence = PolicyEvidence::read(case, device, family, Capability::AutoUpdate);
    if !evidence.effective().is_empty() {
        return Ok(Verdict::pass("policy_evidence"));
    }
    Ok(match evidence.lack(case)? {
        Lack::Failed => Verdict::fail("policy_failed"),
        Lack::NotBound => Verdict::fail("not_enforced"),
    })
}

/// What the Security Center says; none when it does not say.
fn security_center(case: &mut Case<'_>, device: &Device<'_>) -> Option<Verdict> {
    case.uses("SI.windows_security_center");
    let facts = case.facts();
    let rows = facts.rows::<WindowsSecurityCenter>(device);
    for row in &rows {
        case.see(*row, "autoupdate", &row.value().autoupdate);
    }
    let says = |row: &Row<'_, WindowsSecurityCenter>, word: &str| {
        row.value().autoupdate.filled().is_some_and(|own| own.eq_ignore_ascii_case(word))
    };
    if rows.iter().any(|row| says(row, "Poor")) {
        return Some(Verdict::fail("auto_update_off"));
    }
    // One word that settles nothing leaves the answer to policies.
    let good = !rows.is_empty() && rows.iter().all(|row| says(row, "Good"));
    good.then(|| {
        let verdict = Verdict::pass("security_center");
        rows.iter().fold(verdict, |verdict, row| verdict.resting_on(row.collected_at))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-013";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn device(family: &str) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": family, "active": false,
                     "lastContact": "2026-11-23T11:00:00Z"}],
            "SI.managed_policies": [], "SI.windows_security_center": [],
            "POL": [], "POL-SYS": {"of": {}}, "PST": {"of": {}}, "POLD": {"of": {}}
        }))
    }

    /// Adds a policy of this template with this result, none for no result.
    fn bind(inputs: &mut Value, id: &str, template: &str, success: Option<bool>) {
        let policies = inputs["POL"].as_array_mut().unwrap();
        policies.push(json!({"id": id, "template": {"name": template}}));
        inputs["POL-SYS"]["of"][id] = json!([{"id": "d1", "type": "system"}]);
        inputs["PST"]["of"][id] = match success {
            Some(success) => {
                json!([{"id": "r1", "policyID": id, "systemID": "d1", "success": success}])
            }
            None => json!([]),
        };
    }

    fn fill(inputs: &mut Value, id: &str, name: &str, value: Value) {
        inputs["POLD"]["of"][id] = json!([{"id": id, "configFields": [{"id": "f1", "name": name}],
            "values": [{"configFieldID": "f1", "value": value}]}]);
    }

    fn profiles(system: &str, critical: &str) -> Value {
        let row = |name: &str, value: &str| {
            json!({"system_id": "d1", "domain": "com.apple.SoftwareUpdate", "name": name,
                   "value": value, "collection_time": FRESH})
        };
        let mut mac = device("darwin");
        mac["SI.managed_policies"] = json!([
            row("AutomaticallyInstallMacOSUpdates", system),
            row("CriticalUpdateInstall", critical)
        ]);
        mac
    }

    fn center(words: &[&str]) -> Value {
        let mut windows = device("windows");
        windows["SI.windows_security_center"] = words
            .iter()
            .map(|word| json!({"system_id": "d1", "autoupdate": word, "collection_time": FRESH}))
            .collect();
        windows
    }

    #[test]
    fn g01_a_healthy_mac_updates_itself() {
        assert_eq!(judge(RULE, &profiles("1", "1")), "PASS managed_value");
    }

    #[test]
    fn profiles_must_set_both() {
        assert_eq!(judge(RULE, &profiles("true", "1")), "PASS managed_value");
        assert_eq!(judge(RULE, &profiles("1", "0")), "FAIL auto_update_off");
        assert_eq!(judge(RULE, &profiles("false", "1")), "FAIL auto_update_off");
        assert_eq!(judge(RULE, &profiles("maybe", "1")), "UNKNOWN managed_value_unclear");
        let mut half = profiles("1", "1");
        half["SI.managed_policies"].as_array_mut().unwrap().pop();
        assert_eq!(judge(RULE, &half), "FAIL not_enforced");
    }

    #[test]
    fn the_security_center_passes_fails_or_leaves_it_open() {
        for (words, expected) in [
            (&["Good"][..], "PASS security_center"),
            (&["good"], "PASS security_center"),
            (&["Poor"], "FAIL auto_update_off"),
            (&["Good", "Poor"], "FAIL auto_update_off"),
            (&["Snoozed"], "FAIL not_enforced"),
            (&["Not Monitored"], "FAIL not_enforced"),
            (&["Good", ""], "FAIL not_enforced"),
            (&[], "FAIL not_enforced"),
        ] {
            assert_eq!(judge(RULE, &center(words)), expected, "{words:?}");
        }
    }

    #[test]
    fn policies_speak_where_nothing_else_does() {
        for (family, template) in
            [("windows", "system_updates_windows"), ("darwin", "system_update_darwin")]
        {
            let with = |success: Option<bool>| {
                let mut bound = device(family);
                bind(&mut bound, "p1", template, success);
                judge(RULE, &bound)
            };
            assert_eq!(with(Some(true)), "PASS policy_evidence");
            assert_eq!(with(Some(false)), "FAIL policy_failed");
            assert_eq!(with(None), "UNKNOWN policy_pending");
        }
        assert_eq!(judge(RULE, &device("linux")), "FAIL not_enforced");
    }

    #[test]
    fn holding_updates_back_is_no_updating() {
        let mut only = device("darwin");
        bind(&mut only, "p1", "delay_software_updates_darwin", Some(true));
        fill(&mut only, "p1", "days", json!("7"));
        assert_eq!(judge(RULE, &only), "FAIL not_enforced");
    }

    #[test]
    fn a_long_delay_fails_even_when_updates_are_automatic() {
        let with = |days: Value, success: Option<bool>| {
            let mut mac = profiles("1", "1");
            bind(&mut mac, "p1", "delay_software_updates_darwin", success);
            fill(&mut mac, "p1", "days", days);
            mac
        };
        assert_eq!(judge(RULE, &with(json!(14), Some(true))), "PASS managed_value");
        assert_eq!(judge(RULE, &with(json!("15"), Some(true))), "FAIL deferral_too_long");
        assert_eq!(judge(RULE, &with(json!("a week"), Some(true))), "UNKNOWN deferral_unreadable");
        assert_eq!(judge(RULE, &with(json!(-1), Some(true))), "UNKNOWN deferral_unreadable");
        assert_eq!(judge(RULE, &with(json!(90), Some(false))), "PASS managed_value");
        assert_eq!(judge(RULE, &with(json!(90), None)), "UNKNOWN policy_pending");
        let config = json!({"parameters": {RULE: {"max_deferral_days": 3}}});
        assert_eq!(
            judge_with(RULE, &with(json!(7), Some(true)), &config),
            "FAIL deferral_too_long"
        );
        let mut unread = with(json!(7), Some(true));
        unread.as_object_mut().unwrap().remove("POLD");
        assert_eq!(judge(RULE, &unread), "UNKNOWN input_not_collected");
        let mut unbound = with(json!(90), Some(true));
        unbound.as_object_mut().unwrap().remove("POL-SYS");
        assert_eq!(judge(RULE, &unbound), "UNKNOWN input_not_collected");
    }

    #[test]
    fn an_unreadable_delay_does_not_hide_a_failure() {
        let mut mac = profiles("0", "1");
        bind(&mut mac, "p1", "delay_software_updates_darwin", Some(true));
        fill(&mut mac, "p1", "days", json!("a week"));
        assert_eq!(judge(RULE, &mac), "FAIL auto_update_off");
    }

    #[test]
    fn a_custom_profile_may_do_it() {
        let mut mac = device("darwin");
        bind(&mut mac, "p1", "custom_mdm_profile_darwin", Some(true));
        assert_eq!(judge(RULE, &mac), "UNKNOWN opaque_policy_bound");
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn old_future_and_untimed_values_carry_no_pass() {
        let at = |time: Value| {
            let mut windows = center(&["Good"]);
            windows["SI.windows_security_center"][0]["collection_time"] = time;
            judge(RULE, &windows)
        };
        assert_eq!(at(json!("2026-10-01T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2027-01-01T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(json!("")), "UNKNOWN untimed_telemetry");
    }

    #[test]
    fn a_missing_table_could_contradict_a_policy() {
        for (family, table, template) in [
            ("windows", "SI.windows_security_center", "system_updates_windows"),
            ("darwin", "SI.managed_policies", "system_update_darwin"),
        ] {
            let mut bound = device(family);
            bind(&mut bound, "p1", template, Some(true));
            bound[table] = json!({"state": "partial", "reason": "page_failed", "records": []});
            assert_eq!(judge(RULE, &bound), "UNKNOWN input_partial");
            bound[table] = json!({"state": "failed", "class": "server"});
            assert_eq!(judge(RULE, &bound), "UNKNOWN input_failed");
        }
    }
}
