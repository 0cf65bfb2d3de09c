//! JC-USR-004: a suspended or staged user holds no application, device or admin access.
//!
//! # Expectation
//! Whoever may not sign in reaches no application, is bound to no device, and is no active
//! administrator.
//!
//! # Why
//! Rights of a suspended account come back with one click and hide in reviews.
//!
//! # Passes
//! ```json,passes
//! {"reason": "no_access_left", "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED"}],
//!     "APP": [], "APP-USR": {"of": {}}, "SYS": [], "SYS-USR": {"of": {}}, "ADM": []}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "app_binding", "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED"}],
//!     "APP": [{"_id": "a1"}], "APP-USR": {"of": {"a1": [{"id": "u1", "type": "user"}]}},
//!     "SYS": [], "SYS-USR": {"of": {}}, "ADM": []}}
//! ```
//! ```json,fails
//! {"reason": "device_binding", "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED"}],
//!     "APP": [], "APP-USR": {"of": {}}, "SYS": [{"_id": "d1"}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}, "ADM": []}}
//! ```
//! ```json,fails
//! {"reason": "admin_account_active", "inputs": {
//!     "USR": [{"_id": "u1", "state": "SUSPENDED", "email": "ada@example.com"}],
//!     "APP": [], "APP-USR": {"of": {}}, "SYS": [], "SYS-USR": {"of": {}},
//!     "ADM": [{"_id": "x1", "email": "Ada@example.com", "suspended": false}]}}
//! ```
//! ```json,fails
//! {"reason": "activity_after_suspension", "inputs": {
//!     "USR": [{"_id": "u1", "state": "SUSPENDED"}],
//!     "APP": [], "APP-USR": {"of": {}}, "SYS": [], "SYS-USR": {"of": {}}, "ADM": [],
//!     "DI": [{"id": "e1", "event_type": "user_suspended", "timestamp": "2026-11-01T10:00:00Z",
//!             "resource": {"id": "u1", "type": "user"}},
//!            {"id": "e2", "event_type": "user_login_attempt", "timestamp": "2026-11-02T10:00:00Z",
//!             "success": true, "initiated_by": {"id": "u1", "type": "user"}}]}}
//! ```
//!
//! # Unknown when
//! Nothing was found, and applications, bindings or administrators are not all known, or an active
//! administrator cannot be compared because an e-mail is missing; or a staged user with a device was
//! created in the future.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED"}]}}
//! ```
//!
//! # Fix
//! Remove bindings and memberships; disable the admin account.
//!
//! # Sources
//! JumpCloud blocks the sign-in of a suspended user and keeps the rights, so restoring the account
//! restores them. A path through nested or dynamic groups counts like a direct one. An administrator
//! that the record does not call suspended counts as active. An empty e-mail is no e-mail: it matches
//! nobody and rules nobody out. A staged user whose record does not say when it was created has no
//! excuse for a device. Since when a user is suspended is told by the last event `user_suspended`, or by
//! history, whichever is later; a sign-in of another time is no violation, and without either none is
//! looked for. Events are not needed for a pass: they can only show a violation; where not all of them were
//! read, a pass is noted `sign_ins_unread`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::{Case, Reading};
use crate::facts::{Standing, User, observe};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::{age_days, is_future};

