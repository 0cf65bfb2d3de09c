//! Devices bound to a command.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Command, GraphObject};

/// Devices bound to a command, directly and through groups: `GET /api/v2/commands/{id}/systems`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandSystems {}

impl Resource for CommandSystems {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("CMD-SYS", Family::V2, "/commands/{id}/systems");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for CommandSystems {
    type Parent = Command;
}
