//! RADIUS servers bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// RADIUS servers bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/radiusservers` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupRadiusServers {}

impl Resource for UserGroupRadiusServers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-RAD", Family::V2, "/usergroups/{id}/radiusservers");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupRadiusServers {
    type Parent = UserGroup;
}
