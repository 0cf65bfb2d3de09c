//! JC-USR-021: a departed person has no enabled account.
//!
//! # Expectation
//! The account of a person in the register of leavers is suspended at most `allowed_hours` after the end
//! of the last day, or planned to be.
//!
//! # Why
//! Access after departure is the classic audit exception.
//!
//! # Passes
//! ```json,passes
//! {"reason": "disabled", "config": {"leavers": [{"user_id": "u1", "last_day": "2026-10-31"}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED"}]}}
//! ```
//! ```json,passes
//! {"reason": "scheduled", "config": {"leavers": [{"user_id": "u1", "last_day": "2026-11-30"}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "BUS": [{"scheduledJobId": "j1", "systemUserId": "u1", "state": "SUSPENDED",
//!         "scheduledDate": "2026-12-01T18:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "active_after_exit",
//!  "config": {"leavers": [{"email": "ada@example.com", "last_day": "2026-10-31"}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "email": "Ada@example.com"}]}}
//! ```
//!
//! # Unknown when
//! The entry leads to several accounts, the record lacks what an entry is looked up by or does not say
//! whether the account is active, or the last day is over and the allowed hours are not.
//! ```json,unknown
//! {"reason": "ambiguous_match",
//!  "config": {"leavers": [{"email": "ada@example.com", "last_day": "2026-10-31"}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED", "email": "ada@example.com"},
//!     {"_id": "u2", "state": "SUSPENDED", "email": "ada@example.com"}]}}
//! ```
//!
//! # Fix
//! Suspend now, remove bindings, document the delay.
//!
//! # Sources
//! An entry is looked up by account id, else staff number, else e-mail. The last day ends at midnight in
//! `org_timezone`. A staged account is not enabled and passes, noted `staged`. An entry without account
//! has no finding: that its account is gone needs all users, which the population tells. The register
//! holds no return: take the entry of a rehired person out.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jumpcloud_client::resources::UserState;

use crate::case::Case;
use crate::facts::{Leaving, Standing, User};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Int;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOWED_HOURS: Int = Int::new(
    "allowed_hours",
    24,
    0..=168,
    "Most hours between the end of the last day and the suspension.",
)
.stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-021",
    logic_version: 1,
    text_revision: 1,
    title: "Departed person has no enabled account",
    subject: SubjectKind::User,
    severity: Severity::Critical,
    tier: 1,
    rationale: "Access after departure is the classic audit exception.",
    remediation: "Suspend now, remove bindings, document the delay.",
    applies: "users to whom an entry in the register of leavers leads",
    inputs: &[
        InputNeed::new("USR", &["email", "employeeIdentifier", "state", "suspended"]),
        InputNeed::new("BUS", &["systemUserId", "state", "scheduledDate"]),
        InputNeed::new("CFG", &["leavers", "org_timezone"]),
    ],
    params: &[ALLOWED_HOURS.spec()],
    reasons: &[
        Reason::pass("disabled", "the account is not enabled"),
        Reason::pass("scheduled", "the suspension is planned in time"),
        Reason::fail("active_after_exit", "the account is active after the person left"),
        Reason::unknown("ambiguous_match", "the entry leads to several accounts"),
        Reason::unknown("field_absent", "the record lacks what an entry is looked up by"),
        Reason::unknown("state_unclear", "the record does not say whether the account is active"),
        Reason::unknown("exit_under_way", "the last day is over and the allowed hours are not"),
        Reason::not_applicable("no_register", "no register of leavers is kept"),
        Reason::not_applicable("no_leaver", "no entry leads to the account"),
        Reason::not_applicable("not_departed", "the last day is not over"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct LeaverDisabled;

impl Rule for LeaverDisabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if case.config().leavers.is_none() {
            return Ok(Verdict::not_applicable("no_register"));
        }
        let facts = case.facts();
        let entries = facts.leaving(user, case.config());
        if entries.is_empty() {
            if facts.may_be_leaving(user) {
                case.see(user.row(), "email", &user.user().email);
                case.see(user.row(), "employeeIdentifier", &user.user().employee_identifier);
                return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
            }
            return Ok(Verdict::not_applicable("no_leaver"));
        }
        case.uses("USR");
        case.see(user.row(), "state", &user.user().state);
        case.see(user.row(), "suspended", &user.user().suspended);
        let mut judgements: Vec<Judgement> =
            entries.into_iter().map(|entry| departure(case, user, entry)).collect();
        // Of several entries the worst decides.
        judgements.sort_by_key(severity);
        judgements.pop().unwrap_or(Ok(Verdict::not_applicable("no_leaver")))
    }
}

