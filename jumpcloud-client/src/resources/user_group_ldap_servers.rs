//! LDAP servers bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// LDAP servers bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/ldapservers` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupLdapServers {}

impl Resource for UserGroupLdapServers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-LDAP", Family::V2, "/usergroups/{id}/ldapservers");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupLdapServers {
    type Parent = UserGroup;
}
