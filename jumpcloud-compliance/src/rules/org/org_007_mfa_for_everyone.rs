//! JC-ORG-007: MFA is enforced for all users.
//!
//! # Expectation
//! JC-USR-002 fails for nobody without a waiver, or for no greater share of the people it judges than `tolerance_bp`.
//!
//! # Why
//! It is the organisation-wide answer an auditor asks for.
//!
//! # Passes
//! ```json,passes
//! {"reason": "enforced", "inputs": {"AUTHN": [],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "users_without_mfa_requirement", "inputs": {"AUTHN": [],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": false}]}}
//! ```
//!
//! # Unknown when
//! JC-USR-002 could not conclude about somebody, or users are not all known.
//! ```json,unknown
//! {"reason": "users_unclear", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "enable_user_portal_multifactor": true}]}}
//! ```
//!
//! # Fix
//! Close the per-user gaps of JC-USR-002.
//!
//! # Sources
//! People whose finding of JC-USR-002 a waiver covers do not fail this rule; a pass beside them is noted
//! `waived_users`. The share is taken of the people to whom JC-USR-002 applies, rounded down;
//! everyone not known counts as failing for a pass, and as passing for a failure.

use crate::case::{Case, Tally};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Int;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const TOLERANCE_BP: Int = Int::new(
    "tolerance_bp",
    0,
    0..=500,
    "Share of people without a demanded factor that is tolerated, in basis points.",
)
.stricter_when_lower();

