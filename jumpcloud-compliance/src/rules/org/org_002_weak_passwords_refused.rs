//! JC-ORG-002: password complexity or a deny list is enforced.
//!
//! # Expectation
//! Well-known passwords are refused, or passwords need several classes of characters.
//!
//! # Why
//! Common passwords are tried first.
//!
//! # Passes
//! ```json,passes
//! {"reason": "enforced", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"disallowCommonlyUsedPasswords": true,
//!         "allowUsernameSubstring": false}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "weak_complexity", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"disallowCommonlyUsedPasswords": false,
//!         "needsLowercase": true, "needsUppercase": false, "needsNumeric": false,
//!         "needsSymbolic": false}}}]}}}}
//! ```
//!
//! # Unknown when
//! Flags that could still meet the expectation did not arrive, or policies of groups are not all
//! known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"needsLowercase": true}}}]}}}}
//! ```
//!
//! # Fix
//! Turn on the deny list or character classes.
//!
//! # Sources
//! A deny list counts where the user name is also refused as a part; a missing flag about that is
//! missing. In profile `pci` the classes must hold digits and letters. Policies bound to groups are
//! judged as in JC-ORG-001.

use crate::case::Case;
use crate::facts::{RuleSet, both, either, judge_weakest, not};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Choice, Int};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MODE: Choice = Choice::new(
    "mode",
    "either",
    &["either", "denylist", "classes"],
    "What is demanded: a deny list, classes of characters, or either.",
)
.stricter_when_later();
const MIN_CLASSES: Int =
    Int::new("min_classes", 2, 1..=4, "Least number of classes of characters.")
        .stricter_when_higher();

