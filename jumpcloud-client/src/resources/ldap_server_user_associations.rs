//! Users bound directly to an LDAP server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, LdapServer};

/// Users bound directly to an LDAP server: `GET /api/v2/ldapservers/{id}/associations?targets=user`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LdapServerUserAssociations {}

impl Resource for LdapServerUserAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("LDAP-ASC-USR", Family::V2, "/ldapservers/{id}/associations")
            .query(&[("targets", "user")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for LdapServerUserAssociations {
    type Parent = LdapServer;
}
