//! History of one policy.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Policy, PolicyResult};

/// Every result of one policy: `GET /api/v2/policies/{id}/policyresults` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyHistory {}

impl Resource for PolicyHistory {
    type Record = PolicyResult;
    const ENDPOINT: Endpoint =
        Endpoint::list("POL-RES", Family::V2, "/policies/{id}/policyresults").holds_secrets();

    fn key(record: &PolicyResult) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicyHistory {
    type Parent = Policy;
}
