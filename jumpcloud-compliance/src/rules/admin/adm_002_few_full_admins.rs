//! JC-ADM-002: the number of full administrators is within bounds.
//!
//! # Expectation
//! At least `min` and at most `max` administrators hold a role that may do everything.
//!
//! # Why
//! Too many full administrators widen the attack surface, one alone is fragile.
//!
//! # Passes
//! ```json,passes
//! {"reason": "within_bounds", "inputs": {"USR": [], "ADM": [
//!     {"_id": "x1", "roleName": "Administrator With Billing", "suspended": false},
//!     {"_id": "x2", "roleName": "Administrator", "suspended": false},
//!     {"_id": "x3", "roleName": "Read Only", "suspended": false}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "too_few", "inputs": {"USR": [], "ADM": [
//!     {"_id": "x1", "roleName": "Administrator", "suspended": false}]}}
//! ```
//! ```json,fails
//! {"reason": "too_many", "config": {"parameters": {"JC-ADM-002": {"min": 1, "max": 2}}},
//!  "inputs": {"ADM": [
//!     {"_id": "x1", "roleName": "Administrator", "suspended": false},
//!     {"_id": "x2", "roleName": "Administrator", "suspended": false},
//!     {"_id": "x3", "roleName": "Administrator", "suspended": false}]}}
//! ```
//!
//! # Unknown when
//! Administrators are not all known, or a record leaves open whether it counts and that matters.
//! ```json,unknown
//! {"reason": "roles_unclear", "inputs": {"USR": [], "ADM": [
//!     {"_id": "x1", "roleName": "Administrator", "suspended": false}, {"_id": "x2"}]}}
//! ```
//!
//! # Fix
//! Give narrower roles; keep at least two.
//!
//! # Sources
//! A record without role, or without word on suspension, may count or not: the rule decides only where
//! both readings agree. An administrator that only a user record names counts the same way. Names of
//! roles are data of the tenant and compared without regard to case.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{Admin, folded};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Int, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const FULL_ROLES: Texts = Texts::new(
    "full_roles",
    &["Administrator With Billing", "Administrator"],
    "Names of roles that may do everything.",
)
.stricter_when_longer();
const MIN: Int = Int::new("min", 2, 1..=5, "Least number of full administrators.");
const MAX: Int = Int::new("max", 5, 2..=50, "Most full administrators.").stricter_when_lower();

