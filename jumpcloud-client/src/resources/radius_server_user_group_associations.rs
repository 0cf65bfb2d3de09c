//! User groups bound directly to a RADIUS server.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, RadiusServer};

/// User groups bound directly to a RADIUS server:
/// `GET /api/v2/radiusservers/{id}/associations?targets=user_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RadiusServerUserGroupAssociations {}

impl Resource for RadiusServerUserGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("RAD-ASC-UG", Family::V2, "/radiusservers/{id}/associations")
            .query(&[("targets", "user_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for RadiusServerUserGroupAssociations {
    type Parent = RadiusServer;
}
