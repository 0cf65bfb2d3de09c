//! Effective members of a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemGroup};

/// Devices of a group, with each way that leads there: `GET /api/v2/systemgroups/{id}/membership`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupMembership {}

impl Resource for SystemGroupMembership {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SGM", Family::V2, "/systemgroups/{id}/membership");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupMembership {
    type Parent = SystemGroup;
}
