//! Active Directory domains bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Active Directory domains bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/activedirectories` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupActiveDirectories {}

impl Resource for UserGroupActiveDirectories {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-AD", Family::V2, "/usergroups/{id}/activedirectories");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupActiveDirectories {
    type Parent = UserGroup;
}
