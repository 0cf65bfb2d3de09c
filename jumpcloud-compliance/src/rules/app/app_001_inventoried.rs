//! JC-APP-001: an SSO application is inventoried with an assignment and an owner.
//!
//! # Expectation
//! Each active application is assigned to a user or user group, and where owners are required, to an
//! owner who is active.
//!
//! # Why
//! Each application needs a known audience and owner.
//!
//! # Passes
//! ```json,passes
//! {"reason": "inventoried", "inputs": {"APP": [{"_id": "a1", "active": true}],
//!     "APP-ASC": {"of": {"a1": []}},
//!     "APP-ASC-UG": {"of": {"a1": [{"to": {"id": "g1", "type": "user_group"}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "unassigned", "inputs": {"APP": [{"_id": "a1", "active": true}],
//!     "APP-ASC": {"of": {"a1": []}}, "APP-ASC-UG": {"of": {"a1": []}}}}
//! ```
//!
//! # Unknown when
//! No assignment was found, and not all of them are known; or an owner is required and its record
//! cannot be found among users that were not all read, or does not say whether it is active.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"APP": [{"_id": "a1", "active": true}]}}
//! ```
//!
//! # Fix
//! Assign a group and an owner, or retire the application.
//!
//! # Sources
//! Assignments are direct associations. An application without assignment is in grace for
//! `unassigned_grace_days` from its creation; a creation that lies in the future gives none. A missing
//! owner is never in grace, so it is named before a missing assignment. One that is switched off is
//! listed and not judged.

use crate::case::Case;
use crate::facts::{Application, Key, Standing};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS, Flag};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const REQUIRE_OWNER: Flag = Flag::new(
    "require_owner",
    false,
    "Whether each application needs an owner in the configuration.",
)
.stricter_when_true();
const UNASSIGNED_GRACE: Days = Days::new(
    "unassigned_grace_days",
    30,
    0..=180,
    "Days after creation in which an unassigned application is in grace.",
)
.stricter_when_lower();

