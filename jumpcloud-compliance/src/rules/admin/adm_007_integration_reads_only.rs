//! JC-ADM-007: the integration credential has a read-only role.
//!
//! # Expectation
//! The administrator or service account whose key the integration uses holds read-only roles and no
//! other.
//!
//! # Why
//! The collector needs to read only.
//!
//! # Passes
//! ```json,passes
//! {"reason": "read_only", "config": {"integration_admin_id": "x1"},
//!  "inputs": {"ADM": [{"_id": "x1", "roleName": "Read Only"}]}}
//! ```
//! ```json,passes
//! {"reason": "read_only", "config": {"integration_admin_id": "s1"},
//!  "inputs": {"ADM": [], "SVA": [{"objectId": "s1", "roleName": "Read Only"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "excess_privilege", "config": {"integration_admin_id": "x1"},
//!  "inputs": {"ADM": [{"_id": "x1", "roleName": "Administrator"}]}}
//! ```
//!
//! # Unknown when
//! The record names no role, or names roles in a form that cannot be read, or the administrator is
//! not among those that were read.
//! ```json,unknown
//! {"reason": "role_absent", "config": {"integration_admin_id": "x1"},
//!  "inputs": {"ADM": [{"_id": "x1"}]}}
//! ```
//!
//! # Fix
//! Create a read-only administrator for the integration and swap the key.
//!
//! # Sources
//! Names of roles are data of the tenant: they are compared trimmed and without regard to case. A role
//! that can be read and does more than read fails, whatever stands beside it.

use alloc::vec::Vec;

use jumpcloud_client::Field;

use crate::case::{Case, Named, Subject};
use crate::config::Config;
use crate::facts::Facts;
use crate::outcome::{Severity, UnknownCause};
use crate::param::Texts;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const READ_ONLY_ROLES: Texts = Texts::new(
    "read_only_roles",
    &["Read Only"],
    "Names of roles that only read; custom roles after review.",
)
.stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-ADM-007",
    logic_version: 1,
    text_revision: 1,
    title: "Integration credential has a read-only role",
    subject: SubjectKind::Admin,
    severity: Severity::Medium,
    tier: 1,
    rationale: "The collector needs to read only.",
    remediation: "Create a read-only administrator for the integration and swap the key.",
    applies: "the administrator or service account that the configuration names as the integration's",
    inputs: &[
        InputNeed::new("ADM", &["roleName", "roleNames"]),
        InputNeed::new("SVA", &["roleName"]),
        InputNeed::new("CFG", &["integration_admin_id"]),
    ],
    params: &[READ_ONLY_ROLES.spec()],
    reasons: &[
        Reason::pass("read_only", "every role only reads"),
        Reason::fail("excess_privilege", "a role may do more than read"),
        Reason::unknown("role_absent", "the record names no role"),
        Reason::unknown("role_unreadable", "the record names roles in a form that cannot be read"),
        Reason::unknown(
            "integration_admin_not_visible",
            "the administrators that were read do not include the configured one",
        ),
        Reason::not_applicable("other_admin", "the integration does not use this administrator"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct IntegrationReadsOnly;

impl Rule for IntegrationReadsOnly {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn beside<'a>(&self, config: &'a Config, facts: &'a Facts<'a>) -> Vec<Subject<'a>> {
        let configured = config.integration_admin_id.as_deref().into_iter();
        configured
            .filter(|id| !facts.admins().iter().any(|admin| admin.id == **id))
            .map(|id| {
                let own = facts.service_accounts().iter().find(|service| service.id == id);
                let missing = Subject::Missing(SubjectKind::Admin, Named::ByConfig(id));
                own.map_or(missing, Subject::ServiceAccount)
            })
            .collect()
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        if let Subject::Missing(_, Named::ByConfig(id)) = case.subject() {
            case.see_count("CFG", "integration_admin_id", id);
            case.require("ADM")?;
            return Err(Unknown::new(UnknownCause::FieldAbsent, "integration_admin_not_visible"));
        }
        case.see_count(
            "CFG",
            "integration_admin_id",
            case.config().integration_admin_id.as_deref(),
        );
        if let Subject::ServiceAccount(service) = case.subject() {
            case.uses("SVA");
            let role = &service.account().role_name;
            case.see(service.row(), "roleName", role);
            let names: Vec<&str> = role.filled().into_iter().collect();
            return judged(case, &names, matches!(role, Field::Unparseable(_)));
        }
        let admin = case.admin()?;
        if case.config().integration_admin_id.as_deref() != Some(admin.id.as_str()) {
            return Ok(Verdict::not_applicable("other_admin"));
        }
        case.uses("ADM");
        let record = admin.administrator();
        case.see(admin.row(), "roleName", &record.role_name);
        case.see_presence(admin.row(), "roleNames", &record.role_names);
        let names = admin.role_names();
        case.see_derived(admin.row(), "roles", names.clone());
        let unreadable = matches!(record.role_name, Field::Unparseable(_))
            || matches!(record.role_names, Field::Unparseable(_));
        judged(case, &names, unreadable)
    }
}

