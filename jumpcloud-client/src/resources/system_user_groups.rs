//! User groups bound to a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, System};

/// User groups bound to a device, directly and through groups:
/// `GET /api/v2/systems/{id}/usergroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemUserGroups {}

impl Resource for SystemUserGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SYS-UG", Family::V2, "/systems/{id}/usergroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemUserGroups {
    type Parent = System;
}
