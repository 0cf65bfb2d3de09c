//! RADIUS servers bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// RADIUS servers bound to a user, directly and through groups:
/// `GET /api/v2/users/{id}/radiusservers` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRadiusServers {}

impl Resource for UserRadiusServers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-RAD", Family::V2, "/users/{id}/radiusservers");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserRadiusServers {
    type Parent = SystemUser;
}