/// Judges the names of all roles; `unreadable` when some may be missing from them.
fn judged(case: &Case<'_>, names: &[&str], unreadable: bool) -> Judgement {
    let read_only = case.param(&READ_ONLY_ROLES);
    let reads =
        |name: &&str| read_only.iter().any(|role| role.trim().eq_ignore_ascii_case(name.trim()));
    if !names.iter().all(reads) {
        return Ok(Verdict::fail("excess_privilege"));
    }
    if unreadable {
        return Err(Unknown::new(UnknownCause::FieldUnparseable, "role_unreadable"));
    }
    if names.is_empty() {
        return Err(Unknown::new(UnknownCause::FieldAbsent, "role_absent"));
    }
    Ok(Verdict::pass("read_only"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-ADM-007";

    fn admin(fields: Value) -> alloc::string::String {
        let mut record = json!({"_id": "x1"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let config = json!({"integration_admin_id": "x1"});
        judge_with(RULE, &inputs(json!({"ADM": [record]})), &config)
    }

    #[test]
    fn every_role_counts() {
        for (fields, expected) in [
            (json!({"roleName": " read only "}), "PASS read_only"),
            (
                json!({"roleName": "Read Only", "roleNames": ["Read Only", "Manager"]}),
                "FAIL excess_privilege",
            ),
            (json!({"roleNames": ["Read Only"]}), "PASS read_only"),
            (json!({"roleName": ""}), "UNKNOWN role_absent"),
            (json!({"roleName": null, "roleNames": "Read Only"}), "UNKNOWN role_unreadable"),
            (json!({"roleName": null, "roleNames": [""]}), "UNKNOWN role_absent"),
        ] {
            assert_eq!(admin(fields.clone()), expected, "{fields}");
        }
    }

    #[test]
    fn an_administrator_without_a_record_is_unknown() {
        let config = json!({"integration_admin_id": "x9"});
        let others = inputs(json!({"ADM": []}));
        assert_eq!(judge_with(RULE, &others, &config), "UNKNOWN integration_admin_not_visible");
        let unread = inputs(json!({}));
        assert_eq!(judge_with(RULE, &unread, &config), "UNKNOWN input_not_collected");
    }

    #[test]
    fn other_administrators_are_not_judged() {
        let inputs = inputs(json!({"ADM": [{"_id": "x1", "roleName": "Administrator"}]}));
        assert_eq!(judge(RULE, &inputs), "NOT_APPLICABLE other_admin");
    }

    #[test]
    fn roles_that_cannot_be_read_are_not_read_only() {
        for (fields, expected) in [
            (json!({"roleName": "Read Only", "roleNames": "Manager"}), "UNKNOWN role_unreadable"),
            (json!({"roleName": "Read Only", "roleNames": [null]}), "UNKNOWN role_unreadable"),
            (json!({"roleName": {}, "roleNames": ["Read Only"]}), "UNKNOWN role_unreadable"),
            (json!({"roleName": "Manager", "roleNames": [null]}), "FAIL excess_privilege"),
            (json!({"roleName": "Read Only", "roleNames": null}), "PASS read_only"),
            (json!({"roleName": "Read Only", "roleNames": []}), "PASS read_only"),
            (json!({}), "UNKNOWN role_absent"),
        ] {
            assert_eq!(admin(fields.clone()), expected, "{fields}");
        }
    }

    #[test]
    fn an_incomplete_list_does_not_make_the_administrator_invisible() {
        let config = json!({"integration_admin_id": "x9"});
        for (state, expected) in [
            (json!({"state": "failed", "class": "forbidden"}), "UNKNOWN input_failed"),
            (
                json!({"state": "partial", "reason": "page_failed", "records": []}),
                "UNKNOWN input_partial",
            ),
        ] {
            assert_eq!(judge_with(RULE, &inputs(json!({"ADM": state})), &config), expected);
        }
    }

    #[test]
    fn roles_reviewed_by_the_organisation_count() {
        let config = json!({"integration_admin_id": "x1",
            "parameters": {RULE: {"read_only_roles": ["Read Only", " Evidence Reader "]}}});
        let custom = inputs(json!({"ADM": [{"_id": "x1", "roleName": "evidence reader"}]}));
        assert_eq!(judge_with(RULE, &custom, &config), "PASS read_only");
    }
}
