//! Runs of one command.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Command, CommandResult};

/// Runs of one command: `GET /api/commands/{id}/results` `[spec]`.
///
/// A bare array; the service takes neither limit nor skip `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandRuns {}

impl Resource for CommandRuns {
    type Record = CommandResult;
    const ENDPOINT: Endpoint = Endpoint::list("CMD-RES", Family::V1, "/commands/{id}/results")
        .array_or_wrapped(&["results"])
        .unpaged()
        .holds_secrets();

    fn key(record: &CommandResult) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &CommandResult) -> Option<&str> {
        record.organization.filled()
    }
}

impl ScopedResource for CommandRuns {
    type Parent = Command;
}
