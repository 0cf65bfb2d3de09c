//! Samba domains of LDAP servers.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::LdapServer;

model! {
    /// A Samba domain of an LDAP server: `GET /api/v2/ldapservers/{id}/sambadomains` `[spec]`.
    pub struct SambaDomain {
        /// Identity.
        pub id: Id<SambaDomain> = "id" | "_id",
        /// Work group.
        pub name: String = "name",
        /// Security identifier.
        pub sid: String = "sid",
    }
}

impl Resource for SambaDomain {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("LDAP-SMB", Family::V2, "/ldapservers/{id}/sambadomains");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SambaDomain {
    type Parent = LdapServer;
}
