//! JC-ORG-004: account lockout is configured.
//!
//! # Expectation
//! After at most `max_attempts` failed sign-ins an account locks: for `min_lockout_secs` or longer, or
//! until an administrator opens it.
//!
//! # Why
//! Guessing must be slow.
//!
//! # Passes
//! ```json,passes
//! {"reason": "locks", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxLoginAttempts": true, "maxLoginAttempts": 6,
//!         "enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": 900}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "no_lockout", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxLoginAttempts": false, "maxLoginAttempts": 6}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "too_many_attempts", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxLoginAttempts": true, "maxLoginAttempts": 20}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "lockout_too_short", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxLoginAttempts": true, "maxLoginAttempts": 6,
//!         "enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": 60}}}]}}}}
//! ```
//!
//! # Unknown when
//! A flag or number did not arrive and nothing else fails, or policies of groups are not all known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxLoginAttempts": true, "maxLoginAttempts": 6}}}]}}}}
//! ```
//!
//! # Fix
//! Enable lockout with the allowed attempts and time.
//!
//! # Sources
//! A flag `enableLockoutTimeInSeconds` that is false means that an administrator opens the account;
//! one that did not arrive means nothing. People whose devices do not lock are listed, not judged.
//! Policies bound to groups are judged as in JC-ORG-001.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{RuleSet, judge_weakest};
use crate::outcome::Severity;
use crate::param::Int;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_ATTEMPTS: Int =
    Int::new("max_attempts", 10, 3..=10, "Most failed sign-ins before an account locks.")
        .stricter_when_lower();
const MIN_LOCKOUT_SECS: Int = Int::new(
    "min_lockout_secs",
    900,
    60..=5400,
    "Least number of seconds an account stays locked.",
)
.stricter_when_higher();

const META: Meta = Meta {
    id: "JC-ORG-004",
    logic_version: 1,
    text_revision: 1,
    title: "Account lockout is configured",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Guessing must be slow.",
    remediation: "Enable lockout with the allowed attempts and time.",
    applies: "always",
    inputs: &[
        InputNeed::new(
            "ORGD",
            &[
                "settings.passwordCompliance",
                "settings.passwordPolicy.enableMaxLoginAttempts",
                "settings.passwordPolicy.maxLoginAttempts",
                "settings.passwordPolicy.enableLockoutTimeInSeconds",
                "settings.passwordPolicy.lockoutTimeInSeconds",
                "settings.passwordPolicy.enableResetLockoutCounter",
                "settings.passwordPolicy.resetLockoutCounterMinutes",
            ],
        ),
        InputNeed::new("PWP", &["groupCount", "default"]),
        InputNeed::new(
            "PWPD",
            &[
                "policy.enableMaxLoginAttempts",
                "policy.maxLoginAttempts",
                "policy.enableLockoutTimeInSeconds",
                "policy.lockoutTimeInSeconds",
                "policy.enableResetLockoutCounter",
                "policy.resetLockoutCounterMinutes",
            ],
        ),
        InputNeed::new("USR", &["disableDeviceMaxLoginAttempts"]),
    ],
    params: &[MAX_ATTEMPTS.spec(), MIN_LOCKOUT_SECS.spec()],
    reasons: &[
        Reason::pass("locks", "accounts lock soon enough and long enough"),
        Reason::fail("no_lockout", "accounts do not lock"),
        Reason::fail("too_many_attempts", "accounts lock too late"),
        Reason::fail("lockout_too_short", "locked accounts open too soon"),
        Reason::unknown("field_absent", "a setting that decides did not arrive"),
        Reason::unknown("field_unparseable", "a setting that decides cannot be read"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct LockoutConfigured;

impl Rule for LockoutConfigured {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        list_exempt_people(case);
        judge_weakest(case, |case, set| {
            let rules = set.rules;
            set.see(case, "enableResetLockoutCounter", &rules.enable_reset_lockout_counter);
            set.see(case, "resetLockoutCounterMinutes", &rules.reset_lockout_counter_minutes);
            let late = attempts(case, set);
            let short = lock_time(case, set);
            // What is known to fail counts, whatever else is not known.
            if let Ok(Some(code)) = late {
                return Ok(Verdict::fail(code));
            }
            if let Ok(Some(code)) = short {
                return Ok(Verdict::fail(code));
            }
            late.and(short).map(|_| Verdict::pass("locks"))
        })
    }
}

/// What is wrong about the number of attempts.
fn attempts(case: &mut Case<'_>, set: &RuleSet<'_>) -> Result<Option<&'static str>, Unknown> {
    let rules = set.rules;
    if !*set.need(case, "enableMaxLoginAttempts", &rules.enable_max_login_attempts)? {
        return Ok(Some("no_lockout"));
    }
    let attempts = *set.need(case, "maxLoginAttempts", &rules.max_login_attempts)?;
    Ok(if attempts < 1 {
        Some("no_lockout")
    } else if attempts > case.param(&MAX_ATTEMPTS) {
        Some("too_many_attempts")
    } else {
        None
    })
}

/// What is wrong about the time an account stays locked.
fn lock_time(case: &mut Case<'_>, set: &RuleSet<'_>) -> Result<Option<&'static str>, Unknown> {
    let rules = set.rules;
    if !*set.need(case, "enableLockoutTimeInSeconds", &rules.enable_lockout_time_in_seconds)? {
        return Ok(None);
    }
    let seconds = *set.need(case, "lockoutTimeInSeconds", &rules.lockout_time_in_seconds)?;
    Ok((seconds < case.param(&MIN_LOCKOUT_SECS)).then_some("lockout_too_short"))
}

