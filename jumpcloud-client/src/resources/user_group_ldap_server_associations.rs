//! LDAP servers bound directly to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, UserGroup};

/// LDAP servers bound directly to a user group:
/// `GET /api/v2/usergroups/{id}/associations?targets=ldap_server` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupLdapServerAssociations {}

impl Resource for UserGroupLdapServerAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-ASC-LDAP", Family::V2, "/usergroups/{id}/associations")
            .query(&[("targets", "ldap_server")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGroupLdapServerAssociations {
    type Parent = UserGroup;
}