fn severity(judgement: &Judgement) -> u8 {
    match judgement {
        Ok(verdict) if *verdict == Verdict::not_applicable("not_departed") => 0,
        Ok(verdict) if verdict.is_pass() => 1,
        Err(_) => 2,
        Ok(_) => 3,
    }
}

fn departure(case: &mut Case<'_>, user: &User<'_>, leaving: Leaving<'_>) -> Judgement {
    let place = i64::try_from(leaving.place).unwrap_or(i64::MAX);
    let last_day = leaving.entry.last_day;
    case.see_count("CFG", &alloc::format!("leavers[{place}].last_day"), last_day.to_string());
    let over = end_of(case, last_day);
    let seconds = case.param(&ALLOWED_HOURS).saturating_mul(3600);
    let limit = over.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(over);
    let now = case.evaluated_at();
    let ambiguous = || Err(Unknown::new(UnknownCause::Ambiguous, "ambiguous_match"));
    match user.standing {
        Standing::Active if now > limit => {
            let late = now.as_second().saturating_sub(limit.as_second()).div_euclid(3600);
            case.see_count("CFG", &alloc::format!("leavers[{place}].hours_late"), late);
            Ok(Verdict::fail("active_after_exit"))
        }
        _ if leaving.ambiguous => ambiguous(),
        Standing::Unclear => Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear")),
        Standing::Suspended => Ok(Verdict::pass("disabled")),
        Standing::Staged => Ok(Verdict::pass("disabled").note("staged")),
        Standing::Active => {
            case.uses("BUS");
            let facts = case.facts();
            let planned = facts.planned_changes(case, &user.key, &UserState::Suspended);
            if planned.iter().any(|at| *at >= now && *at <= limit) {
                Ok(Verdict::pass("scheduled"))
            } else if now < over {
                Ok(Verdict::not_applicable("not_departed"))
            } else {
                Err(Unknown::new(UnknownCause::Pending, "exit_under_way"))
            }
        }
    }
}

