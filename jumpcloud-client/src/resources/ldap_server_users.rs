//! Users bound to an LDAP server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, LdapServer};

/// Users bound to an LDAP server, directly and through groups: `GET /api/v2/ldapservers/{id}/users`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LdapServerUsers {}

impl Resource for LdapServerUsers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("LDAP-USR", Family::V2, "/ldapservers/{id}/users");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for LdapServerUsers {
    type Parent = LdapServer;
}
