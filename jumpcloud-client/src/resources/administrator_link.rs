//! Which organizations an administrator may enter.

use crate::id::Id;
use crate::model::model;
use crate::resources::{Administrator, Organization};

model! {
    /// A link between an administrator and an organization of a provider `[spec]`.
    pub struct AdministratorLink {
        /// The administrator.
        pub administrator: Id<Administrator> = "administrator",
        /// The organization.
        pub organization: Id<Organization> = "organization",
    }
}
