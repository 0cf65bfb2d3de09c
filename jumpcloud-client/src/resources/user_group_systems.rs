//! Devices bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Devices bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/systems` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupSystems {}

impl Resource for UserGroupSystems {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("UG-SYS", Family::V2, "/usergroups/{id}/systems");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupSystems {
    type Parent = UserGroup;
}
