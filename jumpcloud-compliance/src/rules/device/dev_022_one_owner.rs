//! JC-DEV-022: a device has exactly one accountable owner.
//!
//! # Expectation
//! One person answers for each device: the primary user, else the only person bound to it.
//!
//! # Why
//! Every asset needs one accountable person.
//!
//! # Passes
//! ```json,passes
//! {"reason": "primary_user", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": {"id": "u1"}}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//! ```json,passes
//! {"reason": "single_binding", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "multiple_owners", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED"}, {"_id": "u2", "state": "ACTIVATED"}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}, {"id": "u2", "type": "user"}]}}}}
//! ```
//! ```json,fails
//! {"reason": "no_owner", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "USR": [], "SYS-USR": {"of": {"d1": []}}}}
//! ```
//!
//! # Unknown when
//! No primary user is set and the bindings, or the users they name, are not all known; or the primary
//! user is set in a form that nobody can read.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "USR": []}}
//! ```
//! ```json,unknown
//! {"reason": "primary_unreadable", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": "u1"}],
//!     "USR": [{"_id": "u1", "state": "ACTIVATED"}],
//!     "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}}}}
//! ```
//!
//! # Fix
//! Set the primary user, or bind exactly one person; mark shared devices as such.
//!
//! # Sources
//! Bindings are effective ones, so a person reached directly and through a group counts once. Service
//! accounts are no owners. A binding to a user that the complete directory does not know is left out
//! and noted. A primary user that is absent or null is one that nobody set `[spec]`; one that cannot be
//! read may be anybody, so the bindings do not stand in for it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{Binding, Device, Key, Ownership};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Choice, Flag, Int, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_OWNERS: Int =
    Int::new("max_owners", 1, 1..=5, "People who may own a device together.").stricter_when_lower();
const SHARED_GROUPS: Texts = Texts::new(
    "shared_device_groups",
    &[],
    "Ids of device groups whose devices are shared and need no single owner.",
);
const SERVERS: Flag = Flag::new("servers", false, "Whether servers need an owner too.");
const MULTI_OWNER: Choice = Choice::new(
    "multi_owner",
    "fail",
    &["fail", "unknown"],
    "What several bound people mean where no primary user is set.",
);

const META: Meta = Meta {
    id: "JC-DEV-022",
    logic_version: 2,
    text_revision: 1,
    title: "Device has exactly one accountable owner",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Every asset needs one accountable person.",
    remediation: "Set the primary user, or bind exactly one person; mark shared devices as such.",
    applies: "devices that are not shared; servers only with `servers`",
    inputs: &[
        InputNeed::new(
            "SYS",
            &["primarySystemUser.id", "os", "version", "osVersionDetail.osName", "desktopCapable"],
        ),
        InputNeed::new("SYS-USR", &["id", "paths"]),
        InputNeed::new("USR", &["_id", "ldap_binding_user", "samba_service_user"]),
        InputNeed::new("SGM", &["id"]),
        InputNeed::new("SI.chassis_info", &["chassis_types"]),
        InputNeed::new("SI.os_version", &["name"]),
        InputNeed::new("CFG", &["service_accounts", "scope.server_group_ids"]),
    ],
    params: &[MAX_OWNERS.spec(), SHARED_GROUPS.spec(), SERVERS.spec(), MULTI_OWNER.spec()],
    reasons: &[
        Reason::pass("primary_user", "a primary user is set and known"),
        Reason::pass("single_binding", "exactly one person is bound"),
        Reason::pass("shared_within_limit", "no more people are bound than may share a device"),
        Reason::fail("primary_user_not_found", "the primary user is not in the directory"),
        Reason::fail("no_owner", "nobody is set or bound"),
        Reason::fail("multiple_owners", "several people are bound and none is primary"),
        Reason::unknown("multiple_owners", "several people are bound and none is primary"),
        Reason::unknown("primary_unreadable", "a primary user is set in a form nobody can read"),
        Reason::not_applicable("shared_device", "the device is shared"),
        Reason::not_applicable("server", "servers need no owner"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct OneOwner;

impl Rule for OneOwner {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let facts = case.facts();
        let shared = case.param(&SHARED_GROUPS);
        let within: Vec<&str> =
            shared.iter().copied().filter(|group| facts.in_device_group(device, group)).collect();
        if !within.is_empty() {
            case.uses("SGM");
            case.see_derived(device.row(), "shared_groups[].id", within);
            return Ok(Verdict::not_applicable("shared_device"));
        }
        if device.is_server() && !case.param(&SERVERS) {
            case.see_derived(device.row(), "server", true);
            return Ok(Verdict::not_applicable("server"));
        }
        if !shared.is_empty() {
            case.require("SGM")?;
        }
        let primary = device.system().primary_system_user.then(|user| &user.id);
        case.see(device.row(), "primarySystemUser.id", primary);
        if device.primary_is_unreadable() {
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "primary_unreadable"));
        }
        case.uses("USR");
        match facts.ownership(device) {
            Ownership::Primary { bound, .. } => {
                let verdict = Verdict::pass("primary_user");
                let people: Vec<_> = facts.users_of_device(&device.key).collect();
                observe(case, device, &people);
                let bindings = facts.bindings_of_device(device);
                let proved = case.uses_source(&bindings).is_complete();
                Ok(if proved && !bound { verdict.note("primary_not_bound") } else { verdict })
            }
            Ownership::UnknownPrimary(_) => {
                case.require("USR")?;
                Ok(Verdict::fail("primary_user_not_found"))
            }
            Ownership::Bound(people) => bound(case, device, &people),
        }
    }
}

