//! JC-APP-004: an SSO application is in use.
//!
//! # Expectation
//! Somebody has signed in to each application within `unused_days`.
//!
//! # Why
//! Unused applications keep rights and cost.
//!
//! # Passes
//! ```json,passes
//! {"reason": "used", "inputs": {
//!     "APP": [{"_id": "a1", "active": true, "created": "2025-01-10T00:00:00Z", "sso": {"type": "saml"}}],
//!     "DI": [{"id": "e1", "event_type": "sso_auth", "timestamp": "2026-11-20T10:00:00Z", "success": true,
//!         "initiated_by": {"id": "u1", "type": "user"}, "application": {"id": "a1"}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "unused", "inputs": {
//!     "APP": [{"_id": "a1", "active": true, "created": "2025-01-10T00:00:00Z", "sso": {"type": "saml"}}],
//!     "DI": {"window": {"start": "2026-08-25T10:00:00Z", "end": "2026-11-23T11:00:00Z"}, "records": []}}}
//! ```
//!
//! # Unknown when
//! Nothing was found and the events are not all there, reach back less than `unused_days`, end more
//! than a day before the judgement, or hold a sign-in that may be to this application: one that names
//! none, a name that several applications have, no readable time or no success. Or the record does
//! not say since when the application exists, or of what kind it is.
//! ```json,unknown
//! {"reason": "window_too_short", "inputs": {
//!     "APP": [{"_id": "a1", "active": true, "created": "2025-01-10T00:00:00Z", "sso": {"type": "saml"}}],
//!     "DI": {"window": {"start": "2026-10-24T10:00:00Z", "end": "2026-11-23T11:00:00Z"}, "records": []}}}
//! ```
//!
//! # Fix
//! Confirm with the owner and remove.
//!
//! # Sources
//! Events `sso_auth` name the application `[third-party]`; one that gives an id counts by it alone.
//! A bookmark leaves no such event, so it is not judged.

