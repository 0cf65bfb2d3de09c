//! LDAP servers.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An LDAP server: `GET /api/v2/ldapservers` `[spec]`.
    pub struct LdapServer {
        /// Identity.
        pub id: Id<LdapServer> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// What happens to locked people: `disable` or `remove`.
        pub user_lockout_action: String = "userLockoutAction",
        /// What happens when a password expires: `disable` or `remove`.
        pub user_password_expiration_action: String = "userPasswordExpirationAction",
    }
}

impl Resource for LdapServer {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("LDAP", Family::V2, "/ldapservers");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