/// Leaves observations of the people bound to a device.
fn observe(case: &mut Case<'_>, device: &Device<'_>, people: &[(&Key, &Binding<'_>)]) {
    let ids: Vec<String> = people.iter().map(|(id, _)| id.to_string()).collect();
    case.see_derived(device.row(), "bound_users[].id", ids);
    for (id, binding) in people {
        let path = alloc::format!("bound_users[id={id}].path_lengths");
        case.see_derived(binding.row, &path, binding.path_lengths());
    }
}

/// Judges a device by the people bound to it.
fn bound(case: &mut Case<'_>, device: &Device<'_>, people: &[(Key, Binding<'_>)]) -> Judgement {
    let facts = case.facts();
    let (known, dangling): (Vec<_>, Vec<_>) = people
        .iter()
        .map(|(id, binding)| (id, binding))
        .partition(|(id, _)| facts.user(id).is_some());
    observe(case, device, &known);
    let notes: Vec<String> =
        dangling.iter().map(|(id, _)| alloc::format!("dangling_binding:{id}")).collect();
    let count = i64::try_from(known.len()).unwrap_or(i64::MAX);
    let max = case.param(&MAX_OWNERS);
    let bindings = facts.bindings_of_device(device);
    // Too many stay too many, whoever else may turn up.
    if count > max {
        case.uses_source(&bindings);
        return if case.param(&MULTI_OWNER) == "unknown" {
            Err(Unknown::new(UnknownCause::Ambiguous, "multiple_owners"))
        } else {
            Ok(Verdict::fail("multiple_owners").notes(notes))
        };
    }
    if !dangling.is_empty() {
        // Whether such a binding means a person is known only when all users are.
        case.require("USR")?;
    }
    case.require_source(&bindings)?;
    Ok(match count {
        0 => Verdict::fail("no_owner"),
        1 => Verdict::pass("single_binding"),
        _ => Verdict::pass("shared_within_limit"),
    }
    .notes(notes))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::evidence::Observed;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-022";

    fn partial(records: &Value) -> Value {
        json!({"state": "partial", "reason": "page_failed", "records": records})
    }

    fn device(primary: Value, bound: &[&str]) -> Value {
        let bound: alloc::vec::Vec<Value> = bound
            .iter()
            .map(|id| json!({"id": id, "type": "user", "paths": [[{"to": {"id": id}}]]}))
            .collect();
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "darwin", "primarySystemUser": primary}],
            "USR": [{"_id": "u1", "state": "ACTIVATED"}, {"_id": "u2", "state": "ACTIVATED"},
                    {"_id": "svc", "state": "ACTIVATED", "ldap_binding_user": true}],
            "SYS-USR": {"of": {"d1": bound}}
        }))
    }

    #[test]
    fn g17_owners() {
        assert_eq!(judge(RULE, &device(Value::Null, &["u1", "u2"])), "FAIL multiple_owners");
        assert_eq!(judge(RULE, &device(json!({"id": "u1"}), &["u1", "u2"])), "PASS primary_user");
        assert_eq!(
            judge(RULE, &device(json!({"id": "gone"}), &["u1"])),
            "FAIL primary_user_not_found"
        );
    }

    #[test]
    fn people_are_counted_once_and_service_accounts_not_at_all() {
        assert_eq!(judge(RULE, &device(Value::Null, &["u1", "u1"])), "PASS single_binding");
        assert_eq!(judge(RULE, &device(Value::Null, &["u1", "svc"])), "PASS single_binding");
        assert_eq!(judge(RULE, &device(json!({"id": null}), &["svc"])), "FAIL no_owner");
        assert_eq!(judge(RULE, &device(Value::Null, &["u1", "gone"])), "PASS single_binding");
    }

    #[test]
    fn parameters_change_what_several_people_mean() {
        let two = device(Value::Null, &["u1", "u2"]);
        for (parameters, expected) in [
            (json!({"max_owners": 2}), "PASS shared_within_limit"),
            (json!({"multi_owner": "unknown"}), "UNKNOWN multiple_owners"),
        ] {
            let config = json!({"parameters": {RULE: parameters}});
            assert_eq!(judge_with(RULE, &two, &config), expected);
        }
        let mut shared = two;
        shared["SG"] = json!([{"id": "g1", "name": "Lab"}]);
        shared["SGM"] = json!({"of": {"g1": [{"id": "d1", "type": "system"}]}});
        let config = json!({"parameters": {RULE: {"shared_device_groups": ["g1"]}}});
        assert_eq!(judge_with(RULE, &shared, &config), "NOT_APPLICABLE shared_device");
    }

    #[test]
    fn bindings_may_be_read_from_the_users_side() {
        let mut other = device(Value::Null, &[]);
        other.as_object_mut().unwrap().remove("SYS-USR");
        other["USR-SYS"] =
            json!({"of": {"u1": [{"id": "d1", "type": "system"}], "u2": [], "svc": []}});
        assert_eq!(judge(RULE, &other), "PASS single_binding");
        other["USR-SYS"]["of"]["u2"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &other), "UNKNOWN input_partial");
    }

    #[test]
    fn partial_inputs_fail_only_what_is_already_broken() {
        let mut open = device(Value::Null, &["u1", "u2"]);
        let records = open["SYS-USR"]["of"]["d1"].clone();
        open["SYS-USR"]["of"]["d1"] =
            json!({"state": "partial", "reason": "page_failed", "records": records});
        assert_eq!(judge(RULE, &open), "FAIL multiple_owners");
        open["USR"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_failed");
        let mut server = device(Value::Null, &[]);
        server["SYS"][0]["osFamily"] = json!("linux");
        server["SYS"][0]["desktopCapable"] = json!(false);
        assert_eq!(judge(RULE, &server), "NOT_APPLICABLE server");
    }

    #[test]
    fn g01_one_bound_person_is_the_owner() {
        assert_eq!(judge(RULE, &device(Value::Null, &["u1"])), "PASS single_binding");
        let mut unsaid = device(Value::Null, &["u1"]);
        unsaid["SYS"][0].as_object_mut().unwrap().remove("primarySystemUser");
        assert_eq!(judge(RULE, &unsaid), "PASS single_binding");
    }

    #[test]
    fn a_primary_user_that_cannot_be_read_is_not_replaced_by_a_binding() {
        for odd in [json!("u1"), json!([]), json!({"id": ["u1"]}), json!({"id": ""})] {
            for people in [&["u1"][..], &["u1", "u2"], &[]] {
                let found = judge(RULE, &device(odd.clone(), people));
                assert_eq!(found, "UNKNOWN primary_unreadable", "{odd} {people:?}");
            }
        }
    }

    #[test]
    fn a_primary_user_is_missing_only_from_a_complete_directory() {
        let mut open = device(json!({"id": "gone"}), &["u1"]);
        open["USR"] = partial(&open["USR"]);
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        open["USR"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "UNKNOWN input_failed");
        let mut known = device(json!({"id": "u1"}), &[]);
        known["USR"] = partial(&known["USR"]);
        assert_eq!(judge(RULE, &known), "PASS primary_user");
    }

    #[test]
    fn a_primary_user_who_is_not_bound_is_noted_when_that_is_known() {
        let notes = |inputs: &Value| findings(RULE, inputs, &json!({}))[0].notes.clone();
        let mut loose = device(json!({"id": "u1"}), &["u2"]);
        assert_eq!(notes(&loose), ["primary_not_bound"]);
        assert!(notes(&device(json!({"id": "u1"}), &["u1"])).is_empty());
        loose["SYS-USR"]["of"]["d1"] = partial(&loose["SYS-USR"]["of"]["d1"]);
        assert!(notes(&loose).is_empty());
        assert_eq!(judge(RULE, &loose), "PASS primary_user");
    }

    #[test]
    fn incomplete_bindings_neither_pass_nor_find_nobody() {
        for people in [&["u1"][..], &[]] {
            let mut open = device(Value::Null, people);
            open["SYS-USR"]["of"]["d1"] = partial(&open["SYS-USR"]["of"]["d1"]);
            assert_eq!(judge(RULE, &open), "UNKNOWN input_partial", "{people:?}");
        }
        let mut failed = device(Value::Null, &[]);
        failed["SYS-USR"]["of"]["d1"] = json!({"state": "failed", "class": "server"});
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
        // A binding without a readable person leaves the list partial.
        let mut nameless = device(Value::Null, &["u1"]);
        nameless["SYS-USR"]["of"]["d1"] =
            json!([{"id": "u1", "type": "user"}, {"id": null, "type": "user"}]);
        assert_eq!(judge(RULE, &nameless), "UNKNOWN input_partial");
    }

    #[test]
    fn too_many_known_people_fail_before_an_unknown_one_matters() {
        let mut open = device(Value::Null, &["u1", "u2", "later"]);
        open["USR"] = partial(&open["USR"]);
        assert_eq!(judge(RULE, &open), "FAIL multiple_owners");
        let mut one = device(Value::Null, &["u1", "later"]);
        one["USR"] = partial(&one["USR"]);
        assert_eq!(judge(RULE, &one), "UNKNOWN input_partial");
    }

    #[test]
    fn a_shared_device_is_told_from_complete_memberships() {
        let config = json!({"parameters": {RULE: {"shared_device_groups": ["g1"]}}});
        let mut lab = device(json!({"id": "u1"}), &[]);
        lab["SG"] = json!([{"id": "g1", "name": "Lab"}]);
        lab["SGM"] = json!({"of": {"g1": []}});
        assert_eq!(judge_with(RULE, &lab, &config), "PASS primary_user");
        lab["SGM"]["of"]["g1"] = partial(&json!([]));
        assert_eq!(judge_with(RULE, &lab, &config), "UNKNOWN input_partial");
        lab["SGM"]["of"]["g1"] = partial(&json!([{"id": "d1", "type": "system"}]));
        assert_eq!(judge_with(RULE, &lab, &config), "NOT_APPLICABLE shared_device");
    }

    #[test]
    fn servers_need_an_owner_on_request() {
        let mut server = device(Value::Null, &[]);
        server["SYS"][0]["osFamily"] = json!("linux");
        server["SYS"][0]["desktopCapable"] = json!(false);
        let config = json!({"parameters": {RULE: {"servers": true}}});
        assert_eq!(judge_with(RULE, &server, &config), "FAIL no_owner");
    }

    #[test]
    fn evidence_names_the_owner_and_the_ways_to_every_bound_person() {
        let finding = &findings(RULE, &device(json!({"id": "u1"}), &["u1", "u2"]), &json!({}))[0];
        let seen = |path: &str| {
            let found = finding.evidence.observations.iter().find(|seen| seen.path == path);
            found.map(|seen| seen.value.clone())
        };
        assert_eq!(seen("primarySystemUser.id"), Some(Observed::Text("u1".into())));
        let ids = alloc::vec!["u1", "u2"];
        assert_eq!(seen("bound_users[].id"), Some(ids.into()));
        let direct = alloc::vec![1_i64];
        assert_eq!(seen("bound_users[id=u2].path_lengths"), Some(direct.into()));
    }
}
