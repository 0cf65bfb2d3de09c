//! JC-DEV-029: the baseline security policies are bound to the device.
//!
//! # Expectation
//! For each required capability, such as disk encryption, a policy that enforces it is bound to the
//! device, directly or through groups; and each policy that is required by id.
//!
//! # Why
//! Settings are only enforced when a policy is bound.
//!
//! # Passes
//! ```json,passes
//! {"reason": "baseline_bound",
//!  "config": {"parameters": {"JC-DEV-029": {"required_capabilities": {"darwin": ["screen_lock"]}}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "POL": [{"id": "p1", "name": "Lock", "template": {"name": "lock_screen_darwin"}}],
//!     "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "policy_not_bound",
//!  "config": {"parameters": {"JC-DEV-029": {"required_capabilities": {"darwin": ["screen_lock"]}}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "POL": [{"id": "p1", "name": "Lock", "template": {"name": "lock_screen_darwin"}}],
//!     "POL-SYS": {"of": {"p1": []}}}}
//! ```
//!
//! # Unknown when
//! No template is known to enforce the capability on this family, an opaque profile may enforce it, or
//! bindings are missing.
//! ```json,unknown
//! {"reason": "capability_not_mapped",
//!  "config": {"parameters": {"JC-DEV-029": {"required_capabilities": {"windows": ["screen_lock"]}}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows"}], "POL": [], "POL-SYS": {"of": {}}}}
//! ```
//!
//! # Fix
//! Bind the baseline policies through the device group.
//!
//! # Sources
//! Which template enforces what stands in the capability map; templates that only a tenant knows are
//! added by `policy_capability_overrides`. A policy for another family does not count. A record that
//! says `isPolicyBound = false` fails at once.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::capability::{Capability, PolicyMeaning};
use crate::case::Case;
use crate::facts::{CAPABILITY_NOT_MAPPED, Device, OPAQUE_POLICY_BOUND, PolicyFacts};
use crate::outcome::{Severity, UnknownCause};
use crate::param::ListMap;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const REQUIRED_CAPABILITIES: ListMap = ListMap::new(
    "required_capabilities",
    &[
        ("darwin", &["disk_encryption", "screen_lock", "auto_update"]),
        ("linux", &[]),
        ("windows", &["disk_encryption", "screen_lock", "auto_update"]),
    ],
    &["darwin", "linux", "windows"],
    "Capabilities that a bound policy must enforce, by family.",
);
const REQUIRED_POLICIES: ListMap = ListMap::new(
    "required_policy_ids",
    &[],
    &["darwin", "linux", "windows"],
    "Ids of policies that must be bound as well, by family.",
);

