//! JC-ORG-003: password history prevents reuse.
//!
//! # Expectation
//! At least `min_history` former passwords are remembered and refused.
//!
//! # Why
//! Reuse defeats a forced change.
//!
//! # Passes
//! ```json,passes
//! {"reason": "history_kept", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxHistory": true, "maxHistory": 4}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "history_off", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxHistory": false, "maxHistory": 10}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "history_short", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"enableMaxHistory": true, "maxHistory": 3}}}]}}}}
//! ```
//!
//! # Unknown when
//! The flag or the number did not arrive, or policies of groups are not all known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"PWP": [], "ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"passwordPolicy": {"maxHistory": 10}}}]}}}}
//! ```
//!
//! # Fix
//! Set the history.
//!
//! # Sources
//! A number is inert unless its `enable` flag is true `[spec]`. Policies bound to groups are judged as
//! in JC-ORG-001.

use crate::case::Case;
use crate::facts::judge_weakest;
use crate::outcome::Severity;
use crate::param::Int;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const MIN_HISTORY: Int =
    Int::new("min_history", 4, 1..=24, "Least number of former passwords that are refused.")
        .stricter_when_higher();

const META: Meta = Meta {
    id: "JC-ORG-003",
    logic_version: 1,
    text_revision: 1,
    title: "Password history prevents reuse",
    subject: SubjectKind::Organization,
    severity: Severity::Low,
    tier: 1,
    rationale: "Reuse defeats a forced change.",
    remediation: "Set the history.",
    applies: "always",
    inputs: &[
        InputNeed::new(
            "ORGD",
            &[
                "settings.passwordCompliance",
                "settings.passwordPolicy.enableMaxHistory",
                "settings.passwordPolicy.maxHistory",
            ],
        ),
        InputNeed::new("PWP", &["groupCount", "default"]),
        InputNeed::new("PWPD", &["policy.enableMaxHistory", "policy.maxHistory"]),
    ],
    params: &[MIN_HISTORY.spec()],
    reasons: &[
        Reason::pass("history_kept", "enough former passwords are refused"),
        Reason::fail("history_off", "former passwords are not remembered"),
        Reason::fail("history_short", "fewer former passwords are refused than demanded"),
        Reason::unknown("field_absent", "a setting that decides did not arrive"),
        Reason::unknown("field_unparseable", "a setting that decides cannot be read"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct PasswordHistoryKept;

impl Rule for PasswordHistoryKept {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        judge_weakest(case, |case, set| {
            let rules = set.rules;
            if !*set.need(case, "enableMaxHistory", &rules.enable_max_history)? {
                return Ok(Verdict::fail("history_off"));
            }
            let kept = *set.need(case, "maxHistory", &rules.max_history)?;
            Ok(if kept >= case.param(&MIN_HISTORY) {
                Verdict::pass("history_kept")
            } else {
                Verdict::fail("history_short")
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{inputs, judge, password_rules, with_password_policy};

    const RULE: &str = "JC-ORG-003";

    #[test]
    fn flag_and_number() {
        for (rules, expected) in [
            (json!({"enableMaxHistory": true, "maxHistory": 4}), "PASS history_kept"),
            (json!({"enableMaxHistory": true, "maxHistory": 3}), "FAIL history_short"),
            (json!({"enableMaxHistory": false, "maxHistory": 24}), "FAIL history_off"),
            (json!({"enableMaxHistory": true, "maxHistory": null}), "UNKNOWN field_absent"),
            (json!({"enableMaxHistory": [], "maxHistory": 24}), "UNKNOWN field_unparseable"),
            (json!({"maxHistory": 24}), "UNKNOWN field_absent"),
        ] {
            assert_eq!(judge(RULE, &password_rules(&rules)), expected, "{rules}");
        }
    }

    #[test]
    fn policies_of_groups_count_and_must_be_known() {
        let good = json!({"enableMaxHistory": true, "maxHistory": 10});
        let off = json!({"enableMaxHistory": false});
        let both = with_password_policy(password_rules(&good), "p1", &off);
        assert_eq!(judge(RULE, &both), "FAIL history_off");
        let mut open = password_rules(&good);
        open["PWP"] = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn of_two_causes_the_more_severe_is_told() {
        let absent = password_rules(&json!({}));
        let unreadable = json!({"enableMaxHistory": {}, "maxHistory": 9});
        let both = with_password_policy(absent, "p1", &unreadable);
        assert_eq!(judge(RULE, &both), "UNKNOWN field_absent");
        let both = with_password_policy(password_rules(&unreadable), "p1", &json!({}));
        assert_eq!(judge(RULE, &both), "UNKNOWN field_absent");
    }
}
