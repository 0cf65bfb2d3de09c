//! User groups bound to a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemGroup};

/// User groups bound to a device group, directly and through groups:
/// `GET /api/v2/systemgroups/{id}/usergroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupUserGroups {}

impl Resource for SystemGroupUserGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SG-UG", Family::V2, "/systemgroups/{id}/usergroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupUserGroups {
    type Parent = SystemGroup;
}
