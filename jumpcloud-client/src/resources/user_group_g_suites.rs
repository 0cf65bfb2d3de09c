//! Google Workspaces bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Google Workspaces bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/gsuites` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupGSuites {}

impl Resource for UserGroupGSuites {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("UG-GS", Family::V2, "/usergroups/{id}/gsuites");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupGSuites {
    type Parent = UserGroup;
}
