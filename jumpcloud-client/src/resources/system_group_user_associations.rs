//! Users bound directly to a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemGroup};

/// Users bound directly to a device group:
/// `GET /api/v2/systemgroups/{id}/associations?targets=user` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupUserAssociations {}

impl Resource for SystemGroupUserAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("SG-ASC-USR", Family::V2, "/systemgroups/{id}/associations")
            .query(&[("targets", "user")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupUserAssociations {
    type Parent = SystemGroup;
}
