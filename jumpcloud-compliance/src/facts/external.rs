//! People who work for the organisation without being employed by it.

use jumpcloud_client::Field;

use super::{User, folded};

/// Kinds of employment that make a person external.
pub const EXTERNAL_TYPES: &[&str] = &["contractor", "consultant", "vendor", "temp"];

impl User<'_> {
    /// Whether the kind of employment is one of these; none when the record does not name a kind.
    ///
    /// An empty kind is a kind that nobody filled in: it makes nobody external.
    pub fn is_of_type(&self, types: &[&str]) -> Option<bool> {
        match &self.user().employee_type {
            Field::Absent | Field::Unparseable(_) => None,
            Field::Null => Some(false),
            Field::Value(kind) => {
                let kind = folded(kind);
                Some(!kind.is_empty() && types.iter().any(|own| folded(own) == kind))
            }
        }
    }
}
