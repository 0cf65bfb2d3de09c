//! JC-USR-011: no passwordless sudo is granted to a user.
//!
//! # Expectation
//! An active user has no local administrator right that asks for no password: not by the account, not
//! on a device, not through a group.
//!
//! # Why
//! Passwordless sudo removes the last check before full control.
//!
//! # Passes
//! ```json,passes
//! {"reason": "asks_for_password", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "passwordless_sudo": false}],
//!     "SYS": [], "SYS-USR": {"of": {}}, "UG": [], "UGM": {"of": {}}}}
//! ```
//! ```json,passes
//! {"reason": "approved", "config": {"parameters": {"JC-USR-011": {"allowed_users": ["u1"]}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "passwordless_sudo": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "user_flag", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "passwordless_sudo": true}]}}
//! ```
//! ```json,fails
//! {"reason": "binding", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "passwordless_sudo": false}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user", "compiledAttributes": {
//!         "sudo": {"enabled": true, "withoutPassword": true}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "group", "inputs": {
//!     "USR": [{"_id": "u1", "state": "ACTIVATED", "passwordless_sudo": false}],
//!     "UG": [{"id": "g1", "attributes": {"sudo": {"enabled": true, "withoutPassword": true}}}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Unknown when
//! Nothing was found, and the flag, bindings, groups or their rights are not all known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "SYS": [], "SYS-USR": {"of": {}}, "UG": [], "UGM": {"of": {}}}}
//! ```
//!
//! # Fix
//! Clear the flag on user, group or binding.
//!
//! # Sources
//! Bindings tell the right that all their ways give together; they name attributes only where a way
//! gives some `[recorded]`. A flag without the right itself has no effect and is noted.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::case::{Case, Row};
use crate::facts::{GroupKind, SudoRight, User};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOWED_USERS: Texts =
    Texts::new("allowed_users", &[], "Ids of users who may have the right.")
        .stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-USR-011",
    logic_version: 1,
    text_revision: 1,
    title: "No passwordless sudo is granted to the user",
    subject: SubjectKind::User,
    severity: Severity::High,
    tier: 1,
    rationale: "Passwordless sudo removes the last check before full control.",
    remediation: "Clear the flag on user, group or binding.",
    applies: "active users",
    inputs: &[
        InputNeed::new("USR", &["sudo", "passwordless_sudo", "state", "suspended"]),
        InputNeed::new("SYS-USR", &["id", "compiledAttributes.sudo"]),
        InputNeed::new("UG", &["id", "attributes.sudo"]),
        InputNeed::new("UGM", &["id"]),
    ],
    params: &[ALLOWED_USERS.spec()],
    reasons: &[
        Reason::pass("asks_for_password", "no right of the user asks for nothing"),
        Reason::pass("approved", "the right is approved"),
        Reason::fail("user_flag", "the account gives the right"),
        Reason::fail("binding", "a binding to a device gives the right"),
        Reason::fail("group", "a group gives the right"),
        Reason::unknown("field_absent", "the account does not say whether it gives the right"),
        Reason::unknown("field_unparseable", "what the account says cannot be read"),
        Reason::unknown("rights_unclear", "a binding or group does not say which right it gives"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct UserSudoAsks;

impl Rule for UserSudoAsks {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let record = user.user();
        case.see(user.row(), "sudo", &record.sudo);
        let flag = case.need(user.row(), "passwordless_sudo", &record.passwordless_sudo);
        let devices = devices(case, user);
        let groups = groups(case, user);
        let dormant = devices.dormant || groups.dormant;
        let notes = dormant.then(|| "dormant_flag".to_string());
        let found = if matches!(flag, Ok(true)) {
            Some("user_flag")
        } else if !devices.without_password.is_empty() {
            Some("binding")
        } else if !groups.without_password.is_empty() {
            Some("group")
        } else {
            None
        };
        case.see_count("SYS-USR", "passwordless_devices[].id", devices.without_password);
        case.see_count("UGM", "passwordless_groups[].id", groups.without_password);
        if let Some(reason) = found {
            let approved = case.param(&ALLOWED_USERS).contains(&user.id.as_str());
            let verdict = if approved {
                Verdict::pass("approved").note(reason)
            } else {
                Verdict::fail(reason)
            };
            return Ok(verdict.notes(notes));
        }
        flag?;
        let bindings = case.facts().bindings_of_user(user);
        case.require_source(&bindings)?;
        case.require("UG")?;
        case.require("UGM")?;
        if devices.unclear || groups.unclear {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "rights_unclear"));
        }
        Ok(Verdict::pass("asks_for_password").notes(notes))
    }
}

