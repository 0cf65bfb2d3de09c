//! JC-ADM-001: an administrator has multi-factor authentication.
//!
//! # Expectation
//! Each administrator who is not suspended has enrolled a second factor, and it is demanded: of the
//! administrator, or of all of them.
//!
//! # Why
//! Administrators control every identity and device.
//!
//! # Passes
//! ```json,passes
//! {"reason": "enrolled_and_enforced", "inputs": {
//!     "ADM": [{"_id": "x1", "totpEnrolled": true, "enableMultiFactor": true}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "not_enrolled", "inputs": {"ADM": [{"_id": "x1", "totpEnrolled": false}]}}
//! ```
//! ```json,fails
//! {"reason": "not_enforced", "inputs": {
//!     "ADM": [{"_id": "x1", "totpEnrolled": true, "enableMultiFactor": false}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"requireAdminMFA": false}}]}}}}
//! ```
//!
//! # Unknown when
//! The record does not say whether a factor is enrolled or demanded, or the administrator signs in
//! through another identity provider.
//! ```json,unknown
//! {"reason": "enrolment_unknown", "inputs": {
//!     "ADM": [{"_id": "x1", "enableMultiFactor": true}]}}
//! ```
//!
//! # Fix
//! Enrol and enforce MFA for the administrator, break-glass accounts included.
//!
//! # Sources
//! Only one-time codes are visible: an administrator with another factor fails and needs a waiver with
//! proof. Lists of a provider lack `totpEnrolled`; then a factor that is demanded leaves the enrolment
//! open, and one that neither the administrator nor the organisation demands fails. Whether an
//! administrator signs in through another identity provider is told by the user record linked to it.
//! An administrator that only a user record names is no subject here and is counted by JC-ADM-002.

use alloc::vec::Vec;

use jumpcloud_client::Field;

use crate::attestation::{Topic, valid_for};
use crate::case::Case;
use crate::facts::{Admin, Settings, either};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Flag;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const FEDERATED_ATTESTED: Flag = Flag::new(
    "federated_admin_mfa_attested",
    false,
    "Whether an attestation may speak for administrators of another identity provider.",
)
.stricter_when_false();

const META: Meta = Meta {
    id: "JC-ADM-001",
    logic_version: 1,
    text_revision: 1,
    title: "Administrator has multi-factor authentication",
    subject: SubjectKind::Admin,
    severity: Severity::Critical,
    tier: 1,
    rationale: "Administrators control every identity and device.",
    remediation: "Enrol and enforce MFA for the administrator, break-glass accounts included.",
    applies: "administrators that are not suspended",
    inputs: &[
        InputNeed::new("ADM", &["totpEnrolled", "enableMultiFactor", "suspended", "email"]),
        InputNeed::new("ORGD", &["settings.requireAdminMFA"]),
        InputNeed::new("USR", &["admin.id", "restrictedFields"]),
        InputNeed::new("ATT", &["federated_mfa"]),
    ],
    params: &[FEDERATED_ATTESTED.spec()],
    reasons: &[
        Reason::pass("enrolled_and_enforced", "a second factor is enrolled and demanded"),
        Reason::pass("attested", "the other identity provider is attested to demand a factor"),
        Reason::fail("not_enrolled", "no second factor is enrolled"),
        Reason::fail("not_enforced", "no second factor is demanded"),
        Reason::unknown("enrolment_unknown", "the record does not say whether one is enrolled"),
        Reason::unknown("enforcement_unknown", "it is not known whether one is demanded"),
        Reason::unknown("federated_mfa", "another identity provider signs the person in"),
        Reason::not_applicable("suspended", "the administrator is suspended"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AdminMfaEnrolled;

impl Rule for AdminMfaEnrolled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let admin = case.admin()?;
        let record = admin.administrator();
        if case.see(admin.row(), "suspended", &record.suspended).is_true() {
            return Ok(Verdict::not_applicable("suspended"));
        }
        let judgement = factor(case, admin);
        if judgement.as_ref().is_ok_and(Verdict::is_pass) || !is_federated(case, admin) {
            return judgement;
        }
        if case.param(&FEDERATED_ATTESTED) {
            let now = case.evaluated_at();
            let all = case.config().attestations.as_deref().unwrap_or_default();
            if let Some(latest) = valid_for(all, Topic::FederatedMfa, now).first() {
                case.cite(latest);
                return Ok(Verdict::pass("attested"));
            }
        }
        Err(Unknown::new(UnknownCause::NotObservable, "federated_mfa"))
    }
}

fn factor(case: &mut Case<'_>, admin: &Admin<'_>) -> Judgement {
    let record = admin.administrator();
    let enrolled = case.see(admin.row(), "totpEnrolled", &record.totp_enrolled);
    let own = case.see(admin.row(), "enableMultiFactor", &record.enable_multi_factor);
    let of_all = Settings::of(case).ok().and_then(|Settings { row, values }| {
        case.see(row, "settings.requireAdminMFA", &values.require_admin_mfa).value().copied()
    });
    let demanded = either(own.value().copied(), of_all);
    match (enrolled, demanded) {
        (Field::Value(false), _) => Ok(Verdict::fail("not_enrolled")),
        (_, Some(false)) => Ok(Verdict::fail("not_enforced")),
        (Field::Value(true), Some(true)) => Ok(Verdict::pass("enrolled_and_enforced")),
        (Field::Value(true), None) => {
            Err(Unknown::new(UnknownCause::FieldAbsent, "enforcement_unknown"))
        }
        (Field::Unparseable(_), _) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "enrolment_unknown"))
        }
        (Field::Absent | Field::Null, _) => {
            Err(Unknown::new(UnknownCause::FieldAbsent, "enrolment_unknown"))
        }
    }
}

