//! Direct members of a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemGroup};

/// Devices that are members of a group themselves: `GET /api/v2/systemgroups/{id}/members`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupMembers {}

impl Resource for SystemGroupMembers {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint = Endpoint::list("SG-MEM", Family::V2, "/systemgroups/{id}/members");

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupMembers {
    type Parent = SystemGroup;
}
