//! JC-USR-006: an account was activated within the allowed time.
//!
//! # Expectation
//! The person behind each account that is not suspended has finished activation, or still may: within
//! `max_pending_days` of creation, or on a planned day.
//!
//! # Why
//! A pending invitation is an open credential.
//!
//! # Passes
//! ```json,passes
//! {"reason": "activated", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "activated": true}]}}
//! ```
//! ```json,passes
//! {"reason": "pending", "inputs": {"BUS": [], "USR": [{"_id": "u1", "state": "STAGED",
//!     "activated": false, "created": "2026-11-10T00:00:00Z"}]}}
//! ```
//! ```json,passes
//! {"reason": "scheduled", "inputs": {
//!     "USR": [{"_id": "u1", "state": "STAGED", "activated": false, "created": "2026-01-10T00:00:00Z"}],
//!     "BUS": [{"scheduledJobId": "j1", "systemUserId": "u1", "state": "ACTIVATED",
//!         "scheduledDate": "2026-12-01T08:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "never_activated", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "activated": false, "created": "2026-01-10T00:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! The record does not say whether the account was activated or when it was made, or plans for a staged
//! account are not known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//!
//! # Fix
//! Resend or delete.
//!
//! # Sources
//! `activated` is false beside state `ACTIVATED` in real records `[recorded]`. Only a staged account
//! can be planned to activate.

use jumpcloud_client::resources::UserState;

use crate::case::Case;
use crate::facts::Standing;
use crate::outcome::{Severity, UnknownCause};
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_PENDING: Days =
    Days::new("max_pending_days", 30, 1..=180, "Most days an account may wait for activation.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-006",
    logic_version: 1,
    text_revision: 1,
    title: "Account was activated within the allowed time",
    subject: SubjectKind::User,
    severity: Severity::Low,
    tier: 1,
    rationale: "A pending invitation is an open credential.",
    remediation: "Resend or delete.",
    applies: "users that are not suspended",
    inputs: &[
        InputNeed::new("USR", &["activated", "state", "suspended", "created"]),
        InputNeed::new("BUS", &["systemUserId", "state", "scheduledDate"]),
    ],
    params: &[MAX_PENDING.spec()],
    reasons: &[
        Reason::pass("activated", "the person has finished activation"),
        Reason::pass("pending", "the person still has time"),
        Reason::pass("scheduled", "activation is planned"),
        Reason::fail("never_activated", "the account has waited too long"),
        Reason::unknown("field_absent", "the record lacks what decides"),
        Reason::unknown("field_unparseable", "what decides cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is suspended"),
        Reason::not_applicable("suspended", "the user is suspended"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ActivatedInTime;

impl Rule for ActivatedInTime {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        let record = user.user();
        case.see(user.row(), "state", &record.state);
        case.see(user.row(), "suspended", &record.suspended);
        match user.standing {
            Standing::Suspended => return Ok(Verdict::not_applicable("suspended")),
            Standing::Unclear => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear"));
            }
            Standing::Active | Standing::Staged => {}
        }
        if *case.need(user.row(), "activated", &record.activated)? {
            return Ok(Verdict::pass("activated"));
        }
        let staged = user.standing == Standing::Staged;
        if staged {
            case.uses("BUS");
            let facts = case.facts();
            let planned = facts.planned_changes(case, &user.key, &UserState::Activated);
            if planned.iter().any(|at| *at >= case.evaluated_at()) {
                return Ok(Verdict::pass("scheduled"));
            }
        }
        let created = case.need_time(user.row(), "created", &record.created)?;
        if case.age_days(created)? <= case.param(&MAX_PENDING) {
            return Ok(Verdict::pass("pending"));
        }
        if staged {
            case.settled("BUS")?;
        }
        Ok(Verdict::fail("never_activated"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge};

    const RULE: &str = "JC-USR-006";

    fn user(fields: &Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "activated": false,
            "created": "2026-01-10T00:00:00Z"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record], "BUS": []}))
    }

    #[test]
    fn activation_and_age() {
        for (fields, expected) in [
            (json!({}), "FAIL never_activated"),
            (json!({"state": "STAGED"}), "FAIL never_activated"),
            (json!({"activated": true}), "PASS activated"),
            (json!({"activated": null}), "UNKNOWN field_absent"),
            (json!({"activated": "?"}), "UNKNOWN field_unparseable"),
            (json!({"created": "2026-10-24T12:00:00Z"}), "PASS pending"),
            (json!({"created": "2026-10-23T11:59:59Z"}), "FAIL never_activated"),
            (json!({"created": "2027-01-01T00:00:00Z"}), "UNKNOWN future_timestamp"),
            (json!({"created": "2026-11-23T12:04:00Z"}), "PASS pending"),
            (json!({"created": ""}), "UNKNOWN field_absent"),
            (json!({"created": "once"}), "UNKNOWN field_unparseable"),
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE suspended"),
            (json!({"state": "ODD"}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &user(&fields)), expected, "{fields}");
        }
    }

    #[test]
    fn a_plan_counts_for_a_staged_account_that_has_not_begun() {
        let plan = |state: &str, date: &str| json!([{"scheduledJobId": "j1", "systemUserId": "u1", "state": state, "scheduledDate": date}]);
        let staged = |plans: Value| {
            let mut inputs = user(&json!({"state": "STAGED"}));
            inputs["BUS"] = plans;
            inputs
        };
        let future = "2026-12-01T08:00:00Z";
        assert_eq!(judge(RULE, &staged(plan("ACTIVATED", future))), "PASS scheduled");
        for plans in [
            plan("SUSPENDED", future),
            plan("ACTIVATED", "2026-11-01T00:00:00Z"),
            plan("ACTIVATED", "someday"),
        ] {
            assert_eq!(judge(RULE, &staged(plans)), "FAIL never_activated");
        }
        let mut active = user(&json!({}));
        active["BUS"] = plan("ACTIVATED", future);
        assert_eq!(judge(RULE, &active), "FAIL never_activated");
        let failed = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &staged(failed)), "UNKNOWN input_failed");
        let partial = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &staged(partial)), "UNKNOWN input_partial");
    }
}