const META: Meta = Meta {
    id: "JC-ADM-002",
    logic_version: 1,
    text_revision: 1,
    title: "Number of full administrators is within bounds",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Too many full administrators widen the attack surface, one alone is fragile.",
    remediation: "Give narrower roles; keep at least two.",
    applies: "always",
    inputs: &[
        InputNeed::new("ADM", &["role", "roleName", "roleNames", "suspended"]),
        InputNeed::new("USR", &["admin"]),
    ],
    params: &[FULL_ROLES.spec(), MIN.spec(), MAX.spec()],
    reasons: &[
        Reason::pass("within_bounds", "neither too many nor too few may do everything"),
        Reason::fail("too_many", "too many administrators may do everything"),
        Reason::fail("too_few", "too few administrators may do everything"),
        Reason::unknown("roles_unclear", "some records leave open whether they count"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct FewFullAdmins;

impl Rule for FewFullAdmins {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        case.uses("ADM");
        case.uses("USR");
        let facts = case.facts();
        let full_roles: Vec<String> = case.param(&FULL_ROLES).into_iter().map(folded).collect();
        let (mut full, mut perhaps): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for admin in facts.admins() {
            let suspended = &admin.administrator().suspended;
            match (is_full(admin, &full_roles), suspended.value()) {
                (Some(false), _) | (_, Some(true)) => {}
                (Some(true), Some(false)) => full.push(admin.id.clone()),
                _ => perhaps.push(admin.id.clone()),
            }
        }
        for (id, users) in facts.linked_admins() {
            let listed = facts.admins().binary_search_by(|admin| admin.key.cmp(id)).is_ok();
            let roles = users.iter().filter_map(|user| user.user().admin.value()).any(|linked| {
                let mut names = Vec::new();
                names.extend(linked.role_name.filled());
                names.extend(linked.role_names.value().into_iter().flatten().map(String::as_str));
                names.is_empty() || names.iter().any(|name| full_roles.contains(&folded(name)))
            });
            if !listed && roles {
                perhaps.push(id.to_string());
            }
        }
        let least = i64::try_from(full.len()).unwrap_or(i64::MAX);
        let most = least.saturating_add(i64::try_from(perhaps.len()).unwrap_or(i64::MAX));
        case.see_count("ADM", "full_admins[].id", full);
        case.see_count("ADM", "perhaps_full_admins[].id", perhaps);
        let (min, max) = (case.param(&MIN), case.param(&MAX));
        if least > max {
            return Ok(Verdict::fail("too_many"));
        }
        case.require("ADM")?;
        case.require("USR")?;
        if most < min {
            Ok(Verdict::fail("too_few"))
        } else if least >= min && most <= max {
            Ok(Verdict::pass("within_bounds"))
        } else {
            Err(Unknown::new(UnknownCause::Ambiguous, "roles_unclear"))
        }
    }
}

/// Whether an administrator holds a role that may do everything; none when no role is named.
fn is_full(admin: &Admin<'_>, full_roles: &[String]) -> Option<bool> {
    let names = admin.role_names();
    if names.iter().any(|name| full_roles.contains(&folded(name))) {
        return Some(true);
    }
    let record = admin.administrator();
    let older = record.role.filled().is_some_and(|role| full_roles.contains(&folded(role)));
    // A list of roles that cannot be read may hold any of them.
    let unread = matches!(record.role_names, jumpcloud_client::Field::Unparseable(_));
    if names.is_empty() || unread {
        return older.then_some(true);
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-ADM-002";

    fn admins(list: &[Value]) -> Value {
        let list: Vec<Value> = list
            .iter()
            .enumerate()
            .map(|(n, fields)| {
                let mut record = json!({"_id": alloc::format!("x{n}"), "suspended": false});
                record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
                record
            })
            .collect();
        inputs(json!({"ADM": list, "USR": []}))
    }

    #[test]
    fn roles_are_counted_without_regard_to_case() {
        let full = json!({"roleName": " administrator "});
        let list = json!({"roleNames": ["Help Desk", "Administrator With Billing"]});
        let older = json!({"role": "Administrator"});
        let other = json!({"roleName": "Read Only", "role": "Administrator"});
        assert_eq!(judge(RULE, &admins(&[full.clone(), list.clone()])), "PASS within_bounds");
        assert_eq!(judge(RULE, &admins(&[full.clone(), older])), "PASS within_bounds");
        assert_eq!(judge(RULE, &admins(&[full.clone(), other])), "FAIL too_few");
        let six: Vec<Value> = alloc::vec![full; 6];
        assert_eq!(judge(RULE, &admins(&six)), "FAIL too_many");
        assert_eq!(judge(RULE, &admins(&[])), "FAIL too_few");
        assert_eq!(judge(RULE, &admins(&[list, json!({"suspended": true})])), "FAIL too_few");
    }

    #[test]
    fn an_open_record_counts_both_ways() {
        let full = json!({"roleName": "Administrator"});
        for open in [
            json!({}),
            json!({"roleName": ""}),
            json!({"roleName": "Administrator", "suspended": null}),
            json!({"roleName": "Help Desk", "roleNames": "?"}),
        ] {
            let two = admins(&[full.clone(), open.clone()]);
            assert_eq!(judge(RULE, &two), "UNKNOWN roles_unclear", "{open}");
            let three = admins(&[full.clone(), full.clone(), open.clone()]);
            assert_eq!(judge(RULE, &three), "PASS within_bounds", "{open}");
            let six = admins(&[&full, &full, &full, &full, &full, &open].map(Clone::clone));
            assert_eq!(judge(RULE, &six), "UNKNOWN roles_unclear", "{open}");
        }
    }

    #[test]
    fn an_administrator_that_only_a_user_names_counts_both_ways() {
        let mut one = admins(&[json!({"roleName": "Administrator"})]);
        one["USR"] = json!([{"_id": "u1", "admin": {"id": "x9", "roleName": "Administrator"}}]);
        assert_eq!(judge(RULE, &one), "UNKNOWN roles_unclear");
        one["USR"] = json!([{"_id": "u1", "admin": {"id": "x9", "roleName": "Help Desk"}}]);
        assert_eq!(judge(RULE, &one), "FAIL too_few");
        one["USR"] = json!([{"_id": "u1", "admin": {"id": "x0", "roleName": "Administrator"}}]);
        assert_eq!(judge(RULE, &one), "FAIL too_few");
    }

    #[test]
    fn missing_records_allow_only_too_many() {
        let config = json!({"parameters": {RULE: {"max": 2}}});
        let mut open = admins(&alloc::vec![json!({"roleName": "Administrator"}); 3]);
        let records = open["ADM"].clone();
        open["ADM"] = json!({"state": "partial", "reason": "page_failed", "records": records});
        assert_eq!(judge_with(RULE, &open, &config), "FAIL too_many");
        assert_eq!(judge(RULE, &open), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
    }
}
