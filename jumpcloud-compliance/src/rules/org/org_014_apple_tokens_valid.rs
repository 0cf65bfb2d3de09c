//! JC-ORG-014: the Apple MDM push certificate and enrolment token are valid.
//!
//! # Expectation
//! For each connection to Apple: the push certificate has not expired, nor has the token for automated
//! enrolment; with `require_dep` there is one.
//!
//! # Why
//! Expired Apple tokens cut off management of every Mac.
//!
//! # Passes
//! ```json,passes
//! {"reason": "valid", "inputs": {"MDM": [{"id": "m1",
//!     "apnsCertExpiry": "2027-06-01T00:00:00Z", "depServerTokenState": "missing"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "apns_expired", "inputs": {"MDM": [{"id": "m1",
//!     "apnsCertExpiry": "2026-11-01T00:00:00Z", "depServerTokenState": "valid"}]}}
//! ```
//! ```json,fails
//! {"reason": "dep_expired", "inputs": {"MDM": [{"id": "m1",
//!     "apnsCertExpiry": "2027-06-01T00:00:00Z", "depServerTokenState": "expired"}]}}
//! ```
//! ```json,fails
//! {"reason": "dep_missing", "config": {"parameters": {"JC-ORG-014": {"require_dep": true}}},
//!  "inputs": {"MDM": [{"id": "m1",
//!     "apnsCertExpiry": "2027-06-01T00:00:00Z", "depServerTokenState": "missing"}]}}
//! ```
//!
//! # Unknown when
//! A date or the state of the token did not arrive or says nothing, or connections are not all known.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"MDM": [{"id": "m1",
//!     "apnsCertExpiry": "", "depServerTokenState": "missing"}]}}
//! ```
//!
//! # Fix
//! Renew the certificate or token in time.
//!
//! # Sources
//! Each connection has a finding of its own. The expiry of a token counts even where its state still
//! says `valid`; a token without date is judged by its state. An end within `warn_days` is a note.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jumpcloud_client::resources::{AppleMdm, DepTokenState};

use crate::case::{Case, Reading, Row};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Flag};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::plus_days;

const WARN_DAYS: Days =
    Days::new("warn_days", 30, 0..=90, "Days before an end from which it is noted.");
const REQUIRE_DEP: Flag =
    Flag::new("require_dep", false, "Whether a token for automated enrolment must exist.")
        .stricter_when_true();

