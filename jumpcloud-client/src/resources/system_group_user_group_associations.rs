//! User groups bound directly to a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemGroup};

/// User groups bound directly to a device group:
/// `GET /api/v2/systemgroups/{id}/associations?targets=user_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupUserGroupAssociations {}

impl Resource for SystemGroupUserGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("SG-ASC-UG", Family::V2, "/systemgroups/{id}/associations")
            .query(&[("targets", "user_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupUserGroupAssociations {
    type Parent = SystemGroup;
}
