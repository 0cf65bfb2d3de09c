//! JC-USR-001: a user is enrolled in multi-factor authentication.
//!
//! # Expectation
//! Each active person has enrolled a second factor; with a list of allowed factors, one of these.
//!
//! # Why
//! A stolen password alone must not be enough.
//!
//! # Passes
//! ```json,passes
//! {"reason": "enrolled", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "mfaEnrollment": {"overallStatus": "ENROLLED"}}]}}
//! ```
//! ```json,passes
//! {"reason": "legacy_flag", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "totp_enabled": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "mfa_not_enrolled", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "created": "2025-01-10T00:00:00Z", "mfaEnrollment": {"overallStatus": "NOT_ENROLLED"}}]}}
//! ```
//!
//! # Unknown when
//! The record has no enrolment and lacks one of the two older flags, the status cannot be read or is
//! a word that no source lists, or the person signs in through another identity provider, or may do
//! so.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "totp_enabled": false}]}}
//! ```
//!
//! # Fix
//! Have the user enrol a factor; shorten the enrolment period.
//!
//! # Sources
//! `mfaEnrollment.overallStatus` decides where it is present, even against the older flags; where it
//! is present and cannot be read, they do not stand in for it. A pending enrolment is no enrolment. A
//! failure is in grace for `grace_days` from the creation of the account; a creation that lies in the
//! future gives none. Absent `restrictedFields` are read as no other identity provider `[inferred]`.
//! With `allowed_factors` the older flags cannot show which factor is enrolled: TOTP only.

use alloc::vec::Vec;

use jumpcloud_client::Field;
use jumpcloud_client::resources::{MfaEnrollment, MfaStatus};

use crate::case::Case;
use crate::facts::User;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, FUTURE_SKEW_SECS, Flag, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const GRACE_DAYS: Days =
    Days::new("grace_days", 7, 0..=30, "Days after creation in which a failure is in grace.")
        .stricter_when_lower();
const ALLOWED_FACTORS: Texts =
    Texts::new("allowed_factors", &[], "Factors of which one must be enrolled; empty means any.")
        .any_of(&["totp", "webauthn", "push", "jcgo"]);
const FEDERATED_ATTESTED: Flag = Flag::new(
    "federated_mfa_attested",
    false,
    "Whether somebody has attested that the other identity provider demands a second factor.",
);

