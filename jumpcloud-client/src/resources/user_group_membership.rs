//! Effective members of a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Users of a group, with each way that leads there: `GET /api/v2/usergroups/{id}/membership`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupMembership {}

impl Resource for UserGroupMembership {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("UGM", Family::V2, "/usergroups/{id}/membership");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupMembership {
    type Parent = UserGroup;
}
