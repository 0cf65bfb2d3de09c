//! JC-GRP-002: privileged group membership matches the approved list.
//!
//! # Expectation
//! Each member of a privileged group is approved, active and no external person, and there are no more
//! members than approved.
//!
//! # Why
//! Privileged groups must contain exactly the approved people.
//!
//! # Passes
//! ```json,passes
//! {"reason": "members_approved",
//!  "config": {"privileged_groups": [{"group_id": "g1", "approved_user_ids": ["u1"]}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "employeeType": ""}],
//!     "UG": [{"id": "g1", "name": "Administrators"}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "unapproved_member",
//!  "config": {"privileged_groups": [{"group_id": "g1", "approved_user_ids": ["u2"]}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "UG": [{"id": "g1", "name": "Administrators"}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//! ```json,fails
//! {"reason": "too_many",
//!  "config": {"privileged_groups": [{"group_id": "g1", "max_members": 1}]},
//!  "inputs": {"UG": [{"id": "g1", "name": "Administrators"}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}, {"id": "u2", "type": "user"}]}}}}
//! ```
//! ```json,fails
//! {"reason": "suspended_member",
//!  "config": {"privileged_groups": [{"group_id": "g1", "approved_user_ids": ["u1"]}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "SUSPENDED"}],
//!     "UG": [{"id": "g1", "name": "Administrators"}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//! ```json,fails
//! {"reason": "external_member",
//!  "config": {"privileged_groups": [{"group_id": "g1", "approved_user_ids": ["u1"]}]},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "employeeType": "Contractor"}],
//!     "UG": [{"id": "g1", "name": "Administrators"}],
//!     "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Unknown when
//! Nobody approved a list, unless that is a failure by `missing_list`; or members, their records or the
//! rights of the group are not all known.
//! ```json,unknown
//! {"reason": "no_approval_record", "inputs": {"UG": [{"id": "g1", "name": "Root",
//!     "attributes": {"sudo": {"enabled": true, "withoutPassword": false}}}], "UGM": {"of": {"g1": []}}}}
//! ```
//!
//! # Fix
//! Remove the member or approve in writing.
//!
//! # Sources
//! A group is privileged when the configuration says so, when it gives local administrator rights, or
//! when it opens an application of `restricted_apps`. External is whom the record calls so by
//! `employeeType`. The register holds people and no queries: members of a dynamic group are compared
//! one by one, noted `dynamic_group`.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jumpcloud_client::resources::MembershipMethod;

use crate::case::{Case, Row};
use crate::facts::{EXTERNAL_TYPES, Group, GroupKind, Key, Standing, SudoRight, either};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Choice, Int, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const RESTRICTED_APPS: Texts = Texts::new(
    "restricted_apps",
    &[],
    "Ids of applications that make the groups that open them privileged.",
)
.stricter_when_longer();
const DEFAULT_MAX_MEMBERS: Int = Int::new(
    "default_max_members",
    5,
    1..=50,
    "Most members of a group for which the register names no number.",
)
.stricter_when_lower();
const MISSING_LIST: Choice = Choice::new(
    "missing_list",
    "unknown",
    &["unknown", "fail"],
    "What a privileged group without approved list is.",
)
.stricter_when_later();
const EXTERNAL: Texts = Texts::new(
    "external_types",
    EXTERNAL_TYPES,
    "Kinds of employment that make a person external.",
)
.stricter_when_longer();

