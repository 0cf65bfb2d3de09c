//! Device groups bound to a policy group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, PolicyGroup};

/// Device groups bound to a policy group, directly and through groups:
/// `GET /api/v2/policygroups/{id}/systemgroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyGroupSystemGroups {}

impl Resource for PolicyGroupSystemGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("PG-SG", Family::V2, "/policygroups/{id}/systemgroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicyGroupSystemGroups {
    type Parent = PolicyGroup;
}