/// Whether a user linked to the administrator signs in through another identity provider.
fn is_federated(case: &mut Case<'_>, admin: &Admin<'_>) -> bool {
    case.uses("USR");
    let mut federated = false;
    for user in case.facts().users_of_admin(&admin.key) {
        let own = user.is_federated();
        case.see_derived(
            user.row(),
            "restrictedFields[type=federated_identity_provider]",
            own.into_iter().collect::<Vec<bool>>(),
        );
        federated |= own == Some(true);
    }
    federated
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{evaluation, inputs, judge, judge_with};

    const RULE: &str = "JC-ADM-001";

    fn admin(fields: &Value, required: &Value) -> Value {
        let mut record = json!({"_id": "x1", "email": "ada@example.com", "suspended": false});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"ADM": [record], "USR": [],
            "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"requireAdminMFA": required}}]}}}))
    }

    #[test]
    fn g37_the_organisation_may_demand_for_all() {
        let fields = json!({"totpEnrolled": true, "enableMultiFactor": false});
        assert_eq!(judge(RULE, &admin(&fields, &json!(true))), "PASS enrolled_and_enforced");
    }

    #[test]
    fn enrolment_and_demand() {
        for (fields, required, expected) in [
            (
                json!({"totpEnrolled": true, "enableMultiFactor": true}),
                json!(null),
                "PASS enrolled_and_enforced",
            ),
            (
                json!({"totpEnrolled": true, "enableMultiFactor": false}),
                json!(false),
                "FAIL not_enforced",
            ),
            (
                json!({"totpEnrolled": true, "enableMultiFactor": false}),
                json!(null),
                "UNKNOWN enforcement_unknown",
            ),
            (json!({"totpEnrolled": true}), json!(false), "UNKNOWN enforcement_unknown"),
            (json!({"totpEnrolled": true}), json!(true), "PASS enrolled_and_enforced"),
            (
                json!({"totpEnrolled": false, "enableMultiFactor": true}),
                json!(true),
                "FAIL not_enrolled",
            ),
            (json!({"enableMultiFactor": true}), json!(false), "UNKNOWN enrolment_unknown"),
            (json!({"enableMultiFactor": false}), json!(false), "FAIL not_enforced"),
            (json!({"enableMultiFactor": false}), json!(true), "UNKNOWN enrolment_unknown"),
            (json!({"totpEnrolled": null}), json!(true), "UNKNOWN enrolment_unknown"),
            (
                json!({"totpEnrolled": "?", "enableMultiFactor": true}),
                json!(true),
                "UNKNOWN enrolment_unknown",
            ),
            (json!({"suspended": true}), json!(true), "NOT_APPLICABLE suspended"),
        ] {
            assert_eq!(judge(RULE, &admin(&fields, &required)), expected, "{fields} {required}");
        }
    }

    #[test]
    fn settings_that_were_not_read_decide_nothing() {
        let mut open =
            admin(&json!({"totpEnrolled": true, "enableMultiFactor": false}), &json!(true));
        open.as_object_mut().unwrap().remove("ORGD");
        assert_eq!(judge(RULE, &open), "UNKNOWN enforcement_unknown");
        open["ADM"][0]["enableMultiFactor"] = json!(true);
        assert_eq!(judge(RULE, &open), "PASS enrolled_and_enforced");
    }

    #[test]
    fn another_identity_provider_needs_an_attestation() {
        let mut other = admin(&json!({"totpEnrolled": false}), &json!(true));
        other["USR"] = json!([{"_id": "u1", "admin": {"id": "x1"},
            "restrictedFields": [{"type": "federated_identity_provider"}]}]);
        assert_eq!(judge(RULE, &other), "UNKNOWN federated_mfa");
        let parameters = json!({RULE: {"federated_admin_mfa_attested": true}});
        let bare = json!({"parameters": parameters});
        assert_eq!(judge_with(RULE, &other, &bare), "UNKNOWN federated_mfa");
        let attestation = |until: &str| {
            json!({"parameters": parameters, "attestations": [{"id": "A1",
                "topic": "federated_mfa", "statement": "the provider demands a factor",
                "period_start": "2026-01-01", "period_end": "2026-12-31", "attested_by": "auditor",
                "attested_at": "2026-11-01T00:00:00Z", "valid_until": until}]})
        };
        let valid = attestation("2026-12-31T00:00:00Z");
        assert_eq!(judge_with(RULE, &other, &valid), "PASS attested");
        assert_eq!(evaluation(&other, &valid).attestations_used, ["A1"]);
        let ended = attestation("2026-11-02T00:00:00Z");
        assert_eq!(judge_with(RULE, &other, &ended), "UNKNOWN federated_mfa");
        other["USR"][0]["restrictedFields"][0]["type"] = json!("scim");
        assert_eq!(judge(RULE, &other), "FAIL not_enrolled");
    }
}