/// What gives the user a right that asks for nothing.
#[derive(Default)]
struct Rights {
    without_password: Vec<String>,
    dormant: bool,
    unclear: bool,
}

impl Rights {
    fn add(&mut self, id: String, right: SudoRight) {
        match right {
            SudoRight::None | SudoRight::WithPassword => {}
            SudoRight::WithoutPassword => self.without_password.push(id),
            SudoRight::Dormant => self.dormant = true,
            SudoRight::Unclear => self.unclear = true,
        }
    }
}

fn devices(case: &mut Case<'_>, user: &User<'_>) -> Rights {
    let facts = case.facts();
    case.uses_source(&facts.bindings_of_user(user));
    let mut rights = Rights::default();
    for (device, binding) in facts.devices_of_user(&user.key) {
        let attributes = &binding.row.value().compiled_attributes;
        let right = SudoRight::of_binding(attributes);
        if right != SudoRight::None {
            let sudo = attributes.then(|own| &own.sudo);
            let row = binding.row;
            case.see(row, "compiledAttributes.sudo.enabled", sudo.then(|own| &own.enabled));
            case.see(
                row,
                "compiledAttributes.sudo.withoutPassword",
                sudo.then(|own| &own.without_password),
            );
        }
        rights.add(device.to_string(), right);
    }
    rights
}