const TOLERATE_BINDINGS: Days = Days::new(
    "tolerate_bindings_days",
    0,
    0..=30,
    "Days after the suspension was first seen in which a failure is in grace; needs history.",
)
.stricter_when_lower();
const STAGED_PREBIND: Days = Days::new(
    "staged_prebind_days",
    14,
    0..=30,
    "Days after creation in which a staged user may already be bound to a device.",
)
.stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-004",
    logic_version: 1,
    text_revision: 2,
    title: "Suspended or staged user holds no application, device or admin access",
    subject: SubjectKind::User,
    severity: Severity::High,
    tier: 1,
    rationale: "Rights of a suspended account come back with one click and hide in reviews.",
    remediation: "Remove bindings and memberships; disable the admin account.",
    applies: "suspended and staged users",
    inputs: &[
        InputNeed::new("USR", &["state", "suspended", "email", "created"]),
        InputNeed::new("APP-USR", &["id", "paths"]),
        InputNeed::new("SYS-USR", &["id", "paths"]),
        InputNeed::new("ADM", &["email", "suspended"]),
        InputNeed::new("DI", &["event_type", "timestamp", "success", "initiated_by", "resource"]),
    ],
    params: &[TOLERATE_BINDINGS.spec(), STAGED_PREBIND.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("no_access_left", "no application, device or admin account is reached"),
        Reason::pass("staged_prebind", "a new user is bound to a device before the first day"),
        Reason::fail("app_binding", "an application is still reached"),
        Reason::fail("device_binding", "a device is still bound"),
        Reason::fail("admin_account_active", "an administrator with the same e-mail is active"),
        Reason::fail("activity_after_suspension", "the user was active after the suspension"),
        Reason::unknown("state_unclear", "the record does not say whether the user is suspended"),
        Reason::unknown(
            "email_missing",
            "without an e-mail nobody knows whether an active administrator is this user",
        ),
        Reason::not_applicable("active", "the user may sign in"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct SuspendedWithoutAccess;

impl Rule for SuspendedWithoutAccess {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        let facts = case.facts();
        let record = user.user();
        case.see(user.row(), "state", &record.state);
        case.see(user.row(), "suspended", &record.suspended);
        match user.standing {
            Standing::Active => return Ok(Verdict::not_applicable("active")),
            Standing::Unclear => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear"));
            }
            Standing::Suspended | Standing::Staged => {}
        }
        let bindings = facts.bindings_of_user(user);
        let applications = facts.whole("APP-USR");
        case.uses_source(&applications);
        case.uses_source(&bindings);
        case.uses("ADM");
        let grants = facts.grants_of_user(&user.key);
        for grant in grants {
            let path = alloc::format!("applications[id={}].ways", grant.application);
            case.see_derived(grant.row, &path, grant.ways());
        }
        let mut devices: Vec<String> = Vec::new();
        for (device, binding) in facts.devices_of_user(&user.key) {
            let path = alloc::format!("devices[id={device}].ways");
            case.see_derived(binding.row, &path, binding.ways());
            devices.push(alloc::format!("{device}"));
        }
        let accounts = admin_accounts(case, user);
        let admin = accounts == AdminAccounts::Active;
        let fail = |reason: &'static str| {
            let verdict = Verdict::fail(reason);
            let verdict =
                if user.state_conflict { verdict.note("state_conflict") } else { verdict };
            let also = [
                (!grants.is_empty() && reason != "app_binding").then_some("app_binding"),
                (!devices.is_empty() && reason != "device_binding").then_some("device_binding"),
                (admin && reason != "admin_account_active").then_some("admin_account_active"),
            ];
            verdict.notes(also.into_iter().flatten().map(|code| alloc::format!("also:{code}")))
        };
        let since = case.history().and_then(|history| history.suspended_since(&user.id));
        let tolerated = case.param(&TOLERATE_BINDINGS);
        let graced = |verdict: Verdict| verdict.in_grace(since, tolerated);
        if active_after_suspension(case, user) {
            let verdict = fail("activity_after_suspension");
            return Ok(verdict.raised_to(Severity::Critical, "activity_after_suspension"));
        }
        if admin {
            return Ok(graced(fail("admin_account_active")));
        }
        if !grants.is_empty() {
            return Ok(graced(fail("app_binding")));
        }
        let created = case.see_time(user.row(), "created", &record.created);
        let now = case.evaluated_at();
        let waits = user.standing == Standing::Staged && !devices.is_empty();
        let prebind = match created {
            Reading::Value(at) if waits && is_future(at, now, case.param(&FUTURE_SKEW_SECS)) => {
                return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
            }
            Reading::Value(at) => waits && age_days(at, now) <= case.param(&STAGED_PREBIND),
            Reading::Absent | Reading::Unparseable => false,
        };
        if !devices.is_empty() && !prebind {
            return Ok(graced(fail("device_binding")));
        }
        case.require_source(&applications)?;
        case.require_source(&bindings)?;
        case.require("ADM")?;
        if accounts == AdminAccounts::Unclear {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "email_missing"));
        }
        let verdict = Verdict::pass(if prebind { "staged_prebind" } else { "no_access_left" });
        let unread = user.standing == Standing::Suspended && !facts.state("DI").is_complete();
        Ok(if unread { verdict.note("sign_ins_unread") } else { verdict })
    }
}

