//! JC-ORG-015: the evaluation ran against the expected organisation with a working credential.
//!
//! # Expectation
//! The organisation that was read is the one that was meant, and the service accepted the key.
//!
//! # Why
//! Evidence about the wrong tenant is worse than none. Unless this rule passes, every other finding
//! of the run is UNKNOWN.
//!
//! # Passes
//! ```json,passes
//! {"reason": "organisation_confirmed", "inputs": {"ORG": [{"_id": "o1", "displayName": "Example"}]}}
//! ```
//! ```json,passes
//! {"reason": "org_id_on_records", "inputs": {
//!     "ORG": {"state": "failed", "class": "forbidden"},
//!     "SYS": [{"_id": "d1", "organization": "o1"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "wrong_organisation", "inputs": {
//!     "ORG": [{"_id": "o1"}], "SYS": [{"_id": "d1", "organization": "o2"}]}}
//! ```
//! ```json,fails
//! {"reason": "unauthorised", "inputs": {"ORG": {"state": "failed", "class": "unauthorised"}}}
//! ```
//! ```json,fails
//! {"reason": "forbidden", "inputs": {"ORG": {"state": "failed", "class": "forbidden"}}}
//! ```
//!
//! # Unknown when
//! The list of organisations could not be read for another reason, or nobody said which
//! organisation was meant.
//! ```json,unknown
//! {"reason": "input_failed", "inputs": {"ORG": {"state": "failed", "class": "transport"}}}
//! ```
//!
//! # Fix
//! Fix the key, its permission or the organisation id.
//!
//! # Sources
//! `GET /api/organizations` is refused to some service accounts while everything else works
//! `[official code]`; then the organisation ids on the records decide. The expected id is
//! `expected_org_id`, else the organisation the snapshot was taken for.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::resources::{
    Application, Organization, System, SystemGroup, SystemUser, UserGroup,
};
use jumpcloud_client::{Dataset, FailureClass, InputState, Listed, Resource, Snapshot};

use crate::case::Case;
use crate::outcome::{Outcome, Severity, UnknownCause};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const META: Meta = Meta {
    id: "JC-ORG-015",
    logic_version: 1,
    text_revision: 1,
    title: "Evaluation ran against the expected organisation with a working credential",
    subject: SubjectKind::Organization,
    severity: Severity::Critical,
    tier: 1,
    rationale: "Evidence about the wrong tenant is worse than none.",
    remediation: "Fix the key, its permission or the organisation id.",
    applies: "always",
    inputs: &[
        InputNeed::new("ORG", &["_id", "displayName"]),
        InputNeed::new("SYS", &["organization"]),
        InputNeed::new("USR", &["organization"]),
        InputNeed::new("UG", &["organizationObjectId"]),
        InputNeed::new("SG", &["organizationObjectId"]),
        InputNeed::new("APP", &["organization"]),
    ],
    params: &[],
    reasons: &[
        Reason {
            code: "organisation_confirmed",
            outcome: Outcome::Pass,
            meaning: "the key sees the expected organisation",
        },
        Reason {
            code: "org_id_on_records",
            outcome: Outcome::Pass,
            meaning: "the list of organisations is not permitted, and every record that names an \
                      organisation names the expected one",
        },
        Reason {
            code: "wrong_organisation",
            outcome: Outcome::Fail,
            meaning: "another organisation was read than the expected one",
        },
        Reason {
            code: "unauthorised",
            outcome: Outcome::Fail,
            meaning: "the service did not accept the key",
        },
        Reason {
            code: "forbidden",
            outcome: Outcome::Fail,
            meaning: "the key may not read the organisation, and no record names one",
        },
        Reason {
            code: "no_expected_organisation",
            outcome: Outcome::Unknown,
            meaning: "nobody said which organisation was meant, and the key does not see exactly one",
        },
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionValidated;

impl Rule for ConnectionValidated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let snapshot = case.facts().snapshot();
        let listed = organizations(snapshot);
        case.see_count("ORG", "results[]._id", listed.clone());
        let named = organizations_on_records(snapshot);
        case.see_count("records", "organization", named.clone());
        let expected = case
            .config()
            .expected_org_id
            .clone()
            .or_else(|| snapshot.organization_id.clone())
            .or_else(|| match listed.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            });
        case.see_count("CFG", "expected_org_id", expected.clone());
        let state = case.uses("ORG");
        if let InputState::Failed { class: FailureClass::Unauthorised } = state {
            return Ok(Verdict::fail("unauthorised"));
        }
        let Some(expected) = expected else {
            return match state {
                InputState::Failed { class: FailureClass::Forbidden } => {
                    Ok(Verdict::fail("forbidden"))
                }
                InputState::Complete => {
                    Err(Unknown::new(UnknownCause::Ambiguous, "no_expected_organisation"))
                }
                _ => case.require("ORG").map(|()| Verdict::fail("forbidden")),
            };
        };
        if named.iter().any(|id| !id.eq_ignore_ascii_case(&expected)) {
            return Ok(Verdict::fail("wrong_organisation"));
        }
        if listed.iter().any(|id| id.eq_ignore_ascii_case(&expected)) {
            return Ok(Verdict::pass("organisation_confirmed"));
        }
        match state {
            InputState::Failed { class: FailureClass::Forbidden } if named.is_empty() => {
                Ok(Verdict::fail("forbidden"))
            }
            InputState::Failed { class: FailureClass::Forbidden } => {
                Ok(Verdict::pass("org_id_on_records"))
            }
            _ => {
                case.require("ORG")?;
                Ok(Verdict::fail("wrong_organisation"))
            }
        }
    }
}

