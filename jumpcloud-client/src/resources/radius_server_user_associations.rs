//! Users bound directly to a RADIUS server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, RadiusServer};

/// Users bound directly to a RADIUS server:
/// `GET /api/v2/radiusservers/{id}/associations?targets=user` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RadiusServerUserAssociations {}

impl Resource for RadiusServerUserAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("RAD-ASC-USR", Family::V2, "/radiusservers/{id}/associations")
            .query(&[("targets", "user")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for RadiusServerUserAssociations {
    type Parent = RadiusServer;
}
