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
//! No template is known to enforce the capability on this family, a policy is bound that may enforce
//! anything, the device's record contradicts its bindings, or bindings are missing.
//! ```json,unknown
//! {"reason": "capability_not_mapped",
//!  "config": {"parameters": {"JC-DEV-029": {"required_capabilities": {"windows": ["screen_lock"]}}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "windows"}], "POL": [], "POL-SYS": {"of": {}}}}
//! ```
//!
//! ```json,unknown
//! {"reason": "opaque_policy_bound",
//!  "config": {"parameters": {"JC-DEV-029": {"required_capabilities": {"darwin": ["screen_lock"]}}}},
//!  "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "POL": [{"id": "p1", "name": "Ours", "template": {"name": "custom_mdm_profile_darwin"}}],
//!     "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}}}}
//! ```
//!
//! # Fix
//! Bind the baseline policies through the device group.
//!
//! # Sources
//! Which template enforces what stands in the capability map; templates that only a tenant knows are
//! added by `policy_capability_overrides`. A policy for another family does not count; one whose template
//! names no family counts for the family its template is known for, else for all. A policy that names no
//! template, or a family that nobody can read, may enforce anything. A record that says
//! `isPolicyBound = false` fails at once where no binding says otherwise. Whether a policy was applied is
//! the business of JC-DEV-030: here a custom profile may enforce the setting even if it failed.

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
    logic_version: 2,
    text_revision: 1,
    title: "Baseline security policies are bound to the device",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Settings are only enforced when a policy is bound.",
    remediation: "Bind the baseline policies through the device group.",
    applies: "devices of a family for which capabilities or policies are required",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "os", "isPolicyBound"]),
        InputNeed::new("POL-SYS", &["id", "paths"]),
        InputNeed::new(
            "POL",
            &["id", "template.name", "template.displayName", "template.osMetaFamily"],
        ),
        InputNeed::new("CFG", &["policy_capability_overrides", "match_display_name"]),
    ],
    params: &[REQUIRED_CAPABILITIES.spec(), REQUIRED_POLICIES.spec()],
    reasons: &[
        Reason::pass("baseline_bound", "every required capability and policy is bound"),
        Reason::fail("policy_not_bound", "a required capability or policy is not bound"),
        CAPABILITY_NOT_MAPPED,
        OPAQUE_POLICY_BOUND,
        Reason::unknown("conflicting_sources", "the record denies the policies that are bound"),
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
        case.see(device.row(), "os", &system.os);
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
        let none_bound =
            case.see(device.row(), "isPolicyBound", &system.is_policy_bound).is_false();
        let bound = Bound::read(case, device, family);
        let mut missing = Vec::new();
        for capability in wanted {
            let enforcing = bound.enforcing(case, capability);
            let path = alloc::format!("capabilities[{capability}].policies");
            if enforcing.is_empty() {
                missing.push(capability);
            }
            case.see_derived(device.row(), &path, enforcing);
        }
        let missing_ids: Vec<&str> = ids.into_iter().filter(|id| !bound.has(id)).collect();
        if missing.is_empty() && missing_ids.is_empty() {
            return if none_bound {
                Err(Unknown::new(UnknownCause::ConflictingSources, "conflicting_sources"))
            } else {
                Ok(Verdict::pass("baseline_bound").resting_on_the_service())
            };
        }
        let names: Vec<&str> = missing.iter().map(|capability| capability.as_str()).collect();
        case.see_derived(device.row(), "missing_capabilities", names);
        case.see_derived(device.row(), "missing_policy_ids", missing_ids.clone());
        if none_bound && bound.count == 0 {
            return Ok(Verdict::fail("policy_not_bound"));
        }
        case.require_source(&bindings)?;
        if bound.nameless {
            case.require("POL")?;
        }
        if missing_ids.iter().any(|id| !bound.may_be_here(id)) {
            return Ok(Verdict::fail("policy_not_bound"));
        }
        let map = case.config().capabilities();
        if missing_ids.is_empty() && missing.iter().all(|own| !map.is_mapped(*own, family)) {
            return Err(Unknown::new(UnknownCause::NotObservable, CAPABILITY_NOT_MAPPED.code));
        }
        if bound.may_enforce_anything(case) || !missing_ids.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, OPAQUE_POLICY_BOUND.code));
        }
        case.require("POL")?;
        Ok(Verdict::fail("policy_not_bound"))
    }
}

/// The policies bound to a device.
struct Bound<'c> {
    /// How many there are, for whichever family.
    count: usize,
    /// Those for the device's family.
    ours: Vec<&'c PolicyFacts<'c>>,
    /// Those of which nobody can read for which family they are.
    untold: Vec<&'c PolicyFacts<'c>>,
    /// Whether one of them has no record.
    nameless: bool,
}

