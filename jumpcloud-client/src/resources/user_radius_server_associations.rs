//! RADIUS servers bound directly to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemUser};

/// RADIUS servers bound directly to a user:
/// `GET /api/v2/users/{id}/associations?targets=radius_server` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRadiusServerAssociations {}

impl Resource for UserRadiusServerAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("USR-ASC-RAD", Family::V2, "/users/{id}/associations")
            .query(&[("targets", "radius_server")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserRadiusServerAssociations {
    type Parent = SystemUser;
}
