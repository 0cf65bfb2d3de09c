//! Device groups bound to a policy.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, Policy};

/// Device groups bound to a policy, directly and through groups:
/// `GET /api/v2/policies/{id}/systemgroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySystemGroups {}

impl Resource for PolicySystemGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("POL-SG", Family::V2, "/policies/{id}/systemgroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicySystemGroups {
    type Parent = Policy;
}
