//! User groups bound to an LDAP server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, LdapServer};

/// User groups bound to an LDAP server, directly and through groups:
/// `GET /api/v2/ldapservers/{id}/usergroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LdapServerUserGroups {}

impl Resource for LdapServerUserGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("LDAP-UG", Family::V2, "/ldapservers/{id}/usergroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for LdapServerUserGroups {
    type Parent = LdapServer;
}
