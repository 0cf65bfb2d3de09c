//! JC-USR-005: an active user account has been used recently.
//!
//! # Expectation
//! Each active person has signed in somewhere within `inactive_days`.
//!
//! # Why
//! Unused accounts are watched by nobody.
//!
//! # Passes
//! ```json,passes
//! {"reason": "used", "inputs": {
//!     "USR": [{"_id": "u1", "username": "ada", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"}],
//!     "DI": [{"id": "e1", "event_type": "user_login_attempt", "timestamp": "2026-11-20T10:00:00Z",
//!         "success": true, "initiated_by": {"id": "u1", "type": "user"}}]}}
//! ```
//! ```json,passes
//! {"reason": "used", "inputs": {
//!     "USR": [{"_id": "u1", "username": "ada", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"}],
//!     "SI.users": [{"system_id": "d1", "username": "ada", "managed": true, "last_login": "1795000000"}]}}
//! ```
//! ```json,passes
//! {"reason": "used", "inputs": {
//!     "USR": [{"_id": "u1", "username": "ada", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"}],
//!     "USR-PUSH": {"of": {"u1": [{"id": "p1", "lastUsedDate": "2026-11-20T10:00:00Z"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "inactive", "inputs": {
//!     "USR": [{"_id": "u1", "username": "ada", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"}],
//!     "DI": {"window": {"start": "2026-08-25T10:00:00Z", "end": "2026-11-23T11:00:00Z"}, "records": [
//!         {"id": "e1", "event_type": "user_login_attempt", "timestamp": "2026-11-20T10:00:00Z",
//!          "success": false, "initiated_by": {"id": "u1", "type": "user"}}]}}}
//! ```
//!
//! # Unknown when
//! Nothing was found and the events are not all there, reach back less than `inactive_days`, end more
//! than a day before the judgement, or hold one that may be the user's: of nobody, of no readable
//! time, or an attempt that does not say whether it succeeded. Or the record does not say since when
//! the account exists or whether it is active.
//! ```json,unknown
//! {"reason": "window_too_short", "inputs": {
//!     "USR": [{"_id": "u1", "username": "ada", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"}],
//!     "DI": {"window": {"start": "2026-10-24T10:00:00Z", "end": "2026-11-23T11:00:00Z"}, "records": []}}}
//! ```
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {
//!     "USR": [{"_id": "u1", "username": "ada", "state": "ACTIVATED", "created": "2025-01-10T00:00:00Z"}]}}
//! ```
//!
//! # Fix
//! Ask the manager, then suspend.
//!
//! # Sources
//! Events of the kinds in `activity_event_types` count when they succeeded; kinds that are not
//! attempts, such as a change of password, are logged for successes only `[inferred]`. An event is
//! the user's by its id; by user name or e-mail only where it gives no id. Sign-ins to managed local
//! accounts count too: `last_login` is a number of seconds since 1970, of which 0 means never. Their
//! absence decides nothing, since sign-ins to devices are events as well. Phones that approve
//! sign-ins count where the snapshot holds them; they are not read for this rule, since they cost a
//! request for each user and every approval is an event.

use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Resource as _;
use jumpcloud_client::resources::PushEndpoint;

use crate::case::{Case, Reading, Row};
use crate::facts::{ADMIN_SIGN_IN, LastUse, Source, User, absence, days_ago};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::Moment;

const INACTIVE: Days =
    Days::new("inactive_days", 90, 14..=365, "Days without use after which an account fails.")
        .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-005",
    logic_version: 1,
    text_revision: 1,
    title: "Active user account has been used recently",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Unused accounts are watched by nobody.",
    remediation: "Ask the manager, then suspend.",
    applies: "active users that exist longer than inactive_days and are no service accounts",
    inputs: &[
        InputNeed::new(
            "USR",
            &["state", "suspended", "created", "username", "email", "systemUsername"],
        ),
        InputNeed::new(
            "DI",
            &["event_type", "timestamp", "success", "initiated_by", "resource", "username"],
        ),
        InputNeed::new("SI.users", &["username", "managed", "last_login"]),
        InputNeed::beside("USR-PUSH", &["lastUsedDate"]),
        InputNeed::new("CFG", &["activity_event_types"]),
    ],
    params: &[INACTIVE.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("used", "the account was used"),
        Reason::fail("inactive", "the account was not used for too long"),
        Reason::unknown(
            "window_too_short",
            "events reach back less far than the rule looks, or are not all there",
        ),
        Reason::unknown("events_not_asked", "events of a kind that counts were not asked for"),
        Reason::unknown("event_without_subject", "an event that counts does not say whose it is"),
        Reason::unknown("event_time_unreadable", "an event of the user does not say when it was"),
        Reason::unknown("success_unclear", "an attempt does not say whether it succeeded"),
        Reason::unknown("field_absent", "the record does not say since when the account exists"),
        Reason::unknown("field_unparseable", "since when the account exists cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the account is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
        Reason::not_applicable("service_account", "service accounts are judged elsewhere"),
        Reason::not_applicable("new_account", "the account is younger than the rule looks back"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct UsedRecently;

impl Rule for UsedRecently {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.outside_of_daily_use(case) {
            return early;
        }
        let since = days_ago(case, case.param(&INACTIVE));
        let created = case.need_time(user.row(), "created", &user.user().created)?;
        case.age_days(created)?;
        if created >= since {
            return Ok(Verdict::not_applicable("new_account"));
        }
        let mut last = LastUse::default();
        local_accounts(case, user, &mut last);
        phones(case, user, &mut last);
        let facts = case.facts();
        last.events(case, &facts.activity().of_user(user), since);
        case.uses("DI");
        if last.is_after(since) {
            return Ok(Verdict::pass("used"));
        }
        let kinds: Vec<&str> = case
            .config()
            .activity_event_types
            .iter()
            .map(alloc::string::String::as_str)
            .filter(|kind| !kind.eq_ignore_ascii_case(ADMIN_SIGN_IN))
            .collect();
        absence(case, &kinds, since).map_err(too_short)?;
        let mut nameless = facts.activity().nameless();
        nameless.retain(|own| !own.is(ADMIN_SIGN_IN));
        last.nameless(case, &nameless, since);
        match last.doubt {
            Some(doubt) => Err(doubt.unknown()),
            None => Ok(Verdict::fail("inactive")),
        }
    }
}

/// Events that are not all there, or that the service does not keep, reach back less far than needed.
fn too_short(unknown: Unknown) -> Unknown {
    match unknown.cause {
        UnknownCause::InputPartial | UnknownCause::NotLicensed => {
            Unknown { reason: "window_too_short", ..unknown }
        }
        _ => unknown,
    }
}

/// Adds the last sign-ins to managed local accounts.
fn local_accounts(case: &mut Case<'_>, user: &User<'_>, last: &mut LastUse) {
    case.uses("SI.users");
    let mut latest: Option<(Timestamp, _)> = None;
    for row in case.facts().activity().local_accounts(user) {
        let text = row.value().last_login.filled();
        let at = text.and_then(|text| Moment::parse_or_epoch(text).instant());
        if let Some(at) = at.filter(|at| *at > Timestamp::UNIX_EPOCH) {
            last.add(case, at);
            if last.latest == Some(at) && latest.as_ref().is_none_or(|(known, _)| *known < at) {
                latest = Some((at, row));
            }
        }
    }
    if let Some((_, row)) = latest {
        case.see(row, "username", &row.value().username);
        case.see(row, "last_login", &row.value().last_login);
    }
}

/// Adds the last approvals of sign-ins on phones, where those were read.
fn phones(case: &mut Case<'_>, user: &User<'_>, last: &mut LastUse) {
    let lists = case.facts().snapshot().list_of::<PushEndpoint>();
    let Some(phones) = lists.get(&user.id) else { return };
    let state = lists.state_of(&user.id);
    case.uses_source(&Source { input: "USR-PUSH", scope: Some(&user.id), state });
    for record in &phones.records {
        let id = PushEndpoint::key(&record.value);
        let row = Row { record, input: "USR-PUSH", id: id.as_deref(), collected_at: None };
        let used = case.see_time(row, "lastUsedDate", &record.value.last_used_date);
        if let Reading::Value(at) = used {
            last.add(case, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-005";

    fn ada(fields: &Value) -> Value {
        let mut record = json!({"_id": "u1", "username": "ada", "email": "ada@example.com",
            "state": "ACTIVATED", "suspended": false, "created": "2025-01-10T00:00:00Z"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!([record])
    }

    /// Ninety days of these events.
    fn events(events: Value) -> Value {
        json!({"window": {"start": "2026-08-25T11:00:00Z", "end": "2026-11-23T11:30:00Z"},
            "records": events})
    }

    fn sign_in(fields: &Value) -> Value {
        let mut event = json!({"id": "e1", "event_type": "user_login_attempt", "success": true,
            "timestamp": "2026-11-20T10:00:00Z", "initiated_by": {"id": "u1", "type": "user"}});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event
    }

    fn with(event: &Value) -> String {
        let event = sign_in(event);
        judge(RULE, &inputs(json!({"USR": ada(&json!({})), "DI": events(json!([event]))})))
    }

    #[test]
    fn g33_thirty_days_of_events_prove_no_inactivity() {
        let short = json!({"window": {"start": "2026-10-24T12:00:00Z", "end": "2026-11-23T11:30:00Z"},
            "records": []});
        let mut facts = inputs(json!({"USR": ada(&json!({})), "DI": short, "SI.users": []}));
        assert_eq!(judge(RULE, &facts), "UNKNOWN window_too_short");
        let ten_days_ago = "1794571200";
        facts["SI.users"] = json!([{"system_id": "d1", "username": "ada", "managed": true,
            "last_login": ten_days_ago}]);
        assert_eq!(judge(RULE, &facts), "PASS used");
        let found = findings(RULE, &facts, &json!({}));
        assert!(alloc::format!("{:?}", found[0].evidence.observations).contains(ten_days_ago));
        facts["DI"] = json!({"state": "partial", "reason": "retention_gap", "records": [],
            "window": {"start": "2026-08-25T11:00:00Z", "end": "2026-11-23T11:30:00Z",
                "oldest": "2026-10-24T12:00:00Z"}});
        facts["SI.users"] = json!([]);
        assert_eq!(judge(RULE, &facts), "UNKNOWN window_too_short");
        let shorter = json!({"parameters": {RULE: {"inactive_days": 30}}});
        assert_eq!(judge_with(RULE, &facts, &shorter), "FAIL inactive");
    }

    #[test]
    fn a_phone_that_approved_a_sign_in_shows_use() {
        for (used, expected) in [
            (json!("2026-11-20T10:00:00Z"), "PASS used"),
            (json!("2026-08-25T12:00:00Z"), "PASS used"),
            (json!("2026-08-25T11:59:59Z"), "FAIL inactive"),
            (json!("2027-01-01T00:00:00Z"), "UNKNOWN future_timestamp"),
            (json!("0001-01-01T00:00:00Z"), "FAIL inactive"),
            (json!("lately"), "FAIL inactive"),
            (Value::Null, "FAIL inactive"),
        ] {
            let phone = json!([{"id": "p1", "lastUsedDate": used}]);
            let mut facts = inputs(json!({"USR": ada(&json!({})), "DI": events(json!([])),
                "USR-PUSH": {"of": {"u1": phone}}}));
            assert_eq!(judge(RULE, &facts), expected, "{used}");
            facts["USR-PUSH"] = json!({"of": {"u2": phone}});
            assert_eq!(judge(RULE, &facts), "FAIL inactive", "{used}");
        }
    }

    #[test]
    fn no_request_is_made_for_phones() {
        let catalogue = crate::Catalogue::builtin().unwrap();
        assert!(!catalogue.inputs_for(&crate::Config::default()).contains(&"USR-PUSH"));
    }

    #[test]
    fn what_counts_as_use() {
        for (event, expected) in [
            (json!({}), "PASS used"),
            (json!({"timestamp": "2026-08-25T12:00:00Z"}), "PASS used"),
            (json!({"timestamp": "2026-08-25T11:59:59Z"}), "FAIL inactive"),
            (json!({"success": false}), "FAIL inactive"),
            (
                json!({"event_type": "user_login_attempt", "success": null}),
                "UNKNOWN success_unclear",
            ),
            (json!({"success": "maybe"}), "UNKNOWN success_unclear"),
            (json!({"event_type": "user_password_change", "success": null}), "PASS used"),
            (json!({"event_type": "software_add"}), "FAIL inactive"),
            (json!({"event_type": "SSO_auth"}), "PASS used"),
            (json!({"event_type": "admin_login_attempt"}), "FAIL inactive"),
            (json!({"event_type": null}), "UNKNOWN event_without_subject"),
            (json!({"event_type": []}), "UNKNOWN event_without_subject"),
            (json!({"timestamp": "soon"}), "UNKNOWN event_time_unreadable"),
            (json!({"timestamp": null}), "UNKNOWN event_time_unreadable"),
            (json!({"timestamp": "2027-01-01T00:00:00Z"}), "UNKNOWN future_timestamp"),
            (json!({"timestamp": "2026-11-23T12:04:00Z"}), "PASS used"),
        ] {
            assert_eq!(with(&event), expected, "{event}");
        }
    }

    #[test]
    fn whose_an_event_is() {
        for (event, expected) in [
            (json!({"initiated_by": {"id": "U1"}}), "PASS used"),
            (json!({"initiated_by": {"id": "u2", "username": "ada"}}), "FAIL inactive"),
            (json!({"initiated_by": {"type": "user", "username": "ADA"}}), "PASS used"),
            (json!({"initiated_by": {"email": "Ada@example.com"}}), "PASS used"),
            (json!({"initiated_by": null, "username": "ada"}), "PASS used"),
            (json!({"initiated_by": null, "username": "bea"}), "FAIL inactive"),
            (
                json!({"initiated_by": {"id": "d1", "type": "system"}, "username": "ada"}),
                "PASS used",
            ),
            (json!({"initiated_by": null, "resource": {"id": "u1", "type": "user"}}), "PASS used"),
            (
                json!({"initiated_by": null, "resource": {"id": "u1", "type": "user"},
                "event_type": "user_password_change"}),
                "UNKNOWN event_without_subject",
            ),
            (
                json!({"initiated_by": {"id": "x9", "type": "admin"}, "resource": {"id": "u1", "type": "user"},
                "event_type": "user_password_change"}),
                "FAIL inactive",
            ),
            (json!({"initiated_by": null}), "UNKNOWN event_without_subject"),
            (json!({"initiated_by": {}}), "UNKNOWN event_without_subject"),
            (json!({"initiated_by": {"id": ""}}), "UNKNOWN event_without_subject"),
            (json!({"initiated_by": "u1"}), "UNKNOWN event_without_subject"),
            (json!({"initiated_by": null, "success": false}), "FAIL inactive"),
            (json!({"initiated_by": null, "timestamp": "2026-01-01T00:00:00Z"}), "FAIL inactive"),
        ] {
            assert_eq!(with(&event), expected, "{event}");
        }
    }

    #[test]
    fn absence_is_a_fact_only_in_a_whole_window() {
        let of = |di: Value| judge(RULE, &inputs(json!({"USR": ada(&json!({})), "DI": di})));
        let start = "2026-08-25T11:00:00Z";
        for (di, expected) in [
            (events(json!([])), "FAIL inactive"),
            (json!([]), "UNKNOWN window_too_short"),
            (json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
            (json!({"state": "not_licensed"}), "UNKNOWN window_too_short"),
            (
                json!({"state": "partial", "reason": "page_failed", "records": [],
                "window": {"start": start, "end": "2026-11-23T11:30:00Z"}}),
                "UNKNOWN window_too_short",
            ),
            (
                json!({"records": [], "window": {"start": start, "end": "2026-11-22T11:00:00Z"}}),
                "UNKNOWN window_too_short",
            ),
            (
                json!({"records": [], "window": {"start": start, "end": "2026-11-24T12:00:00Z"}}),
                "UNKNOWN future_timestamp",
            ),
            (
                json!({"records": [], "window": {"start": start, "end": "2026-11-23T11:30:00Z",
                "event_types": ["sso_auth"]}}),
                "UNKNOWN events_not_asked",
            ),
            (
                json!({"records": [], "window": {"start": start, "end": "2026-11-23T11:30:00Z",
                "services": ["sso"]}}),
                "UNKNOWN events_not_asked",
            ),
            (
                json!({"records": [{"event_type": "sso_auth"}],
                "window": {"start": start, "end": "2026-11-23T11:30:00Z"}}),
                "UNKNOWN window_too_short",
            ),
        ] {
            assert_eq!(of(di.clone()), expected, "{di}");
        }
    }

    #[test]
    fn local_accounts_count_when_they_are_the_users() {
        let of = |row: &Value| {
            let mut own = json!({"system_id": "d1", "username": "ada", "managed": true,
                "last_login": "1794571200"});
            own.as_object_mut().unwrap().extend(row.as_object().unwrap().clone());
            judge(
                RULE,
                &inputs(json!({"USR": ada(&json!({})), "DI": events(json!([])),
                "SI.users": [own]})),
            )
        };
        for (row, expected) in [
            (json!({}), "PASS used"),
            (json!({"last_login": 1_794_571_200}), "PASS used"),
            (json!({"managed": false}), "FAIL inactive"),
            (json!({"managed": null}), "FAIL inactive"),
            (json!({"username": "bea"}), "FAIL inactive"),
            (json!({"last_login": "0"}), "FAIL inactive"),
            (json!({"last_login": ""}), "FAIL inactive"),
            (json!({"last_login": "-1"}), "FAIL inactive"),
            (json!({"last_login": "1700000000"}), "FAIL inactive"),
            (json!({"last_login": "1900000000"}), "UNKNOWN future_timestamp"),
        ] {
            assert_eq!(of(&row), expected, "{row}");
        }
    }

    #[test]
    fn who_is_judged() {
        let of = |fields: &Value| {
            judge(RULE, &inputs(json!({"USR": ada(fields), "DI": events(json!([]))})))
        };
        for (fields, expected) in [
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": "STAGED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": null, "suspended": null}), "UNKNOWN state_unclear"),
            (json!({"ldap_binding_user": true}), "NOT_APPLICABLE service_account"),
            (json!({"created": "2026-08-25T12:00:00Z"}), "NOT_APPLICABLE new_account"),
            (json!({"created": "2026-08-25T11:59:59Z"}), "FAIL inactive"),
            (json!({"created": null}), "UNKNOWN field_absent"),
            (json!({"created": ""}), "UNKNOWN field_absent"),
            (json!({"created": []}), "UNKNOWN field_unparseable"),
            (json!({"created": "2027-01-01T00:00:00Z"}), "UNKNOWN future_timestamp"),
        ] {
            assert_eq!(of(&fields), expected, "{fields}");
        }
    }

    #[test]
    fn the_evidence_names_the_event_and_the_window() {
        let older = sign_in(&json!({"id": "e0", "timestamp": "2026-11-01T10:00:00Z"}));
        let facts = inputs(
            json!({"USR": ada(&json!({})), "DI": events(json!([sign_in(&json!({})), older]))}),
        );
        let found = findings(RULE, &facts, &json!({}));
        let ids: alloc::vec::Vec<String> = found[0]
            .evidence
            .observations
            .iter()
            .filter(|own| own.source == "DI")
            .filter_map(|own| own.record_id.clone())
            .collect();
        assert!(ids.iter().all(|id| id == "e1") && !ids.is_empty(), "{ids:?}");
        let facts = inputs(json!({"USR": ada(&json!({})), "DI": events(json!([]))}));
        let found = findings(RULE, &facts, &json!({}));
        let paths: alloc::vec::Vec<&str> =
            found[0].evidence.observations.iter().map(|own| &*own.path).collect();
        assert!(
            paths.contains(&"window.covered_from") && paths.contains(&"window.end"),
            "{paths:?}"
        );
    }

    #[test]
    fn sign_ins_of_administrators_need_not_be_asked_for() {
        let mut kinds = jumpcloud_client::resources::Event::ACTIVITY.to_vec();
        let of = |kinds: &[&str]| {
            let di = json!({"records": [], "window": {"start": "2026-08-25T11:00:00Z",
                "end": "2026-11-23T11:30:00Z", "event_types": kinds}});
            judge(RULE, &inputs(json!({"USR": ada(&json!({})), "DI": di})))
        };
        kinds.retain(|kind| *kind != "admin_login_attempt");
        assert_eq!(of(&kinds), "FAIL inactive");
        kinds.retain(|kind| *kind != "ldap_bind");
        assert_eq!(of(&kinds), "UNKNOWN events_not_asked");
    }

    #[test]
    fn evidence_holds_the_latest_sign_in_to_a_device() {
        let account = |device: &str, at: &str| json!({"system_id": device, "username": "ada", "managed": true, "last_login": at});
        let rows = [("d1", "1794571200"), ("d2", "1794657600"), ("d3", "1794484800")];
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let rows: alloc::vec::Vec<Value> =
                order.iter().map(|at| account(rows[*at].0, rows[*at].1)).collect();
            let all = inputs(json!({"USR": ada(&json!({})), "SI.users": rows}));
            let found = findings(RULE, &all, &json!({})).remove(0).evidence.observations;
            let seen: alloc::vec::Vec<Value> = found
                .iter()
                .filter(|own| own.path == "last_login")
                .map(|own| json!(own.value))
                .collect();
            assert_eq!(seen, [json!("1794657600")]);
        }
    }
}
