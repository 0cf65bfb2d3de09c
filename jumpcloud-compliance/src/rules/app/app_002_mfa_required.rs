//! JC-APP-002: application sign-in is covered by a policy that requires MFA.
//!
//! # Expectation
//! A conditional access policy without conditions demands a second factor of everyone who reaches the
//! application, or the user portal demands one of everyone; and no policy lets anyone in without.
//!
//! # Why
//! Applications hold the data MFA should guard.
//!
//! # Passes
//! ```json,passes
//! {"reason": "app_policy", "inputs": {
//!     "APP": [{"_id": "a1", "active": true, "sso": {"type": "saml"}}],
//!     "AUTHN": [{"id": "p1", "type": "application", "disabled": false, "conditions": {},
//!         "targets": {"resources": [{"type": "application", "id": "a1"}]},
//!         "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}}]}}
//! ```
//! ```json,passes
//! {"reason": "portal_mfa", "inputs": {"AUTHN": [],
//!     "APP": [{"_id": "a1", "active": true, "sso": {"type": "saml"}}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "no_app_mfa", "inputs": {"AUTHN": [],
//!     "APP": [{"_id": "a1", "active": true, "sso": {"type": "saml"}}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": false}]}}
//! ```
//! ```json,fails
//! {"reason": "conditional_bypass", "inputs": {
//!     "APP": [{"_id": "a1", "active": true, "sso": {"type": "saml"}}],
//!     "AUTHN": [{"id": "p1", "type": "application", "disabled": false,
//!         "conditions": {"ipAddressIn": ["l1"]},
//!         "targets": {"resources": [{"type": "application"}]},
//!         "effect": {"action": "allow", "obligations": {"mfa": {"required": false}}}}]}}
//! ```
//!
//! # Unknown when
//! Policies, people of the application or the answer of JC-ORG-007 are not known well enough.
//! ```json,unknown
//! {"reason": "portal_unclear", "inputs": {"AUTHN": [],
//!     "APP": [{"_id": "a1", "active": true, "sso": {"type": "saml"}}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//!
//! # Fix
//! Add an application policy that requires MFA.
//!
//! # Sources
//! Policies are read as in JC-USR-002. A resource without id stands for all applications; a policy that
//! names no resource says nothing about any. Whoever may not sign in needs no factor. Whether a way
//! around at the application also works behind a portal that demands a factor is not documented: it
//! fails.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{
    AccessPolicy, Application, Demand, Standing, UNFEDERATED_TYPES, User, any, both, either,
    lists_type,
};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Flag, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const PORTAL_SUFFICES: Flag = Flag::new(
    "portal_mfa_suffices",
    true,
    "Whether a factor that the user portal demands of everyone is enough.",
)
.stricter_when_false();
const NEED_OWN_POLICY: Texts = Texts::new(
    "restricted_apps_need_own_policy",
    &[],
    "Ids of applications for which the user portal is not enough.",
)
.stricter_when_longer();
const UNFEDERATED: Texts = Texts::new(
    "unfederated_types",
    UNFEDERATED_TYPES,
    "Kinds of single sign-on in which the application signs people in by itself.",
);

