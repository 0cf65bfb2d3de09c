//! JC-USR-002: multi-factor authentication is required for a user's portal sign-in.
//!
//! # Expectation
//! The portal demands a second factor of each active person, by the account or by a policy without
//! conditions, and no policy lets the person in without one.
//!
//! # Why
//! Enrolment helps only when sign-in demands it.
//!
//! # Passes
//! ```json,passes
//! {"reason": "required_by_account", "inputs": {"AUTHN": [],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": true}]}}
//! ```
//! ```json,passes
//! {"reason": "required_by_policy", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": false}],
//!     "AUTHN": [{"id": "p1", "type": "user_portal", "disabled": false, "conditions": {},
//!         "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "mfa_not_required", "inputs": {"AUTHN": [],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": false}]}}
//! ```
//! ```json,fails
//! {"reason": "conditional_bypass", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": true}],
//!     "AUTHN": [{"id": "p1", "type": "user_portal", "disabled": false,
//!         "conditions": {"ipAddressIn": ["l1"]},
//!         "effect": {"action": "allow", "obligations": {"mfa": {"required": false}}}}]}}
//! ```
//!
//! # Unknown when
//! Policies or memberships are not all known, or a policy cannot be read in one way only.
//! ```json,unknown
//! {"reason": "policy_unclear", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": false}],
//!     "AUTHN": [{"id": "p1", "type": "user_portal", "disabled": false,
//!         "conditions": {"locationIn": {"countries": ["DE"]}},
//!         "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}}]}}
//! ```
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": true}]}}
//! ```
//!
//! # Fix
//! Require MFA on the user or through a conditional access policy without gaps.
//!
//! # Sources
//! Conditions are an untyped tree (`ipAddressIn`, `locationIn`, `deviceManaged` and others were seen
//! `[official code]`) and never count as proof: a policy with conditions, or without saying that it
//! has none, neither requires a factor for sure nor denies for sure, but may let people in without
//! one. A policy without user target covers everyone; an excluded group wins over inclusions. An
//! excuse of the account from its factor is noted here and judged by JC-USR-003. A service without
//! conditional access has no policy that lets people in, and nobody knows whether it demands a factor
//! by other means.

use alloc::string::String;
use alloc::vec::Vec;

use jumpcloud_client::resources::AuthnResourceKind;

use crate::case::Case;
use crate::facts::{Demand, User, both};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Flag;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOW_BYPASS: Flag = Flag::new(
    "allow_conditional_bypass",
    false,
    "Whether a policy may let people in without a second factor.",
)
.stricter_when_false();

