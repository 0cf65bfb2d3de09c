//! Devices bound directly to a command.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Command, GraphConnection};

/// Devices bound directly to a command: `GET /api/v2/commands/{id}/associations?targets=system`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandSystemAssociations {}

impl Resource for CommandSystemAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("CMD-ASC-SYS", Family::V2, "/commands/{id}/associations")
            .query(&[("targets", "system")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for CommandSystemAssociations {
    type Parent = Command;
}
