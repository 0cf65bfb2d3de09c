//! Users bound to a RADIUS server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, RadiusServer};

/// Users bound to a RADIUS server, directly and through groups:
/// `GET /api/v2/radiusservers/{id}/users` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RadiusServerUsers {}

impl Resource for RadiusServerUsers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("RAD-USR", Family::V2, "/radiusservers/{id}/users");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for RadiusServerUsers {
    type Parent = RadiusServer;
}