const META: Meta = Meta {
    id: "JC-GRP-002",
    logic_version: 1,
    text_revision: 1,
    title: "Privileged group membership matches the approved list",
    subject: SubjectKind::Group,
    severity: Severity::High,
    tier: 1,
    rationale: "Privileged groups must contain exactly the approved people.",
    remediation: "Remove the member or approve in writing.",
    applies: "user groups that the configuration or their rights make privileged",
    inputs: &[
        InputNeed::new("UG", &["id", "name", "attributes.sudo", "membershipMethod"]),
        InputNeed::new("UGM", &["id"]),
        InputNeed::new("APP-ASC-UG", &["to.id"]),
        InputNeed::new("USR", &["state", "suspended", "employeeType"]),
        InputNeed::new("CFG", &["privileged_groups"]),
    ],
    params: &[
        RESTRICTED_APPS.spec(),
        DEFAULT_MAX_MEMBERS.spec(),
        MISSING_LIST.spec(),
        EXTERNAL.spec(),
    ],
    reasons: &[
        Reason::pass("members_approved", "every member is approved, active and internal"),
        Reason::fail("unapproved_member", "a member is not approved"),
        Reason::fail("too_many", "there are more members than approved"),
        Reason::fail("suspended_member", "a member is suspended"),
        Reason::fail("external_member", "a member is an external person"),
        Reason::fail("no_approval_record", "nobody approved the members"),
        Reason::unknown("no_approval_record", "nobody approved the members"),
        Reason::unknown("rights_unclear", "it is not known whether the group is privileged"),
        Reason::unknown("member_unclear", "the record of a member leaves open how it stands"),
        Reason::not_applicable("device_group", "device groups have no users"),
        Reason::not_applicable("not_privileged", "the group gives no special rights"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ApprovedMembers;

impl Rule for ApprovedMembers {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let group = case.group()?;
        let GroupKind::Users(record) = group.kind else {
            return Ok(Verdict::not_applicable("device_group"));
        };
        let record = Row { id: Some(&group.id), ..record };
        let entry = case.config().privileged_group(&group.id);
        case.see_count("CFG", "privileged_groups[].group_id", entry.map(|own| &*own.group_id));
        match either(Some(entry.is_some()), gives_rights(case, group, record)) {
            Some(true) => {}
            Some(false) => return Ok(Verdict::not_applicable("not_privileged")),
            None => return Err(Unknown::new(UnknownCause::FieldAbsent, "rights_unclear")),
        }
        let approved: Option<Vec<&str>> = entry
            .and_then(|own| own.approved_user_ids.as_ref())
            .map(|ids| ids.iter().map(String::as_str).collect());
        let most = entry
            .and_then(|own| own.max_members)
            .map_or_else(|| case.param(&DEFAULT_MAX_MEMBERS), i64::from);
        let members = members(case, group, approved.as_deref());
        case.see_count("CFG", "privileged_groups[].approved_user_ids", approved.clone());
        case.see_count("CFG", "privileged_groups[].max_members", most);
        let method = case.see(record, "membershipMethod", &record.value().membership_method);
        let dynamic = matches!(
            method.value(),
            Some(MembershipMethod::DynamicAutomated | MembershipMethod::DynamicReviewRequired)
        );
        let note = dynamic.then(|| "dynamic_group".to_string());
        let failure = if !members.unapproved.is_empty() {
            Some("unapproved_member")
        } else if members.count > most {
            Some("too_many")
        } else if !members.suspended.is_empty() {
            Some("suspended_member")
        } else if !members.external.is_empty() {
            Some("external_member")
        } else if approved.is_none() && case.param(&MISSING_LIST) == "fail" {
            Some("no_approval_record")
        } else {
            None
        };
        case.see_count("UGM", "unapproved[].id", members.unapproved);
        case.see_count("UGM", "suspended[].id", members.suspended);
        case.see_count("UGM", "external[].id", members.external);
        if let Some(reason) = failure {
            return Ok(Verdict::fail(reason).notes(note));
        }
        if approved.is_none() {
            return Err(Unknown::new(UnknownCause::NotObservable, "no_approval_record"));
        }
        let source = case.facts().members_source(group);
        case.require_source(&source)?;
        case.require("USR")?;
        if members.unclear {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "member_unclear"));
        }
        Ok(Verdict::pass("members_approved").notes(note))
    }
}

/// Whether a group gives local administrator rights or opens a restricted application.
fn gives_rights(
    case: &mut Case<'_>,
    group: &Group<'_>,
    record: Row<'_, jumpcloud_client::resources::UserGroup>,
) -> Option<bool> {
    let sudo = record.value().attributes.then(|own| &own.sudo);
    case.see(record, "attributes.sudo.enabled", sudo.then(|own| &own.enabled));
    let administrators = match SudoRight::of_group(&record.value().attributes) {
        SudoRight::None | SudoRight::Dormant => Some(false),
        SudoRight::WithPassword | SudoRight::WithoutPassword => Some(true),
        SudoRight::Unclear => sudo.then(|own| &own.enabled).value().copied(),
    };
    let facts = case.facts();
    let opened = facts.applications_of_group(group);
    let mut restricted = Some(false);
    for id in case.param(&RESTRICTED_APPS) {
        let source = facts.groups_of_application_source(id);
        case.uses_source(&source);
        let opens = if opened.iter().any(|own| *own == *id) {
            Some(true)
        } else {
            source.state.is_complete().then_some(false)
        };
        restricted = either(restricted, opens);
    }
    let opened: Vec<String> = opened.iter().map(Key::to_string).collect();
    case.see_count("APP-ASC-UG", "applications[].id", opened);
    either(administrators, restricted)
}

