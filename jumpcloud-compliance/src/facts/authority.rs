//! Who checks a person's password: JumpCloud, or another directory.

use jumpcloud_client::Field;

use super::User;

impl User<'_> {
    /// Whether another identity provider signs the person in; none when that cannot be read.
    ///
    /// A record without restricted details is restricted by nobody.
    pub fn is_federated(&self) -> Option<bool> {
        match &self.user().restricted_fields {
            Field::Absent | Field::Null => Some(false),
            Field::Unparseable(_) => None,
            Field::Value(fields) => Some(fields.iter().any(|field| {
                field
                    .kind
                    .filled()
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("federated_identity_provider"))
            })),
        }
    }
}
