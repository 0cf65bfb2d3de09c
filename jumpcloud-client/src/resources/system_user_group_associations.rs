//! User groups bound directly to a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, System};

/// User groups bound directly to a device:
/// `GET /api/v2/systems/{id}/associations?targets=user_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemUserGroupAssociations {}

impl Resource for SystemUserGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("SYS-ASC-UG", Family::V2, "/systems/{id}/associations")
            .query(&[("targets", "user_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for SystemUserGroupAssociations {
    type Parent = System;
}
