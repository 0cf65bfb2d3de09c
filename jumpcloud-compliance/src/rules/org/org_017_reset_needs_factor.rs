//! JC-ORG-017: a password reset does not bypass MFA enrolment.
//!
//! # Expectation
//! People without a second factor cannot reset their password by themselves.
//!
//! # Why
//! A reset without second factor is a way around MFA.
//!
//! # Passes
//! ```json,passes
//! {"reason": "reset_refused", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"allowUnenrolledMFAPasswordReset": false}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "reset_without_mfa", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"allowUnenrolledMFAPasswordReset": true}}}]}}}}
//! ```
//!
//! # Unknown when
//! The flag did not arrive, or policies of groups are not all known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableRecoveryEmail": false}}}]}}}}
//! ```
//!
//! # Fix
//! Disallow reset for users without MFA.
//!
//! # Sources
//! Whether a private address may receive resets is shown and does not decide. Policies bound to
//! groups are judged as in JC-ORG-001.

use crate::case::Case;
use crate::facts::judge_weakest;
use crate::outcome::Severity;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const META: Meta = Meta {
    id: "JC-ORG-017",
    logic_version: 1,
    text_revision: 1,
    title: "Password reset does not bypass MFA enrolment",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 2,
    rationale: "A reset without second factor is a way around MFA.",
    remediation: "Disallow reset for users without MFA.",
    applies: "always",
    inputs: &[
        InputNeed::new(
            "ORGD",
            &[
                "settings.passwordCompliance",
                "settings.passwordPolicy.allowUnenrolledMFAPasswordReset",
                "settings.passwordPolicy.enableRecoveryEmail",
            ],
        ),
        InputNeed::new("PWP", &["groupCount", "default"]),
        InputNeed::new(
            "PWPD",
            &["policy.allowUnenrolledMFAPasswordReset", "policy.enableRecoveryEmail"],
        ),
    ],
    params: &[],
    reasons: &[
        Reason::pass("reset_refused", "people without a second factor cannot reset a password"),
        Reason::fail("reset_without_mfa", "people without a second factor can reset a password"),
        Reason::unknown("field_absent", "the setting did not arrive"),
        Reason::unknown("field_unparseable", "the setting cannot be read"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ResetNeedsFactor;

impl Rule for ResetNeedsFactor {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        judge_weakest(case, |case, set| {
            let rules = set.rules;
            set.see(case, "enableRecoveryEmail", &rules.enable_recovery_email);
            let allowed = set.need(
                case,
                "allowUnenrolledMFAPasswordReset",
                &rules.allow_unenrolled_mfa_password_reset,
            )?;
            Ok(if *allowed {
                Verdict::fail("reset_without_mfa")
            } else {
                Verdict::pass("reset_refused")
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{inputs, judge, password_rules, with_password_policy};

    const RULE: &str = "JC-ORG-017";

    #[test]
    fn the_flag_decides() {
        for (flag, expected) in [
            (json!(false), "PASS reset_refused"),
            (json!(true), "FAIL reset_without_mfa"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("never"), "UNKNOWN field_unparseable"),
        ] {
            let rules = password_rules(&json!({"allowUnenrolledMFAPasswordReset": flag}));
            assert_eq!(judge(RULE, &rules), expected, "{flag}");
        }
    }

    #[test]
    fn policies_of_groups_count_and_must_be_known() {
        let refused = json!({"allowUnenrolledMFAPasswordReset": false});
        let allowed = json!({"allowUnenrolledMFAPasswordReset": true});
        let both = with_password_policy(password_rules(&refused), "p1", &allowed);
        assert_eq!(judge(RULE, &both), "FAIL reset_without_mfa");
        let mut open = password_rules(&refused);
        open.as_object_mut().unwrap().remove("PWP");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
    }
}
