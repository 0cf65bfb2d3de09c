//! Commands bound to a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, System};

/// Commands bound to a device, directly and through groups: `GET /api/v2/systems/{id}/commands`
/// `[spec]`.
///
/// The text of commands travels only with `details`, which is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemCommands {}

impl Resource for SystemCommands {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("SYS-CMD", Family::V2, "/systems/{id}/commands").holds_secrets();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemCommands {
    type Parent = System;
}
