//! JC-ORG-001: the minimum password length is adequate.
//!
//! # Expectation
//! Passwords of everyone have at least `min_length` characters; or fewer, down to
//! `min_length_with_denylist`, where well-known passwords are refused.
//!
//! # Why
//! Length is the strongest property of a password.
//!
//! # Passes
//! ```json,passes
//! {"reason": "long_enough", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMinLength": true, "minLength": 12}}}]}}}}
//! ```
//! ```json,passes
//! {"reason": "denylist", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMinLength": true, "minLength": 8,
//!         "disallowCommonlyUsedPasswords": true}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "too_short", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMinLength": true, "minLength": 7}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "not_enforced", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMinLength": false, "minLength": 14}}}]}}}}
//! ```
//!
//! # Unknown when
//! The settings hold no password rules, as with a preset, or policies of groups are not all known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordCompliance": "pci3"}}]}}}}
//! ```
//!
//! # Fix
//! Raise the minimum length.
//!
//! # Sources
//! A number is inert unless its `enable` flag is true `[spec]`. Policies bound to groups override the
//! settings `[official code]`: each is judged by its single read, and the weakest decides. A policy
//! whose number of groups is not known counts as bound; the default policy is the settings.

use jumpcloud_client::Field;

use crate::case::Case;
use crate::facts::{RuleSet, judge_weakest};
use crate::outcome::Severity;
use crate::param::{Flag, Int};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const MIN_LENGTH: Int =
    Int::new("min_length", 12, 8..=64, "Least number of characters.").stricter_when_higher();
const MIN_LENGTH_WITH_DENYLIST: Int = Int::new(
    "min_length_with_denylist",
    8,
    8..=12,
    "Least number of characters where well-known passwords are refused.",
)
.stricter_when_higher();
const DENYLIST_ALTERNATIVE: Flag = Flag::new(
    "denylist_alternative",
    true,
    "Whether refusing well-known passwords makes up for a shorter one.",
)
.stricter_when_false();

