//! Policy groups bound to a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemGroup};

/// Policy groups bound to a device group, directly and through groups:
/// `GET /api/v2/systemgroups/{id}/policygroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupPolicyGroups {}

impl Resource for SystemGroupPolicyGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("SG-PG", Family::V2, "/systemgroups/{id}/policygroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupPolicyGroups {
    type Parent = SystemGroup;
}
