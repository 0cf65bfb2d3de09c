//! Effective members of a policy group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, PolicyGroup};

/// Policies of a group, with each way that leads there: `GET /api/v2/policygroups/{id}/membership`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyGroupMembership {}

impl Resource for PolicyGroupMembership {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("PGM", Family::V2, "/policygroups/{id}/membership");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicyGroupMembership {
    type Parent = PolicyGroup;
}