impl<'c> Bound<'c> {
    fn read(case: &mut Case<'c>, device: &Device<'_>, family: &str) -> Self {
        let facts = case.facts();
        let mut bound = Self { count: 0, ours: Vec::new(), untold: Vec::new(), nameless: false };
        let mut ids: Vec<String> = Vec::new();
        for policy in facts.policies_of_device(&device.key) {
            if policy.binding.is_none() {
                continue;
            }
            let id = policy.policy.to_string();
            let path = alloc::format!("bound_policies[id={id}].path_lengths");
            case.see_derived(device.row(), &path, policy.path_lengths());
            ids.push(id);
            let Some(policy) = facts.policy(&policy.policy) else {
                bound.nameless = true;
                continue;
            };
            let template = policy.policy().template.then(|template| &template.name);
            case.see(policy.row(), "template.name", template);
            case.see(policy.row(), "template.osMetaFamily", policy.target());
            if policy.target_is_unreadable() {
                bound.untold.push(policy);
            } else if policy.is_for(family) {
                bound.ours.push(policy);
            }
        }
        bound.count = ids.len();
        case.see_derived(device.row(), "bound_policies[].id", ids);
        bound
    }

    /// Ids of the policies that enforce a capability.
    fn enforcing(&self, case: &Case<'_>, capability: Capability) -> Vec<&'c str> {
        let map = case.config().capabilities();
        let enforces = |policy: &PolicyFacts<'_>| matches!(policy.meaning(&map), PolicyMeaning::Enforces { capability: own, .. } if own == capability);
        self.ours
            .iter()
            .filter(|policy| enforces(policy))
            .map(|policy| policy.id.as_str())
            .collect()
    }

    /// Whether the policy with this id is bound and for the device's family.
    fn has(&self, id: &str) -> bool {
        self.ours.iter().any(|policy| policy.id == id)
    }

    /// Whether the policy with this id is bound and nobody can read for which family it is.
    fn may_be_here(&self, id: &str) -> bool {
        self.untold.iter().any(|policy| policy.id == id)
    }

    /// Whether a policy is bound that may enforce any capability.
    fn may_enforce_anything(&self, case: &Case<'_>) -> bool {
        let map = case.config().capabilities();
        !self.untold.is_empty()
            || self.ours.iter().any(|policy| match policy.meaning(&map) {
                PolicyMeaning::Opaque => true,
                PolicyMeaning::Unmapped => policy.template().is_none(),
                PolicyMeaning::Enforces { .. } => false,
            })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

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

    fn partial(records: &Value) -> Value {
        json!({"state": "partial", "reason": "page_failed", "records": records})
    }

    fn lock() -> Value {
        bound("darwin", json!({"name": "lock_screen_darwin"}))
    }

    fn locked(inputs: &Value) -> alloc::string::String {
        judge_with(RULE, inputs, &require("darwin", "screen_lock"))
    }

    #[test]
    fn a_policy_bound_through_groups_counts_and_leaves_its_ways() {
        let mut lock = lock();
        lock["POL-SYS"]["of"]["p1"][0]["paths"] = json!([[
            {"to": {"id": "pg1", "type": "policy_group"}},
            {"to": {"id": "g1", "type": "system_group"}},
            {"to": {"id": "d1", "type": "system"}}]]);
        let finding = &findings(RULE, &lock, &require("darwin", "screen_lock"))[0];
        assert_eq!(finding.reason_code, "baseline_bound");
        let seen = |path: &str| {
            let all = &finding.evidence.observations;
            all.iter().find(|seen| seen.path == path).map(|seen| seen.value.clone())
        };
        assert_eq!(seen("capabilities[screen_lock].policies"), Some(alloc::vec!["p1"].into()));
        let three = alloc::vec![3_i64];
        assert_eq!(seen("bound_policies[id=p1].path_lengths"), Some(three.into()));
    }

    #[test]
    fn bindings_may_be_read_from_the_devices_side() {
        let mut lock = lock();
        lock.as_object_mut().unwrap().remove("POL-SYS");
        lock["SYS-POL"] = json!({"of": {"d1": [{"id": "p1", "type": "policy"}]}});
        assert_eq!(locked(&lock), "PASS baseline_bound");
        lock["SYS-POL"]["of"]["d1"] = json!([]);
        assert_eq!(locked(&lock), "FAIL policy_not_bound");
    }

    #[test]
    fn partial_inputs_pass_on_what_was_found_and_fail_nothing() {
        let mut open = lock();
        open["POL-SYS"]["of"]["p1"] = partial(&open["POL-SYS"]["of"]["p1"]);
        open["POL"] = partial(&open["POL"]);
        assert_eq!(locked(&open), "PASS baseline_bound");
        let mut none = lock();
        none["POL-SYS"]["of"]["p1"] = partial(&json!([]));
        assert_eq!(locked(&none), "UNKNOWN input_partial");
        none["POL-SYS"]["of"]["p1"] = json!({"state": "failed", "class": "server"});
        assert_eq!(locked(&none), "UNKNOWN input_partial");
        none["POL-SYS"] = json!({"state": "failed", "class": "server", "of": {}});
        assert_eq!(locked(&none), "UNKNOWN input_failed");
        let mut nameless = lock();
        nameless["POL"] = partial(&json!([]));
        assert_eq!(locked(&nameless), "UNKNOWN input_partial");
        let mut unread = lock();
        unread["POL-SYS"]["of"]["p1"] = json!([]);
        unread["POL"] = json!({"state": "failed", "class": "server"});
        assert_eq!(locked(&unread), "UNKNOWN input_failed");
    }

    #[test]
    fn a_binding_to_a_policy_that_is_gone_enforces_nothing() {
        let mut dangling = lock();
        dangling["POL"] = json!([]);
        assert_eq!(locked(&dangling), "FAIL policy_not_bound");
    }

    #[test]
    fn the_record_fails_only_where_no_binding_contradicts() {
        let mut denied = lock();
        denied["SYS"][0]["isPolicyBound"] = json!(false);
        assert_eq!(locked(&denied), "UNKNOWN conflicting_sources");
        denied["POL-SYS"]["of"]["p1"] = json!([]);
        assert_eq!(locked(&denied), "FAIL policy_not_bound");
        for flag in [json!(true), Value::Null, json!("perhaps")] {
            let mut open = lock();
            open["SYS"][0]["isPolicyBound"] = flag;
            assert_eq!(locked(&open), "PASS baseline_bound");
            open.as_object_mut().unwrap().remove("POL-SYS");
            assert_eq!(locked(&open), "UNKNOWN input_not_collected");
        }
    }

    #[test]
    fn a_template_counts_for_its_family_alone() {
        let odd = bound("windows", json!({"name": "lock_screen_darwin"}));
        let mut config = require("windows", "screen_lock");
        assert_eq!(judge_with(RULE, &odd, &config), "UNKNOWN capability_not_mapped");
        config["match_display_name"] = json!(true);
        assert_eq!(judge_with(RULE, &odd, &config), "FAIL policy_not_bound");
        let universal = json!({"name": "lock_screen_darwin", "osMetaFamily": "universal"});
        assert_eq!(locked(&bound("darwin", universal)), "PASS baseline_bound");
        let null = json!({"name": "lock_screen_darwin", "osMetaFamily": null});
        assert_eq!(locked(&bound("darwin", null)), "PASS baseline_bound");
    }

    #[test]
    fn what_cannot_be_read_may_be_anything() {
        for template in [
            json!({"name": "lock_screen_darwin", "osMetaFamily": ["darwin"]}),
            json!({"osMetaFamily": "darwin"}),
            json!({"name": ""}),
            Value::Null,
            json!("lock_screen_darwin"),
        ] {
            let found = locked(&bound("darwin", template.clone()));
            assert_eq!(found, "UNKNOWN opaque_policy_bound", "{template}");
        }
        let untold = bound("darwin", json!({"name": "mine", "osMetaFamily": ["darwin"]}));
        let by_id = |ids: Value| {
            json!({"parameters": {RULE: {"required_capabilities": {},
                "required_policy_ids": {"darwin": ids}}}})
        };
        assert_eq!(judge_with(RULE, &untold, &by_id(json!(["p1"]))), "UNKNOWN opaque_policy_bound");
        assert_eq!(judge_with(RULE, &untold, &by_id(json!(["p1", "p9"]))), "FAIL policy_not_bound");
        assert_eq!(judge_with(RULE, &lock(), &by_id(json!(["p1"]))), "PASS baseline_bound");
    }

    #[test]
    fn one_known_lack_is_enough() {
        // Of the default baseline only the screen lock is bound; updates could be recognised.
        assert_eq!(judge(RULE, &lock()), "FAIL policy_not_bound");
        let mut both = lock();
        both["POL"] = json!([both["POL"][0],
            {"id": "p2", "template": {"name": "system_update_darwin"}}]);
        both["POL-SYS"]["of"]["p2"] = json!([{"id": "d1", "type": "system"}]);
        assert_eq!(judge(RULE, &both), "UNKNOWN capability_not_mapped");
        let config = json!({"policy_capability_overrides": {"p3": "disk_encryption"}});
        assert_eq!(judge_with(RULE, &both, &config), "FAIL policy_not_bound");
    }

    #[test]
    fn the_words_of_a_templates_display_name_count_on_request() {
        let vault = bound("darwin", json!({"name": "mystery", "displayName": "Enable FileVault"}));
        let mut config = require("darwin", "disk_encryption");
        assert_eq!(judge_with(RULE, &vault, &config), "UNKNOWN capability_not_mapped");
        config["match_display_name"] = json!(true);
        assert_eq!(judge_with(RULE, &vault, &config), "PASS baseline_bound");
    }
}