const META: Meta = Meta {
    id: "JC-ORG-001",
    logic_version: 1,
    text_revision: 1,
    title: "Minimum password length is adequate",
    subject: SubjectKind::Organization,
    severity: Severity::High,
    tier: 1,
    rationale: "Length is the strongest property of a password.",
    remediation: "Raise the minimum length.",
    applies: "always",
    inputs: &[
        InputNeed::new(
            "ORGD",
            &[
                "settings.passwordCompliance",
                "settings.passwordPolicy.enableMinLength",
                "settings.passwordPolicy.minLength",
                "settings.passwordPolicy.disallowCommonlyUsedPasswords",
            ],
        ),
        InputNeed::new("PWP", &["groupCount", "default"]),
        InputNeed::new(
            "PWPD",
            &["policy.enableMinLength", "policy.minLength", "policy.disallowCommonlyUsedPasswords"],
        ),
    ],
    params: &[MIN_LENGTH.spec(), MIN_LENGTH_WITH_DENYLIST.spec(), DENYLIST_ALTERNATIVE.spec()],
    reasons: &[
        Reason::pass("long_enough", "passwords are as long as demanded"),
        Reason::pass("denylist", "passwords are shorter, and well-known ones are refused"),
        Reason::fail("too_short", "shorter passwords are accepted"),
        Reason::fail("not_enforced", "no minimum length is enforced"),
        Reason::unknown("field_absent", "a setting that decides did not arrive"),
        Reason::unknown("field_unparseable", "a setting that decides cannot be read"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct PasswordsLongEnough;

impl Rule for PasswordsLongEnough {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let mut by_denylist = false;
        let verdict = judge_weakest(case, |case, set| {
            let verdict = length(case, set)?;
            by_denylist |= verdict == Verdict::pass("denylist");
            Ok(verdict)
        })?;
        let weaker = by_denylist && verdict.is_pass();
        Ok(if weaker { Verdict::pass("denylist") } else { verdict })
    }
}

fn length(case: &mut Case<'_>, set: &RuleSet<'_>) -> Judgement {
    let rules = set.rules;
    if !*set.need(case, "enableMinLength", &rules.enable_min_length)? {
        return Ok(Verdict::fail("not_enforced"));
    }
    let length = *set.need(case, "minLength", &rules.min_length)?;
    if length >= case.param(&MIN_LENGTH) {
        return Ok(Verdict::pass("long_enough"));
    }
    let alternative =
        case.param(&DENYLIST_ALTERNATIVE) && length >= case.param(&MIN_LENGTH_WITH_DENYLIST);
    if !alternative {
        return Ok(Verdict::fail("too_short"));
    }
    let refused: &Field<bool> = &rules.disallow_commonly_used_passwords;
    Ok(if *set.need(case, "disallowCommonlyUsedPasswords", refused)? {
        Verdict::pass("denylist")
    } else {
        Verdict::fail("too_short")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{
        findings, inputs, judge, judge_with, password_rules, with_password_policy,
    };

    const RULE: &str = "JC-ORG-001";

    #[test]
    fn the_settings_by_flag_and_number() {
        for (rules, expected) in [
            (json!({"enableMinLength": true, "minLength": 12}), "PASS long_enough"),
            (json!({"enableMinLength": true, "minLength": "14"}), "PASS long_enough"),
            (
                json!({"enableMinLength": true, "minLength": 11, "disallowCommonlyUsedPasswords": true}),
                "PASS denylist",
            ),
            (
                json!({"enableMinLength": true, "minLength": 11, "disallowCommonlyUsedPasswords": false}),
                "FAIL too_short",
            ),
            (json!({"enableMinLength": true, "minLength": 11}), "UNKNOWN field_absent"),
            (json!({"enableMinLength": true, "minLength": 7}), "FAIL too_short"),
            (json!({"enableMinLength": false, "minLength": 14}), "FAIL not_enforced"),
            (json!({"minLength": 14}), "UNKNOWN field_absent"),
            (json!({"enableMinLength": null, "minLength": 14}), "UNKNOWN field_absent"),
            (json!({"enableMinLength": "often", "minLength": 14}), "UNKNOWN field_unparseable"),
            (json!({"enableMinLength": true, "minLength": "long"}), "UNKNOWN field_unparseable"),
            (json!({"enableMinLength": true}), "UNKNOWN field_absent"),
            (json!({}), "UNKNOWN field_absent"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("strict"), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &password_rules(&rules)), expected, "{rules}");
        }
    }

    #[test]
    fn the_pci_profile_knows_no_alternative() {
        let rules = json!({"enableMinLength": true, "minLength": 11, "disallowCommonlyUsedPasswords": true});
        let config = json!({"profile": "pci"});
        assert_eq!(judge_with(RULE, &password_rules(&rules), &config), "FAIL too_short");
    }

    #[test]
    fn the_weakest_policy_decides() {
        let good = json!({"enableMinLength": true, "minLength": 14});
        let weak = json!({"enableMinLength": true, "minLength": 6});
        let two = with_password_policy(password_rules(&good), "p1", &good);
        assert_eq!(judge(RULE, &two), "PASS long_enough");
        let found = findings(RULE, &with_password_policy(two, "p2", &weak), &json!({}));
        assert_eq!(found[0].reason_code, "too_short");
        assert_eq!(found[0].notes, ["failing_policy:p2"]);
        let listed =
            json!({"enableMinLength": true, "minLength": 8, "disallowCommonlyUsedPasswords": true});
        let mixed = with_password_policy(password_rules(&good), "p1", &listed);
        assert_eq!(judge(RULE, &mixed), "PASS denylist");
        let silent = with_password_policy(password_rules(&good), "p1", &json!({}));
        assert_eq!(judge(RULE, &silent), "UNKNOWN field_absent");
        let weak_settings = with_password_policy(password_rules(&weak), "p1", &json!({}));
        assert_eq!(judge(RULE, &weak_settings), "FAIL too_short");
    }

    #[test]
    fn a_policy_that_is_not_known_leaves_no_pass() {
        let good = json!({"enableMinLength": true, "minLength": 14});
        let mut open = password_rules(&good);
        open["PWP"] = json!([{"objectId": "p1", "groupCount": 2}]);
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        open["PWP"] = json!([{"objectId": "p1", "groupCount": 0}]);
        assert_eq!(judge(RULE, &open), "PASS long_enough");
        open["PWP"] = json!([{"objectId": "p1"}]);
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        open["PWP"] = json!([{"objectId": "p1", "groupCount": 2, "default": true}]);
        assert_eq!(judge(RULE, &open), "PASS long_enough");
        open["PWP"] = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        open["PWP"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        open["PWP"] = json!({"state": "not_licensed"});
        assert_eq!(judge(RULE, &open), "PASS long_enough");
        open.as_object_mut().unwrap().remove("PWP");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
    }

    #[test]
    fn without_settings_nothing_is_known() {
        assert_eq!(judge(RULE, &inputs(json!({"PWP": []}))), "UNKNOWN input_not_collected");
        let failed =
            json!({"PWP": [], "ORGD": {"of": {"o1": {"state": "failed", "class": "forbidden"}}}});
        assert_eq!(judge(RULE, &inputs(failed)), "UNKNOWN input_partial");
        let bare = json!({"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1"}]}}});
        assert_eq!(judge(RULE, &inputs(bare)), "UNKNOWN field_absent");
    }
}
