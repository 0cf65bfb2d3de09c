//! User groups bound directly to an LDAP server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, LdapServer};

/// User groups bound directly to an LDAP server:
/// `GET /api/v2/ldapservers/{id}/associations?targets=user_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LdapServerUserGroupAssociations {}

impl Resource for LdapServerUserGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("LDAP-ASC-UG", Family::V2, "/ldapservers/{id}/associations")
            .query(&[("targets", "user_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for LdapServerUserGroupAssociations {
    type Parent = LdapServer;
}
