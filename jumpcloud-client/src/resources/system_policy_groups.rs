//! Policy groups bound to a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, System};

/// Policy groups bound to a device, directly and through groups:
/// `GET /api/v2/systems/{id}/policygroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemPolicyGroups {}

impl Resource for SystemPolicyGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SYS-PG", Family::V2, "/systems/{id}/policygroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemPolicyGroups {
    type Parent = System;
}
