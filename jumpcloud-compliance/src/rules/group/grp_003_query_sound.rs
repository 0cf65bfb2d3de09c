//! JC-GRP-003: a dynamic group evaluates without error or waiting review.
//!
//! # Expectation
//! The query of a dynamic group has no fault, and no more than `max_pending` proposals wait for an
//! administrator.
//!
//! # Why
//! A broken query freezes membership.
//!
//! # Passes
//! ```json,passes
//! {"reason": "query_sound", "inputs": {"UG": [{"id": "g1", "name": "Staff",
//!     "membershipMethod": "DYNAMIC_AUTOMATED", "memberQueryErrorFlags": []}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "query_error", "inputs": {"UG": [{"id": "g1", "name": "Staff",
//!     "membershipMethod": "DYNAMIC_AUTOMATED", "memberQueryErrorFlags": ["CYCLE"]}]}}
//! ```
//! ```json,fails
//! {"reason": "review_pending", "inputs": {"UG": [{"id": "g1", "name": "Staff",
//!     "membershipMethod": "DYNAMIC_REVIEW_REQUIRED", "memberQueryErrorFlags": [],
//!     "suggestionCounts": {"add": 2, "remove": 1, "total": 3}}]}}
//! ```
//!
//! # Unknown when
//! The record does not say how members come, whether the query has faults, or how many proposals wait.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"UG": [{"id": "g1", "name": "Staff"}]}}
//! ```
//!
//! # Fix
//! Fix the query or process the suggestions.
//!
//! # Sources
//! Only user groups count proposals `[spec]`: a device group whose proposals are reviewed is never known
//! to have none. A `null` list of faults is an empty one; a missing list says nothing.

use jumpcloud_client::Field;
use jumpcloud_client::resources::MembershipMethod;

use crate::case::{Case, Row};
use crate::facts::GroupKind;
use crate::outcome::{Severity, UnknownCause};
use crate::param::Int;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_PENDING: Int =
    Int::new("max_pending", 0, 0..=1000, "Most proposals that may wait.").stricter_when_lower();

