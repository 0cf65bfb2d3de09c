//! JC-ORG-008: conditional access policies are active and effective.
//!
//! # Expectation
//! There are conditional access policies; none that is in force lets people in without a second factor
//! unless another one denies the rest, and none rests on a list of addresses that holds nothing or
//! everything.
//!
//! # Why
//! Stale or open policies give false comfort.
//!
//! # Passes
//! ```json,passes
//! {"reason": "effective", "inputs": {"IPL": [], "AUTHN": [{"id": "p1", "type": "user_portal",
//!     "disabled": false, "conditions": {},
//!     "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "no_policy", "inputs": {"AUTHN": []}}
//! ```
//! ```json,fails
//! {"reason": "allow_without_mfa", "inputs": {"AUTHN": [{"id": "p1", "type": "user_portal",
//!     "disabled": false, "conditions": {},
//!     "effect": {"action": "allow", "obligations": {"mfa": {"required": false}}}}]}}
//! ```
//! ```json,fails
//! {"reason": "bad_ip_list", "inputs": {"IPL": [{"id": "l1", "ips": ["0.0.0.0/0"]}],
//!     "AUTHN": [{"id": "p1", "type": "user_portal", "disabled": false,
//!     "conditions": {"ipAddressIn": ["l1"]},
//!     "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}}]}}
//! ```
//! ```json,fails
//! {"reason": "disabled_policy", "config": {"parameters": {"JC-ORG-008": {"flag_disabled": true}}},
//!  "inputs": {"AUTHN": [{"id": "p1", "type": "user_portal", "disabled": true}]}}
//! ```
//!
//! # Unknown when
//! Policies or lists are not all known, or a policy does not say whether it is in force or what it
//! decides.
//! ```json,unknown
//! {"reason": "policy_unclear", "inputs": {"IPL": [], "AUTHN": [{"id": "p1", "type": "user_portal",
//!     "disabled": false, "conditions": {}, "effect": {"action": "allow", "obligations": {"mfa": {}}}}]}}
//! ```
//!
//! # Fix
//! Repair, remove or enable.
//!
//! # Sources
//! A counterpart is a policy in force that denies, for the same resource, the same people or everyone.
//! Lists are found by looking for their ids anywhere in the conditions of policies in force; addresses
//! themselves are not kept. Policies that are switched off are listed.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::Field;
use jumpcloud_client::resources::IpList;
use serde_json::Value;

use crate::case::Case;
use crate::facts::{AccessPolicy, Demand, row};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Flag;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const REQUIRE_ANY: Flag =
    Flag::new("require_any", true, "Whether at least one policy must exist.").stricter_when_true();
const FLAG_DISABLED: Flag =
    Flag::new("flag_disabled", false, "Whether a policy that is switched off is a failure.")
        .stricter_when_true();

/// Blocks that hold every address.
const EVERYTHING: [&str; 2] = ["0.0.0.0/0", "::/0"];

