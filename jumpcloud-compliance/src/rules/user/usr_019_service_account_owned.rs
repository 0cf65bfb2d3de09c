//! JC-USR-019: a service account is registered, owned and not interactive.
//!
//! # Expectation
//! Each active account of a program is in the register with an active owner and no review that is
//! overdue, neither reaches an application nor signs in to one or to the portal unless people may use
//! it, and is no local administrator unless approved.
//!
//! # Why
//! Service accounts are powerful and unattended.
//!
//! # Passes
//! ```json,passes
//! {"reason": "registered",
//!  "config": {"service_accounts": [{"user_id": "s1", "owner_user_id": "u1", "review_by": "2027-01-31"}]},
//!  "inputs": {"APP": [], "APP-USR": {"of": {}}, "DI": [], "USR": [
//!     {"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap", "sudo": false, "passwordless_sudo": false},
//!     {"_id": "u1", "state": "ACTIVATED", "username": "ada"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "unregistered", "inputs": {"USR": [
//!     {"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap"}]}}
//! ```
//! ```json,fails
//! {"reason": "no_owner", "config": {"service_accounts": [{"user_id": "s1"}]},
//!  "inputs": {"USR": [{"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap"}]}}
//! ```
//! ```json,fails
//! {"reason": "review_overdue",
//!  "config": {"service_accounts": [{"user_id": "s1", "owner_user_id": "u1", "review_by": "2026-10-31"}]},
//!  "inputs": {"USR": [{"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap"},
//!     {"_id": "u1", "state": "ACTIVATED", "username": "ada"}]}}
//! ```
//! ```json,fails
//! {"reason": "interactive_use",
//!  "config": {"service_accounts": [{"user_id": "s1", "owner_user_id": "u1"}]},
//!  "inputs": {"USR": [{"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap"},
//!     {"_id": "u1", "state": "ACTIVATED", "username": "ada"}],
//!     "APP-USR": {"of": {"a1": [{"id": "s1", "type": "user"}]}}}}
//! ```
//! ```json,fails
//! {"reason": "interactive_use",
//!  "config": {"service_accounts": [{"user_id": "s1", "owner_user_id": "u1"}]},
//!  "inputs": {"USR": [{"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap"},
//!     {"_id": "u1", "state": "ACTIVATED", "username": "ada"}],
//!     "DI": [{"id": "e1", "event_type": "sso_auth", "timestamp": "2026-11-02T10:00:00Z",
//!         "success": true, "initiated_by": {"id": "s1", "type": "user"}}]}}
//! ```
//! ```json,fails
//! {"reason": "sudo_not_approved",
//!  "config": {"service_accounts": [{"user_id": "s1", "owner_user_id": "u1"}]},
//!  "inputs": {"USR": [{"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap", "sudo": true},
//!     {"_id": "u1", "state": "ACTIVATED", "username": "ada"}]}}
//! ```
//!
//! # Unknown when
//! Owner, applications, sign-ins or rights are not all known, or nobody can tell whether it is a service
//! account.
//! ```json,unknown
//! {"reason": "input_not_collected",
//!  "config": {"service_accounts": [{"user_id": "s1", "owner_user_id": "u1"}]},
//!  "inputs": {"USR": [
//!     {"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap", "sudo": false, "passwordless_sudo": false},
//!     {"_id": "u1", "state": "ACTIVATED", "username": "ada"}]}}
//! ```
//!
//! # Fix
//! Register, assign an owner, remove interactive rights, set a review date.
//!
//! # Sources
//! An account is a program's when the register names it, the directory flags it for LDAP or file shares,
//! or its name has one of `service_patterns`. Signs of use by people are applications that it reaches
//! and successful sign-ins to the portal or to an application in the events that were read. The register holds no approval of rights, so
//! `sudo_allowed_users` does. An entry without review date passes, noted `no_review_date`.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::Event;

use crate::case::Case;
use crate::config::ServiceAccount;
use crate::facts::{Key, LastUse, NamePatterns, SINGLE_SIGN_ON, Standing, Use, User, absence};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Json, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::is_past;

const SERVICE_PATTERNS: Json<NamePatterns> = Json::new(
    "service_patterns",
    r#"["^svc[-_.]", "^service[-_.]", "[-_.]svc$"]"#,
    "a list of patterns: letters, digits, classes in brackets, ^ at the beginning, $ at the end",
    "Patterns of user names that belong to programs.",
);
const SUDO_ALLOWED: Texts = Texts::new(
    "sudo_allowed_users",
    &[],
    "Ids of service accounts that may be local administrators.",
)
.stricter_when_shorter();

