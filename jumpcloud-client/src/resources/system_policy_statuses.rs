//! Latest policy results of a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{PolicyResult, System};

/// The latest result of each policy on one device: `GET /api/v2/systems/{id}/policystatuses`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemPolicyStatuses {}

impl Resource for SystemPolicyStatuses {
    type Record = PolicyResult;
    const ENDPOINT: Endpoint =
        Endpoint::list("SYS-PST", Family::V2, "/systems/{id}/policystatuses").holds_secrets();

    fn key(record: &PolicyResult) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemPolicyStatuses {
    type Parent = System;
}