const META: Meta = Meta {
    id: "JC-ORG-008",
    logic_version: 1,
    text_revision: 1,
    title: "Conditional access policies are active and effective",
    subject: SubjectKind::Organization,
    severity: Severity::Low,
    tier: 2,
    rationale: "Stale or open policies give false comfort.",
    remediation: "Repair, remove or enable.",
    applies: "organisations with a conditional access policy, or that must have one",
    inputs: &[
        InputNeed::new(
            "AUTHN",
            &["id", "name", "type", "disabled", "effect", "targets", "conditions"],
        ),
        InputNeed::new("IPL", &["id", "ips"]),
    ],
    params: &[REQUIRE_ANY.spec(), FLAG_DISABLED.spec()],
    reasons: &[
        Reason::pass("effective", "every policy in force demands, denies or is paired"),
        Reason::fail("no_policy", "there is no policy"),
        Reason::fail("allow_without_mfa", "a policy lets people in without a second factor"),
        Reason::fail("bad_ip_list", "a policy rests on a list that holds nothing or everything"),
        Reason::fail("disabled_policy", "a policy is switched off"),
        Reason::unknown("policy_unclear", "a policy does not say what it decides"),
        Reason::unknown("field_absent", "a list that a policy rests on has no addresses to read"),
        Reason::not_applicable("none_required", "there is no policy, and none is demanded"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AccessPoliciesEffective;

impl Rule for AccessPoliciesEffective {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        case.uses("AUTHN");
        let policies = case.facts().access_policies();
        if policies.is_empty() {
            case.require("AUTHN")?;
            return Ok(if case.param(&REQUIRE_ANY) {
                Verdict::fail("no_policy")
            } else {
                Verdict::not_applicable("none_required")
            });
        }
        for policy in &policies {
            policy.observe(case);
        }
        let in_force: Vec<AccessPolicy<'_>> =
            policies.iter().filter(|policy| policy.is_enabled() != Some(false)).copied().collect();
        let open = open_policies(&in_force);
        let lists = lists(case, &in_force);
        let disabled: Vec<String> = policies
            .iter()
            .filter(|policy| policy.is_enabled() == Some(false))
            .map(AccessPolicy::id)
            .collect();
        case.see_count("AUTHN", "disabled[].id", disabled.clone());
        case.see_count("AUTHN", "allow_without_mfa[].id", open.clone());
        if lists == Lists::Bad {
            return Ok(Verdict::fail("bad_ip_list"));
        }
        if !open.is_empty() {
            // The counterpart could be among the policies that did not arrive.
            case.require("AUTHN")?;
            return Ok(Verdict::fail("allow_without_mfa"));
        }
        if !disabled.is_empty() && case.param(&FLAG_DISABLED) {
            return Ok(Verdict::fail("disabled_policy"));
        }
        if in_force.iter().any(is_unclear) {
            return Err(Unknown::new(UnknownCause::Ambiguous, "policy_unclear"));
        }
        if lists == Lists::Unreadable {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
        }
        case.require("AUTHN")?;
        if in_force.iter().any(|policy| !policy.is_unconditional()) {
            case.settled("IPL")?;
        }
        let verdict = Verdict::pass("effective");
        Ok(if disabled.is_empty() { verdict } else { verdict.note("has_disabled_policies") })
    }
}

/// Whether a policy does not say what it decides, or whether what it decides is in force.
fn is_unclear(policy: &AccessPolicy<'_>) -> bool {
    match policy.demand() {
        Demand::Unclear => true,
        Demand::Nothing | Demand::Denied => policy.is_enabled().is_none(),
        Demand::SecondFactor => false,
    }
}

/// Ids of policies that let people in without a second factor and have no counterpart.
fn open_policies(in_force: &[AccessPolicy<'_>]) -> Vec<String> {
    in_force
        .iter()
        .filter(|policy| policy.is_enabled() == Some(true) && policy.demand() == Demand::Nothing)
        .filter(|policy| !in_force.iter().any(|other| is_counterpart(other, policy)))
        .map(AccessPolicy::id)
        .collect()
}

/// Whether one policy denies what another one allows, for the same people or everyone.
fn is_counterpart(other: &AccessPolicy<'_>, policy: &AccessPolicy<'_>) -> bool {
    let (theirs, own) = (other.policy(), policy.policy());
    let resources = |policy: &AccessPolicy<'_>| {
        policy.policy().targets.then(|targets| &targets.resources).clone()
    };
    // One that may be in force keeps the pair from failing; that it is unclear is told apart.
    other.demand() == Demand::Denied
        && theirs.kind == own.kind
        && resources(other) == resources(policy)
        && (theirs.targets == own.targets || other.covers_everyone() == Some(true))
}

/// How the lists stand that policies in force rest on; the worst decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lists {
    Good,
    Unreadable,
    Bad,
}

fn lists(case: &mut Case<'_>, in_force: &[AccessPolicy<'_>]) -> Lists {
    case.uses("IPL");
    let known: BTreeMap<String, &jumpcloud_client::Record<IpList>> = case
        .facts()
        .snapshot()
        .list::<IpList>()
        .records
        .iter()
        .filter_map(|record| Some((record.value.id.value()?.to_string(), record)))
        .collect();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for policy in in_force.iter().filter(|policy| policy.is_enabled() == Some(true)) {
        if let Some(conditions) = policy.policy().conditions.value() {
            words(conditions, &mut |word| {
                if let Some((id, _)) = known.get_key_value(word) {
                    used.insert(id);
                }
            });
        }
    }
    let mut worst = Lists::Good;
    for id in used {
        let Some(record) = known.get(id) else { continue };
        let row = crate::case::Row { id: Some(id), ..row(record, "IPL") };
        let state = match &record.value.ips {
            Field::Value(ips) => {
                let count = i64::try_from(ips.len()).unwrap_or(i64::MAX);
                let all = ips.iter().any(|ip| EVERYTHING.contains(&ip.trim()));
                case.see_derived(row, "ips.count", count);
                case.see_derived(row, "ips.everything", all);
                if all || ips.is_empty() { Lists::Bad } else { Lists::Good }
            }
            Field::Absent | Field::Null | Field::Unparseable(_) => Lists::Unreadable,
        };
        worst = worst.max(state);
    }
    worst
}

