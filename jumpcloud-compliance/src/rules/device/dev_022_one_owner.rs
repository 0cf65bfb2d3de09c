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
//! No primary user is set and the bindings, or the users they name, are not all known.
//! ```json,unknown
//! {"reason": "input_not_collected", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin"}], "USR": []}}
//! ```
//!
//! # Fix
//! Set the primary user, or bind exactly one person; mark shared devices as such.
//!
//! # Sources
//! Bindings are effective ones, so a person reached directly and through a group counts once. Service
//! accounts are no owners. A binding to a user that the complete directory does not know is left out
//! and noted.

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
    logic_version: 1,
    text_revision: 1,
    title: "Device has exactly one accountable owner",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Every asset needs one accountable person.",
    remediation: "Set the primary user, or bind exactly one person; mark shared devices as such.",
    applies: "devices that are not shared; servers only with `servers`",
    inputs: &[
        InputNeed::new("SYS", &["primarySystemUser.id"]),
        InputNeed::new("SYS-USR", &["id", "paths"]),
        InputNeed::new("USR", &["_id"]),
        InputNeed::new("SGM", &["id"]),
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
        if shared.iter().any(|group| facts.in_device_group(device, group)) {
            case.uses("SGM");
            return Ok(Verdict::not_applicable("shared_device"));
        }
        if device.is_server() && !case.param(&SERVERS) {
            return Ok(Verdict::not_applicable("server"));
        }
        if !shared.is_empty() {
            case.require("SGM")?;
        }
        let primary = device.system().primary_system_user.then(|user| &user.id);
        case.see(device.row(), "primarySystemUser.id", primary);
        case.uses("USR");
        match facts.ownership(device) {
            Ownership::Primary { bound, .. } => {
                let verdict = Verdict::pass("primary_user");
                let bindings = facts.bindings_of_device(device);
                let proved = case.uses_source(&bindings).is_complete();
                Ok(if proved && !bound { verdict.note("primary_not_bound") } else { verdict })
            }
            Ownership::UnknownPrimary(_) => {
                case.require("USR")?;
                Ok(Verdict::fail("primary_user_not_found"))
            }
            Ownership::Bound(people) => bound(case, device, people),
        }
    }
}

/// Judges a device by the people bound to it.
fn bound(case: &mut Case<'_>, device: &Device<'_>, people: Vec<(Key, Binding<'_>)>) -> Judgement {
    let facts = case.facts();
    let (known, dangling): (Vec<_>, Vec<_>) =
        people.into_iter().partition(|(id, _)| facts.user(id).is_some());
    let ids: Vec<String> = known.iter().map(|(id, _)| id.to_string()).collect();
    case.see_derived(device.row(), "bound_users[].id", ids);
    for (id, binding) in &known {
        let path = alloc::format!("bound_users[id={id}].path_lengths");
        case.see_derived(binding.row, &path, binding.path_lengths());
    }
    if !dangling.is_empty() {
        // Whether such a binding means a person is known only when all users are.
        case.require("USR")?;
    }
    let notes = dangling.iter().map(|(id, _)| alloc::format!("dangling_binding:{id}"));
    let notes: Vec<String> = notes.collect();
    let count = i64::try_from(known.len()).unwrap_or(i64::MAX);
    let max = case.param(&MAX_OWNERS);
    let bindings = facts.bindings_of_device(device);
    if count > max {
        case.uses_source(&bindings);
        return if case.param(&MULTI_OWNER) == "unknown" {
            Err(Unknown::new(UnknownCause::Ambiguous, "multiple_owners"))
        } else {
            Ok(Verdict::fail("multiple_owners").notes(notes))
        };
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

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-022";

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
}