const META: Meta = Meta {
    id: "JC-USR-001",
    logic_version: 1,
    text_revision: 1,
    title: "User is enrolled in multi-factor authentication",
    subject: SubjectKind::User,
    severity: Severity::High,
    tier: 1,
    rationale: "A stolen password alone must not be enough.",
    remediation: "Have the user enrol a factor; shorten the enrolment period.",
    applies: "active users that are no service accounts",
    inputs: &[InputNeed::new(
        "USR",
        &[
            "mfaEnrollment",
            "mfa.configured",
            "totp_enabled",
            "created",
            "restrictedFields",
            "state",
            "suspended",
        ],
    )],
    params: &[
        GRACE_DAYS.spec(),
        ALLOWED_FACTORS.spec(),
        FEDERATED_ATTESTED.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("enrolled", "a second factor is enrolled"),
        Reason::pass("legacy_flag", "an older flag of the record says that a factor is set up"),
        Reason::pass("attested", "the other identity provider is attested to demand a factor"),
        Reason::fail("mfa_not_enrolled", "no second factor is enrolled"),
        Reason::fail("factor_not_allowed", "none of the allowed factors is enrolled"),
        Reason::unknown("field_absent", "the record does not say whether a factor is enrolled"),
        Reason::unknown("status_unlisted", "the enrolment status is a word that no source lists"),
        Reason::unknown("status_unreadable", "the enrolment is there and cannot be read"),
        Reason::unknown("federated_mfa", "the person signs in through another identity provider"),
        Reason::unknown(
            "federation_unreadable",
            "nobody can read whether the person signs in through another identity provider",
        ),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
        Reason::not_applicable("service_account", "service accounts are judged elsewhere"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct MfaEnrolled;

impl Rule for MfaEnrolled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.outside_of_daily_use(case) {
            return early;
        }
        let record = user.user();
        let judgement = enrolment(case, user);
        let passes = judgement.as_ref().is_ok_and(Verdict::is_pass);
        if matches!(record.restricted_fields, Field::Unparseable(_)) && !passes {
            case.see_presence(user.row(), "restrictedFields", &record.restricted_fields);
            return Err(Unknown::new(UnknownCause::FieldUnparseable, "federation_unreadable"));
        }
        let kinds = record.restricted_fields.value().map(Vec::as_slice).unwrap_or_default();
        let federated = kinds.iter().any(|field| {
            field
                .kind
                .filled()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("federated_identity_provider"))
        });
        case.see_derived(
            user.row(),
            "restrictedFields[type=federated_identity_provider]",
            federated,
        );
        let enrolled = record
            .mfa_enrollment
            .then(|own| &own.overall_status)
            .value()
            .is_some_and(|status| *status == MfaStatus::Enrolled);
        if federated && !enrolled {
            return if case.param(&FEDERATED_ATTESTED) {
                Ok(Verdict::pass("attested"))
            } else {
                Err(Unknown::new(UnknownCause::NotObservable, "federated_mfa"))
            };
        }
        let created = case.see_anchor(user.row(), "created", &record.created);
        let days = case.param(&GRACE_DAYS);
        judgement.map(
            |verdict| if verdict.is_pass() { verdict } else { verdict.in_grace(created, days) },
        )
    }
}

fn enrolment(case: &mut Case<'_>, user: &User<'_>) -> Judgement {
    let record = user.user();
    let row = user.row();
    let own = &record.mfa_enrollment;
    let overall = case.see(row, "mfaEnrollment.overallStatus", own.then(|own| &own.overall_status));
    let configured = case.see(row, "mfa.configured", record.mfa.then(|mfa| &mfa.configured));
    let totp = case.see(row, "totp_enabled", &record.totp_enabled);
    let allowed = case.param(&ALLOWED_FACTORS);
    if let (Field::Value(own), Field::Value(overall)) = (own, overall) {
        observe_factors(case, user, own);
        let pending = matches!(
            overall,
            MfaStatus::InEnrollment | MfaStatus::PendingActivation | MfaStatus::PreEnrollment
        );
        return match overall {
            MfaStatus::Enrolled if allowed.is_empty() => Ok(Verdict::pass("enrolled")),
            MfaStatus::Enrolled => {
                if allowed.iter().any(|name| factor(own, name) == Some(&MfaStatus::Enrolled)) {
                    Ok(Verdict::pass("enrolled"))
                } else if allowed.iter().any(|name| factor(own, name).is_none()) {
                    Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"))
                } else {
                    Ok(Verdict::fail("factor_not_allowed"))
                }
            }
            MfaStatus::Other(_) => {
                Err(Unknown::new(UnknownCause::FieldUnparseable, "status_unlisted"))
            }
            _ if pending => Ok(Verdict::fail("mfa_not_enrolled").note("enrolment_pending")),
            _ => Ok(Verdict::fail("mfa_not_enrolled")),
        };
    }
    case.see_presence(row, "mfaEnrollment", own);
    if matches!(own, Field::Unparseable(_)) || matches!(overall, Field::Unparseable(_)) {
        return Err(Unknown::new(UnknownCause::FieldUnparseable, "status_unreadable"));
    }
    match (configured, totp) {
        (_, Field::Value(true)) if allowed.is_empty() || allowed.contains(&"totp") => {
            Ok(Verdict::pass("legacy_flag"))
        }
        (Field::Value(true), _) if allowed.is_empty() => Ok(Verdict::pass("legacy_flag")),
        (Field::Value(false), Field::Value(false)) => Ok(Verdict::fail("mfa_not_enrolled")),
        _ => Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent")),
    }
}