/// Hands every text in a tree to `each`.
fn words(tree: &Value, each: &mut impl FnMut(&str)) {
    let mut open = alloc::vec![tree];
    while let Some(node) = open.pop() {
        match node {
            Value::String(text) => each(text),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{evaluation, findings, inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-008";

    fn policy(id: &str, fields: &Value) -> Value {
        let mut policy = json!({"id": id, "type": "user_portal", "disabled": false,
            "conditions": {}, "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}});
        policy.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        policy
    }

    fn open() -> Value {
        json!({"effect": {"action": "allow", "obligations": {"mfa": {"required": false}}}})
    }

    fn with(policies: &Value, lists: &Value) -> Value {
        inputs(json!({"AUTHN": policies, "IPL": lists}))
    }

    #[test]
    fn a_policy_may_open_what_another_one_closes() {
        let alone = with(&json!([policy("p1", &open())]), &json!([]));
        assert_eq!(judge(RULE, &alone), "FAIL allow_without_mfa");
        for (deny, expected) in [
            (json!({"effect": {"action": "deny"}}), "PASS effective"),
            (
                json!({"effect": {"action": "deny"}, "type": "admin_portal"}),
                "FAIL allow_without_mfa",
            ),
            (json!({"effect": {"action": "deny"}, "disabled": true}), "FAIL allow_without_mfa"),
            (json!({"effect": {"action": "deny"}, "disabled": null}), "UNKNOWN policy_unclear"),
            (
                json!({"effect": {"action": "deny"}, "targets": {"users": {"inclusions": ["u1"]}}}),
                "FAIL allow_without_mfa",
            ),
        ] {
            let pair = with(&json!([policy("p1", &open()), policy("p2", &deny)]), &json!([]));
            assert_eq!(judge(RULE, &pair), expected, "{deny}");
        }
    }

    #[test]
    fn lists_that_hold_nothing_or_everything() {
        let named = json!([policy("p1", &json!({"conditions": {"not": {"ipAddressIn": ["l1"]}}}))]);
        for (list, expected) in [
            (json!({"ips": ["203.0.113.0/24"]}), "PASS effective"),
            (json!({"ips": []}), "FAIL bad_ip_list"),
            (json!({"ips": ["203.0.113.0/24", "0.0.0.0/0"]}), "FAIL bad_ip_list"),
            (json!({"ips": ["::/0"]}), "FAIL bad_ip_list"),
            (json!({"ips": null}), "UNKNOWN field_absent"),
            (json!({"ips": "all"}), "UNKNOWN field_absent"),
        ] {
            let mut record = list.clone();
            record["id"] = json!("l1");
            let inputs = with(&named, &json!([record, {"id": "l2", "ips": []}]));
            assert_eq!(judge(RULE, &inputs), expected, "{list}");
        }
        let evidence =
            evaluation(&with(&named, &json!([{"id": "l1", "ips": ["203.0.113.7"]}])), &json!({}));
        assert!(!alloc::format!("{:?}", evidence.findings).contains("203.0.113.7"));
    }

    #[test]
    fn what_is_switched_off_is_listed() {
        let off = with(&json!([policy("p1", &json!({"disabled": true}))]), &json!([]));
        let found = findings(RULE, &off, &json!({}));
        assert_eq!(found[0].reason_code, "effective");
        assert_eq!(found[0].notes, ["has_disabled_policies"]);
        let config = json!({"parameters": {RULE: {"flag_disabled": true}}});
        assert_eq!(judge_with(RULE, &off, &config), "FAIL disabled_policy");
    }

    #[test]
    fn what_is_not_known() {
        for (fields, expected) in [
            (json!({"effect": {"action": "allow"}}), "FAIL allow_without_mfa"),
            (
                json!({"effect": {"action": "allow", "obligations": {"mfa": {}}}}),
                "UNKNOWN policy_unclear",
            ),
            (json!({"effect": null}), "UNKNOWN policy_unclear"),
            (json!({"disabled": null}), "PASS effective"),
        ] {
            let inputs = with(&json!([policy("p1", &fields)]), &json!([]));
            assert_eq!(judge(RULE, &inputs), expected, "{fields}");
        }
        let mut perhaps = open();
        perhaps["disabled"] = json!("?");
        let perhaps = with(&json!([policy("p1", &perhaps)]), &json!([]));
        assert_eq!(judge(RULE, &perhaps), "UNKNOWN policy_unclear");
        let partial = json!({"state": "partial", "reason": "page_failed", "records": [policy("p1", &json!({}))]});
        assert_eq!(judge(RULE, &with(&partial, &json!([]))), "UNKNOWN input_partial");
        let unpaired = json!({"state": "partial", "reason": "page_failed", "records": [policy("p1", &open())]});
        assert_eq!(judge(RULE, &with(&unpaired, &json!([]))), "UNKNOWN input_partial");
        let conditional = json!([policy("p1", &json!({"conditions": {"ipAddressIn": ["l1"]}}))]);
        let failed = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &with(&conditional, &failed)), "UNKNOWN input_failed");
    }

    #[test]
    fn no_policy_at_all() {
        assert_eq!(judge(RULE, &with(&json!([]), &json!([]))), "FAIL no_policy");
        let config = json!({"parameters": {RULE: {"require_any": false}}});
        assert_eq!(
            judge_with(RULE, &with(&json!([]), &json!([])), &config),
            "NOT_APPLICABLE none_required"
        );
        let unpaid = json!({"state": "not_licensed"});
        assert_eq!(judge(RULE, &with(&unpaid, &json!([]))), "UNKNOWN not_licensed");
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn a_counterpart_closes_the_same_targets_or_all() {
        let narrow = json!({"targets": {"users": {"inclusions": ["u1"]}},
            "effect": {"action": "allow", "obligations": {"mfa": {"required": false}}}});
        let closed =
            json!({"targets": {"users": {"inclusions": ["u1"]}}, "effect": {"action": "deny"}});
        let other =
            json!({"targets": {"users": {"inclusions": ["u2"]}}, "effect": {"action": "deny"}});
        for (deny, expected) in [(closed, "PASS effective"), (other, "FAIL allow_without_mfa")] {
            let both = json!([policy("p1", &narrow), policy("p2", &deny)]);
            assert_eq!(judge(RULE, &with(&both, &json!([]))), expected, "{deny}");
        }
    }
}
