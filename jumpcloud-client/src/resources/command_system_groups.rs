//! Device groups bound to a command.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Command, GraphObject};

/// Device groups bound to a command, directly and through groups:
/// `GET /api/v2/commands/{id}/systemgroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandSystemGroups {}

impl Resource for CommandSystemGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("CMD-SG", Family::V2, "/commands/{id}/systemgroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for CommandSystemGroups {
    type Parent = Command;
}