const META: Meta = Meta {
    id: "JC-ORG-014",
    logic_version: 1,
    text_revision: 1,
    title: "Apple MDM push certificate and enrolment token are valid",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Expired Apple tokens cut off management of every Mac.",
    remediation: "Renew the certificate or token in time.",
    applies: "each connection to Apple device management",
    inputs: &[InputNeed::new(
        "MDM",
        &["id", "apnsCertExpiry", "depAccessTokenExpiry", "depServerTokenState"],
    )],
    params: &[WARN_DAYS.spec(), REQUIRE_DEP.spec()],
    reasons: &[
        Reason::pass("valid", "certificate and token are in force"),
        Reason::fail("apns_expired", "the push certificate has expired"),
        Reason::fail("dep_expired", "the token for automated enrolment has expired"),
        Reason::fail("dep_missing", "there is no token for automated enrolment"),
        Reason::unknown("field_absent", "a date or state that decides did not arrive"),
        Reason::unknown("field_unparseable", "a date or state that decides cannot be read"),
        Reason::unknown("dep_state_unknown", "the service does not say how the token stands"),
        Reason::not_applicable("no_mdm", "no Apple device management is connected"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AppleTokensValid;

impl Rule for AppleTokensValid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// One part for each connection; one without name where some may be missing or none exist.
    fn parts(&self, case: &Case<'_>) -> Vec<String> {
        let mut ids: Vec<String> = connections(case)
            .filter_map(|record| Some(record.value.id.value()?.to_string()))
            .collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() || !case.facts().state("MDM").is_complete() {
            ids.insert(0, String::new());
        }
        ids
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let part = case.part();
        let found =
            connections(case).find(|record| record.value.id.value().is_some_and(|id| *id == *part));
        let Some(record) = found else {
            case.require("MDM")?;
            return Ok(Verdict::not_applicable("no_mdm"));
        };
        case.uses("MDM");
        let row = Row { record, input: "MDM", id: Some(part), collected_at: None };
        let certificate = certificate(case, row);
        let token = token(case, row);
        // What is known to have ended counts, whatever else is not known.
        for end in [&certificate, &token] {
            if let Ok(End::Over(code)) = end {
                return Ok(Verdict::fail(code));
            }
        }
        let notes = [certificate?, token?].into_iter().filter_map(|end| match end {
            End::Near(note) => Some(note.to_string()),
            End::Far | End::Over(_) => None,
        });
        Ok(Verdict::pass("valid").notes(notes))
    }
}

/// How something that ends stands.
enum End {
    /// It has ended: the reason code.
    Over(&'static str),
    /// It ends soon: the note.
    Near(&'static str),
    /// It ends later, or nothing says when.
    Far,
}

fn connections<'a>(
    case: &Case<'a>,
) -> impl Iterator<Item = &'a jumpcloud_client::Record<AppleMdm>> + use<'a> {
    case.facts().snapshot().list::<AppleMdm>().records.iter()
}

fn certificate(case: &mut Case<'_>, row: Row<'_, AppleMdm>) -> Result<End, Unknown> {
    let until = case.see_end(row, "apnsCertExpiry", &row.value().apns_cert_expiry).needed()?;
    Ok(if until < case.evaluated_at() {
        End::Over("apns_expired")
    } else if until <= plus_days(case.evaluated_at(), case.param(&WARN_DAYS)) {
        End::Near("apns_expires_soon")
    } else {
        End::Far
    })
}

fn token(case: &mut Case<'_>, row: Row<'_, AppleMdm>) -> Result<End, Unknown> {
    let mdm = row.value();
    let until = case.see_end(row, "depAccessTokenExpiry", &mdm.dep_access_token_expiry);
    let state = case.need(row, "depServerTokenState", &mdm.dep_server_token_state)?;
    match state {
        DepTokenState::Expired => Ok(End::Over("dep_expired")),
        DepTokenState::Missing if case.param(&REQUIRE_DEP) => Ok(End::Over("dep_missing")),
        DepTokenState::Missing => Ok(End::Far),
        DepTokenState::Valid => match until {
            Reading::Value(until) if until < case.evaluated_at() => Ok(End::Over("dep_expired")),
            Reading::Value(until)
                if until <= plus_days(case.evaluated_at(), case.param(&WARN_DAYS)) =>
            {
                Ok(End::Near("dep_expires_soon"))
            }
            Reading::Value(_) | Reading::Absent => Ok(End::Far),
            Reading::Unparseable => {
                Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"))
            }
        },
        _ => Err(Unknown::new(UnknownCause::NotObservable, "dep_state_unknown")),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-014";

    fn mdm(certificate: &Value, fields: &Value) -> Value {
        let mut record = json!({"id": "m1", "apnsCertExpiry": certificate});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"MDM": [record]}))
    }

    fn token(fields: &Value) -> String {
        judge(RULE, &mdm(&json!("2027-06-01T00:00:00Z"), fields))
    }

    #[test]
    fn the_certificate() {
        let missing = json!({"depServerTokenState": "missing"});
        for (certificate, expected) in [
            (json!("2027-06-01T00:00:00Z"), "PASS valid"),
            (json!("2026-11-23T11:59:59Z"), "FAIL apns_expired"),
            (json!("2026-11-23"), "PASS valid"),
            (json!("2026-11-22"), "FAIL apns_expired"),
            (json!(""), "UNKNOWN field_absent"),
            (json!("0001-01-01T00:00:00Z"), "UNKNOWN field_absent"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("next year"), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &mdm(&certificate, &missing)), expected, "{certificate}");
        }
    }

    #[test]
    fn the_token() {
        for (fields, expected) in [
            (json!({"depServerTokenState": "valid"}), "PASS valid"),
            (json!({"depServerTokenState": "missing"}), "PASS valid"),
            (json!({"depServerTokenState": "expired"}), "FAIL dep_expired"),
            (
                json!({"depServerTokenState": "valid", "depAccessTokenExpiry": "2026-01-01T00:00:00Z"}),
                "FAIL dep_expired",
            ),
            (
                json!({"depServerTokenState": "valid", "depAccessTokenExpiry": "?"}),
                "UNKNOWN field_unparseable",
            ),
            (json!({"depServerTokenState": "unknown"}), "UNKNOWN dep_state_unknown"),
            (json!({"depServerTokenState": "odd"}), "UNKNOWN dep_state_unknown"),
            (json!({"depServerTokenState": []}), "UNKNOWN field_unparseable"),
            (json!({}), "UNKNOWN field_absent"),
        ] {
            assert_eq!(token(&fields), expected, "{fields}");
        }
        let config = json!({"parameters": {RULE: {"require_dep": true}}});
        let none = mdm(&json!("2027-06-01T00:00:00Z"), &json!({"depServerTokenState": "missing"}));
        assert_eq!(judge_with(RULE, &none, &config), "FAIL dep_missing");
        let both = mdm(&json!(null), &json!({"depServerTokenState": "expired"}));
        assert_eq!(judge(RULE, &both), "FAIL dep_expired");
    }

    #[test]
    fn an_end_that_is_near_is_a_note() {
        let near = mdm(
            &json!("2026-12-01T00:00:00Z"),
            &json!({"depServerTokenState": "valid", "depAccessTokenExpiry": "2026-12-23T12:00:00Z"}),
        );
        let found = findings(RULE, &near, &json!({}));
        assert_eq!(found[0].notes, ["apns_expires_soon", "dep_expires_soon"]);
    }

    #[test]
    fn each_connection_has_a_finding_of_its_own() {
        let good = json!({"id": "m1", "apnsCertExpiry": "2027-06-01T00:00:00Z", "depServerTokenState": "missing"});
        let ended = json!({"id": "m2", "apnsCertExpiry": "2026-06-01T00:00:00Z", "depServerTokenState": "missing"});
        let mut two = inputs(json!({"MDM": [ended, good]}));
        let found = findings(RULE, &two, &json!({}));
        let told: Vec<(&str, &str)> =
            found.iter().map(|f| (f.discriminator.as_str(), f.reason_code.as_str())).collect();
        assert_eq!(told, [("m1", "valid"), ("m2", "apns_expired")]);
        let records = two["MDM"].clone();
        two["MDM"] = json!({"state": "partial", "reason": "page_failed", "records": records});
        let found = findings(RULE, &two, &json!({}));
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].reason_code, "input_partial");
    }

    #[test]
    fn no_connection_is_nothing_to_judge_once_that_is_known() {
        assert_eq!(judge(RULE, &inputs(json!({"MDM": []}))), "NOT_APPLICABLE no_mdm");
        let unpaid = inputs(json!({"MDM": {"state": "not_licensed"}}));
        assert_eq!(judge(RULE, &unpaid), "UNKNOWN not_licensed");
        let failed = inputs(json!({"MDM": {"state": "failed", "class": "forbidden"}}));
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
    }

    #[test]
    fn a_certificate_is_over_after_its_end_and_not_at_it() {
        let missing = json!({"depServerTokenState": "missing"});
        let now = mdm(&json!("2026-11-23T12:00:00Z"), &missing);
        assert_eq!(judge(RULE, &now), "PASS valid");
    }

    #[test]
    fn a_token_warns_before_its_end_and_is_over_after_it() {
        let notes = |until: &str| {
            let valid = json!({"depServerTokenState": "valid", "depAccessTokenExpiry": until});
            let all = mdm(&json!("2027-06-01T00:00:00Z"), &valid);
            let found = findings(RULE, &all, &json!({})).remove(0);
            (alloc::format!("{} {}", found.outcome, found.reason_code), found.notes)
        };
        let valid = String::from("PASS valid");
        let soon: Vec<String> = alloc::vec!["dep_expires_soon".into()];
        assert_eq!(notes("2026-11-23T12:00:00Z"), (valid.clone(), soon.clone()));
        assert_eq!(notes("2026-12-23T12:00:00Z"), (valid.clone(), soon));
        assert_eq!(notes("2026-12-23T12:00:01Z"), (valid, Vec::new()));
        assert_eq!(notes("2026-11-23T11:59:59Z").0, "FAIL dep_expired");
    }
}
