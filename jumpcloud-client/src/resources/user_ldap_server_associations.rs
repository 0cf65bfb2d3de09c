//! LDAP servers bound directly to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemUser};

/// LDAP servers bound directly to a user: `GET /api/v2/users/{id}/associations?targets=ldap_server`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserLdapServerAssociations {}

impl Resource for UserLdapServerAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("USR-ASC-LDAP", Family::V2, "/users/{id}/associations")
            .query(&[("targets", "ldap_server")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserLdapServerAssociations {
    type Parent = SystemUser;
}
