//! Direct members of a policy group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, PolicyGroup};

/// Policies that are members of a group themselves: `GET /api/v2/policygroups/{id}/members`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyGroupMembers {}

impl Resource for PolicyGroupMembers {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint = Endpoint::list("PG-MEM", Family::V2, "/policygroups/{id}/members");

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for PolicyGroupMembers {
    type Parent = PolicyGroup;
}
