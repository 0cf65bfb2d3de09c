//! JC-ORG-005: password expiry follows the organisation's stated policy.
//!
//! # Expectation
//! Passwords expire within `max_days`, or never, as `mode` says.
//!
//! # Why
//! The setting must match the written policy, whichever way it goes.
//!
//! # Passes
//! ```json,passes
//! {"reason": "expires", "config": {"parameters": {"JC-ORG-005": {"mode": "required"}}},
//!  "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!     "enablePasswordExpirationInDays": true, "passwordExpirationInDays": 90}}}]}}}}
//! ```
//! ```json,passes
//! {"reason": "never_expires", "config": {"parameters": {"JC-ORG-005": {"mode": "forbidden"}}},
//!  "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!     "enablePasswordExpirationInDays": false}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "no_expiry", "config": {"parameters": {"JC-ORG-005": {"mode": "required"}}},
//!  "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!     "enablePasswordExpirationInDays": false}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "expires_late", "config": {"parameters": {"JC-ORG-005": {"mode": "required"}}},
//!  "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!     "enablePasswordExpirationInDays": true, "passwordExpirationInDays": 91}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "periodic_expiry_on", "config": {"parameters": {"JC-ORG-005": {"mode": "forbidden"}}},
//!  "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!     "enablePasswordExpirationInDays": true}}}]}}}}
//! ```
//!
//! # Unknown when
//! The flag or the number did not arrive, or policies of groups are not all known.
//! ```json,unknown
//! {"reason": "field_absent", "config": {"parameters": {"JC-ORG-005": {"mode": "required"}}},
//!  "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": {
//!     "passwordExpirationInDays": 90}}}]}}}}
//! ```
//!
//! # Fix
//! Align the setting or the policy.
//!
//! # Sources
//! NIST SP 800-63B asks for no periodic change; PCI DSS asks for one where a password is the only
//! factor. A number of days below one expires nothing. Policies bound to groups are judged as in
//! JC-ORG-001.

