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
//!
//! # Unknown when
//! Nothing was found, and applications, bindings or administrators are not all known.
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
//! that the record does not call suspended counts as active. Sign-ins after the suspension are not
//! looked at: events are no input of this version.

use alloc::string::String;
use alloc::vec::Vec;

use crate::case::{Case, Reading};
use crate::facts::{Standing, User};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::age_days;

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
    text_revision: 1,
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
    ],
    params: &[TOLERATE_BINDINGS.spec(), STAGED_PREBIND.spec()],
    reasons: &[
        Reason::pass("no_access_left", "no application, device or admin account is reached"),
        Reason::pass("staged_prebind", "a new user is bound to a device before the first day"),
        Reason::fail("app_binding", "an application is still reached"),
        Reason::fail("device_binding", "a device is still bound"),
        Reason::fail("admin_account_active", "an administrator with the same e-mail is active"),
        Reason::unknown("state_unclear", "the record does not say whether the user is suspended"),
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
        case.uses("APP-USR");
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
        let admin = active_admin(case, user);
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
        if admin {
            return Ok(graced(fail("admin_account_active")));
        }
        if !grants.is_empty() {
            return Ok(graced(fail("app_binding")));
        }
        let created = case.see_time(user.row(), "created", &record.created);
        let new = match created {
            Reading::Value(at) => age_days(at, case.evaluated_at()) <= case.param(&STAGED_PREBIND),
            Reading::Absent | Reading::Unparseable => false,
        };
        let prebind = user.standing == Standing::Staged && new && !devices.is_empty();
        if !devices.is_empty() && !prebind {
            return Ok(graced(fail("device_binding")));
        }
        case.require("APP-USR")?;
        case.require_source(&bindings)?;
        case.require("ADM")?;
        Ok(Verdict::pass(if prebind { "staged_prebind" } else { "no_access_left" }))
    }
}

/// Whether an administrator with the user's e-mail is not known to be suspended.
fn active_admin(case: &mut Case<'_>, user: &User<'_>) -> bool {
    let Some(email) = case.see(user.row(), "email", &user.user().email).filled() else {
        return false;
    };
    let mut active = false;
    for admin in case.facts().admins() {
        let record = admin.administrator();
        if record.email.filled().is_some_and(|own| own.eq_ignore_ascii_case(email)) {
            case.see(admin.row(), "email", &record.email);
            active |= !case.see(admin.row(), "suspended", &record.suspended).is_true();
        }
    }
    active
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge};

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
}
