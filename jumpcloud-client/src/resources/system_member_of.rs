//! Device groups that a device is in.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, System};

/// Device groups that a device is in, with each way that leads there:
/// `GET /api/v2/systems/{id}/memberof` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemMemberOf {}

impl Resource for SystemMemberOf {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SYS-MO", Family::V2, "/systems/{id}/memberof");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemMemberOf {
    type Parent = System;
}