const META: Meta = Meta {
    id: "JC-USR-002",
    logic_version: 1,
    text_revision: 1,
    title: "Multi-factor authentication is required for the user's portal sign-in",
    subject: SubjectKind::User,
    severity: Severity::High,
    tier: 1,
    rationale: "Enrolment helps only when sign-in demands it.",
    remediation: "Require MFA on the user or through a conditional access policy without gaps.",
    applies: "active users that are no service accounts",
    inputs: &[
        InputNeed::new(
            "USR",
            &[
                "enable_user_portal_multifactor",
                "mfa.exclusion",
                "ldap_binding_user",
                "state",
                "suspended",
            ],
        ),
        InputNeed::new("AUTHN", &["name", "type", "disabled", "effect", "targets", "conditions"]),
        InputNeed::new("UG", &["id"]),
        InputNeed::new("UGM", &["id"]),
    ],
    params: &[ALLOW_BYPASS.spec()],
    reasons: &[
        Reason::pass("required_by_account", "the account demands a second factor"),
        Reason::pass("required_by_policy", "a policy demands a second factor"),
        Reason::fail("mfa_not_required", "nothing demands a second factor"),
        Reason::fail("conditional_bypass", "a policy lets the person in without a second factor"),
        Reason::unknown("policy_unclear", "a policy may or may not decide about this person"),
        Reason::unknown("field_absent", "the account does not say whether it demands a factor"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("access_denied", "a policy denies the person every sign-in"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
        Reason::not_applicable("service_account", "service accounts are judged elsewhere"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct MfaRequired;

impl Rule for MfaRequired {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.outside_of_daily_use(case) {
            return early;
        }
        let record = user.user();
        let flag = case.see(
            user.row(),
            "enable_user_portal_multifactor",
            &record.enable_user_portal_multifactor,
        );
        let excused =
            case.see(user.row(), "mfa.exclusion", record.mfa.then(|mfa| &mfa.exclusion)).is_true();
        case.uses("UGM");
        let policies = portal_policies(case, user);
        if policies.denied {
            return Ok(Verdict::not_applicable("access_denied"));
        }
        let required = if flag.is_true() {
            Some("required_by_account")
        } else {
            policies.required.then_some("required_by_policy")
        };
        let Some(reason) = required else {
            if policies.may_require {
                return Err(Unknown::new(UnknownCause::Ambiguous, "policy_unclear"));
            }
            if !flag.is_false() {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
            }
            case.require("AUTHN")?;
            return Ok(Verdict::fail("mfa_not_required"));
        };
        let tolerated = case.param(&ALLOW_BYPASS);
        let bypassed = !policies.bypasses.is_empty();
        let notes =
            [bypassed.then_some("conditional_bypass"), excused.then_some("excused_from_factor")];
        let notes = notes.into_iter().flatten().map(String::from);
        if bypassed && !tolerated {
            case.see_count("AUTHN", "bypasses[].id", policies.bypasses);
            return Ok(Verdict::fail("conditional_bypass"));
        }
        if !tolerated {
            if policies.may_bypass {
                return Err(Unknown::new(UnknownCause::Ambiguous, "policy_unclear"));
            }
            case.settled("AUTHN")?;
        }
        Ok(Verdict::pass(reason).notes(notes))
    }
}

/// What the policies of the portal say about one person.
#[derive(Debug, Default)]
struct PortalPolicies {
    denied: bool,
    required: bool,
    may_require: bool,
    bypasses: Vec<String>,
    may_bypass: bool,
}

fn portal_policies(case: &mut Case<'_>, user: &User<'_>) -> PortalPolicies {
    case.uses("AUTHN");
    let facts = case.facts();
    let mut found = PortalPolicies::default();
    for policy in facts.access_policies() {
        let applies = both(
            both(policy.protects(&AuthnResourceKind::UserPortal), policy.is_enabled()),
            policy.covers(facts, user),
        );
        if applies == Some(false) {
            continue;
        }
        policy.observe(case);
        let sure = applies == Some(true);
        let always = sure && policy.is_unconditional();
        match policy.demand() {
            Demand::Denied => found.denied |= always,
            Demand::SecondFactor if always => found.required = true,
            Demand::SecondFactor => found.may_require = true,
            Demand::Nothing if sure => found.bypasses.push(policy.id()),
            Demand::Nothing => found.may_bypass = true,
            Demand::Unclear => {
                found.may_require = true;
                found.may_bypass = true;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-002";

    fn policy(fields: Value) -> Value {
        let mut policy = json!({"id": "p1", "type": "user_portal", "disabled": false,
            "conditions": {}, "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}});
        policy.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        policy
    }

    fn user(flag: Value, policies: Value) -> Value {
        inputs(json!({
            "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": flag,
                "ldap_binding_user": false}],
            "UG": [{"id": "g1", "name": "Staff"}, {"id": "g2", "name": "Guests"}],
            "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}], "g2": []}},
            "AUTHN": policies
        }))
    }

    fn without_factor() -> Value {
        json!({"action": "allow", "obligations": {"mfa": {"required": false}}})
    }

    #[test]
    fn a_policy_covers_whom_it_targets() {
        for (targets, expected) in [
            (json!(null), "PASS required_by_policy"),
            (json!({}), "PASS required_by_policy"),
            (json!({"users": {"inclusions": ["all"]}}), "PASS required_by_policy"),
            (json!({"users": {"inclusions": ["u1"]}}), "PASS required_by_policy"),
            (json!({"users": {"inclusions": ["u2"]}}), "FAIL mfa_not_required"),
            (json!({"userGroups": {"inclusions": ["g1"]}}), "PASS required_by_policy"),
            (json!({"userGroups": {"inclusions": ["g2"]}}), "FAIL mfa_not_required"),
            (json!({"userGroups": {"inclusions": ["gone"]}}), "FAIL mfa_not_required"),
            (
                json!({"users": {"inclusions": ["all"]}, "userGroups": {"exclusions": ["g1"]}}),
                "FAIL mfa_not_required",
            ),
            (
                json!({"users": {"inclusions": ["all"]}, "userGroups": {"exclusions": ["g2"]}}),
                "PASS required_by_policy",
            ),
            (
                json!({"userAttributes": {"exclusions": [
                    {"field": "ldap_binding_user", "operator": "EQ", "value": true}]}}),
                "PASS required_by_policy",
            ),
            (
                json!({"userAttributes": {"inclusions": [
                    {"field": "ldap_binding_user", "operator": "EQ", "value": true}]}}),
                "FAIL mfa_not_required",
            ),
            (
                json!({"userAttributes": {"exclusions": [
                    {"field": "department", "operator": "EQ", "value": "x"}]}}),
                "UNKNOWN policy_unclear",
            ),
            (
                json!({"users": {"inclusions": ["all"]}, "userAttributes": {"inclusions": [
                    {"field": "ldap_binding_user", "operator": "EQ", "value": true}]}}),
                "UNKNOWN policy_unclear",
            ),
            (json!("everyone"), "UNKNOWN policy_unclear"),
            (json!({"users": {"inclusions": "all"}}), "UNKNOWN policy_unclear"),
        ] {
            let policies = json!([policy(json!({"targets": targets}))]);
            assert_eq!(judge(RULE, &user(json!(false), policies)), expected, "{targets}");
        }
    }

    #[test]
    fn a_policy_counts_when_it_is_in_force_and_without_conditions() {
        for (fields, expected) in [
            (json!({"disabled": true}), "FAIL mfa_not_required"),
            (json!({"disabled": null}), "UNKNOWN policy_unclear"),
            (json!({"type": "application"}), "FAIL mfa_not_required"),
            (json!({"type": null}), "UNKNOWN policy_unclear"),
            (json!({"conditions": {"deviceManaged": true}}), "UNKNOWN policy_unclear"),
            (json!({"conditions": null}), "UNKNOWN policy_unclear"),
            (json!({"effect": {"action": "allow"}}), "FAIL mfa_not_required"),
            (
                json!({"effect": {"action": "allow", "obligations": {"mfa": {}}}}),
                "UNKNOWN policy_unclear",
            ),
            (json!({"effect": without_factor()}), "FAIL mfa_not_required"),
            (json!({"effect": {"action": "deny"}}), "NOT_APPLICABLE access_denied"),
            (
                json!({"effect": {"action": "deny"}, "conditions": {"deviceManaged": false}}),
                "FAIL mfa_not_required",
            ),
        ] {
            let policies = json!([policy(fields.clone())]);
            assert_eq!(judge(RULE, &user(json!(false), policies)), expected, "{fields}");
        }
    }

    #[test]
    fn a_way_around_fails_even_under_conditions() {
        let bypass = |fields: Value| {
            let mut other = policy(json!({"id": "p2", "effect": without_factor()}));
            other.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            user(json!(true), json!([other]))
        };
        let open = bypass(json!({"conditions": {"ipAddressIn": ["l1"]}}));
        assert_eq!(judge(RULE, &open), "FAIL conditional_bypass");
        let config = json!({"parameters": {RULE: {"allow_conditional_bypass": true}}});
        let found = findings(RULE, &open, &config);
        assert_eq!(found[0].reason_code, "required_by_account");
        assert_eq!(found[0].notes, ["conditional_bypass"]);
        assert_eq!(
            judge(RULE, &bypass(json!({"targets": {"users": {"inclusions": ["u2"]}}}))),
            "PASS required_by_account"
        );
        assert_eq!(judge(RULE, &bypass(json!({"disabled": "?"}))), "UNKNOWN policy_unclear");
    }

    #[test]
    fn what_is_not_known_passes_and_fails_nothing() {
        assert_eq!(judge(RULE, &user(json!(null), json!([]))), "UNKNOWN field_absent");
        assert_eq!(judge(RULE, &user(json!("?"), json!([]))), "UNKNOWN field_absent");
        let partial = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &user(json!(true), partial.clone())), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &user(json!(false), partial.clone())), "UNKNOWN input_partial");
        let config = json!({"parameters": {RULE: {"allow_conditional_bypass": true}}});
        assert_eq!(
            judge_with(RULE, &user(json!(true), partial), &config),
            "PASS required_by_account"
        );
        let unpaid = json!({"state": "not_licensed"});
        assert_eq!(judge(RULE, &user(json!(true), unpaid.clone())), "PASS required_by_account");
        assert_eq!(judge(RULE, &user(json!(false), unpaid)), "UNKNOWN not_licensed");
        let grouped = json!([policy(json!({"targets": {"userGroups": {"inclusions": ["g2"]}}}))]);
        let mut open = user(json!(false), grouped);
        open["UGM"]["of"]["g2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "UNKNOWN policy_unclear");
    }

    #[test]
    fn only_active_people_are_judged() {
        for (fields, expected) in [
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": "STAGED"}), "NOT_APPLICABLE not_active"),
            (json!({"ldap_binding_user": true}), "NOT_APPLICABLE service_account"),
            (json!({"state": null}), "UNKNOWN state_unclear"),
            (json!({"mfa": {"exclusion": true}}), "PASS required_by_account"),
        ] {
            let mut inputs = user(json!(true), json!([]));
            inputs["USR"][0].as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            assert_eq!(judge(RULE, &inputs), expected, "{fields}");
        }
    }
}