use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{
    Application, Doubt, LastUse, SINGLE_SIGN_ON, UNFEDERATED_TYPES, Use, absence, days_ago, folded,
    lists_type,
};
use crate::outcome::Severity;
use crate::param::{Days, FUTURE_SKEW_SECS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const UNUSED: Days =
    Days::new("unused_days", 90, 30..=365, "Days without use after which an application fails.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-APP-004",
    logic_version: 1,
    text_revision: 1,
    title: "SSO application is in use",
    subject: SubjectKind::Application,
    severity: Severity::Low,
    tier: 2,
    rationale: "Unused applications keep rights and cost.",
    remediation: "Confirm with the owner and remove.",
    applies: "applications that sign people in, are not switched off and exist longer than unused_days",
    inputs: &[
        InputNeed::new(
            "APP",
            &["active", "created", "sso.type", "name", "displayLabel", "displayName"],
        ),
        InputNeed::new("DI", &["event_type", "timestamp", "success", "application"]),
    ],
    params: &[UNUSED.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("used", "somebody signed in to the application"),
        Reason::fail("unused", "nobody signed in to the application for too long"),
        Reason::unknown("window_too_short", "events reach back less far than the rule looks"),
        Reason::unknown("events_not_asked", "events of single sign-on were not asked for"),
        Reason::unknown(
            "event_without_subject",
            "a sign-in does not say to which application it was",
        ),
        Reason::unknown("event_time_unreadable", "a sign-in does not say when it was"),
        Reason::unknown("success_unclear", "a sign-in does not say whether it succeeded"),
        Reason::unknown(
            "field_absent",
            "the record does not say since when it exists, or its kind",
        ),
        Reason::unknown("field_unparseable", "since when it exists, or its kind, cannot be read"),
        Reason::not_applicable("inactive", "the application is switched off"),
        Reason::not_applicable("not_federated", "the application signs people in by itself"),
        Reason::not_applicable("new_application", "it is younger than the rule looks back"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct InUse;

impl Rule for InUse {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let application = case.application()?;
        let record = application.application();
        if case.see(application.row(), "active", &record.active).is_false() {
            return Ok(Verdict::not_applicable("inactive"));
        }
        let kind = application.sign_on_type(case)?;
        if lists_type(UNFEDERATED_TYPES, &kind) {
            return Ok(Verdict::not_applicable("not_federated"));
        }
        let since = days_ago(case, case.param(&UNUSED));
        let created = case.need_time(application.row(), "created", &record.created)?;
        case.age_days(created)?;
        if created >= since {
            return Ok(Verdict::not_applicable("new_application"));
        }
        case.uses("DI");
        let facts = case.facts();
        let mut last = LastUse::default();
        last.events(case, &facts.activity().of_application(application), since);
        if last.is_after(since) {
            return Ok(Verdict::pass("used"));
        }
        let by_name = facts.activity().of_application_name(application);
        let (own, shared): (Vec<&Use<'_>>, Vec<&Use<'_>>) =
            by_name.into_iter().partition(|sign_on| is_own(case, application, sign_on));
        last.events(case, &own, since);
        if last.is_after(since) {
            return Ok(Verdict::pass("used").note("matched_by_name"));
        }
        absence(case, &[SINGLE_SIGN_ON], since)?;
        last.nameless(case, &shared, since);
        last.nameless(case, &facts.activity().objectless(), since);
        match last.doubt {
            Some(doubt) => Err(Doubt::unknown(doubt)),
            None => Ok(Verdict::fail("unused")),
        }
    }
}

/// Whether the names of an event belong to this application and to no other that is known; where
/// not every application is known, nobody can tell.
fn is_own(case: &Case<'_>, application: &Application<'_>, sign_on: &Use<'_>) -> bool {
    let Some(named) = sign_on.event().application.value() else { return false };
    let names: Vec<_> = [named.name.filled(), named.display_label.filled()]
        .into_iter()
        .flatten()
        .map(folded)
        .collect();
    let has = |other: &Application<'_>| {
        let record = other.application();
        [&record.name, &record.display_label, &record.display_name]
            .iter()
            .filter_map(|name| name.filled())
            .any(|name| names.contains(&folded(name)))
    };
    let facts = case.facts();
    facts.state("APP").is_complete()
        && facts.applications().iter().all(|other| other.key == application.key || !has(other))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-APP-004";

    fn app(fields: &Value) -> Value {
        let mut record = json!({"_id": "a1", "active": true, "created": "2025-01-10T00:00:00Z",
            "name": "slack", "displayLabel": "Chat", "sso": {"type": "saml"}});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        record
    }

    fn events(events: Value) -> Value {
        json!({"window": {"start": "2026-08-25T11:00:00Z", "end": "2026-11-23T11:30:00Z"},
            "records": events})
    }

    fn sign_on(fields: &Value) -> Value {
        let mut event = json!({"id": "e1", "event_type": "sso_auth", "success": true,
            "timestamp": "2026-11-20T10:00:00Z", "application": {"id": "a1"}});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event
    }

    fn with(event: &Value) -> String {
        judge(
            RULE,
            &inputs(json!({"APP": [app(&json!({}))], "DI": events(json!([sign_on(event)]))})),
        )
    }

    #[test]
    fn which_sign_ins_count() {
        for (event, expected) in [
            (json!({}), "PASS used"),
            (json!({"application": {"id": "A1"}}), "PASS used"),
            (json!({"application": {"id": "a2", "name": "slack"}}), "FAIL unused"),
            (json!({"application": {"name": "Slack"}}), "PASS used"),
            (json!({"application": {"display_label": "chat"}}), "PASS used"),
            (json!({"application": {"name": "github"}}), "FAIL unused"),
            (json!({"application": null}), "UNKNOWN event_without_subject"),
            (json!({"application": {}}), "UNKNOWN event_without_subject"),
            (json!({"application": "slack"}), "UNKNOWN event_without_subject"),
            (json!({"application": {"id": ""}}), "UNKNOWN event_without_subject"),
            (json!({"application": null, "success": false}), "FAIL unused"),
            (json!({"success": false}), "FAIL unused"),
            (json!({"success": null}), "UNKNOWN success_unclear"),
            (json!({"timestamp": "x"}), "UNKNOWN event_time_unreadable"),
            (json!({"timestamp": "2026-08-25T11:59:59Z"}), "FAIL unused"),
            (json!({"timestamp": "2027-08-25T11:59:59Z"}), "UNKNOWN future_timestamp"),
            (json!({"event_type": "user_login_attempt"}), "FAIL unused"),
        ] {
            assert_eq!(with(&event), expected, "{event}");
        }
        let named = inputs(json!({"APP": [app(&json!({}))],
            "DI": events(json!([sign_on(&json!({"application": {"name": "slack"}}))]))}));
        assert_eq!(findings(RULE, &named, &json!({}))[0].notes, ["matched_by_name"]);
    }

    #[test]
    fn a_name_that_two_applications_have_proves_nothing() {
        let event = sign_on(&json!({"application": {"name": "slack"}}));
        let twins = inputs(json!({
            "APP": [app(&json!({})), app(&json!({"_id": "a2"}))], "DI": events(json!([event]))}));
        assert_eq!(
            judge(RULE, &twins),
            "a1 UNKNOWN event_without_subject, a2 UNKNOWN event_without_subject"
        );
        let partial = inputs(json!({"APP": {"state": "partial", "reason": "page_failed",
            "records": [app(&json!({}))]}, "DI": events(json!([event]))}));
        assert_eq!(judge(RULE, &partial), "UNKNOWN event_without_subject");
    }

    #[test]
    fn which_applications_are_judged() {
        let of = |fields: &Value| {
            judge(RULE, &inputs(json!({"APP": [app(fields)], "DI": events(json!([]))})))
        };
        for (fields, expected) in [
            (json!({"active": false}), "NOT_APPLICABLE inactive"),
            (json!({"active": null}), "FAIL unused"),
            (json!({"sso": {"type": "bookmark"}}), "NOT_APPLICABLE not_federated"),
            (json!({"sso": null}), "UNKNOWN field_absent"),
            (json!({"sso": {"type": []}}), "UNKNOWN field_unparseable"),
            (json!({"created": "2026-10-01T00:00:00Z"}), "NOT_APPLICABLE new_application"),
            (json!({"created": null}), "UNKNOWN field_absent"),
            (json!({"created": ""}), "UNKNOWN field_absent"),
            (json!({"created": {}}), "UNKNOWN field_unparseable"),
            (json!({"created": "2027-10-01T00:00:00Z"}), "UNKNOWN future_timestamp"),
        ] {
            assert_eq!(of(&fields), expected, "{fields}");
        }
    }

    #[test]
    fn absence_needs_a_whole_window() {
        let window = json!({"start": "2026-08-25T11:00:00Z", "end": "2026-11-23T11:30:00Z"});
        let asked = |types: Value| {
            let mut own = window.clone();
            own["event_types"] = types;
            json!({"window": own, "records": []})
        };
        for (di, expected) in [
            (json!([]), "UNKNOWN window_too_short"),
            (asked(json!(["sso_auth"])), "FAIL unused"),
            (asked(json!(["ldap_bind"])), "UNKNOWN events_not_asked"),
            (json!({"state": "failed", "class": "server"}), "UNKNOWN input_failed"),
            (
                json!({"state": "partial", "reason": "count_mismatch", "window": window, "records": []}),
                "UNKNOWN input_partial",
            ),
        ] {
            let facts = inputs(json!({"APP": [app(&json!({}))], "DI": di}));
            assert_eq!(judge(RULE, &facts), expected, "{di}");
        }
        let facts = inputs(json!({"APP": [app(&json!({}))]}));
        assert_eq!(judge(RULE, &facts), "UNKNOWN input_not_collected");
        let facts = inputs(json!({"APP": [app(&json!({}))], "DI": asked(json!([]))}));
        let longer = json!({"parameters": {RULE: {"unused_days": 91}}, "allow_weaker": "agreed"});
        assert_eq!(judge_with(RULE, &facts, &longer), "UNKNOWN window_too_short");
    }
}
