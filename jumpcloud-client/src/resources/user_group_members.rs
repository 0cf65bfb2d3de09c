//! Direct members of a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, UserGroup};

/// Users that are members of a group themselves: `GET /api/v2/usergroups/{id}/members` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupMembers {}

impl Resource for UserGroupMembers {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint = Endpoint::list("UG-MEM", Family::V2, "/usergroups/{id}/members");

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGroupMembers {
    type Parent = UserGroup;
}
