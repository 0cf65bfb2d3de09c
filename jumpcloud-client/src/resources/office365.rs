//! Microsoft 365.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{DefaultDomain, Directory};

model! {
    /// A Microsoft 365 tenant: `GET /api/v2/office365s/{id}` `[spec]`.
    ///
    /// Ask only for directories of kind `office_365`; others answer 404.
    pub struct Office365 {
        /// Identity.
        pub id: Id<Directory> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Domain.
        pub default_domain: DefaultDomain = "defaultDomain",
        /// Groups are synchronized.
        pub groups_enabled: bool = "groupsEnabled",
        /// What happens to locked people: `suspend` or `maintain`.
        pub user_lockout_action: String = "userLockoutAction",
        /// What happens when a password expires: `suspend` or `maintain`.
        pub user_password_expiration_action: String = "userPasswordExpirationAction",
    }
}

impl Resource for Office365 {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::object("O365", Family::V2, "/office365s/{id}").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for Office365 {
    type Parent = Directory;
}
