//! Devices that a policy reaches.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, Policy};

/// Devices bound to a policy, directly and through groups: `GET /api/v2/policies/{id}/systems`
/// `[spec]`.
///
/// The denominator for results: a device here without a result has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySystems {}

impl Resource for PolicySystems {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("POL-SYS", Family::V2, "/policies/{id}/systems");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicySystems {
    type Parent = Policy;
}