fn factor<'e>(own: &'e MfaEnrollment, name: &str) -> Option<&'e MfaStatus> {
    match name {
        "totp" => own.totp_status.value(),
        "webauthn" => own.web_authn_status.value(),
        "push" => own.push_status.value(),
        "jcgo" => own.jc_go_status.value(),
        _ => None,
    }
}

fn observe_factors(case: &mut Case<'_>, user: &User<'_>, own: &MfaEnrollment) {
    let row = user.row();
    case.see(row, "mfaEnrollment.totpStatus", &own.totp_status);
    case.see(row, "mfaEnrollment.webAuthnStatus", &own.web_authn_status);
    case.see(row, "mfaEnrollment.pushStatus", &own.push_status);
    case.see(row, "mfaEnrollment.jcGoStatus", &own.jc_go_status);
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::outcome::EffectiveStatus;
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-001";

    fn user(fields: Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "suspended": false, "created": "2025-01-10T00:00:00Z"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record]}))
    }

    fn status(overall: &str) -> String {
        judge(RULE, &user(json!({"mfaEnrollment": {"overallStatus": overall}})))
    }

    #[test]
    fn every_listed_status() {
        assert_eq!(status("ENROLLED"), "PASS enrolled");
        for word in [
            "NOT_ENROLLED",
            "DISABLED",
            "PENDING_ACTIVATION",
            "ENROLLMENT_EXPIRED",
            "IN_ENROLLMENT",
            "PRE_ENROLLMENT",
        ] {
            assert_eq!(status(word), "FAIL mfa_not_enrolled", "{word}");
        }
        assert_eq!(status("SOMETHING_NEW"), "UNKNOWN status_unlisted");
    }

    #[test]
    fn g31_the_overall_status_decides_and_a_new_account_is_in_grace() {
        let new = user(json!({"mfaEnrollment": {"overallStatus": "NOT_ENROLLED"},
            "mfa": {"configured": true}, "created": "2026-11-20T00:00:00Z"}));
        let found = findings(RULE, &new, &json!({}));
        assert_eq!(found[0].effective_status, EffectiveStatus::FailInGrace);
        assert_eq!(found[0].grace_until, Some("2026-11-27T00:00:00Z".parse().unwrap()));
        let half = user(json!({"totp_enabled": false}));
        assert_eq!(judge(RULE, &half), "UNKNOWN field_absent");
    }

    #[test]
    fn older_flags_need_both_to_deny_and_one_to_affirm() {
        for (fields, expected) in [
            (json!({"totp_enabled": true}), "PASS legacy_flag"),
            (json!({"mfa": {"configured": true}}), "PASS legacy_flag"),
            (json!({"mfa": {"configured": false}, "totp_enabled": false}), "FAIL mfa_not_enrolled"),
            (json!({"mfa": {"configured": false}}), "UNKNOWN field_absent"),
            (json!({"mfa": {"configured": "?"}, "totp_enabled": false}), "UNKNOWN field_absent"),
            (json!({}), "UNKNOWN field_absent"),
            (json!({"mfaEnrollment": {}}), "UNKNOWN field_absent"),
        ] {
            assert_eq!(judge(RULE, &user(fields.clone())), expected, "{fields}");
        }
    }

    #[test]
    fn allowed_factors() {
        let config = json!({"parameters": {RULE: {"allowed_factors": ["webauthn"]}}});
        let enrolled = |factors: Value| {
            let mut all = json!({"overallStatus": "ENROLLED"});
            all.as_object_mut().unwrap().extend(factors.as_object().unwrap().clone());
            judge_with(RULE, &user(json!({"mfaEnrollment": all})), &config)
        };
        assert_eq!(enrolled(json!({"webAuthnStatus": "ENROLLED"})), "PASS enrolled");
        assert_eq!(
            enrolled(json!({"webAuthnStatus": "NOT_ENROLLED", "totpStatus": "ENROLLED"})),
            "FAIL factor_not_allowed"
        );
        assert_eq!(enrolled(json!({"totpStatus": "ENROLLED"})), "UNKNOWN field_absent");
        assert_eq!(
            judge_with(RULE, &user(json!({"totp_enabled": true})), &config),
            "UNKNOWN field_absent"
        );
    }

    #[test]
    fn others_judge_federated_people_and_service_accounts() {
        let federated = user(json!({"mfaEnrollment": {"overallStatus": "NOT_ENROLLED"},
            "restrictedFields": [{"field": "password", "type": "federated_identity_provider"}]}));
        assert_eq!(judge(RULE, &federated), "UNKNOWN federated_mfa");
        let config = json!({"parameters": {RULE: {"federated_mfa_attested": true}}});
        assert_eq!(judge_with(RULE, &federated, &config), "PASS attested");
        assert_eq!(
            judge(RULE, &user(json!({"ldap_binding_user": true}))),
            "NOT_APPLICABLE service_account"
        );
        assert_eq!(judge(RULE, &user(json!({"state": "SUSPENDED"}))), "NOT_APPLICABLE not_active");
        assert_eq!(
            judge(RULE, &user(json!({"state": null, "activated": null}))),
            "UNKNOWN state_unclear"
        );
    }

    #[test]
    fn g19_a_suspended_user_is_not_asked() {
        let suspended = user(json!({"state": "SUSPENDED", "suspended": true,
            "mfaEnrollment": {"overallStatus": "NOT_ENROLLED"}}));
        assert_eq!(judge(RULE, &suspended), "NOT_APPLICABLE not_active");
    }

    #[test]
    fn a_status_that_cannot_be_read_leaves_the_older_flags_no_say() {
        for own in [json!("ENROLLED"), json!({"overallStatus": ["ENROLLED"]})] {
            for flag in [true, false] {
                let odd = user(json!({"mfaEnrollment": own, "totp_enabled": flag,
                    "mfa": {"configured": flag}}));
                assert_eq!(judge(RULE, &odd), "UNKNOWN status_unreadable", "{own} {flag}");
            }
        }
        let null = user(json!({"mfaEnrollment": null, "totp_enabled": true}));
        assert_eq!(judge(RULE, &null), "PASS legacy_flag");
    }

    #[test]
    fn nobody_fails_whose_sign_in_cannot_be_read() {
        let denied = |restricted: Value| {
            judge(
                RULE,
                &user(json!({"mfaEnrollment": {"overallStatus": "NOT_ENROLLED"},
                    "restrictedFields": restricted})),
            )
        };
        assert_eq!(denied(json!("federated")), "UNKNOWN federation_unreadable");
        assert_eq!(denied(json!(null)), "FAIL mfa_not_enrolled");
        assert_eq!(denied(json!([])), "FAIL mfa_not_enrolled");
        assert_eq!(denied(json!([{"field": "email", "type": "scim"}])), "FAIL mfa_not_enrolled");
        let enrolled = user(json!({"mfaEnrollment": {"overallStatus": "ENROLLED"},
            "restrictedFields": "federated"}));
        assert_eq!(judge(RULE, &enrolled), "PASS enrolled");
    }

    #[test]
    fn grace_needs_a_creation_that_has_come() {
        for (created, status) in [
            (json!("2026-11-20T00:00:00Z"), EffectiveStatus::FailInGrace),
            (json!("2026-11-23T12:05:00Z"), EffectiveStatus::FailInGrace),
            (json!("2030-01-01T00:00:00Z"), EffectiveStatus::Fail),
            (json!("2026-11-16T12:00:00Z"), EffectiveStatus::Fail),
            (json!("yesterday"), EffectiveStatus::Fail),
            (json!(""), EffectiveStatus::Fail),
            (json!(null), EffectiveStatus::Fail),
        ] {
            let denied = user(json!({"mfaEnrollment": {"overallStatus": "NOT_ENROLLED"},
                "created": created}));
            let found = findings(RULE, &denied, &json!({}));
            assert_eq!(found[0].effective_status, status, "{created}");
        }
    }

    #[test]
    fn a_pending_enrolment_is_noted() {
        let pending = user(json!({"mfaEnrollment": {"overallStatus": "IN_ENROLLMENT"}}));
        assert_eq!(findings(RULE, &pending, &json!({}))[0].notes, ["enrolment_pending"]);
    }

    #[test]
    fn a_record_that_arrived_is_judged_and_one_that_did_not_is_not_there() {
        let mut open = user(json!({"mfaEnrollment": {"overallStatus": "ENROLLED"}}));
        let users = open["USR"].clone();
        open["USR"] = json!({"state": "partial", "reason": "page_failed", "records": users});
        assert_eq!(judge(RULE, &open), "PASS enrolled");
        open["USR"] = json!({"state": "failed", "class": "forbidden"});
        assert_eq!(judge(RULE, &open), "");
    }

    #[test]
    fn an_older_flag_names_no_factor() {
        let only = |factor: &str, flags: Value| {
            let config = json!({"parameters": {RULE: {"allowed_factors": [factor]}}});
            judge_with(RULE, &user(flags), &config)
        };
        assert_eq!(only("push", json!({"mfa": {"configured": true}})), "UNKNOWN field_absent");
        assert_eq!(only("totp", json!({"mfa": {"configured": true}})), "UNKNOWN field_absent");
        assert_eq!(only("totp", json!({"totp_enabled": true})), "PASS legacy_flag");
    }

    #[test]
    fn a_failure_says_whether_enrolment_has_begun_and_of_which_factors() {
        for (word, pending) in [
            ("IN_ENROLLMENT", true),
            ("PENDING_ACTIVATION", true),
            ("PRE_ENROLLMENT", true),
            ("NOT_ENROLLED", false),
            ("ENROLLMENT_EXPIRED", false),
            ("DISABLED", false),
        ] {
            let own = json!({"overallStatus": word, "totpStatus": "IN_ENROLLMENT",
                "webAuthnStatus": "NOT_ENROLLED", "pushStatus": "DISABLED",
                "jcGoStatus": "PRE_ENROLLMENT"});
            let found = findings(RULE, &user(json!({"mfaEnrollment": own})), &json!({})).remove(0);
            assert_eq!(
                found.notes.iter().any(|note| note == "enrolment_pending"),
                pending,
                "{word}"
            );
            for (name, status) in own.as_object().unwrap() {
                let path = alloc::format!("mfaEnrollment.{name}");
                let seen = found.evidence.observations.iter().find(|own| own.path == path);
                assert_eq!(json!(seen.unwrap().value), *status, "{path}");
            }
        }
    }

    #[test]
    fn evidence_says_that_no_enrolment_arrived() {
        let found = findings(RULE, &user(json!({"totp_enabled": true})), &json!({})).remove(0);
        let seen = found.evidence.observations.iter().find(|own| own.path == "mfaEnrollment");
        assert_eq!(seen.unwrap().presence.as_str(), "absent");
    }

    #[test]
    fn every_factor_that_may_be_allowed_is_read() {
        for (factor, status) in [
            ("totp", "totpStatus"),
            ("webauthn", "webAuthnStatus"),
            ("push", "pushStatus"),
            ("jcgo", "jcGoStatus"),
        ] {
            let config = json!({"parameters": {RULE: {"allowed_factors": [factor]}}});
            let with = |word: &str| {
                let own = json!({"overallStatus": "ENROLLED", status: word});
                judge_with(RULE, &user(json!({"mfaEnrollment": own})), &config)
            };
            assert_eq!(with("ENROLLED"), "PASS enrolled", "{factor}");
            assert_eq!(with("NOT_ENROLLED"), "FAIL factor_not_allowed", "{factor}");
        }
    }
}