/// Kinds of events that show a person at the portal or in an application.
const SIGN_INS: [&str; 2] = ["user_login_attempt", SINGLE_SIGN_ON];

const META: Meta = Meta {
    id: "JC-USR-019",
    logic_version: 1,
    text_revision: 1,
    title: "Service account is registered, owned and not interactive",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Service accounts are powerful and unattended.",
    remediation: "Register, assign an owner, remove interactive rights, set a review date.",
    applies: "active accounts of programs",
    inputs: &[
        InputNeed::new(
            "USR",
            &[
                "ldap_binding_user",
                "samba_service_user",
                "username",
                "sudo",
                "passwordless_sudo",
                "state",
                "suspended",
            ],
        ),
        InputNeed::new("APP-USR", &["id"]),
        InputNeed::new("DI", &["event_type", "timestamp", "success", "initiated_by"]),
        InputNeed::new("CFG", &["service_accounts"]),
    ],
    params: &[SERVICE_PATTERNS.spec(), SUDO_ALLOWED.spec(), FUTURE_SKEW_SECS.spec()],
    reasons: &[
        Reason::pass("registered", "the account is registered, owned and used by its program"),
        Reason::fail("unregistered", "the account is not in the register"),
        Reason::fail("no_owner", "no active user owns the account"),
        Reason::fail("review_overdue", "the review of the entry is overdue"),
        Reason::fail(
            "interactive_use",
            "the account reaches an application or signs in like a person",
        ),
        Reason::fail("sudo_not_approved", "the account is local administrator without approval"),
        Reason::unknown("owner_unclear", "the owner's record does not say whether it is active"),
        Reason::unknown("window_too_short", "the events end long before the judgement"),
        Reason::unknown("events_not_asked", "sign-ins were not among the events asked for"),
        Reason::unknown("event_without_subject", "a sign-in does not say whose it is"),
        Reason::unknown(
            "event_time_unreadable",
            "a sign-in of the account does not say when it was",
        ),
        Reason::unknown("success_unclear", "an attempt does not say whether it succeeded"),
        Reason::unknown("field_absent", "the record lacks its name or a flag that decides"),
        Reason::unknown("field_unparseable", "its name or a flag that decides cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the account is active"),
        Reason::not_applicable("person", "the account belongs to a person"),
        Reason::not_applicable("not_active", "the account is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ServiceAccountOwned;

impl Rule for ServiceAccountOwned {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        if !is_service_account(case, user)? {
            return Ok(Verdict::not_applicable("person"));
        }
        let Some(entry) = case.config().service_account(&user.id) else {
            return Ok(Verdict::fail("unregistered"));
        };
        observe(case, entry);
        let owned = owned(case, entry);
        let sudo = is_administrator(case, user);
        let applications = applications(case, user, entry);
        let sign_ins = sign_ins(case, user, entry);
        let overdue = entry.review_by.is_some_and(|date| is_past(date, case.evaluated_at()));
        let faults = [
            (matches!(owned, Ok(false)), "no_owner"),
            (overdue, "review_overdue"),
            (matches!(applications, Ok(true)) || matches!(sign_ins, Ok(true)), "interactive_use"),
            (matches!(sudo, Ok(true)), "sudo_not_approved"),
        ];
        if let Some((_, reason)) = faults.iter().find(|(found, _)| *found) {
            return Ok(Verdict::fail(reason));
        }
        owned?;
        sudo?;
        applications?;
        sign_ins?;
        let verdict = Verdict::pass("registered");
        Ok(if entry.review_by.is_none() { verdict.note("no_review_date") } else { verdict })
    }
}

/// Whether the account belongs to a program.
fn is_service_account(case: &mut Case<'_>, user: &User<'_>) -> Result<bool, Unknown> {
    let record = user.user();
    case.see(user.row(), "ldap_binding_user", &record.ldap_binding_user);
    case.see(user.row(), "samba_service_user", &record.samba_service_user);
    let name = case.need(user.row(), "username", &record.username);
    if user.service_account {
        return Ok(true);
    }
    let patterns = case.param(&SERVICE_PATTERNS);
    let pattern = patterns.first_match(name?);
    case.see_derived(user.row(), "matched_pattern", pattern);
    Ok(pattern.is_some())
}

fn observe(case: &mut Case<'_>, entry: &ServiceAccount) {
    let id = &entry.user_id;
    let path = |name: &str| alloc::format!("service_accounts[user_id={id}].{name}");
    case.see_count("CFG", &path("owner_user_id"), entry.owner_user_id.as_deref());
    case.see_count("CFG", &path("purpose"), entry.purpose.as_deref());
    case.see_count("CFG", &path("review_by"), entry.review_by.map(|date| date.to_string()));
    case.see_count("CFG", &path("interactive_allowed"), entry.interactive_allowed);
}

/// Whether an active user owns the account.
fn owned(case: &mut Case<'_>, entry: &ServiceAccount) -> Result<bool, Unknown> {
    let Some(owner) = entry.owner_user_id.as_deref().and_then(|id| Key::new(id).ok()) else {
        return Ok(false);
    };
    case.uses("USR");
    let Some(owner) = case.facts().user(&owner) else {
        case.require("USR")?;
        return Ok(false);
    };
    case.see(owner.row(), "state", &owner.user().state);
    case.see(owner.row(), "suspended", &owner.user().suspended);
    match owner.standing {
        Standing::Active => Ok(true),
        Standing::Suspended | Standing::Staged => Ok(false),
        Standing::Unclear => Err(Unknown::new(UnknownCause::FieldAbsent, "owner_unclear")),
    }
}

/// Whether the account is local administrator without approval.
fn is_administrator(case: &mut Case<'_>, user: &User<'_>) -> Result<bool, Unknown> {
    let record = user.user();
    let sudo = case.need(user.row(), "sudo", &record.sudo);
    let passwordless = case.need(user.row(), "passwordless_sudo", &record.passwordless_sudo);
    if case.param(&SUDO_ALLOWED).contains(&user.id.as_str()) {
        return Ok(false);
    }
    if matches!(sudo, Ok(true)) || matches!(passwordless, Ok(true)) {
        return Ok(true);
    }
    sudo.and(passwordless).copied()
}

/// Whether the account reaches an application that only people use.
fn applications(
    case: &mut Case<'_>,
    user: &User<'_>,
    entry: &ServiceAccount,
) -> Result<bool, Unknown> {
    if entry.interactive_allowed {
        return Ok(false);
    }
    let grants = case.facts().grants_of_user(&user.key);
    let ids: Vec<String> = grants.iter().map(|grant| grant.application.to_string()).collect();
    case.see_count("APP-USR", "applications[].id", ids);
    if !grants.is_empty() {
        case.uses("APP-USR");
        return Ok(true);
    }
    case.require("APP-USR")?;
    Ok(false)
}

/// Whether somebody signed in with the account to the portal or to an application.
fn sign_ins(case: &mut Case<'_>, user: &User<'_>, entry: &ServiceAccount) -> Result<bool, Unknown> {
    if entry.interactive_allowed {
        return Ok(false);
    }
    let counts = |own: &&Use<'_>| SIGN_INS.iter().any(|kind| own.is(kind));
    let facts = case.facts();
    let own: Vec<&Use<'_>> = facts.activity().of_user(user).into_iter().filter(counts).collect();
    let mut last = LastUse::default();
    last.events(case, &own, Timestamp::MIN);
    case.uses("DI");
    if last.latest.is_some() {
        return Ok(true);
    }
    match facts.snapshot().list::<Event>().coverage.window.as_deref() {
        Some(window) => absence(case, &SIGN_INS, window.covered_from())?,
        None => case.require("DI")?,
    }
    let nameless: Vec<&Use<'_>> =
        facts.activity().nameless().into_iter().filter(|own| own.may_be(&SIGN_INS)).collect();
    last.nameless(case, &nameless, Timestamp::MIN);
    last.doubt.map_or(Ok(false), |doubt| Err(doubt.unknown()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs};
    use crate::{Catalogue, Config};

    const RULE: &str = "JC-USR-019";

    fn account(fields: &Value) -> Value {
        let mut record = json!({"_id": "s1", "state": "ACTIVATED", "username": "svc-ldap",
            "sudo": false, "passwordless_sudo": false});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record, {"_id": "u1", "state": "ACTIVATED", "username": "ada"}],
            "APP": [], "APP-USR": {"of": {}}, "DI": []}))
    }

    fn register(fields: &Value) -> Value {
        let mut entry = json!({"user_id": "s1", "owner_user_id": "u1", "review_by": "2026-11-23"});
        entry.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"service_accounts": [entry]})
    }

    /// Verdict on the service account; people are judged apart.
    fn of_account(inputs: &Value, config: &Value) -> alloc::string::String {
        let found = findings(RULE, inputs, config);
        let own = found.iter().find(|finding| finding.subject.id == "s1").unwrap();
        alloc::format!("{} {}", own.outcome, own.reason_code)
    }

    #[test]
    fn the_entry() {
        for (entry, expected) in [
            (json!({}), "PASS registered"),
            (json!({"review_by": "2026-11-22"}), "FAIL review_overdue"),
            (json!({"review_by": null}), "PASS registered"),
            (json!({"owner_user_id": null}), "FAIL no_owner"),
            (json!({"owner_user_id": "u9"}), "FAIL no_owner"),
        ] {
            assert_eq!(of_account(&account(&json!({})), &register(&entry)), expected, "{entry}");
        }
        let undated = register(&json!({"review_by": null}));
        let found = findings(RULE, &account(&json!({})), &undated);
        assert_eq!(found[0].notes, ["no_review_date"]);
        assert_eq!(of_account(&account(&json!({})), &json!({})), "FAIL unregistered");
    }

    #[test]
    fn the_owner() {
        for (state, expected) in [
            (json!("SUSPENDED"), "FAIL no_owner"),
            (json!("STAGED"), "FAIL no_owner"),
            (json!(null), "UNKNOWN owner_unclear"),
        ] {
            let mut inputs = account(&json!({}));
            inputs["USR"][1]["state"] = state.clone();
            assert_eq!(of_account(&inputs, &register(&json!({}))), expected, "{state}");
        }
        let mut open = account(&json!({}));
        open["USR"] =
            json!({"state": "partial", "reason": "page_failed", "records": open["USR"].clone()});
        let gone = register(&json!({"owner_user_id": "u9"}));
        assert_eq!(of_account(&open, &gone), "UNKNOWN input_partial");
    }

    #[test]
    fn rights_and_use() {
        let entry = register(&json!({}));
        for (fields, expected) in [
            (json!({"sudo": true}), "FAIL sudo_not_approved"),
            (json!({"passwordless_sudo": true}), "FAIL sudo_not_approved"),
            (json!({"sudo": null}), "UNKNOWN field_absent"),
            (json!({"passwordless_sudo": "?"}), "UNKNOWN field_unparseable"),
            (json!({"sudo": null, "passwordless_sudo": true}), "FAIL sudo_not_approved"),
        ] {
            assert_eq!(of_account(&account(&fields), &entry), expected, "{fields}");
        }
        let mut approved = register(&json!({}));
        approved["parameters"] = json!({RULE: {"sudo_allowed_users": ["s1"]}});
        assert_eq!(of_account(&account(&json!({"sudo": true})), &approved), "PASS registered");
        let mut used = account(&json!({}));
        used["APP-USR"] = json!({"of": {"a1": [{"id": "s1", "type": "user"}], "a2": {"state": "failed", "class": "server"}}});
        assert_eq!(of_account(&used, &entry), "FAIL interactive_use");
        let people_too = register(&json!({"interactive_allowed": true}));
        assert_eq!(of_account(&used, &people_too), "PASS registered");
        used["APP-USR"]["of"]["a1"] = json!([]);
        assert_eq!(of_account(&used, &entry), "UNKNOWN input_partial");
    }

    #[test]
    fn what_is_a_service_account() {
        for (fields, expected) in [
            (json!({"username": "ada.svc"}), "FAIL unregistered"),
            (json!({"username": "Service_mail"}), "FAIL unregistered"),
            (json!({"username": "ada"}), "NOT_APPLICABLE person"),
            (json!({"username": "ada", "ldap_binding_user": true}), "FAIL unregistered"),
            (json!({"username": null, "samba_service_user": true}), "FAIL unregistered"),
            (json!({"username": null}), "UNKNOWN field_absent"),
            (json!({"username": []}), "UNKNOWN field_unparseable"),
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"state": null}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(of_account(&account(&fields), &json!({})), expected, "{fields}");
        }
        let config = json!({"parameters": {RULE: {"service_patterns": ["^bot"]}}});
        assert_eq!(of_account(&account(&json!({})), &config), "NOT_APPLICABLE person");
    }

    #[test]
    fn patterns_that_are_not_read_are_refused() {
        let config = json!({"parameters": {RULE: {"service_patterns": ["svc.*"]}}});
        let config: Config = serde_json::from_value(config).unwrap();
        assert!(Catalogue::builtin().unwrap().check(&config).is_err());
    }

    #[test]
    fn evidence_holds_the_entry_of_the_register() {
        let entry = register(&json!({"purpose": "directory reads"}));
        let found = findings(RULE, &account(&json!({})), &entry);
        let own = found.iter().find(|finding| finding.subject.id == "s1").unwrap();
        for (name, value) in [
            ("owner_user_id", json!("u1")),
            ("purpose", json!("directory reads")),
            ("review_by", json!("2026-11-23")),
            ("interactive_allowed", json!(false)),
        ] {
            let path = alloc::format!("service_accounts[user_id=s1].{name}");
            let seen = own.evidence.observations.iter().find(|own| own.path == path);
            assert_eq!(json!(seen.unwrap().value), value, "{name}");
        }
    }
}
