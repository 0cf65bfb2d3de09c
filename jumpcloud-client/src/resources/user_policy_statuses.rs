//! Latest policy results of a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{PolicyResult, SystemUser};

/// The latest result of each policy bound to one user: `GET /api/v2/users/{id}/policystatuses`
/// `[inferred]`.
///
/// The path stands in the public inventory, not in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserPolicyStatuses {}

impl Resource for UserPolicyStatuses {
    type Record = PolicyResult;
    const ENDPOINT: Endpoint = Endpoint::list("USR-PST", Family::V2, "/users/{id}/policystatuses")
        .optional()
        .holds_secrets();

    fn key(record: &PolicyResult) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserPolicyStatuses {
    type Parent = SystemUser;
}
