//! Device groups bound directly to a command.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Command, GraphConnection};

/// Device groups bound directly to a command:
/// `GET /api/v2/commands/{id}/associations?targets=system_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandSystemGroupAssociations {}

impl Resource for CommandSystemGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("CMD-ASC-SG", Family::V2, "/commands/{id}/associations")
            .query(&[("targets", "system_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for CommandSystemGroupAssociations {
    type Parent = Command;
}