const META: Meta = Meta {
    id: "JC-APP-001",
    logic_version: 1,
    text_revision: 1,
    title: "SSO application is inventoried with an assignment and an owner",
    subject: SubjectKind::Application,
    severity: Severity::Low,
    tier: 1,
    rationale: "Each application needs a known audience and owner.",
    remediation: "Assign a group and an owner, or retire the application.",
    applies: "every application that is not switched off",
    inputs: &[
        InputNeed::new(
            "APP",
            &["name", "displayLabel", "displayName", "sso.type", "active", "created"],
        ),
        InputNeed::new("APP-ASC", &["to.id"]),
        InputNeed::new("APP-ASC-UG", &["to.id"]),
        InputNeed::new("USR", &["state", "suspended"]),
        InputNeed::new("CFG", &["app_owners"]),
    ],
    params: &[REQUIRE_OWNER.spec(), UNASSIGNED_GRACE.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("inventoried", "it is assigned, and owned where an owner is required"),
        Reason::fail("unassigned", "no user and no user group is assigned"),
        Reason::fail("no_owner", "no owner is configured, or the owner is no active user"),
        Reason::unknown(
            "owner_unclear",
            "the record of the owner does not say whether it is active",
        ),
        Reason::not_applicable("inactive", "the application is switched off"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct Inventoried;

impl Rule for Inventoried {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let application = case.application()?;
        let record = application.application();
        case.see(application.row(), "displayLabel", &record.display_label);
        case.see(application.row(), "sso.type", record.sso.then(|sso| &sso.kind));
        if case.see(application.row(), "active", &record.active).is_false() {
            return Ok(Verdict::not_applicable("inactive"));
        }
        let audience = case.facts().audience(application);
        for (count, source) in &audience {
            case.uses_source(source);
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            case.see_count(source.input, "associations.count", count);
        }
        let unseen = audience.iter().all(|(count, _)| *count == 0);
        let owned = if case.param(&REQUIRE_OWNER) {
            owner(case, application)
        } else {
            Ok(Verdict::pass("inventoried"))
        };
        if let Ok(verdict) = &owned
            && !verdict.is_pass()
        {
            let unassigned = unseen && audience.iter().all(|(_, of)| of.state.is_complete());
            let verdict = verdict.clone();
            return Ok(if unassigned { verdict.note("also:unassigned") } else { verdict });
        }
        if unseen {
            for (_, source) in &audience {
                case.require_source(source)?;
            }
            let created = case.see_anchor(application.row(), "created", &record.created);
            return Ok(Verdict::fail("unassigned").in_grace(created, case.param(&UNASSIGNED_GRACE)));
        }
        owned
    }
}

/// Whether the configured owner is an active user.
fn owner(case: &mut Case<'_>, application: &Application<'_>) -> Judgement {
    let owner = case.config().app_owner(&application.id);
    case.see_count("CFG", "app_owners[].owner_user_id", owner);
    let Some(key) = owner.and_then(|id| Key::new(id).ok()) else {
        return Ok(Verdict::fail("no_owner"));
    };
    case.uses("USR");
    match case.facts().user(&key) {
        Some(user) => {
            case.see(user.row(), "state", &user.user().state);
            case.see(user.row(), "suspended", &user.user().suspended);
            match user.standing {
                Standing::Active => Ok(Verdict::pass("inventoried")),
                Standing::Suspended | Standing::Staged => Ok(Verdict::fail("no_owner")),
                Standing::Unclear => Err(Unknown::new(UnknownCause::FieldAbsent, "owner_unclear")),
            }
        }
        None => {
            case.require("USR")?;
            Ok(Verdict::fail("no_owner"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::outcome::EffectiveStatus;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-APP-001";

    fn application(fields: Value, groups: Value) -> Value {
        let mut record = json!({"_id": "a1", "active": true});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"APP": [record], "APP-ASC": {"of": {"a1": []}},
            "APP-ASC-UG": {"of": {"a1": groups}}, "USR": [{"_id": "u1", "state": "ACTIVATED"},
            {"_id": "u2", "state": "SUSPENDED"}, {"_id": "u3"}]}))
    }

    #[test]
    fn unassigned_applications_are_in_grace_while_they_are_new() {
        let new = application(json!({"created": "2026-11-10T00:00:00Z"}), json!([]));
        assert_eq!(
            findings(RULE, &new, &json!({}))[0].effective_status,
            EffectiveStatus::FailInGrace
        );
        let old = application(json!({"created": "2026-01-10T00:00:00Z"}), json!([]));
        assert_eq!(findings(RULE, &old, &json!({}))[0].effective_status, EffectiveStatus::Fail);
        let undated = application(json!({}), json!([]));
        assert_eq!(findings(RULE, &undated, &json!({}))[0].effective_status, EffectiveStatus::Fail);
        assert_eq!(
            judge(RULE, &application(json!({"active": false}), json!([]))),
            "NOT_APPLICABLE inactive"
        );
    }

    #[test]
    fn owners_are_asked_for_only_on_request() {
        let assigned = application(json!({}), json!([{"to": {"id": "g1", "type": "user_group"}}]));
        assert_eq!(judge(RULE, &assigned), "PASS inventoried");
        for (owner, expected) in [
            ("u1", "PASS inventoried"),
            ("u2", "FAIL no_owner"),
            ("u3", "UNKNOWN owner_unclear"),
            ("gone", "FAIL no_owner"),
        ] {
            let config = json!({"parameters": {RULE: {"require_owner": true}},
                "app_owners": [{"app_id": "a1", "owner_user_id": owner}]});
            assert_eq!(judge_with(RULE, &assigned, &config), expected, "{owner}");
        }
        let config = json!({"parameters": {RULE: {"require_owner": true}}});
        assert_eq!(judge_with(RULE, &assigned, &config), "FAIL no_owner");
    }

    #[test]
    fn one_list_is_enough_to_pass_and_both_are_needed_to_fail() {
        let mut open = application(json!({}), json!([]));
        open["APP-ASC"] = json!({"of": {"a1": {"state": "failed", "class": "server"}}});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_failed");
        open["APP-ASC-UG"] = json!({"of": {"a1": [{"to": {"id": "g1", "type": "user_group"}}]}});
        assert_eq!(judge(RULE, &open), "PASS inventoried");
    }

    #[test]
    fn grace_for_one_gap_does_not_cover_another() {
        let new = application(json!({"created": "2026-11-10T00:00:00Z"}), json!([]));
        let config = json!({"parameters": {RULE: {"require_owner": true}}});
        let found = findings(RULE, &new, &config);
        assert_eq!(found[0].reason_code, "no_owner");
        assert_eq!(found[0].effective_status, EffectiveStatus::Fail);
        assert_eq!(found[0].notes, ["also:unassigned"]);
    }

    #[test]
    fn a_missing_owner_is_a_fact_whatever_the_assignments_are() {
        let mut open = application(json!({}), json!([]));
        open["APP-ASC"] = json!({"of": {"a1": {"state": "failed", "class": "server"}}});
        let config = json!({"parameters": {RULE: {"require_owner": true}}});
        assert_eq!(judge_with(RULE, &open, &config), "FAIL no_owner");
        let unclear = json!({"parameters": {RULE: {"require_owner": true}},
            "app_owners": [{"app_id": "a1", "owner_user_id": "u3"}]});
        let unassigned = application(json!({}), json!([]));
        assert_eq!(judge_with(RULE, &unassigned, &unclear), "FAIL unassigned");
    }

    #[test]
    fn an_owner_is_looked_for_in_users_that_were_read() {
        let mut open = application(json!({}), json!([{"to": {"id": "g1", "type": "user_group"}}]));
        let config = json!({"parameters": {RULE: {"require_owner": true}},
            "app_owners": [{"app_id": "a1", "owner_user_id": "u9"}]});
        open["USR"] = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge_with(RULE, &open, &config), "UNKNOWN input_partial");
        open["USR"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge_with(RULE, &open, &config), "UNKNOWN input_failed");
    }

    #[test]
    fn grace_needs_a_creation_that_has_come() {
        for (created, status) in [
            (json!("2026-11-23T12:05:00Z"), EffectiveStatus::FailInGrace),
            (json!("2030-01-01T00:00:00Z"), EffectiveStatus::Fail),
            (json!("2026-10-24T12:00:00Z"), EffectiveStatus::Fail),
            (json!("soon"), EffectiveStatus::Fail),
            (json!(null), EffectiveStatus::Fail),
        ] {
            let found =
                findings(RULE, &application(json!({"created": created}), json!([])), &json!({}));
            assert_eq!(found[0].reason_code, "unassigned");
            assert_eq!(found[0].effective_status, status, "{created}");
        }
    }

    #[test]
    fn only_a_switched_off_application_is_left_out() {
        for active in [json!(null), json!("?"), json!(true)] {
            assert_eq!(
                judge(RULE, &application(json!({"active": active}), json!([]))),
                "FAIL unassigned"
            );
        }
        let unread = application(json!({}), json!([{"to": {"type": "user_group"}}]));
        assert_eq!(judge(RULE, &unread), "UNKNOWN input_partial");
    }

    #[test]
    fn a_missing_owner_mentions_a_missing_audience_only_where_it_is_certain() {
        let config = json!({"parameters": {RULE: {"require_owner": true}}});
        let notes = |inputs: &Value| findings(RULE, inputs, &config).remove(0).notes;
        let mut all = application(json!({}), json!([]));
        assert_eq!(notes(&all), ["also:unassigned"]);
        all["APP-ASC"]["of"]["a1"] = json!({"state": "failed", "class": "server"});
        assert!(notes(&all).is_empty());
        let assigned = application(json!({}), json!([{"to": {"id": "g1", "type": "user_group"}}]));
        assert!(notes(&assigned).is_empty());
    }
}
