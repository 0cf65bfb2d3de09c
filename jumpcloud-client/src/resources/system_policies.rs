//! Policies that reach a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, System};

/// Policies bound to a device, directly and through groups: `GET /api/v2/systems/{id}/policies`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemPolicies {}

impl Resource for SystemPolicies {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SYS-POL", Family::V2, "/systems/{id}/policies");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemPolicies {
    type Parent = System;
}