/// When a day ends where the organisation is.
fn end_of(case: &Case<'_>, day: Date) -> Timestamp {
    let next = day.tomorrow().unwrap_or(day).to_datetime(Time::midnight());
    case.config().offset().to_timestamp(next).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::outcome::Severity;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-021";

    fn user(fields: &Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "email": "ada@example.com",
            "employeeIdentifier": "E7"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record], "BUS": []}))
    }

    fn leaving(entry: Value) -> Value {
        json!({"leavers": [entry]})
    }

    fn on(last_day: &str, fields: &Value) -> String {
        judge_with(RULE, &user(fields), &leaving(json!({"user_id": "u1", "last_day": last_day})))
    }

    #[test]
    fn the_day_the_hours_and_the_state() {
        let active = json!({});
        for (day, fields, expected) in [
            ("2026-11-21", &active, "FAIL active_after_exit"),
            ("2026-11-22", &active, "UNKNOWN exit_under_way"),
            ("2026-11-23", &active, "NOT_APPLICABLE not_departed"),
            ("2026-10-31", &json!({"state": "SUSPENDED"}), "PASS disabled"),
            ("2026-10-31", &json!({"suspended": true}), "PASS disabled"),
            ("2026-10-31", &json!({"state": "STAGED"}), "PASS disabled"),
            ("2026-10-31", &json!({"state": null}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(on(day, fields), expected, "{day} {fields}");
        }
        let found = findings(
            RULE,
            &user(&active),
            &leaving(json!({"user_id": "u1", "last_day": "2026-11-20"})),
        );
        assert_eq!(found[0].severity, Severity::Critical);
        let late =
            found[0].evidence.observations.iter().find(|seen| seen.path == "leavers[0].hours_late");
        assert_eq!(late.unwrap().value, crate::evidence::Observed::Int(36));
    }

    #[test]
    fn the_day_ends_where_the_organisation_is() {
        let mut config = leaving(json!({"user_id": "u1", "last_day": "2026-11-21"}));
        config["parameters"] = json!({RULE: {"allowed_hours": 36}});
        assert_eq!(judge_with(RULE, &user(&json!({})), &config), "UNKNOWN exit_under_way");
        config["org_timezone"] = json!("+02:00");
        assert_eq!(judge_with(RULE, &user(&json!({})), &config), "FAIL active_after_exit");
    }

    #[test]
    fn a_plan_must_be_in_time() {
        let planned = |date: &str| {
            let mut inputs = user(&json!({}));
            inputs["BUS"] = json!([{"scheduledJobId": "j1", "systemUserId": "u1", "state": "SUSPENDED", "scheduledDate": date}]);
            judge_with(RULE, &inputs, &leaving(json!({"user_id": "u1", "last_day": "2026-11-30"})))
        };
        assert_eq!(planned("2026-12-02T00:00:00Z"), "PASS scheduled");
        assert_eq!(planned("2026-12-02T00:00:01Z"), "NOT_APPLICABLE not_departed");
        assert_eq!(planned("2026-11-20T00:00:00Z"), "NOT_APPLICABLE not_departed");
    }

    #[test]
    fn how_an_entry_finds_its_account() {
        let by = |entry: Value| judge_with(RULE, &user(&json!({})), &leaving(entry));
        let day = "2026-10-31";
        for (entry, expected) in [
            (json!({"employee_identifier": "e7", "last_day": day}), "FAIL active_after_exit"),
            (json!({"email": "ADA@example.com", "last_day": day}), "FAIL active_after_exit"),
            (
                json!({"employee_identifier": "E9", "email": "ada@example.com", "last_day": day}),
                "FAIL active_after_exit",
            ),
            (json!({"user_id": "u2", "last_day": day}), "NOT_APPLICABLE no_leaver"),
            (json!({"email": "bo@example.com", "last_day": day}), "NOT_APPLICABLE no_leaver"),
        ] {
            assert_eq!(by(entry.clone()), expected, "{entry}");
        }
        assert_eq!(judge(RULE, &user(&json!({}))), "NOT_APPLICABLE no_register");
        let mut bare = user(&json!({}));
        bare["USR"][0].as_object_mut().unwrap().remove("email");
        let entry = leaving(json!({"email": "bo@example.com", "last_day": day}));
        assert_eq!(judge_with(RULE, &bare, &entry), "UNKNOWN field_absent");
    }

    #[test]
    fn of_two_accounts_an_active_one_fails() {
        let two = inputs(json!({"USR": [
            {"_id": "u1", "state": "ACTIVATED", "email": "ada@example.com"},
            {"_id": "u2", "state": "SUSPENDED", "email": "ada@example.com"}]}));
        let config = leaving(json!({"email": "ada@example.com", "last_day": "2026-10-31"}));
        assert_eq!(
            judge_with(RULE, &two, &config),
            "u1 FAIL active_after_exit, u2 UNKNOWN ambiguous_match"
        );
    }

    #[test]
    fn of_two_entries_the_worst_counts() {
        let config = json!({"leavers": [
            {"user_id": "u1", "last_day": "2026-12-31"}, {"user_id": "u1", "last_day": "2026-10-31"}]});
        assert_eq!(judge_with(RULE, &user(&json!({})), &config), "FAIL active_after_exit");
    }

    #[test]
    fn of_several_entries_the_worst_decides_in_any_order() {
        let late = json!({"user_id": "u1", "last_day": "2026-11-01"});
        let under_way = json!({"user_id": "u1", "last_day": "2026-11-22"});
        let ahead = json!({"user_id": "u1", "last_day": "2026-12-24"});
        let planned = json!({"user_id": "u1", "last_day": "2026-11-30"});
        let mut active = user(&json!({}));
        active["BUS"] = json!([{"scheduledJobId": "j1", "systemUserId": "u1", "state": "SUSPENDED",
            "scheduledDate": "2026-12-01T00:00:00Z"}]);
        for (one, other, expected) in [
            (&late, &ahead, "FAIL active_after_exit"),
            (&late, &under_way, "FAIL active_after_exit"),
            (&late, &planned, "FAIL active_after_exit"),
            (&under_way, &planned, "UNKNOWN exit_under_way"),
        ] {
            for entries in [json!([one, other]), json!([other, one])] {
                let config = json!({"leavers": entries});
                assert_eq!(judge_with(RULE, &active, &config), expected, "{entries}");
            }
        }
    }
}