/// What is wrong about the members of a group.
#[derive(Default)]
struct Members {
    count: i64,
    unapproved: Vec<String>,
    suspended: Vec<String>,
    external: Vec<String>,
    /// A member's record leaves open whether it is suspended or external.
    unclear: bool,
}

fn members(case: &mut Case<'_>, group: &Group<'_>, approved: Option<&[&str]>) -> Members {
    let facts = case.facts();
    case.uses_source(&facts.members_source(group));
    case.uses("USR");
    let external = case.param(&EXTERNAL);
    let rows = facts.members(group);
    let mut found =
        Members { count: i64::try_from(rows.len()).unwrap_or(i64::MAX), ..Members::default() };
    let mut ids: Vec<String> = Vec::new();
    for row in rows {
        let Some(key) = row.value().id.value().map(|id| -> Key { id.cast() }) else { continue };
        let id = key.to_string();
        if approved.is_some_and(|approved| !approved.contains(&id.as_str())) {
            found.unapproved.push(id.clone());
        }
        match facts.user(&key) {
            Some(user) => {
                case.see(user.row(), "state", &user.user().state);
                case.see(user.row(), "employeeType", &user.user().employee_type);
                match user.standing {
                    Standing::Suspended => found.suspended.push(id.clone()),
                    Standing::Unclear => found.unclear = true,
                    Standing::Active | Standing::Staged => {}
                }
                match user.is_of_type(&external) {
                    Some(true) => found.external.push(id.clone()),
                    Some(false) => {}
                    None => found.unclear = true,
                }
            }
            None => found.unclear = true,
        }
        ids.push(id);
    }
    case.see_count("UGM", "members[].id", ids);
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-GRP-002";

    fn group(fields: &Value, user: &Value) -> Value {
        let mut record = json!({"id": "g1", "name": "Administrators", "attributes": null});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let mut person = json!({"_id": "u1", "state": "ACTIVATED", "employeeType": ""});
        person.as_object_mut().unwrap().extend(user.as_object().unwrap().clone());
        inputs(json!({"USR": [person], "UG": [record],
            "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}]}}}))
    }

    fn approving(ids: &[&str]) -> Value {
        json!({"privileged_groups": [{"group_id": "g1", "approved_user_ids": ids}]})
    }

    #[test]
    fn members_against_the_list() {
        for (user, ids, expected) in [
            (json!({}), ["u1"].as_slice(), "PASS members_approved"),
            (json!({}), &["u1", "u2"], "PASS members_approved"),
            (json!({}), &[], "FAIL unapproved_member"),
            (json!({"state": "SUSPENDED"}), &["u1"], "FAIL suspended_member"),
            (json!({"state": null}), &["u1"], "UNKNOWN member_unclear"),
            (json!({"employeeType": "VENDOR"}), &["u1"], "FAIL external_member"),
            (json!({"employeeType": null}), &["u1"], "PASS members_approved"),
            (json!({"employeeType": []}), &["u1"], "UNKNOWN member_unclear"),
            (json!({"_id": "u7"}), &["u1"], "UNKNOWN member_unclear"),
        ] {
            let found = judge_with(RULE, &group(&json!({}), &user), &approving(ids));
            assert_eq!(found, expected, "{user} {ids:?}");
        }
    }

    #[test]
    fn what_makes_a_group_privileged() {
        let sudo = |enabled: Value| json!({"attributes": {"sudo": {"enabled": enabled, "withoutPassword": false}}});
        for (fields, expected) in [
            (json!({}), "NOT_APPLICABLE not_privileged"),
            (sudo(json!(false)), "NOT_APPLICABLE not_privileged"),
            (sudo(json!(true)), "UNKNOWN no_approval_record"),
            (json!({"attributes": {"sudo": {"enabled": true}}}), "UNKNOWN no_approval_record"),
            (json!({"attributes": {"sudo": {}}}), "UNKNOWN rights_unclear"),
            (json!({"attributes": "?"}), "UNKNOWN rights_unclear"),
        ] {
            assert_eq!(judge(RULE, &group(&fields, &json!({}))), expected, "{fields}");
        }
        let mut opened = group(&json!({}), &json!({}));
        let config = json!({"parameters": {RULE: {"restricted_apps": ["a1"]}}});
        assert_eq!(judge_with(RULE, &opened, &config), "UNKNOWN rights_unclear");
        opened["APP-ASC-UG"] = json!({"of": {"a1": []}});
        assert_eq!(judge_with(RULE, &opened, &config), "NOT_APPLICABLE not_privileged");
        opened["APP-ASC-UG"]["of"]["a1"] = json!([{"to": {"id": "g1", "type": "user_group"}}]);
        assert_eq!(judge_with(RULE, &opened, &config), "UNKNOWN no_approval_record");
        let devices = inputs(json!({"SG": [{"id": "g1", "name": "Macs"}]}));
        assert_eq!(judge(RULE, &devices), "NOT_APPLICABLE device_group");
    }

    #[test]
    fn without_a_list_only_some_things_fail() {
        let listless = |extra: Value| {
            let mut config = json!({"privileged_groups": [{"group_id": "g1"}]});
            config.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            config
        };
        let plain = group(&json!({}), &json!({}));
        assert_eq!(judge_with(RULE, &plain, &listless(json!({}))), "UNKNOWN no_approval_record");
        let fail = listless(json!({"parameters": {RULE: {"missing_list": "fail"}}}));
        assert_eq!(judge_with(RULE, &plain, &fail), "FAIL no_approval_record");
        let suspended = group(&json!({}), &json!({"suspended": true}));
        assert_eq!(judge_with(RULE, &suspended, &listless(json!({}))), "FAIL suspended_member");
        let mut many = plain;
        many["UGM"]["of"]["g1"] = (0..6)
            .map(|n| json!({"id": alloc::format!("m{n}"), "type": "user"}))
            .collect::<Value>();
        assert_eq!(judge_with(RULE, &many, &listless(json!({}))), "FAIL too_many");
        let more = json!({"privileged_groups": [{"group_id": "g1", "max_members": 6}]});
        assert_eq!(judge_with(RULE, &many, &more), "UNKNOWN no_approval_record");
    }

    #[test]
    fn a_dynamic_group_is_noted() {
        let dynamic = group(&json!({"membershipMethod": "DYNAMIC_AUTOMATED"}), &json!({}));
        let found = findings(RULE, &dynamic, &approving(&["u1"]));
        assert_eq!(found[0].notes, ["dynamic_group"]);
    }

    #[test]
    fn members_must_be_known() {
        let mut open = group(&json!({}), &json!({}));
        open["UGM"]["of"]["g1"] = json!({"state": "partial", "reason": "page_gap", "records": [{"id": "u1", "type": "user"}]});
        assert_eq!(judge_with(RULE, &open, &approving(&["u1"])), "UNKNOWN input_partial");
        assert_eq!(judge_with(RULE, &open, &approving(&[])), "FAIL unapproved_member");
        open["UGM"]["of"]["g1"] = json!([{"id": "u1", "type": "user"}]);
        open["USR"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge_with(RULE, &open, &approving(&["u1"])), "UNKNOWN input_failed");
    }

    #[test]
    fn evidence_names_the_group_whose_rights_were_read() {
        let sudo = json!({"attributes": {"sudo": {"enabled": true, "withoutPassword": false}}});
        let found = findings(RULE, &group(&sudo, &json!({})), &approving(&["u1"])).remove(0);
        let seen = found.evidence.observations;
        let own = seen.iter().find(|own| own.path.starts_with("attributes.sudo")).unwrap();
        assert_eq!((own.source.as_str(), own.record_id.as_deref()), ("UG", Some("g1")));
    }
}
