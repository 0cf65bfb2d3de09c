//! Users bound directly to a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, System};

/// Users bound directly to a device: `GET /api/v2/systems/{id}/associations?targets=user` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemUserAssociations {}

impl Resource for SystemUserAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("SYS-ASC-USR", Family::V2, "/systems/{id}/associations")
            .query(&[("targets", "user")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for SystemUserAssociations {
    type Parent = System;
}
