//! Device groups bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Device groups bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/systemgroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupSystemGroups {}

impl Resource for UserGroupSystemGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("UG-SG", Family::V2, "/usergroups/{id}/systemgroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupSystemGroups {
    type Parent = UserGroup;
}