const META: Meta = Meta {
    id: "JC-APP-002",
    logic_version: 1,
    text_revision: 1,
    title: "Application sign-in is covered by a policy that requires MFA",
    subject: SubjectKind::Application,
    severity: Severity::High,
    tier: 1,
    rationale: "Applications hold the data MFA should guard.",
    remediation: "Add an application policy that requires MFA.",
    applies: "applications with single sign-on that are not switched off",
    inputs: &[
        InputNeed::new("APP", &["sso.type", "active"]),
        InputNeed::new("AUTHN", &["name", "type", "disabled", "effect", "targets", "conditions"]),
        InputNeed::new("APP-USR", &["id"]),
        InputNeed::new("USR", &["state", "suspended", "ldap_binding_user"]),
        InputNeed::new("UG", &["id"]),
        InputNeed::new("UGM", &["id"]),
    ],
    params: &[PORTAL_SUFFICES.spec(), NEED_OWN_POLICY.spec(), UNFEDERATED.spec()],
    reasons: &[
        Reason::pass("app_policy", "a policy demands a second factor of everyone who reaches it"),
        Reason::pass("portal_mfa", "the user portal demands a second factor of everyone"),
        Reason::fail("no_app_mfa", "somebody reaches it without a second factor"),
        Reason::fail("conditional_bypass", "a policy lets people in without a second factor"),
        Reason::unknown("policy_unclear", "a policy may or may not decide about this application"),
        Reason::unknown("portal_unclear", "it is not known whether the portal demands a factor"),
        Reason::unknown("field_absent", "the record does not name the kind of single sign-on"),
        Reason::unknown("field_unparseable", "the kind of single sign-on cannot be read"),
        Reason::not_applicable("inactive", "the application is switched off"),
        Reason::not_applicable("not_federated", "the application signs people in by itself"),
    ],
    after: &["JC-ORG-007"],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AppMfaRequired;

impl Rule for AppMfaRequired {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let application = case.application()?;
        let record = application.application();
        if case.see(application.row(), "active", &record.active).is_false() {
            return Ok(Verdict::not_applicable("inactive"));
        }
        let kind = application.sign_on_type(case)?;
        if lists_type(&case.param(&UNFEDERATED), &kind) {
            return Ok(Verdict::not_applicable("not_federated"));
        }
        let policies = policies_of(case, application);
        let people = people(case, application);
        let bypass = policies.bypass(case, &people);
        if bypass == Some(true) {
            return Ok(Verdict::fail("conditional_bypass"));
        }
        let own = policies.require_factor(case, &people);
        let portal = case.tally("JC-ORG-007").unwrap_or_default();
        let own_needed = case.param(&NEED_OWN_POLICY).contains(&application.id.as_str());
        let portal_counts = case.param(&PORTAL_SUFFICES) && !own_needed;
        let portal_passes = portal_counts && portal.pass > 0;
        if portal_counts {
            case.see_count("AUTHN", "JC-ORG-007.passes", portal.pass > 0);
        }
        let unclear = Err(Unknown::new(UnknownCause::Ambiguous, "policy_unclear"));
        if own == Some(true) || portal_passes {
            if bypass.is_none() {
                return unclear;
            }
            case.settled("AUTHN")?;
            return Ok(if own == Some(true) {
                Verdict::pass("app_policy")
            } else {
                Verdict::pass("portal_mfa")
            });
        }
        if own.is_none() {
            return unclear;
        }
        if portal_counts && portal.fail == 0 {
            return Err(Unknown::new(UnknownCause::Ambiguous, "portal_unclear"));
        }
        case.require("AUTHN")?;
        Ok(Verdict::fail("no_app_mfa"))
    }
}

/// The people who reach an application and may sign in.
struct People<'f> {
    known: Vec<&'f User<'f>>,
    /// Whether these are all.
    all: bool,
}

fn people<'f>(case: &mut Case<'f>, application: &Application<'_>) -> People<'f> {
    let facts = case.facts();
    let (keys, source) = facts.people_of_application(application);
    case.uses_source(&source);
    case.uses("USR");
    let mut people = People { known: Vec::new(), all: source.state.is_complete() };
    for key in keys {
        match facts.user(&key) {
            Some(user) if matches!(user.standing, Standing::Suspended | Standing::Staged) => {}
            Some(user) => people.known.push(user),
            // Somebody the complete directory does not know was deleted.
            None => people.all &= facts.state("USR").is_complete(),
        }
    }
    let ids: Vec<String> = people.known.iter().map(|user| user.id.clone()).collect();
    case.see_derived(application.row(), "people[].id", ids);
    people
}

/// The policies in force that decide about an application.
struct Policies<'f> {
    /// Demand a factor, for sure and always.
    require: Vec<AccessPolicy<'f>>,
    /// May demand a factor.
    may_require: Vec<AccessPolicy<'f>>,
    /// Let people in without one.
    open: Vec<AccessPolicy<'f>>,
    /// May let people in without one.
    may_open: bool,
}

fn policies_of<'f>(case: &mut Case<'f>, application: &Application<'_>) -> Policies<'f> {
    case.uses("AUTHN");
    case.uses("UGM");
    let mut found = Policies {
        require: Vec::new(),
        may_require: Vec::new(),
        open: Vec::new(),
        may_open: false,
    };
    for policy in case.facts().access_policies() {
        let applies = both(policy.protects_application(application), policy.is_enabled());
        if applies == Some(false) {
            continue;
        }
        policy.observe(case);
        let sure = applies == Some(true);
        match policy.demand() {
            Demand::Denied => {}
            Demand::SecondFactor if sure && policy.is_unconditional() => found.require.push(policy),
            Demand::SecondFactor => found.may_require.push(policy),
            Demand::Nothing if sure => found.open.push(policy),
            Demand::Nothing => found.may_open = true,
            Demand::Unclear => {
                found.may_require.push(policy);
                found.may_open = true;
            }
        }
    }
    found
}