const META: Meta = Meta {
    id: "JC-GRP-003",
    logic_version: 1,
    text_revision: 1,
    title: "Dynamic group evaluates without error or waiting review",
    subject: SubjectKind::Group,
    severity: Severity::Low,
    tier: 2,
    rationale: "A broken query freezes membership.",
    remediation: "Fix the query or process the suggestions.",
    applies: "dynamic groups",
    inputs: &[
        InputNeed::new(
            "UG",
            &["membershipMethod", "memberQueryErrorFlags", "suggestionCounts.total"],
        ),
        InputNeed::new("SG", &["membershipMethod", "memberQueryErrorFlags"]),
    ],
    params: &[MAX_PENDING.spec()],
    reasons: &[
        Reason::pass("query_sound", "the query has no fault and no proposal waits"),
        Reason::fail("query_error", "the query has a fault"),
        Reason::fail("review_pending", "proposals wait for an administrator"),
        Reason::unknown("field_absent", "the record lacks what decides"),
        Reason::unknown("field_unparseable", "what decides cannot be read"),
        Reason::unknown("method_unlisted", "members come in a way that no source lists"),
        Reason::not_applicable("static_group", "administrators choose the members"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct QuerySound;

impl Rule for QuerySound {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let group = case.group()?;
        match group.kind {
            GroupKind::Users(row) => {
                let row = Row { id: Some(&group.id), ..row };
                let record = row.value();
                let method = case.need(row, "membershipMethod", &record.membership_method)?;
                let Some(reviewed) = is_reviewed(method)? else {
                    return Ok(Verdict::not_applicable("static_group"));
                };
                let faults = faults(case, row, &record.member_query_error_flags);
                if matches!(faults, Ok(true)) {
                    return Ok(Verdict::fail("query_error"));
                }
                if reviewed {
                    let total = record.suggestion_counts.then(|counts| &counts.total);
                    let waiting = *case.need(row, "suggestionCounts.total", total)?;
                    if waiting > case.param(&MAX_PENDING) {
                        return Ok(Verdict::fail("review_pending"));
                    }
                }
                faults.map(|_| Verdict::pass("query_sound"))
            }
            GroupKind::Devices(row) => {
                let row = Row { id: Some(&group.id), ..row };
                let record = row.value();
                let method = case.need(row, "membershipMethod", &record.membership_method)?;
                let Some(reviewed) = is_reviewed(method)? else {
                    return Ok(Verdict::not_applicable("static_group"));
                };
                if faults(case, row, &record.member_query_error_flags)? {
                    return Ok(Verdict::fail("query_error"));
                }
                if reviewed {
                    return Err(Unknown::new(UnknownCause::NotObservable, "field_absent"));
                }
                Ok(Verdict::pass("query_sound"))
            }
        }
    }
}

/// Whether an administrator reviews what the query proposes; none when there is no query.
fn is_reviewed(method: &MembershipMethod) -> Result<Option<bool>, Unknown> {
    match method {
        MembershipMethod::Static | MembershipMethod::NotSet => Ok(None),
        MembershipMethod::DynamicAutomated => Ok(Some(false)),
        MembershipMethod::DynamicReviewRequired => Ok(Some(true)),
        _ => Err(Unknown::new(UnknownCause::FieldUnparseable, "method_unlisted")),
    }
}

/// Whether the query has a fault.
fn faults<T>(
    case: &mut Case<'_>,
    row: Row<'_, T>,
    flags: &Field<alloc::vec::Vec<alloc::string::String>>,
) -> Result<bool, Unknown> {
    match flags {
        Field::Value(flags) => {
            case.see_derived(row, "memberQueryErrorFlags", flags.clone());
            Ok(!flags.is_empty())
        }
        Field::Null => {
            case.see_derived(row, "memberQueryErrorFlags", crate::evidence::Observed::Null);
            Ok(false)
        }
        Field::Absent => Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent")),
        Field::Unparseable(_) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-GRP-003";

    fn group(input: &str, fields: &Value) -> Value {
        let mut record = json!({"id": "g1", "name": "Staff", "memberQueryErrorFlags": []});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({input: [record]}))
    }

    #[test]
    fn methods_and_faults() {
        for (fields, expected) in [
            (json!({"membershipMethod": "STATIC"}), "NOT_APPLICABLE static_group"),
            (json!({"membershipMethod": "NOTSET"}), "NOT_APPLICABLE static_group"),
            (json!({"membershipMethod": "DYNAMIC_AUTOMATED"}), "PASS query_sound"),
            (
                json!({"membershipMethod": "DYNAMIC_AUTOMATED", "memberQueryErrorFlags": null}),
                "PASS query_sound",
            ),
            (
                json!({"membershipMethod": "DYNAMIC_AUTOMATED", "memberQueryErrorFlags": ["CYCLE"]}),
                "FAIL query_error",
            ),
            (
                json!({"membershipMethod": "DYNAMIC_AUTOMATED", "memberQueryErrorFlags": "none"}),
                "UNKNOWN field_unparseable",
            ),
            (json!({"membershipMethod": "DYNAMIC_TOMORROW"}), "UNKNOWN method_unlisted"),
            (json!({"membershipMethod": null}), "UNKNOWN field_absent"),
            (json!({"membershipMethod": []}), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &group("UG", &fields)), expected, "{fields}");
            assert_eq!(judge(RULE, &group("SG", &fields)), expected, "{fields}");
        }
    }

    #[test]
    fn proposals_that_wait() {
        let reviewed = |fields: Value| {
            let mut all = json!({"membershipMethod": "DYNAMIC_REVIEW_REQUIRED"});
            all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            all
        };
        for (fields, expected) in [
            (json!({"suggestionCounts": {"total": 0}}), "PASS query_sound"),
            (json!({"suggestionCounts": {"total": 1}}), "FAIL review_pending"),
            (json!({"suggestionCounts": {}}), "UNKNOWN field_absent"),
            (json!({"suggestionCounts": null}), "UNKNOWN field_absent"),
            (json!({"suggestionCounts": {"total": "many"}}), "UNKNOWN field_unparseable"),
            (
                json!({"suggestionCounts": {"total": 1}, "memberQueryErrorFlags": "?"}),
                "FAIL review_pending",
            ),
        ] {
            assert_eq!(judge(RULE, &group("UG", &reviewed(fields.clone()))), expected, "{fields}");
        }
        let one = group("UG", &reviewed(json!({"suggestionCounts": {"total": 1}})));
        let config = json!({"parameters": {RULE: {"max_pending": 1}}});
        assert_eq!(judge_with(RULE, &one, &config), "PASS query_sound");
        assert_eq!(judge(RULE, &group("SG", &reviewed(json!({})))), "UNKNOWN field_absent");
    }

    #[test]
    fn a_list_without_faults_says_nothing() {
        let bare = inputs(json!({"UG": [{"id": "g1", "membershipMethod": "DYNAMIC_AUTOMATED"}]}));
        assert_eq!(judge(RULE, &bare), "UNKNOWN field_absent");
    }

    #[test]
    fn evidence_names_the_group_whose_query_was_read() {
        for input in ["UG", "SG"] {
            let dynamic = group(input, &json!({"membershipMethod": "DYNAMIC_AUTOMATED"}));
            let found = crate::testing::findings(RULE, &dynamic, &json!({})).remove(0);
            let seen = found.evidence.observations;
            let own = seen.iter().find(|own| own.path == "membershipMethod").unwrap();
            assert_eq!(own.record_id.as_deref(), Some("g1"), "{input}");
        }
    }
}
