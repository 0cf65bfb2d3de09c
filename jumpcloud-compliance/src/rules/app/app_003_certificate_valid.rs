//! JC-APP-003: an SSO signing certificate is valid.
//!
//! # Expectation
//! The certificate with which the directory signs for an application has not expired.
//!
//! # Why
//! An expired certificate stops sign-in or invites insecure workarounds.
//!
//! # Passes
//! ```json,passes
//! {"reason": "valid", "inputs": {"APP": [{"_id": "a1",
//!     "sso": {"type": "saml", "idpCertExpirationAt": "2027-11-23T00:00:00.000Z"}}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "certificate_expired", "inputs": {"APP": [{"_id": "a1",
//!     "sso": {"type": "saml", "idpCertExpirationAt": "2026-10-01T00:00:00.000Z"}}]}}
//! ```
//!
//! # Unknown when
//! The expiry or the kind of single sign-on did not arrive or cannot be read.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"APP": [{"_id": "a1", "sso": {"type": "saml"}}]}}
//! ```
//!
//! # Fix
//! Rotate the certificate at both ends.
//!
//! # Sources
//! `sso.idpCertExpirationAt` carries milliseconds `[spec]`. An end within `warn_days` passes with a
//! note. The private key of the application's configuration is never read.

use crate::case::Case;
use crate::outcome::Severity;
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Verdict};
use crate::subject::SubjectKind;
use crate::time::plus_days;

const WARN_DAYS: Days =
    Days::new("warn_days", 30, 0..=180, "Days before the end from which it is noted.");

const META: Meta = Meta {
    id: "JC-APP-003",
    logic_version: 1,
    text_revision: 1,
    title: "SSO signing certificate is valid",
    subject: SubjectKind::Application,
    severity: Severity::Medium,
    tier: 2,
    rationale: "An expired certificate stops sign-in or invites insecure workarounds.",
    remediation: "Rotate the certificate at both ends.",
    applies: "applications with SAML",
    inputs: &[InputNeed::new("APP", &["sso.idpCertExpirationAt", "sso.type"])],
    params: &[WARN_DAYS.spec()],
    reasons: &[
        Reason::pass("valid", "the certificate has not expired"),
        Reason::fail("certificate_expired", "the certificate has expired"),
        Reason::unknown("field_absent", "the record does not say what decides"),
        Reason::unknown("field_unparseable", "what decides cannot be read"),
        Reason::not_applicable("not_saml", "the application does not use SAML"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct CertificateValid;

impl Rule for CertificateValid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let application = case.application()?;
        if application.sign_on_type(case)? != "saml" {
            return Ok(Verdict::not_applicable("not_saml"));
        }
        let expiry = application.application().sso.then(|sso| &sso.idp_cert_expiration_at);
        let until = case.see_end(application.row(), "sso.idpCertExpirationAt", expiry).needed()?;
        let now = case.evaluated_at();
        Ok(if until < now {
            Verdict::fail("certificate_expired")
        } else if until <= plus_days(now, case.param(&WARN_DAYS)) {
            Verdict::pass("valid").note("expires_soon")
        } else {
            Verdict::pass("valid")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{findings, inputs, judge};

    const RULE: &str = "JC-APP-003";

    fn app(expiry: &Value) -> Value {
        inputs(
            json!({"APP": [{"_id": "a1", "sso": {"type": "SAML", "idpCertExpirationAt": expiry}}]}),
        )
    }

    #[test]
    fn the_end_decides() {
        for (expiry, expected) in [
            (json!("2027-11-23T00:00:00.000Z"), "PASS valid"),
            (json!("2026-11-23T12:00:00Z"), "PASS valid"),
            (json!("2026-11-23T11:59:59Z"), "FAIL certificate_expired"),
            (json!("2026-11-23"), "PASS valid"),
            (json!(""), "UNKNOWN field_absent"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("soon"), "UNKNOWN field_unparseable"),
            (json!({}), "UNKNOWN field_unparseable"),
        ] {
            assert_eq!(judge(RULE, &app(&expiry)), expected, "{expiry}");
        }
    }

    #[test]
    fn an_end_that_is_near_is_noted() {
        let note = |expiry: &str| findings(RULE, &app(&json!(expiry)), &json!({}))[0].notes.clone();
        assert_eq!(note("2026-12-23T12:00:00Z"), ["expires_soon"]);
        assert!(note("2026-12-23T12:00:01Z").is_empty());
    }

    #[test]
    fn other_kinds_have_no_certificate() {
        let kind = |sso: Value| judge(RULE, &inputs(json!({"APP": [{"_id": "a1", "sso": sso}]})));
        assert_eq!(kind(json!({"type": "oidc"})), "NOT_APPLICABLE not_saml");
        assert_eq!(kind(json!({})), "UNKNOWN field_absent");
        assert_eq!(kind(json!("saml")), "UNKNOWN field_absent");
    }
}