const META: Meta = Meta {
    id: "JC-DEV-029",
    logic_version: 1,
    text_revision: 1,
    title: "Baseline security policies are bound to the device",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Settings are only enforced when a policy is bound.",
    remediation: "Bind the baseline policies through the device group.",
    applies: "devices of a family for which capabilities or policies are required",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "isPolicyBound"]),
        InputNeed::new("POL-SYS", &["id", "paths"]),
        InputNeed::new(
            "POL",
            &["id", "template.name", "template.displayName", "template.osMetaFamily"],
        ),
    ],
    params: &[REQUIRED_CAPABILITIES.spec(), REQUIRED_POLICIES.spec()],
    reasons: &[
        Reason::pass("baseline_bound", "every required capability and policy is bound"),
        Reason::fail("policy_not_bound", "a required capability or policy is not bound"),
        CAPABILITY_NOT_MAPPED,
        OPAQUE_POLICY_BOUND,
        Reason::unknown("unknown_capability", "a required capability is no word of the map"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("nothing_required", "nothing is required for this family"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct BaselinePoliciesBound;

impl Rule for BaselinePoliciesBound {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let system = device.system();
        let facts = case.facts();
        case.see(device.row(), "osFamily", &system.os_family);
        let Some(family) = device.platform.family() else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        let words = case.param(&REQUIRED_CAPABILITIES).remove(family).unwrap_or_default();
        let ids = case.param(&REQUIRED_POLICIES).remove(family).unwrap_or_default();
        if words.is_empty() && ids.is_empty() {
            return Ok(Verdict::not_applicable("nothing_required"));
        }
        let wanted: Option<Vec<Capability>> = words.iter().map(|word| word.parse().ok()).collect();
        let Some(wanted) = wanted else {
            return Err(Unknown::new(UnknownCause::NotObservable, "unknown_capability"));
        };
        let bindings = facts.policy_bindings(device);
        case.uses_source(&bindings);
        case.uses("POL");
        let (bound, nameless) = bound_policies(case, device, family);
        let map = case.config().capabilities();
        let enforces = |capability: Capability| {
            bound.iter().any(|policy| {
                matches!(policy.meaning(&map), PolicyMeaning::Enforces { capability: own, .. } if own == capability)
            })
        };
        let missing: Vec<Capability> =
            wanted.into_iter().filter(|capability| !enforces(*capability)).collect();
        let missing_ids: Vec<&str> =
            ids.into_iter().filter(|id| bound.iter().all(|policy| policy.id != **id)).collect();
        if missing.is_empty() && missing_ids.is_empty() {
            return Ok(Verdict::pass("baseline_bound").resting_on_the_service());
        }
        let names: Vec<&str> = missing.iter().map(|capability| capability.as_str()).collect();
        case.see_derived(device.row(), "missing_capabilities", names);
        case.see_derived(device.row(), "missing_policy_ids", missing_ids.clone());
        if case.see(device.row(), "isPolicyBound", &system.is_policy_bound).is_false()
            && bound.is_empty()
        {
            return Ok(Verdict::fail("policy_not_bound"));
        }
        case.require_source(&bindings)?;
        if nameless {
            case.require("POL")?;
        }
        let unmapped = missing.iter().all(|capability| !map.is_mapped(*capability, family));
        let opaque = bound.iter().any(|policy| policy.meaning(&map) == PolicyMeaning::Opaque);
        if !missing_ids.is_empty() {
            return Ok(Verdict::fail("policy_not_bound"));
        }
        if unmapped {
            return Err(Unknown::new(UnknownCause::NotObservable, CAPABILITY_NOT_MAPPED.code));
        }
        if opaque {
            return Err(Unknown::new(UnknownCause::NotObservable, OPAQUE_POLICY_BOUND.code));
        }
        case.require("POL")?;
        Ok(Verdict::fail("policy_not_bound"))
    }
}

/// Policies for this family that are bound to the device, and whether one of them has no record.
fn bound_policies<'c>(
    case: &mut Case<'c>,
    device: &Device<'_>,
    family: &str,
) -> (Vec<&'c PolicyFacts<'c>>, bool) {
    let facts = case.facts();
    let mut bound = Vec::new();
    let mut nameless = false;
    let mut ids: Vec<String> = Vec::new();
    for policy in facts.policies_of_device(&device.key) {
        if policy.binding.is_none() {
            continue;
        }
        ids.push(policy.policy.to_string());
        match facts.policy(&policy.policy) {
            Some(record) if record.is_for(family) => bound.push(record),
            Some(_) => {}
            None => nameless = true,
        }
    }
    case.see_derived(device.row(), "bound_policies[].id", ids);
    for policy in &bound {
        let template = policy.policy().template.then(|template| &template.name);
        case.see(policy.row(), "template.name", template);
    }
    (bound, nameless)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-029";

    fn bound(family: &str, template: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": family}],
            "POL": [{"id": "p1", "name": "One", "template": template}],
            "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}}
        }))
    }

    fn require(family: &str, capability: &str) -> Value {
        json!({"parameters": {RULE: {"required_capabilities": {family: [capability]}}}})
    }

    #[test]
    fn a_policy_for_another_family_does_not_count() {
        let lock = json!({"name": "lock_screen_darwin", "osMetaFamily": "darwin"});
        assert_eq!(
            judge_with(RULE, &bound("darwin", lock), &require("darwin", "screen_lock")),
            "PASS baseline_bound"
        );
        let other = json!({"name": "lock_screen_darwin", "osMetaFamily": "windows"});
        assert_eq!(
            judge_with(RULE, &bound("darwin", other), &require("darwin", "screen_lock")),
            "FAIL policy_not_bound"
        );
    }

    #[test]
    fn what_the_map_does_not_know_is_unknown_until_an_override_says_it() {
        let custom = bound("windows", json!({"name": "house_made_lock_windows"}));
        assert_eq!(
            judge_with(RULE, &custom, &require("windows", "screen_lock")),
            "UNKNOWN capability_not_mapped"
        );
        let mut config = require("windows", "screen_lock");
        config["policy_capability_overrides"] = json!({"p1": "screen_lock"});
        assert_eq!(judge_with(RULE, &custom, &config), "PASS baseline_bound");
        let opaque = bound("darwin", json!({"name": "custom_mdm_profile_darwin"}));
        assert_eq!(
            judge_with(RULE, &opaque, &require("darwin", "screen_lock")),
            "UNKNOWN opaque_policy_bound"
        );
    }

    #[test]
    fn required_ids_and_the_records_own_word() {
        let lock = bound("darwin", json!({"name": "lock_screen_darwin"}));
        let config = json!({"parameters": {RULE: {"required_capabilities": {"darwin": []},
            "required_policy_ids": {"darwin": ["p1", "p9"]}}}});
        assert_eq!(judge_with(RULE, &lock, &config), "FAIL policy_not_bound");
        let mut none = lock.clone();
        none["SYS"][0]["isPolicyBound"] = json!(false);
        none.as_object_mut().unwrap().remove("POL-SYS");
        assert_eq!(judge(RULE, &none), "FAIL policy_not_bound");
        let mut open = lock;
        open.as_object_mut().unwrap().remove("POL-SYS");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
    }

    #[test]
    fn where_nothing_is_required_nothing_is_judged() {
        assert_eq!(judge(RULE, &bound("linux", json!({}))), "NOT_APPLICABLE nothing_required");
        let odd = require("darwin", "levitation");
        assert_eq!(
            judge_with(RULE, &bound("darwin", json!({})), &odd),
            "UNKNOWN unknown_capability"
        );
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }
}
