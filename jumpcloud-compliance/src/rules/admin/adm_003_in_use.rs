//! JC-ADM-003: an administrator account is in use.
//!
//! # Expectation
//! Each administrator has signed in to the console within `inactive_days`.
//!
//! # Why
//! Unused privileged accounts are prime targets.
//!
//! # Passes
//! ```json,passes
//! {"reason": "used", "inputs": {
//!     "ADM": [{"_id": "x1", "email": "vera@example.com", "created": "2025-01-10T00:00:00Z"}],
//!     "DI": [{"id": "e1", "event_type": "admin_login_attempt", "timestamp": "2026-11-20T10:00:00Z",
//!         "success": true, "initiated_by": {"id": "x1", "type": "admin"}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "stale_admin", "inputs": {
//!     "ADM": [{"_id": "x1", "email": "vera@example.com", "created": "2025-01-10T00:00:00Z"}],
//!     "DI": {"window": {"start": "2026-08-25T10:00:00Z", "end": "2026-11-23T11:00:00Z"}, "records": []}}}
//! ```
//!
//! # Unknown when
//! Nothing was found and the events are not all there, reach back less than `inactive_days`, end more
//! than a day before the judgement, or hold a sign-in that may be this administrator's: of nobody, of
//! no readable time or no success. Or the record does not say since when the account exists.
//! ```json,unknown
//! {"reason": "window_too_short", "inputs": {
//!     "ADM": [{"_id": "x1", "email": "vera@example.com", "created": "2025-01-10T00:00:00Z"}],
//!     "DI": {"window": {"start": "2026-10-24T10:00:00Z", "end": "2026-11-23T11:00:00Z"}, "records": []}}}
//! ```
//!
//! # Fix
//! Remove or downgrade.
//!
//! # Sources
//! Sign-ins to the console are events `admin_login_attempt`; older ones name the administrator under
//! `resource` `[spec]`. Use of an API key is no sign-in: administrators behind an integration are
//! listed and judged by JC-ADM-004. Accounts for emergencies are listed in `break_glass_ids`.