/// Whether an event shows the user active since the suspension; leaves observations of it.
fn active_after_suspension(case: &mut Case<'_>, user: &User<'_>) -> bool {
    if user.standing != Standing::Suspended {
        return false;
    }
    case.uses("DI");
    let told = case.facts().activity().suspended_at(user);
    let seen = case.history().and_then(|history| history.suspended_since(&user.id));
    let Some(since) = told.max(seen) else { return false };
    let (now, skew) = (case.evaluated_at(), case.param(&FUTURE_SKEW_SECS));
    let uses = case.facts().activity().of_user(user);
    let after = uses.into_iter().filter(|own| {
        own.success == Some(true)
            && own.at.is_some_and(|at| at > since && !is_future(at, now, skew))
    });
    let mut found = false;
    for own in after {
        found = true;
        observe(case, own);
    }
    if found {
        case.see_count("DI", "suspended_at", alloc::format!("{since}"));
    }
    found
}

/// What the administrators that were read are to a user.
///
/// In the order in which one outweighs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum AdminAccounts {
    /// None that may sign in is the user's.
    None,
    /// One that may sign in has no e-mail, or the user has none: they cannot be compared.
    Unclear,
    /// One that may sign in has the user's e-mail.
    Active,
}

/// Compares the user's e-mail with those of administrators that are not known to be suspended.
fn admin_accounts(case: &mut Case<'_>, user: &User<'_>) -> AdminAccounts {
    let email = case.see(user.row(), "email", &user.user().email).filled();
    let mut accounts = AdminAccounts::None;
    for admin in case.facts().admins() {
        let record = admin.administrator();
        let account = match (email, record.email.filled()) {
            (Some(email), Some(own)) if own.eq_ignore_ascii_case(email) => AdminAccounts::Active,
            (Some(_), Some(_)) => AdminAccounts::None,
            (None, _) | (_, None) => AdminAccounts::Unclear,
        };
        if account != AdminAccounts::None {
            case.see(admin.row(), "email", &record.email);
            if !case.see(admin.row(), "suspended", &record.suspended).is_true() {
                accounts = accounts.max(account);
            }
        }
    }
    accounts
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use crate::history::{History, Suspension};
    use crate::outcome::{EffectiveStatus, Severity};
    use crate::testing::{NOW, findings, inputs, judge, snapshot};
    use crate::{Catalogue, Config, evaluate};

    const RULE: &str = "JC-USR-004";

    fn suspended(user: Value, more: Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "SUSPENDED", "email": "ada@example.com"});
        record.as_object_mut().unwrap().extend(user.as_object().unwrap().clone());
        let mut all = json!({"USR": [record], "APP": [], "APP-USR": {"of": {}}, "SYS": [],
                             "SYS-USR": {"of": {}}, "ADM": []});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        inputs(all)
    }

    fn device() -> Value {
        json!({"SYS": [{"_id": "d1"}], "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}})
    }

    #[test]
    fn g19_a_path_through_nested_groups_counts() {
        let nested = suspended(
            json!({}),
            json!({"APP": [{"_id": "a1"}], "APP-USR": {"of": {"a1": [
            {"id": "u1", "type": "user", "paths": [[
                {"to": {"id": "gB", "type": "user_group"}},
                {"to": {"id": "gA", "type": "user_group"}},
                {"to": {"id": "u1", "type": "user"}}]]}]}}}),
        );
        let found = findings(RULE, &nested, &json!({}));
        assert_eq!(found[0].reason_code, "app_binding");
        let evidence = alloc::format!("{:?}", found[0].evidence.observations);
        assert!(evidence.contains("user_group:gB > user_group:gA > user:u1"), "{evidence}");
    }

    #[test]
    fn a_staged_user_may_have_a_device_for_a_while() {
        let staged = |created: &str| {
            judge(RULE, &suspended(json!({"state": "STAGED", "created": created}), device()))
        };
        assert_eq!(staged("2026-11-15T00:00:00Z"), "PASS staged_prebind");
        assert_eq!(staged("2026-10-15T00:00:00Z"), "FAIL device_binding");
        assert_eq!(judge(RULE, &suspended(json!({}), device())), "FAIL device_binding");
    }

    #[test]
    fn what_was_found_fails_and_what_is_missing_does_not_pass() {
        for (missing, expected) in
            [("APP-USR", "FAIL device_binding"), ("ADM", "FAIL device_binding")]
        {
            let mut open = suspended(json!({}), device());
            open.as_object_mut().unwrap().remove(missing);
            assert_eq!(judge(RULE, &open), expected, "{missing}");
        }
        for missing in ["APP-USR", "ADM", "SYS-USR"] {
            let mut open = suspended(json!({}), json!({}));
            open.as_object_mut().unwrap().remove(missing);
            assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected", "{missing}");
        }
        let mut partial = suspended(json!({}), json!({"APP": [{"_id": "a1"}]}));
        partial["APP-USR"] = json!({"of": {"a1": {"state": "partial", "reason": "page_failed"}}});
        assert_eq!(judge(RULE, &partial), "UNKNOWN input_partial");
    }

    #[test]
    fn states() {
        assert_eq!(
            judge(RULE, &suspended(json!({"state": "ACTIVATED", "suspended": false}), json!({}))),
            "NOT_APPLICABLE active"
        );
        assert_eq!(
            judge(RULE, &suspended(json!({"state": "ACTIVATED", "suspended": true}), json!({}))),
            "PASS no_access_left"
        );
        assert_eq!(
            judge(RULE, &suspended(json!({"state": null}), json!({}))),
            "UNKNOWN state_unclear"
        );
        let suspended_admin =
            json!({"ADM": [{"_id": "x", "email": "ada@example.com", "suspended": true}]});
        assert_eq!(judge(RULE, &suspended(json!({}), suspended_admin)), "PASS no_access_left");
        let silent_admin = json!({"ADM": [{"_id": "x", "email": "ada@example.com"}]});
        assert_eq!(judge(RULE, &suspended(json!({}), silent_admin)), "FAIL admin_account_active");
    }

    #[test]
    fn a_creation_that_has_not_come_excuses_nothing() {
        let staged = |created: Value| {
            judge(RULE, &suspended(json!({"state": "STAGED", "created": created}), device()))
        };
        assert_eq!(staged(json!("2030-01-01T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(staged(json!("2026-11-23T12:05:00Z")), "PASS staged_prebind");
        assert_eq!(staged(json!("2026-11-09T12:00:00Z")), "PASS staged_prebind");
        assert_eq!(staged(json!("2026-11-08T12:00:00Z")), "FAIL device_binding");
        for created in [json!(null), json!(""), json!("soon"), json!([])] {
            assert_eq!(staged(created.clone()), "FAIL device_binding", "{created}");
        }
        let late = json!({"state": "SUSPENDED", "created": "2030-01-01T00:00:00Z"});
        assert_eq!(judge(RULE, &suspended(late, device())), "FAIL device_binding");
    }

    #[test]
    fn administrators_that_cannot_be_compared_rule_nothing_out() {
        let one = |admin: Value| json!({"ADM": [admin]});
        for email in [json!(null), json!(""), json!([])] {
            let nameless = suspended(
                json!({"email": email}),
                one(json!({"_id": "x", "email": "bob@example.com", "suspended": false})),
            );
            assert_eq!(judge(RULE, &nameless), "UNKNOWN email_missing", "{email}");
        }
        let hidden = suspended(json!({}), one(json!({"_id": "x", "suspended": false})));
        assert_eq!(judge(RULE, &hidden), "UNKNOWN email_missing");
        let asleep = suspended(json!({}), one(json!({"_id": "x", "suspended": true})));
        assert_eq!(judge(RULE, &asleep), "PASS no_access_left");
        let nobody = suspended(json!({"email": null}), json!({}));
        assert_eq!(judge(RULE, &nobody), "PASS no_access_left");
        let bound = suspended(json!({"email": null}), device());
        assert_eq!(judge(RULE, &bound), "FAIL device_binding");
    }

    #[test]
    fn everything_found_is_named() {
        let mut all = suspended(
            json!({}),
            json!({"ADM": [{"_id": "x", "email": "ADA@example.com", "suspended": false}],
                "APP": [{"_id": "a1"}], "APP-USR": {"of": {"a1": [{"id": "u1", "type": "user"}]}}}),
        );
        for (key, value) in device().as_object().unwrap() {
            all[key] = value.clone();
        }
        let found = findings(RULE, &all, &json!({}));
        assert_eq!(found[0].reason_code, "admin_account_active");
        assert_eq!(found[0].notes, ["also:app_binding", "also:device_binding"]);
    }

    #[test]
    fn contradicting_states_are_noted() {
        let conflict = suspended(json!({"state": "ACTIVATED", "suspended": true}), device());
        let found = findings(RULE, &conflict, &json!({}));
        assert_eq!(found[0].notes, ["state_conflict"]);
    }

    #[test]
    fn bindings_are_tolerated_from_the_first_sight_of_the_suspension() {
        let config: Config =
            serde_json::from_value(json!({"parameters": {RULE: {"tolerate_bindings_days": 10}}}))
                .unwrap();
        let snapshot = snapshot(&suspended(json!({}), device()));
        let status = |since: Option<&str>| {
            let mut history = History::default();
            if let Some(since) = since {
                history.record_user("u1", Suspension::Suspended, since.parse().unwrap());
            }
            let now: Timestamp = NOW.parse().unwrap();
            let catalogue = Catalogue::builtin().unwrap();
            let run = evaluate(&catalogue, &snapshot, &config, now, Some(&history)).unwrap();
            let found = run.findings.into_iter().find(|finding| finding.rule_id == RULE).unwrap();
            assert_eq!(found.reason_code, "device_binding");
            found.effective_status
        };
        assert_eq!(status(Some("2026-11-20T00:00:00Z")), EffectiveStatus::FailInGrace);
        assert_eq!(status(Some("2026-11-01T00:00:00Z")), EffectiveStatus::Fail);
        assert_eq!(status(None), EffectiveStatus::Fail);
    }

    #[test]
    fn lists_that_were_never_asked_for_clear_nobody() {
        for (parent, record) in [("APP", json!({"_id": "a1"})), ("SYS", json!({"_id": "d1"}))] {
            let unasked = suspended(json!({}), json!({parent: [record]}));
            assert_eq!(judge(RULE, &unasked), "UNKNOWN input_partial", "{parent}");
        }
    }

    #[test]
    fn bindings_come_from_either_side() {
        let mut other = suspended(json!({}), json!({}));
        other["SYS-USR"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &other), "UNKNOWN input_failed");
        other["USR-SYS"] = json!({"of": {"u1": []}});
        assert_eq!(judge(RULE, &other), "PASS no_access_left");
        other["USR-SYS"] = json!({"of": {"u1": [{"id": "d1", "type": "system"}]}});
        assert_eq!(judge(RULE, &other), "FAIL device_binding");
    }

    #[test]
    fn activity_after_the_suspension_is_the_worst() {
        let event = |id: &str, kind: &str, at: &str, more: Value| {
            let mut own = json!({"id": id, "event_type": kind, "timestamp": at});
            own.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            own
        };
        let stop = event(
            "s",
            "user_suspended",
            "2026-11-10T10:00:00Z",
            json!({"resource": {"id": "u1", "type": "user"}}),
        );
        let with = |at: &str, more: Value| {
            let mut own = json!({"success": true, "initiated_by": {"id": "u1", "type": "user"}});
            own.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let events = json!([stop, event("e", "user_login_attempt", at, own)]);
            suspended(json!({}), json!({"DI": events}))
        };
        let late = "2026-11-11T10:00:00Z";
        for (facts, expected) in [
            (with(late, json!({})), "FAIL activity_after_suspension"),
            (with("2026-11-10T10:00:00Z", json!({})), "PASS no_access_left"),
            (with(late, json!({"success": false})), "PASS no_access_left"),
            (with(late, json!({"success": null})), "PASS no_access_left"),
            (with(late, json!({"initiated_by": {"id": "u2"}})), "PASS no_access_left"),
            (with("2027-11-11T10:00:00Z", json!({})), "PASS no_access_left"),
            (with("soon", json!({})), "PASS no_access_left"),
        ] {
            assert_eq!(judge(RULE, &facts), expected, "{}", facts["DI"]);
        }
        let found = findings(RULE, &with(late, json!({})), &json!({}));
        assert_eq!(found[0].severity, Severity::Critical);
        assert_eq!(found[0].effective_status, EffectiveStatus::Fail);
        let mut partial = with(late, json!({}));
        partial["DI"] =
            json!({"state": "partial", "reason": "page_failed", "records": partial["DI"]});
        assert_eq!(judge(RULE, &partial), "FAIL activity_after_suspension");
        let mut bound = with(late, device());
        bound["SYS"] = device()["SYS"].clone();
        bound["SYS-USR"] = device()["SYS-USR"].clone();
        let found = findings(RULE, &bound, &json!({}));
        assert!(found[0].notes.contains(&"also:device_binding".into()), "{:?}", found[0].notes);
    }

    #[test]
    fn history_tells_since_when_where_no_event_does() {
        let facts = suspended(
            json!({}),
            json!({"DI": [{"id": "e", "event_type": "sso_auth",
            "timestamp": "2026-11-11T10:00:00Z", "success": true, "initiated_by": {"id": "u1"}}]}),
        );
        assert_eq!(judge(RULE, &facts), "PASS no_access_left");
        let mut history = History::default();
        history.record_user("u1", Suspension::Suspended, "2026-11-01T00:00:00Z".parse().unwrap());
        let now: Timestamp = NOW.parse().unwrap();
        let catalogue = Catalogue::builtin().unwrap();
        let judged =
            evaluate(&catalogue, &snapshot(&facts), &Config::default(), now, Some(&history))
                .unwrap();
        let found = judged.findings.iter().find(|own| own.rule_id == RULE).unwrap();
        assert_eq!(found.reason_code, "activity_after_suspension");
    }

    #[test]
    fn an_administrator_with_another_e_mail_is_somebody_else() {
        let other = json!({"ADM": [{"_id": "x", "email": "bob@example.com", "suspended": false}]});
        assert_eq!(judge(RULE, &suspended(json!({}), other)), "PASS no_access_left");
        let same = json!({"ADM": [{"_id": "x", "email": "ADA@example.com", "suspended": false}]});
        assert_eq!(judge(RULE, &suspended(json!({}), same)), "FAIL admin_account_active");
    }

    #[test]
    fn a_pass_says_when_no_sign_ins_were_read() {
        let notes = |user: Value, more: Value| {
            findings(RULE, &suspended(user, more), &json!({})).remove(0).notes
        };
        assert_eq!(notes(json!({}), json!({})), ["sign_ins_unread"]);
        assert!(notes(json!({}), json!({"DI": []})).is_empty());
        assert!(notes(json!({"state": "STAGED"}), json!({})).is_empty());
    }

    #[test]
    fn older_and_odd_records_stand_where_their_flags_say() {
        for (fields, expected) in [
            (json!({"state": "RETIRED", "suspended": true}), "FAIL device_binding"),
            (json!({"state": "RETIRED", "suspended": false}), "UNKNOWN state_unclear"),
            (json!({"state": null, "suspended": true}), "FAIL device_binding"),
            (
                json!({"state": null, "suspended": false, "activated": false,
                    "created": "2026-11-15T00:00:00Z"}),
                "PASS staged_prebind",
            ),
            (
                json!({"state": null, "suspended": false, "activated": true}),
                "NOT_APPLICABLE active",
            ),
        ] {
            assert_eq!(judge(RULE, &suspended(fields.clone(), device())), expected, "{fields}");
        }
    }
}
