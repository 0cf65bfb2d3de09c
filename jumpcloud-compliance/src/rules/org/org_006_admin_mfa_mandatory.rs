//! JC-ORG-006: MFA is mandatory for administrators.
//!
//! # Expectation
//! The organisation demands a second factor of every administrator: by its setting, or by a policy for
//! the console without conditions and exclusions that no other policy lets anyone around.
//!
//! # Why
//! One switch protects all administrators.
//!
//! # Passes
//! ```json,passes
//! {"reason": "mandatory", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"requireAdminMFA": true}}]}}}}
//! ```
//! ```json,passes
//! {"reason": "policy", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"requireAdminMFA": false}}]}},
//!     "AUTHN": [{"id": "p1", "type": "admin_portal", "disabled": false, "conditions": {},
//!         "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "admin_mfa_optional", "inputs": {"AUTHN": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"requireAdminMFA": false}}]}}}}
//! ```
//!
//! # Unknown when
//! The setting did not arrive; or it is off, and policies for the console are not all known or cannot be
//! read in one way only.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1", "settings": {}}]}}}}
//! ```
//!
//! # Fix
//! Turn on mandatory MFA for administrators.
//!
//! # Sources
//! In what order policies are applied is not documented. So a policy proves nothing while another one
//! lets administrators in without a factor, and conditions are never proof.

use jumpcloud_client::resources::AuthnResourceKind;

use crate::case::Case;
use crate::facts::{Demand, Settings, both};
use crate::outcome::{Severity, UnknownCause};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const META: Meta = Meta {
    id: "JC-ORG-006",
    logic_version: 1,
    text_revision: 1,
    title: "MFA is mandatory for administrators",
    subject: SubjectKind::Organization,
    severity: Severity::Critical,
    tier: 1,
    rationale: "One switch protects all administrators.",
    remediation: "Turn on mandatory MFA for administrators.",
    applies: "always",
    inputs: &[
        InputNeed::new("ORGD", &["settings.requireAdminMFA"]),
        InputNeed::new("AUTHN", &["name", "type", "disabled", "effect", "targets", "conditions"]),
    ],
    params: &[],
    reasons: &[
        Reason::pass("mandatory", "the organisation demands a factor of every administrator"),
        Reason::pass("policy", "a policy demands a factor of every administrator"),
        Reason::fail("admin_mfa_optional", "an administrator may sign in without a factor"),
        Reason::unknown("field_absent", "the setting did not arrive"),
        Reason::unknown("field_unparseable", "the setting cannot be read"),
        Reason::unknown("policy_unclear", "a policy may or may not decide"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AdminMfaMandatory;

impl Rule for AdminMfaMandatory {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let Settings { row, values } = Settings::of(case)?;
        if *case.need(row, "settings.requireAdminMFA", &values.require_admin_mfa)? {
            return Ok(Verdict::pass("mandatory"));
        }
        case.uses("AUTHN");
        let (mut required, mut bypassed, mut unclear) = (false, false, false);
        for policy in case.facts().access_policies() {
            let applies =
                both(policy.protects(&AuthnResourceKind::AdminPortal), policy.is_enabled());
            if applies == Some(false) {
                continue;
            }
            policy.observe(case);
            let everyone = policy.covers_everyone();
            case.see_count("AUTHN", &alloc::format!("{}.covers_everyone", policy.id()), everyone);
            let sure = applies == Some(true);
            match policy.demand() {
                Demand::Denied => {}
                Demand::Nothing if sure => bypassed = true,
                Demand::SecondFactor
                    if sure && everyone == Some(true) && policy.is_unconditional() =>
                {
                    required = true;
                }
                Demand::SecondFactor if everyone == Some(false) => {}
                Demand::SecondFactor | Demand::Nothing | Demand::Unclear => unclear = true,
            }
        }
        if bypassed {
            return Ok(Verdict::fail("admin_mfa_optional"));
        }
        if unclear {
            return Err(Unknown::new(UnknownCause::Ambiguous, "policy_unclear"));
        }
        case.require("AUTHN")?;
        Ok(if required { Verdict::pass("policy") } else { Verdict::fail("admin_mfa_optional") })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge};

    const RULE: &str = "JC-ORG-006";

    fn org(setting: &Value, policies: &Value) -> Value {
        inputs(json!({"AUTHN": policies,
            "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"requireAdminMFA": setting}}]}}}))
    }

    fn policy(id: &str, fields: &Value) -> Value {
        let mut policy = json!({"id": id, "type": "admin_portal", "disabled": false,
            "conditions": {}, "effect": {"action": "allow", "obligations": {"mfa": {"required": true}}}});
        policy.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        policy
    }

    #[test]
    fn g37_the_setting_decides() {
        for (setting, expected) in [
            (json!(true), "PASS mandatory"),
            (json!(false), "FAIL admin_mfa_optional"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("yes"), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &org(&setting, &json!([]))), expected, "{setting}");
        }
        assert_eq!(judge(RULE, &inputs(json!({"AUTHN": []}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn a_policy_without_gaps_makes_up_for_the_setting() {
        for (fields, expected) in [
            (json!({}), "PASS policy"),
            (json!({"targets": {"users": {"inclusions": ["all"]}}}), "PASS policy"),
            (json!({"targets": {"userGroups": {"exclusions": ["g1"]}}}), "FAIL admin_mfa_optional"),
            (json!({"targets": {"users": {"inclusions": ["u1"]}}}), "FAIL admin_mfa_optional"),
            (json!({"targets": "all"}), "UNKNOWN policy_unclear"),
            (json!({"conditions": {"deviceManaged": true}}), "UNKNOWN policy_unclear"),
            (json!({"disabled": true}), "FAIL admin_mfa_optional"),
            (json!({"disabled": null}), "UNKNOWN policy_unclear"),
            (json!({"type": "user_portal"}), "FAIL admin_mfa_optional"),
            (json!({"effect": {"action": "deny"}}), "FAIL admin_mfa_optional"),
            (json!({"effect": {}}), "UNKNOWN policy_unclear"),
        ] {
            let org = org(&json!(false), &json!([policy("p1", &fields)]));
            assert_eq!(judge(RULE, &org), expected, "{fields}");
        }
    }

    #[test]
    fn a_way_around_fails() {
        let open = json!({"effect": {"action": "allow", "obligations": {"mfa": {"required": false}}},
            "conditions": {"ipAddressIn": ["l1"]}});
        let both = json!([policy("p1", &json!({})), policy("p2", &open)]);
        assert_eq!(judge(RULE, &org(&json!(false), &both)), "FAIL admin_mfa_optional");
        assert_eq!(judge(RULE, &org(&json!(true), &both)), "PASS mandatory");
    }

    #[test]
    fn policies_must_be_known() {
        let partial = json!({"state": "partial", "reason": "page_failed",
            "records": [policy("p1", &json!({}))]});
        assert_eq!(judge(RULE, &org(&json!(false), &partial)), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &org(&json!(true), &partial)), "PASS mandatory");
        let unpaid = json!({"state": "not_licensed"});
        assert_eq!(judge(RULE, &org(&json!(false), &unpaid)), "UNKNOWN not_licensed");
    }

    #[test]
    fn a_way_around_that_may_be_in_force_is_not_called_one() {
        let open = json!({"effect": {"action": "allow", "obligations": {"mfa": {"required": false}}},
            "disabled": null});
        let both = json!([policy("p1", &json!({})), policy("p2", &open)]);
        assert_eq!(judge(RULE, &org(&json!(false), &both)), "UNKNOWN policy_unclear");
    }
}