use crate::case::Case;
use crate::facts::{ADMIN_SIGN_IN, LastUse, absence, days_ago};
use crate::outcome::Severity;
use crate::param::{Days, FUTURE_SKEW_SECS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;

const INACTIVE: Days =
    Days::new("inactive_days", 60, 14..=365, "Days without sign-in after which an account fails.")
        .stricter_when_lower();
const BREAK_GLASS: Texts =
    Texts::new("break_glass_ids", &[], "Ids of administrators that are kept for emergencies.")
        .stricter_when_shorter();
const INTEGRATIONS: Texts = Texts::new(
    "integration_admins",
    &[],
    "Ids of administrators that only hold the key of an integration.",
)
.stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-ADM-003",
    logic_version: 1,
    text_revision: 1,
    title: "Administrator account is in use",
    subject: SubjectKind::Admin,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Unused privileged accounts are prime targets.",
    remediation: "Remove or downgrade.",
    applies: "administrators that are not suspended and exist longer than inactive_days",
    inputs: &[
        InputNeed::new("ADM", &["suspended", "created", "email", "sessionCount", "apiKeySet"]),
        InputNeed::new("DI", &["event_type", "timestamp", "success", "initiated_by", "resource"]),
        InputNeed::new("CFG", &["integration_admin_id"]),
    ],
    params: &[INACTIVE.spec(), BREAK_GLASS.spec(), INTEGRATIONS.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("used", "the administrator signed in"),
        Reason::fail("stale_admin", "the administrator did not sign in for too long"),
        Reason::unknown("window_too_short", "events reach back less far than the rule looks"),
        Reason::unknown("events_not_asked", "sign-ins of administrators were not asked for"),
        Reason::unknown("event_without_subject", "a sign-in does not say whose it is"),
        Reason::unknown("event_time_unreadable", "a sign-in does not say when it was"),
        Reason::unknown("success_unclear", "a sign-in does not say whether it succeeded"),
        Reason::unknown("field_absent", "the record does not say since when the account exists"),
        Reason::unknown("field_unparseable", "since when the account exists cannot be read"),
        Reason::not_applicable("suspended", "the administrator may not sign in"),
        Reason::not_applicable("break_glass", "the account is kept for emergencies"),
        Reason::not_applicable("integration", "the account only holds the key of an integration"),
        Reason::not_applicable("new_account", "the account is younger than the rule looks back"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AdminInUse;

impl Rule for AdminInUse {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let admin = case.admin()?;
        let record = admin.administrator();
        if case.see(admin.row(), "suspended", &record.suspended).is_true() {
            return Ok(Verdict::not_applicable("suspended"));
        }
        if case.param(&BREAK_GLASS).contains(&admin.id.as_str()) {
            return Ok(Verdict::not_applicable("break_glass").note("break_glass"));
        }
        let configured = case.config().integration_admin_id.as_deref() == Some(&*admin.id);
        if configured || case.param(&INTEGRATIONS).contains(&admin.id.as_str()) {
            return Ok(Verdict::not_applicable("integration"));
        }
        let since = days_ago(case, case.param(&INACTIVE));
        let created = case.need_time(admin.row(), "created", &record.created)?;
        case.age_days(created)?;
        if created >= since {
            return Ok(Verdict::not_applicable("new_account"));
        }
        case.uses("DI");
        let facts = case.facts();
        let mut last = LastUse::default();
        last.events(case, &facts.activity().of_admin(admin), since);
        if last.is_after(since) {
            return Ok(Verdict::pass("used"));
        }
        case.see(admin.row(), "sessionCount", &record.session_count);
        case.see(admin.row(), "apiKeySet", &record.api_key_set);
        absence(case, &[ADMIN_SIGN_IN], since)?;
        let mut nameless = facts.activity().nameless();
        nameless.retain(|own| own.is(ADMIN_SIGN_IN) || own.event().event_type.filled().is_none());
        last.nameless(case, &nameless, since);
        match last.doubt {
            Some(doubt) => Err(doubt.unknown()),
            None => Ok(Verdict::fail("stale_admin")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-ADM-003";

    fn facts(admin: &Value, event: Option<Value>) -> Value {
        let mut record = json!({"_id": "x1", "email": "vera@example.com", "suspended": false,
            "created": "2025-01-10T00:00:00Z"});
        record.as_object_mut().unwrap().extend(admin.as_object().unwrap().clone());
        let events: alloc::vec::Vec<Value> = event.into_iter().collect();
        inputs(json!({"ADM": [record], "DI": {"records": events,
            "window": {"start": "2026-08-25T11:00:00Z", "end": "2026-11-23T11:30:00Z"}}}))
    }

    fn with(fields: &Value) -> alloc::string::String {
        let mut event = json!({"id": "e1", "event_type": "admin_login_attempt", "success": true,
            "timestamp": "2026-11-20T10:00:00Z", "initiated_by": {"id": "x1", "type": "admin"}});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        judge(RULE, &facts(&json!({}), Some(event)))
    }

    #[test]
    fn which_sign_ins_count() {
        for (event, expected) in [
            (json!({}), "PASS used"),
            (json!({"timestamp": "2026-09-24T12:00:00Z"}), "PASS used"),
            (json!({"timestamp": "2026-09-24T11:59:59Z"}), "FAIL stale_admin"),
            (json!({"success": false}), "FAIL stale_admin"),
            (json!({"success": null}), "UNKNOWN success_unclear"),
            (json!({"timestamp": []}), "UNKNOWN event_time_unreadable"),
            (json!({"timestamp": "2027-01-01T00:00:00Z"}), "UNKNOWN future_timestamp"),
            (json!({"event_type": "sso_auth"}), "FAIL stale_admin"),
            (json!({"event_type": ""}), "UNKNOWN event_without_subject"),
            (
                json!({"initiated_by": {"id": "x2", "type": "admin", "email": "vera@example.com"}}),
                "FAIL stale_admin",
            ),
            (json!({"initiated_by": {"type": "admin", "email": "VERA@example.com"}}), "PASS used"),
            (json!({"initiated_by": null, "resource": {"id": "x1", "type": "admin"}}), "PASS used"),
            (
                json!({"initiated_by": null, "resource": {"id": "x1"}}),
                "UNKNOWN event_without_subject",
            ),
            (json!({"initiated_by": null}), "UNKNOWN event_without_subject"),
            (json!({"initiated_by": null, "event_type": "user_login_attempt"}), "FAIL stale_admin"),
        ] {
            assert_eq!(with(&event), expected, "{event}");
        }
    }

    #[test]
    fn who_is_judged() {
        for (admin, expected) in [
            (json!({}), "FAIL stale_admin"),
            (json!({"suspended": true}), "NOT_APPLICABLE suspended"),
            (json!({"suspended": null}), "FAIL stale_admin"),
            (json!({"created": "2026-10-01T00:00:00Z"}), "NOT_APPLICABLE new_account"),
            (json!({"created": null}), "UNKNOWN field_absent"),
            (json!({"created": ""}), "UNKNOWN field_absent"),
            (json!({"created": 7}), "UNKNOWN field_unparseable"),
            (json!({"created": "2027-10-01T00:00:00Z"}), "UNKNOWN future_timestamp"),
        ] {
            assert_eq!(judge(RULE, &facts(&admin, None)), expected, "{admin}");
        }
        for (config, expected) in [
            (
                json!({"parameters": {RULE: {"break_glass_ids": ["x1"]}}, "allow_weaker": "agreed"}),
                "NOT_APPLICABLE break_glass",
            ),
            (
                json!({"parameters": {RULE: {"integration_admins": ["x1"]}}, "allow_weaker": "agreed"}),
                "NOT_APPLICABLE integration",
            ),
            (json!({"integration_admin_id": "x1"}), "NOT_APPLICABLE integration"),
            (json!({"integration_admin_id": "x2"}), "FAIL stale_admin"),
        ] {
            assert_eq!(judge_with(RULE, &facts(&json!({}), None), &config), expected, "{config}");
        }
    }

    #[test]
    fn absence_needs_every_event() {
        let mut open = facts(&json!({}), None);
        open["DI"] = json!({"state": "partial", "reason": "page_failed", "records": []});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open["DI"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_failed");
        open["DI"] = json!({"records": [], "window": {"start": "2026-08-25T11:00:00Z",
            "end": "2026-11-23T11:30:00Z", "event_types": ["user_login_attempt"]}});
        assert_eq!(judge(RULE, &open), "UNKNOWN events_not_asked");
        open.as_object_mut().unwrap().remove("DI");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected");
    }
}