use crate::case::Case;
use crate::facts::judge_weakest;
use crate::outcome::Severity;
use crate::param::{Choice, Days};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const MODE: Choice = Choice::new(
    "mode",
    "off",
    &["off", "required", "forbidden"],
    "What the written policy says about expiry; off means that the rule says nothing.",
);
const MAX_DAYS: Days =
    Days::new("max_days", 90, 30..=730, "Most days until a password expires, where it must.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-ORG-005",
    logic_version: 1,
    text_revision: 1,
    title: "Password expiry follows the organisation's stated policy",
    subject: SubjectKind::Organization,
    severity: Severity::Low,
    tier: 2,
    rationale: "The setting must match the written policy, whichever way it goes.",
    remediation: "Align the setting or the policy.",
    applies: "organisations that state a policy",
    inputs: &[
        InputNeed::new(
            "ORGD",
            &[
                "settings.passwordCompliance",
                "settings.passwordPolicy.enablePasswordExpirationInDays",
                "settings.passwordPolicy.passwordExpirationInDays",
            ],
        ),
        InputNeed::new("PWP", &["groupCount", "default"]),
        InputNeed::new(
            "PWPD",
            &["policy.enablePasswordExpirationInDays", "policy.passwordExpirationInDays"],
        ),
    ],
    params: &[MODE.spec(), MAX_DAYS.spec()],
    reasons: &[
        Reason::pass("expires", "passwords expire in time"),
        Reason::pass("never_expires", "passwords do not expire, as stated"),
        Reason::fail("no_expiry", "passwords do not expire and should"),
        Reason::fail("expires_late", "passwords expire later than stated"),
        Reason::fail("periodic_expiry_on", "passwords expire and should not"),
        Reason::unknown("field_absent", "a setting that decides did not arrive"),
        Reason::unknown("field_unparseable", "a setting that decides cannot be read"),
        Reason::not_applicable("no_stated_policy", "the organisation states no policy on expiry"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ExpiryAsStated;

impl Rule for ExpiryAsStated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let mode = case.param(&MODE);
        if mode == "off" {
            return Ok(Verdict::not_applicable("no_stated_policy"));
        }
        let forbidden = mode == "forbidden";
        judge_weakest(case, |case, set| {
            let rules = set.rules;
            let expires = *set.need(
                case,
                "enablePasswordExpirationInDays",
                &rules.enable_password_expiration_in_days,
            )?;
            if forbidden {
                return Ok(if expires {
                    Verdict::fail("periodic_expiry_on")
                } else {
                    Verdict::pass("never_expires")
                });
            }
            if !expires {
                return Ok(Verdict::fail("no_expiry"));
            }
            let days =
                *set.need(case, "passwordExpirationInDays", &rules.password_expiration_in_days)?;
            Ok(if days < 1 {
                Verdict::fail("no_expiry")
            } else if days > case.param(&MAX_DAYS) {
                Verdict::fail("expires_late")
            } else {
                Verdict::pass("expires")
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{judge, judge_with, password_rules, with_password_policy};

    const RULE: &str = "JC-ORG-005";

    fn in_mode(mode: &str, inputs: &Value) -> String {
        judge_with(RULE, inputs, &json!({"parameters": {RULE: {"mode": mode}}}))
    }

    #[test]
    fn both_ways() {
        for (rules, required, forbidden) in [
            (
                json!({"enablePasswordExpirationInDays": true, "passwordExpirationInDays": 90}),
                "PASS expires",
                "FAIL periodic_expiry_on",
            ),
            (
                json!({"enablePasswordExpirationInDays": true, "passwordExpirationInDays": 91}),
                "FAIL expires_late",
                "FAIL periodic_expiry_on",
            ),
            (
                json!({"enablePasswordExpirationInDays": true, "passwordExpirationInDays": 0}),
                "FAIL no_expiry",
                "FAIL periodic_expiry_on",
            ),
            (
                json!({"enablePasswordExpirationInDays": false, "passwordExpirationInDays": 90}),
                "FAIL no_expiry",
                "PASS never_expires",
            ),
            (
                json!({"enablePasswordExpirationInDays": true}),
                "UNKNOWN field_absent",
                "FAIL periodic_expiry_on",
            ),
            (
                json!({"enablePasswordExpirationInDays": {}}),
                "UNKNOWN field_unparseable",
                "UNKNOWN field_unparseable",
            ),
            (json!({}), "UNKNOWN field_absent", "UNKNOWN field_absent"),
        ] {
            let inputs = password_rules(&rules);
            assert_eq!(in_mode("required", &inputs), required, "{rules}");
            assert_eq!(in_mode("forbidden", &inputs), forbidden, "{rules}");
        }
    }

    #[test]
    fn nothing_is_judged_without_a_stated_policy() {
        assert_eq!(judge(RULE, &password_rules(&json!({}))), "NOT_APPLICABLE no_stated_policy");
        let off = password_rules(&json!({"enablePasswordExpirationInDays": false}));
        assert_eq!(judge_with(RULE, &off, &json!({"profile": "pci"})), "FAIL no_expiry");
    }

    #[test]
    fn policies_of_groups_count_and_must_be_known() {
        let never = json!({"enablePasswordExpirationInDays": false});
        let on = json!({"enablePasswordExpirationInDays": true, "passwordExpirationInDays": 60});
        let both = with_password_policy(password_rules(&never), "p1", &on);
        assert_eq!(in_mode("forbidden", &both), "FAIL periodic_expiry_on");
        let mut open = password_rules(&never);
        open["PWP"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(in_mode("forbidden", &open), "UNKNOWN input_not_collected");
    }

    #[test]
    fn a_day_is_an_expiry() {
        let daily = password_rules(
            &json!({"enablePasswordExpirationInDays": true, "passwordExpirationInDays": 1}),
        );
        assert_eq!(in_mode("required", &daily), "PASS expires");
    }
}
