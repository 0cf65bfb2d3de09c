//! LDAP servers bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// LDAP servers bound to a user, directly and through groups: `GET /api/v2/users/{id}/ldapservers`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserLdapServers {}

impl Resource for UserLdapServers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-LDAP", Family::V2, "/users/{id}/ldapservers");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserLdapServers {
    type Parent = SystemUser;
}