const META: Meta = Meta {
    id: "JC-ORG-002",
    logic_version: 1,
    text_revision: 1,
    title: "Password complexity or deny-list is enforced",
    subject: SubjectKind::Organization,
    severity: Severity::Low,
    tier: 1,
    rationale: "Common passwords are tried first.",
    remediation: "Turn on the deny list or character classes.",
    applies: "always",
    inputs: &[
        InputNeed::new(
            "ORGD",
            &[
                "settings.passwordCompliance",
                "settings.passwordPolicy.disallowCommonlyUsedPasswords",
                "settings.passwordPolicy.allowUsernameSubstring",
                "settings.passwordPolicy.disallowSequentialOrRepetitiveChars",
                "settings.passwordPolicy.needsLowercase",
                "settings.passwordPolicy.needsUppercase",
                "settings.passwordPolicy.needsNumeric",
                "settings.passwordPolicy.needsSymbolic",
            ],
        ),
        InputNeed::new("PWP", &["groupCount", "default"]),
        InputNeed::new(
            "PWPD",
            &[
                "policy.disallowCommonlyUsedPasswords",
                "policy.allowUsernameSubstring",
                "policy.disallowSequentialOrRepetitiveChars",
                "policy.needsLowercase",
                "policy.needsUppercase",
                "policy.needsNumeric",
                "policy.needsSymbolic",
            ],
        ),
        InputNeed::new("CFG", &["profile"]),
    ],
    params: &[MODE.spec(), MIN_CLASSES.spec()],
    reasons: &[
        Reason::pass("enforced", "weak passwords are refused"),
        Reason::fail("weak_complexity", "weak passwords are accepted"),
        Reason::unknown("field_absent", "a setting that decides did not arrive"),
        Reason::unknown("field_unparseable", "a setting that decides cannot be read"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct WeakPasswordsRefused;

impl Rule for WeakPasswordsRefused {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        judge_weakest(case, |case, set| {
            let denylist = denylist(case, set);
            let classes = classes(case, set);
            let met = match case.param(&MODE) {
                "denylist" => denylist,
                "classes" => classes,
                _ => either(denylist, classes),
            };
            match met {
                Some(true) => Ok(Verdict::pass("enforced")),
                Some(false) => Ok(Verdict::fail("weak_complexity")),
                None => Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent")),
            }
        })
    }
}

/// Whether well-known passwords and the user name are refused, as far as that is known.
fn denylist(case: &mut Case<'_>, set: &RuleSet<'_>) -> Option<bool> {
    let rules = set.rules;
    let refused = set
        .see(case, "disallowCommonlyUsedPasswords", &rules.disallow_commonly_used_passwords)
        .value()
        .copied();
    let user_name =
        set.see(case, "allowUsernameSubstring", &rules.allow_username_substring).value().copied();
    set.see(
        case,
        "disallowSequentialOrRepetitiveChars",
        &rules.disallow_sequential_or_repetitive_chars,
    );
    both(refused, not(user_name))
}

/// Whether enough classes of characters are needed, as far as that is known.
fn classes(case: &mut Case<'_>, set: &RuleSet<'_>) -> Option<bool> {
    let rules = set.rules;
    let lower = set.see(case, "needsLowercase", &rules.needs_lowercase).value().copied();
    let upper = set.see(case, "needsUppercase", &rules.needs_uppercase).value().copied();
    let numeric = set.see(case, "needsNumeric", &rules.needs_numeric).value().copied();
    let symbolic = set.see(case, "needsSymbolic", &rules.needs_symbolic).value().copied();
    let all = [lower, upper, numeric, symbolic];
    let count = |wanted: &[Option<bool>]| {
        i64::try_from(all.iter().filter(|class| wanted.contains(class)).count()).unwrap_or(0)
    };
    let least = case.param(&MIN_CLASSES);
    let enough = if count(&[Some(true)]) >= least {
        Some(true)
    } else if count(&[Some(true), None]) < least {
        Some(false)
    } else {
        None
    };
    if case.config().profile != "pci" {
        return enough;
    }
    both(enough, both(either(lower, upper), numeric))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{inputs, judge, judge_with, password_rules, with_password_policy};

    const RULE: &str = "JC-ORG-002";

    #[test]
    fn either_a_deny_list_or_classes() {
        for (rules, expected) in [
            (
                json!({"disallowCommonlyUsedPasswords": true, "allowUsernameSubstring": false}),
                "PASS enforced",
            ),
            (json!({"disallowCommonlyUsedPasswords": true}), "UNKNOWN field_absent"),
            (
                json!({"disallowCommonlyUsedPasswords": true, "allowUsernameSubstring": "no"}),
                "UNKNOWN field_absent",
            ),
            (json!({"needsLowercase": true, "needsNumeric": true}), "PASS enforced"),
            (
                json!({"disallowCommonlyUsedPasswords": true, "allowUsernameSubstring": true,
                "needsLowercase": true, "needsUppercase": false, "needsNumeric": false, "needsSymbolic": false}),
                "FAIL weak_complexity",
            ),
            (
                json!({"disallowCommonlyUsedPasswords": false,
                "needsLowercase": true, "needsUppercase": false, "needsNumeric": false}),
                "UNKNOWN field_absent",
            ),
            (json!({}), "UNKNOWN field_absent"),
            (json!([]), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &password_rules(&rules)), expected, "{rules}");
        }
    }

    #[test]
    fn a_mode_demands_its_own() {
        let denylist = password_rules(
            &json!({"disallowCommonlyUsedPasswords": true, "allowUsernameSubstring": false,
            "needsLowercase": false, "needsUppercase": false, "needsNumeric": false, "needsSymbolic": false}),
        );
        let config = |mode: &str| json!({"parameters": {RULE: {"mode": mode}}});
        assert_eq!(judge_with(RULE, &denylist, &config("denylist")), "PASS enforced");
        assert_eq!(judge_with(RULE, &denylist, &config("classes")), "FAIL weak_complexity");
        let classes = password_rules(
            &json!({"needsLowercase": true, "needsUppercase": true, "needsNumeric": false,
            "needsSymbolic": false, "disallowCommonlyUsedPasswords": false}),
        );
        assert_eq!(judge_with(RULE, &classes, &config("classes")), "PASS enforced");
        assert_eq!(judge_with(RULE, &classes, &config("denylist")), "FAIL weak_complexity");
        assert_eq!(judge_with(RULE, &classes, &json!({"profile": "pci"})), "FAIL weak_complexity");
        let digits = password_rules(&json!({"needsLowercase": true, "needsNumeric": true}));
        assert_eq!(judge_with(RULE, &digits, &json!({"profile": "pci"})), "PASS enforced");
        let unsaid = password_rules(&json!({"needsLowercase": true, "needsUppercase": true}));
        assert_eq!(judge_with(RULE, &unsaid, &json!({"profile": "pci"})), "UNKNOWN field_absent");
    }

    #[test]
    fn policies_of_groups_count_and_must_be_known() {
        let good = json!({"needsLowercase": true, "needsNumeric": true});
        let weak = json!({"disallowCommonlyUsedPasswords": false, "needsLowercase": false,
            "needsUppercase": false, "needsNumeric": false, "needsSymbolic": false});
        let both = with_password_policy(password_rules(&good), "p1", &weak);
        assert_eq!(judge(RULE, &both), "FAIL weak_complexity");
        let mut open = password_rules(&good);
        open["PWP"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        assert_eq!(judge(RULE, &inputs(json!({"PWP": []}))), "UNKNOWN input_not_collected");
    }
}