/// Ids of the organisations that the key sees.
fn organizations(snapshot: &Snapshot) -> Vec<String> {
    let mut ids: Vec<String> = snapshot
        .list::<Organization>()
        .values()
        .filter_map(|organization| organization.id.value())
        .map(ToString::to_string)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Organisation ids that records carry, each once.
fn organizations_on_records(snapshot: &Snapshot) -> Vec<String> {
    fn add<R: Listed + Resource>(snapshot: &Snapshot, ids: &mut Vec<String>) {
        let list: &Dataset<R> = snapshot.list::<R>();
        ids.extend(list.values().filter_map(R::organization).map(ToString::to_string));
    }

    let mut ids = Vec::new();
    add::<System>(snapshot, &mut ids);
    add::<SystemUser>(snapshot, &mut ids);
    add::<UserGroup>(snapshot, &mut ids);
    add::<SystemGroup>(snapshot, &mut ids);
    add::<Application>(snapshot, &mut ids);
    ids.sort();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{inputs, judge, judge_with};

    #[test]
    fn everything_else_is_unknown_when_the_gate_is_not_passed() {
        let refused = inputs(json!({
            "ORG": {"state": "failed", "class": "unauthorised"},
            "SYS": [{"_id": "d1", "osFamily": "darwin"}],
            "SG": [], "SGM": {"of": {}}
        }));
        assert_eq!(judge("JC-ORG-015", &refused), "FAIL unauthorised");
        assert_eq!(judge("JC-DEV-020", &refused), "UNKNOWN connection_not_validated");
    }

    #[test]
    fn the_expected_organisation_is_the_configured_one() {
        let read = inputs(json!({"ORG": [{"_id": "o1"}]}));
        let config = json!({"expected_org_id": "o9"});
        assert_eq!(judge_with("JC-ORG-015", &read, &config), "FAIL wrong_organisation");
        let config = json!({"expected_org_id": "o1"});
        assert_eq!(judge_with("JC-ORG-015", &read, &config), "PASS organisation_confirmed");
    }

    #[test]
    fn a_partial_list_without_it_proves_nothing() {
        let partial = inputs(json!({
            "ORG": {"state": "partial", "reason": "page_failed", "records": [{"_id": "o7"}]}
        }));
        assert_eq!(judge("JC-ORG-015", &partial), "UNKNOWN input_partial");
    }

    #[test]
    fn g35_records_prove_the_organisation_or_another() {
        let refused = |record: serde_json::Value| {
            inputs(json!({"ORG": {"state": "failed", "class": "forbidden"}, "SYS": [record]}))
        };
        let config = json!({"expected_org_id": "o1"});
        for (record, expected) in [
            (json!({"_id": "d1"}), "FAIL forbidden"),
            (json!({"_id": "d1", "organization": "o1"}), "PASS org_id_on_records"),
            (json!({"_id": "d1", "organization": "o7"}), "FAIL wrong_organisation"),
        ] {
            assert_eq!(
                judge_with("JC-ORG-015", &refused(record.clone()), &config),
                expected,
                "{record}"
            );
        }
    }

    #[test]
    fn one_record_of_another_organisation_is_enough_wherever_it_stands() {
        for (input, record) in [
            ("SYS", json!({"_id": "x1", "organization": "o7"})),
            ("USR", json!({"_id": "x1", "organization": "o7"})),
            ("UG", json!({"id": "x1", "organizationObjectId": "o7"})),
            ("SG", json!({"id": "x1", "organizationObjectId": "o7"})),
            ("APP", json!({"_id": "x1", "organization": "o7"})),
        ] {
            let mut read = inputs(json!({"ORG": [{"_id": "o1"}]}));
            read[input] = json!([record]);
            assert_eq!(judge("JC-ORG-015", &read), "FAIL wrong_organisation", "{input}");
        }
    }
}