fn list_exempt_people(case: &mut Case<'_>) {
    case.uses("USR");
    let exempt: Vec<String> = case
        .facts()
        .users()
        .iter()
        .filter(|user| user.user().disable_device_max_login_attempts.is_true())
        .map(|user| user.id.clone())
        .collect();
    case.see_count("USR", "disableDeviceMaxLoginAttempts[=true]._id", exempt);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::evidence::Observed;
    use crate::testing::{
        findings, inputs, judge, judge_with, password_rules, with_password_policy,
    };

    const RULE: &str = "JC-ORG-004";

    fn rules(attempts: Value, lock: Value) -> Value {
        let mut rules = attempts;
        rules.as_object_mut().unwrap().extend(lock.as_object().unwrap().clone());
        password_rules(&rules)
    }

    #[test]
    fn attempts_and_time() {
        let six = json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 6});
        let quarter = json!({"enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": 900});
        for (attempts, lock, expected) in [
            (six.clone(), quarter.clone(), "PASS locks"),
            (six.clone(), json!({"enableLockoutTimeInSeconds": false}), "PASS locks"),
            (six.clone(), json!({}), "UNKNOWN field_absent"),
            (six.clone(), json!({"enableLockoutTimeInSeconds": "?"}), "UNKNOWN field_unparseable"),
            (six.clone(), json!({"enableLockoutTimeInSeconds": true}), "UNKNOWN field_absent"),
            (
                six,
                json!({"enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": 899}),
                "FAIL lockout_too_short",
            ),
            (json!({}), quarter.clone(), "UNKNOWN field_absent"),
            (json!({"enableMaxLoginAttempts": true}), quarter.clone(), "UNKNOWN field_absent"),
            (
                json!({"enableMaxLoginAttempts": false, "maxLoginAttempts": 6}),
                json!({}),
                "FAIL no_lockout",
            ),
            (
                json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 0}),
                quarter.clone(),
                "FAIL no_lockout",
            ),
            (
                json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 10}),
                quarter.clone(),
                "PASS locks",
            ),
            (
                json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 11}),
                quarter,
                "FAIL too_many_attempts",
            ),
            (
                json!({}),
                json!({"enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": 5}),
                "FAIL lockout_too_short",
            ),
        ] {
            assert_eq!(
                judge(RULE, &rules(attempts.clone(), lock.clone())),
                expected,
                "{attempts} {lock}"
            );
        }
    }

    #[test]
    fn the_pci_profile_locks_longer() {
        let quarter = rules(
            json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 6}),
            json!({"enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": 900}),
        );
        let config = json!({"profile": "pci"});
        assert_eq!(judge_with(RULE, &quarter, &config), "FAIL lockout_too_short");
    }

    #[test]
    fn people_whose_devices_do_not_lock_are_listed() {
        let good = json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 6,
            "enableLockoutTimeInSeconds": false});
        let mut open = password_rules(&good);
        open["USR"] = json!([{"_id": "u1", "disableDeviceMaxLoginAttempts": true}, {"_id": "u2"}]);
        let found = findings(RULE, &open, &json!({}));
        assert_eq!(found[0].reason_code, "locks");
        let listed = found[0]
            .evidence
            .observations
            .iter()
            .find(|seen| seen.path == "disableDeviceMaxLoginAttempts[=true]._id")
            .unwrap();
        assert_eq!(listed.value, Observed::from(alloc::vec!["u1"]));
    }

    #[test]
    fn policies_of_groups_count_and_must_be_known() {
        let good = json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 6,
            "enableLockoutTimeInSeconds": false});
        let off = json!({"enableMaxLoginAttempts": false});
        let both = with_password_policy(password_rules(&good), "p1", &off);
        assert_eq!(judge(RULE, &both), "FAIL no_lockout");
        let mut open = password_rules(&good);
        open["PWP"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn one_attempt_is_strict_and_not_none() {
        let lock = json!({"enableLockoutTimeInSeconds": false});
        let one = json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": 1});
        assert_eq!(judge(RULE, &rules(one, lock.clone())), "PASS locks");
        let negative = json!({"enableMaxLoginAttempts": true, "maxLoginAttempts": -1});
        assert_eq!(judge(RULE, &rules(negative, lock)), "FAIL no_lockout");
    }
}
