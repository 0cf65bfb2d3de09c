//! Policies bound to a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemGroup};

/// Policies bound to a device group, directly and through groups:
/// `GET /api/v2/systemgroups/{id}/policies` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupPolicies {}

impl Resource for SystemGroupPolicies {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SG-POL", Family::V2, "/systemgroups/{id}/policies");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupPolicies {
    type Parent = SystemGroup;
}
