//! Who is bound to a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, System};

/// Users bound to a device, directly and through groups: `GET /api/v2/systems/{id}/users` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemUsers {}

impl Resource for SystemUsers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("SYS-USR", Family::V2, "/systems/{id}/users");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemUsers {
    type Parent = System;
}
