//! Devices bound to a policy group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, PolicyGroup};

/// Devices bound to a policy group, directly and through groups:
/// `GET /api/v2/policygroups/{id}/systems` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyGroupSystems {}

impl Resource for PolicyGroupSystems {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("PG-SYS", Family::V2, "/policygroups/{id}/systems");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicyGroupSystems {
    type Parent = PolicyGroup;
}
