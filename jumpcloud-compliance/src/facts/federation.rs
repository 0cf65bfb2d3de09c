//! Whether an application leaves sign-in to the directory.

use alloc::string::String;

use super::Application;
use crate::case::Case;
use crate::outcome::UnknownCause;
use crate::rule::Unknown;

/// Kinds of single sign-on in which the directory signs people in.
pub const FEDERATED_TYPES: &[&str] = &["saml", "oidc"];

/// Kinds in which an application signs people in by itself, behind a mere link.
pub const UNFEDERATED_TYPES: &[&str] = &["bookmark"];

impl Application<'_> {
    /// The kind of single sign-on, in lower case; the service leaves its words open.
    ///
    /// # Errors
    ///
    /// Unknown when the record does not say.
    pub fn sign_on_type(&self, case: &mut Case<'_>) -> Result<String, Unknown> {
        let kind = self.application().sso.then(|sso| &sso.kind);
        let kind = case.need(self.row(), "sso.type", kind)?.trim().to_ascii_lowercase();
        if kind.is_empty() {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
        }
        Ok(kind)
    }
}

/// Whether a configured list of kinds holds this one.
pub fn lists_type(types: &[&str], kind: &str) -> bool {
    types.iter().any(|own| own.trim().eq_ignore_ascii_case(kind))
}
