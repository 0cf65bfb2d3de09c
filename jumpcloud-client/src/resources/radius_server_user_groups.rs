//! User groups bound to a RADIUS server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, RadiusServer};

/// User groups bound to a RADIUS server, directly and through groups:
/// `GET /api/v2/radiusservers/{id}/usergroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RadiusServerUserGroups {}

impl Resource for RadiusServerUserGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("RAD-UG", Family::V2, "/radiusservers/{id}/usergroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for RadiusServerUserGroups {
    type Parent = RadiusServer;
}