fn groups(case: &mut Case<'_>, user: &User<'_>) -> Rights {
    let facts = case.facts();
    case.uses("UG");
    case.uses("UGM");
    let mut rights = Rights::default();
    for key in facts.groups_of_user(&user.key) {
        let Some(group) = facts.group(key) else { continue };
        let GroupKind::Users(row) = group.kind else { continue };
        let row = Row { id: Some(&group.id), ..row };
        let attributes = &row.value().attributes;
        let right = SudoRight::of_group(attributes);
        if right != SudoRight::None {
            let sudo = attributes.then(|own| &own.sudo);
            case.see(row, "attributes.sudo.enabled", sudo.then(|own| &own.enabled));
            case.see(
                row,
                "attributes.sudo.withoutPassword",
                sudo.then(|own| &own.without_password),
            );
        }
        rights.add(group.id.clone(), right);
    }
    rights
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-011";

    fn user(flag: Value, binding: Value, group: Value) -> Value {
        inputs(json!({
            "USR": [{"_id": "u1", "state": "ACTIVATED", "sudo": false, "passwordless_sudo": flag}],
            "SYS": [{"_id": "d1", "osFamily": "linux"}],
            "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user", "compiledAttributes": binding}]}},
            "UG": [{"id": "g1", "name": "Staff", "attributes": group}],
            "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}
        }))
    }

    fn sudo(enabled: bool, without_password: bool) -> Value {
        json!({"sudo": {"enabled": enabled, "withoutPassword": without_password}})
    }

    #[test]
    fn a_right_names_every_list_it_was_looked_for_in() {
        let mut facts = user(json!(true), json!(null), json!(null));
        facts["UGM"] = json!({"state": "failed", "class": "forbidden"});
        let found = findings(RULE, &facts, &json!({}));
        let used = &found[0].evidence.inputs_used;
        let state =
            |input: &str| used.iter().find(|own| own.input == input).map(|own| own.state.as_str());
        assert_eq!(found[0].reason_code, "user_flag");
        assert_eq!(state("SYS-USR"), Some("complete"));
        assert_eq!(state("UGM"), Some("failed"));
    }

    #[test]
    fn where_the_right_comes_from() {
        let none = json!(null);
        for (flag, binding, group, expected) in [
            (json!(false), none.clone(), none.clone(), "PASS asks_for_password"),
            (json!(false), sudo(true, false), sudo(true, false), "PASS asks_for_password"),
            (json!(true), none.clone(), none.clone(), "FAIL user_flag"),
            (json!(false), sudo(true, true), none.clone(), "FAIL binding"),
            (json!(false), none.clone(), sudo(true, true), "FAIL group"),
            (json!(null), sudo(true, true), none.clone(), "FAIL binding"),
            (json!(null), none.clone(), none.clone(), "UNKNOWN field_absent"),
            (json!("?"), none.clone(), none.clone(), "UNKNOWN field_unparseable"),
            (json!(false), json!({"sudo": "all"}), none.clone(), "UNKNOWN rights_unclear"),
            (
                json!(false),
                none.clone(),
                json!({"sudo": {"enabled": true}}),
                "UNKNOWN rights_unclear",
            ),
            (json!(false), none.clone(), json!("?"), "UNKNOWN rights_unclear"),
        ] {
            let inputs = user(flag.clone(), binding.clone(), group.clone());
            assert_eq!(judge(RULE, &inputs), expected, "{flag} {binding} {group}");
        }
        let mut lean = user(json!(false), none.clone(), none);
        lean["UG"] = json!([{"id": "g1", "name": "Staff"}]);
        assert_eq!(judge(RULE, &lean), "UNKNOWN rights_unclear");
    }

    #[test]
    fn a_dormant_flag_is_noted_and_an_approved_right_is_listed() {
        let dormant = user(json!(false), sudo(false, true), json!(null));
        let found = findings(RULE, &dormant, &json!({}));
        assert_eq!(found[0].reason_code, "asks_for_password");
        assert_eq!(found[0].notes, ["dormant_flag"]);
        let config = json!({"parameters": {RULE: {"allowed_users": ["u1"]}}});
        let approved = findings(RULE, &user(json!(true), json!(null), json!(null)), &config);
        assert_eq!(approved[0].reason_code, "approved");
        assert_eq!(approved[0].notes, ["user_flag"]);
        let innocent = user(json!(false), json!(null), json!(null));
        assert_eq!(judge_with(RULE, &innocent, &config), "PASS asks_for_password");
    }

    #[test]
    fn everything_must_be_known_for_a_pass() {
        let clean = user(json!(false), json!(null), json!(null));
        for missing in ["SYS-USR", "UG", "UGM"] {
            let mut open = clean.clone();
            open.as_object_mut().unwrap().remove(missing);
            assert_eq!(judge(RULE, &open), "UNKNOWN input_not_collected", "{missing}");
        }
        let mut partial = user(json!(false), sudo(true, true), json!(null));
        let records = partial["SYS-USR"]["of"]["d1"].clone();
        partial["SYS-USR"]["of"]["d1"] =
            json!({"state": "partial", "reason": "page_gap", "records": records});
        assert_eq!(judge(RULE, &partial), "FAIL binding");
        let mut suspended = clean;
        suspended["USR"][0]["state"] = json!("SUSPENDED");
        assert_eq!(judge(RULE, &suspended), "NOT_APPLICABLE not_active");
    }

    #[test]
    fn evidence_names_the_group_that_grants_and_no_other() {
        let seen = |group: Value| {
            let found =
                findings(RULE, &user(json!(false), json!(null), group), &json!({})).remove(0);
            let all = found.evidence.observations.into_iter();
            all.filter(|own| own.path.starts_with("attributes.sudo"))
                .map(|own| own.record_id.unwrap_or_default())
                .collect::<alloc::vec::Vec<_>>()
        };
        assert_eq!(seen(sudo(true, true)), ["g1", "g1"]);
        assert!(seen(json!(null)).is_empty());
    }
}