/// Whether one of these policies covers a user.
fn any_covers(policies: &[AccessPolicy<'_>], case: &Case<'_>, user: &User<'_>) -> Option<bool> {
    let facts = case.facts();
    any(policies.iter().map(|policy| policy.covers(facts, user)))
}

impl Policies<'_> {
    /// Whether somebody who reaches the application is let in without a factor.
    fn bypass(&self, case: &Case<'_>, people: &People<'_>) -> Option<bool> {
        let mut found = if self.may_open { None } else { Some(false) };
        if self.open.iter().any(|policy| policy.covers_everyone() == Some(true)) {
            return Some(true);
        }
        for user in &people.known {
            found = either(found, any_covers(&self.open, case, user));
        }
        if people.all || self.open.is_empty() { found } else { either(found, None) }
    }

    /// Whether a factor is demanded of everyone who reaches the application.
    fn require_factor(&self, case: &Case<'_>, people: &People<'_>) -> Option<bool> {
        if self.require.iter().any(|policy| policy.covers_everyone() == Some(true)) {
            return Some(true);
        }
        if self.require.is_empty() && self.may_require.is_empty() {
            return Some(false);
        }
        let mut all = if self.require.is_empty() { None } else { Some(true) };
        for user in &people.known {
            let demanded = match any_covers(&self.require, case, user) {
                Some(false) => match any_covers(&self.may_require, case, user) {
                    Some(false) => Some(false),
                    _ => None,
                },
                demanded => demanded,
            };
            all = both(all, demanded);
        }
        if people.all { all } else { both(all, None) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-APP-002";

    fn policy(fields: &Value) -> Value {
        let mut policy = json!({"id": "p1", "type": "application", "disabled": false,
            "conditions": {}, "targets": {"resources": [{"type": "application", "id": "a1"}]},
            "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}});
        policy.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        policy
    }

    fn with(policies: Value) -> Value {
        inputs(json!({
            "APP": [{"_id": "a1", "active": true, "sso": {"type": "saml"}}],
            "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": false}],
            "APP-USR": {"of": {"a1": [{"id": "u1", "type": "user"}]}},
            "UG": [{"id": "g1", "name": "Staff"}, {"id": "g2", "name": "Guests"}],
            "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}], "g2": []}},
            "AUTHN": policies
        }))
    }

    #[test]
    fn a_policy_of_the_application() {
        let resources = |resources: Value| json!({"targets": {"resources": resources}});
        let groups = |groups: Value| json!({"targets": {"resources": [{"type": "application"}], "userGroups": groups}});
        for (fields, expected) in [
            (json!({}), "PASS app_policy"),
            (resources(json!([{"type": "application"}])), "PASS app_policy"),
            (resources(json!([{"type": "application", "id": "a2"}])), "FAIL no_app_mfa"),
            (resources(json!([{"type": "ldap"}])), "FAIL no_app_mfa"),
            (resources(json!([])), "UNKNOWN policy_unclear"),
            (resources(json!([{"id": "a1"}])), "UNKNOWN policy_unclear"),
            (groups(json!({"inclusions": ["g1"]})), "PASS app_policy"),
            (groups(json!({"inclusions": ["g2"]})), "FAIL no_app_mfa"),
            (groups(json!({"exclusions": ["g1"]})), "FAIL no_app_mfa"),
            (json!({"disabled": true}), "FAIL no_app_mfa"),
            (json!({"disabled": null}), "UNKNOWN policy_unclear"),
            (json!({"type": "user_portal", "disabled": true}), "FAIL no_app_mfa"),
            (json!({"conditions": {"deviceManaged": true}}), "UNKNOWN policy_unclear"),
            (json!({"effect": {"action": "allow"}}), "FAIL conditional_bypass"),
            (
                json!({"effect": {"action": "allow", "obligations": {"mfa": {}}}}),
                "UNKNOWN policy_unclear",
            ),
            (json!({"effect": {"action": "deny"}}), "FAIL no_app_mfa"),
        ] {
            assert_eq!(judge(RULE, &with(json!([policy(&fields)]))), expected, "{fields}");
        }
    }

    #[test]
    fn a_way_around_fails_for_those_it_covers() {
        let open = |targets: Value| {
            let fields = json!({"id": "p2", "targets": targets, "conditions": {"ipAddressIn": ["l1"]},
                "effect": {"action": "allow", "obligations": {"mfa": {"required": false}}}});
            with(json!([policy(&json!({})), policy(&fields)]))
        };
        let app = json!([{"type": "application", "id": "a1"}]);
        assert_eq!(judge(RULE, &open(json!({"resources": app}))), "FAIL conditional_bypass");
        let of = |group: &str| json!({"resources": app, "userGroups": {"inclusions": [group]}});
        assert_eq!(judge(RULE, &open(of("g1"))), "FAIL conditional_bypass");
        assert_eq!(judge(RULE, &open(of("g2"))), "PASS app_policy");
        let mut unread = open(of("g2"));
        unread["APP-USR"]["of"]["a1"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &unread), "UNKNOWN policy_unclear");
    }

    #[test]
    fn the_portal_makes_up_for_a_missing_policy() {
        let mut portal = with(json!([]));
        assert_eq!(judge(RULE, &portal), "FAIL no_app_mfa");
        portal["USR"][0]["enable_user_portal_multifactor"] = json!(true);
        assert_eq!(judge(RULE, &portal), "PASS portal_mfa");
        let strict = json!({"parameters": {RULE: {"portal_mfa_suffices": false}}});
        assert_eq!(judge_with(RULE, &portal, &strict), "FAIL no_app_mfa");
        let own = json!({"parameters": {RULE: {"restricted_apps_need_own_policy": ["a1"]}}});
        assert_eq!(judge_with(RULE, &portal, &own), "FAIL no_app_mfa");
        portal["USR"][0]["enable_user_portal_multifactor"] = json!(null);
        assert_eq!(judge(RULE, &portal), "UNKNOWN portal_unclear");
    }

    #[test]
    fn policies_and_people_must_be_known() {
        let of_g1 = json!({"targets": {"resources": [{"type": "application"}],
            "userGroups": {"inclusions": ["g1"]}}});
        let mut open = with(json!([policy(&of_g1)]));
        open["APP-USR"]["of"]["a1"] = json!({"state": "partial", "reason": "page_gap", "records": [{"id": "u1", "type": "user"}]});
        assert_eq!(judge(RULE, &open), "UNKNOWN policy_unclear");
        let partial =
            json!({"state": "partial", "reason": "page_failed", "records": [policy(&json!({}))]});
        assert_eq!(judge(RULE, &with(partial)), "UNKNOWN input_partial");
        let failed = json!({"state": "failed", "class": "forbidden"});
        let strict = json!({"parameters": {RULE: {"portal_mfa_suffices": false}}});
        assert_eq!(judge_with(RULE, &with(failed), &strict), "UNKNOWN input_failed");
    }

    #[test]
    fn others_need_no_policy() {
        for (fields, expected) in [
            (json!({"active": false}), "NOT_APPLICABLE inactive"),
            (json!({"sso": {"type": "Bookmark"}}), "NOT_APPLICABLE not_federated"),
            (json!({"sso": {}}), "UNKNOWN field_absent"),
            (json!({"sso": {"type": " "}}), "UNKNOWN field_absent"),
            (json!({"sso": {"type": []}}), "UNKNOWN field_unparseable"),
        ] {
            let mut inputs = with(json!([policy(&json!({}))]));
            inputs["APP"][0].as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            assert_eq!(judge(RULE, &inputs), expected, "{fields}");
        }
    }

    #[test]
    fn people_who_may_not_sign_in_need_no_policy_and_strangers_leave_it_open() {
        let guests = json!({"targets": {"resources": [{"type": "application"}],
            "userGroups": {"inclusions": ["g1"]}}});
        let mut all = with(json!([policy(&guests)]));
        all["USR"].as_array_mut().unwrap().push(json!({"_id": "u2", "state": "SUSPENDED"}));
        all["APP-USR"]["of"]["a1"] =
            json!([{"id": "u1", "type": "user"}, {"id": "u2", "type": "user"}]);
        assert_eq!(judge(RULE, &all), "PASS app_policy");
        all["USR"][1]["state"] = json!("STAGED");
        assert_eq!(judge(RULE, &all), "PASS app_policy");
        all["USR"][1]["state"] = json!("ACTIVATED");
        assert_eq!(judge(RULE, &all), "FAIL no_app_mfa");
        all["USR"] = json!({"state": "partial", "reason": "page_failed",
            "records": [{"_id": "u1", "state": "ACTIVATED"}]});
        assert_eq!(judge(RULE, &all), "UNKNOWN policy_unclear");
    }

    #[test]
    fn a_way_around_that_may_be_in_force_is_not_called_one() {
        let open = json!({"id": "p2", "disabled": null,
            "effect": {"action": "allow", "obligations": {"mfa": {"required": false}}}});
        let all = with(json!([policy(&json!({})), policy(&open)]));
        assert_eq!(judge(RULE, &all), "UNKNOWN policy_unclear");
    }

    #[test]
    fn evidence_says_whether_the_portal_counts() {
        let said = |inputs: &Value| {
            let found = crate::testing::findings(RULE, inputs, &json!({})).remove(0);
            let all = found.evidence.observations.into_iter();
            all.filter(|own| own.path == "JC-ORG-007.passes").map(|own| json!(own.value)).next()
        };
        let mut portal = with(json!([]));
        assert_eq!(said(&portal), Some(json!(false)));
        portal["USR"][0]["enable_user_portal_multifactor"] = json!(true);
        assert_eq!(said(&portal), Some(json!(true)));
    }
}
