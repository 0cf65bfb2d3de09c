//! Policy groups that a policy is in.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, Policy};

/// Policy groups that a policy is in, with each way that leads there:
/// `GET /api/v2/policies/{id}/memberof` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyMemberOf {}

impl Resource for PolicyMemberOf {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("POL-MO", Family::V2, "/policies/{id}/memberof");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicyMemberOf {
    type Parent = Policy;
}