const META: Meta = Meta {
    id: "JC-ORG-007",
    logic_version: 1,
    text_revision: 1,
    title: "MFA is enforced for all users",
    subject: SubjectKind::Organization,
    severity: Severity::High,
    tier: 1,
    rationale: "It is the organisation-wide answer an auditor asks for.",
    remediation: "Close the per-user gaps of JC-USR-002.",
    applies: "organisations with people to whom JC-USR-002 applies",
    inputs: &[InputNeed::new("USR", &["_id"]), InputNeed::new("AUTHN", &["id"])],
    params: &[TOLERANCE_BP.spec()],
    reasons: &[
        Reason::pass("enforced", "a factor is demanded of everyone, or of nearly everyone"),
        Reason::fail("users_without_mfa_requirement", "a factor is not demanded of everyone"),
        Reason::unknown(
            "users_unclear",
            "of somebody it is not known whether a factor is demanded",
        ),
        Reason::not_applicable("no_users", "there is nobody of whom a factor could be demanded"),
    ],
    after: &["JC-USR-002"],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct MfaForEveryone;

impl Rule for MfaForEveryone {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let Tally { pass, fail, not_applicable, unknown, waived } =
            case.tally("JC-USR-002").unwrap_or_default();
        for (status, count) in [
            ("pass", pass),
            ("fail", fail),
            ("not_applicable", not_applicable),
            ("unknown", unknown),
            ("waived", waived),
        ] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            case.see_count("USR", &alloc::format!("JC-USR-002.{status}.count"), count);
        }
        case.uses("USR");
        case.uses("AUTHN");
        let judged = pass.saturating_add(fail).saturating_add(unknown).saturating_add(waived);
        let share = |part: u64| {
            let share = part.saturating_mul(10_000).checked_div(judged).unwrap_or_default();
            i64::try_from(share).unwrap_or(i64::MAX)
        };
        case.see_count("USR", "JC-USR-002.fail_bp", share(fail));
        let tolerance = case.param(&TOLERANCE_BP);
        let failing = Verdict::fail("users_without_mfa_requirement");
        if fail > 0 && tolerance == 0 {
            return Ok(failing);
        }
        // With people missing, any share may still change.
        case.require("USR")?;
        if judged == 0 {
            return Ok(Verdict::not_applicable("no_users"));
        }
        if fail > 0 && share(fail) > tolerance {
            return Ok(failing);
        }
        let at_worst = fail.saturating_add(unknown);
        if at_worst == 0 {
            let verdict = Verdict::pass("enforced");
            return Ok(if waived > 0 { verdict.note("waived_users") } else { verdict });
        }
        if tolerance > 0 && share(at_worst) <= tolerance {
            return Ok(Verdict::pass("enforced").note("within_tolerance"));
        }
        Err(Unknown::new(UnknownCause::Ambiguous, "users_unclear"))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-007";

    fn people(flags: &[Value]) -> Value {
        let users: Vec<Value> = flags
            .iter()
            .enumerate()
            .map(|(n, flag)| {
                json!({"_id": alloc::format!("u{n}"), "state": "ACTIVATED",
                    "enable_user_portal_multifactor": flag})
            })
            .collect();
        inputs(json!({"USR": users, "AUTHN": []}))
    }

    #[test]
    fn one_failure_fails_and_one_unknown_leaves_it_open() {
        assert_eq!(judge(RULE, &people(&[json!(true), json!(true)])), "PASS enforced");
        assert_eq!(
            judge(RULE, &people(&[json!(true), json!(false), json!(null)])),
            "FAIL users_without_mfa_requirement"
        );
        assert_eq!(judge(RULE, &people(&[json!(true), json!(null)])), "UNKNOWN users_unclear");
        assert_eq!(judge(RULE, &people(&[])), "NOT_APPLICABLE no_users");
        let mut suspended = people(&[json!(false)]);
        suspended["USR"][0]["state"] = json!("SUSPENDED");
        assert_eq!(judge(RULE, &suspended), "NOT_APPLICABLE no_users");
    }

    #[test]
    fn a_tolerance_counts_the_worst_case() {
        let config = json!({"parameters": {RULE: {"tolerance_bp": 500}}});
        let mut flags: Vec<Value> = alloc::vec![json!(true); 19];
        flags.push(json!(false));
        let found = findings(RULE, &people(&flags), &config);
        assert_eq!(found[0].reason_code, "enforced");
        assert_eq!(found[0].notes, ["within_tolerance"]);
        flags.pop();
        flags.push(json!(null));
        assert_eq!(judge_with(RULE, &people(&flags), &config), "PASS enforced");
        flags.push(json!(false));
        assert_eq!(judge_with(RULE, &people(&flags), &config), "UNKNOWN users_unclear");
        flags.push(json!(false));
        assert_eq!(
            judge_with(RULE, &people(&flags), &config),
            "FAIL users_without_mfa_requirement"
        );
    }

    #[test]
    fn missing_people_allow_a_failure_only() {
        let partial = |flag: Value| {
            let mut open = people(&[flag]);
            let records = open["USR"].clone();
            open["USR"] = json!({"state": "partial", "reason": "page_failed", "records": records});
            open
        };
        assert_eq!(judge(RULE, &partial(json!(false))), "FAIL users_without_mfa_requirement");
        assert_eq!(judge(RULE, &partial(json!(true))), "UNKNOWN input_partial");
        let config = json!({"parameters": {RULE: {"tolerance_bp": 500}}});
        assert_eq!(judge_with(RULE, &partial(json!(false)), &config), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn a_waived_failure_does_not_count_while_the_waiver_holds() {
        let until = |end: &str, covers_unknown: bool| {
            json!({"waivers": [{"id": "W1", "rule_selector": "JC-USR-002",
                "subject_selector": "all", "reason": "r", "approved_by": "a",
                "approved_at": "2026-01-01T00:00:00Z", "starts_at": "2026-01-01T00:00:00Z",
                "expires_at": end, "covers_unknown": covers_unknown}]})
        };
        let open = people(&[json!(false), json!(true)]);
        let held = until("2026-12-01T00:00:00Z", false);
        assert_eq!(judge_with(RULE, &open, &held), "PASS enforced");
        let found = findings(RULE, &open, &held);
        assert_eq!(found[0].notes, ["waived_users"]);
        let over = until("2026-11-01T00:00:00Z", false);
        assert_eq!(judge_with(RULE, &open, &over), "FAIL users_without_mfa_requirement");
        let unknown = people(&[json!(null), json!(true)]);
        assert_eq!(judge_with(RULE, &unknown, &held), "UNKNOWN users_unclear");
        let wider = until("2026-12-01T00:00:00Z", true);
        assert_eq!(judge_with(RULE, &unknown, &wider), "PASS enforced");
    }
}
