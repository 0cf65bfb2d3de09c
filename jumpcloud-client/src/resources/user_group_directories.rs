//! Directories of every kind bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Directories of every kind bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/directories` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupDirectories {}

impl Resource for UserGroupDirectories {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("UG-DIR", Family::V2, "/usergroups/{id}/directories");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupDirectories {
    type Parent = UserGroup;
}
