//! Latest results of a policy.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Policy, PolicyResult};

/// The latest result on each device of one policy: `GET /api/v2/policies/{id}/policystatuses`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyStatuses {}

impl Resource for PolicyStatuses {
    type Record = PolicyResult;
    const ENDPOINT: Endpoint =
        Endpoint::list("PST", Family::V2, "/policies/{id}/policystatuses").holds_secrets();

    fn key(record: &PolicyResult) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicyStatuses {
    type Parent = Policy;
}
