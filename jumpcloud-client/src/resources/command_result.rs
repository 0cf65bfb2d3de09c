//! What came of commands.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A run of a command on a device: `GET /api/commandresults` `[spec]`.
    ///
    /// Texts and output may hold secrets and are dropped while reading. The list has `exitCode` at
    /// the top, single answers have it in `response`.
    pub struct CommandResult {
        /// Identity of the run.
        pub id: Id<CommandResult> = "_id" | "id",
        /// The organization it belongs to; absent in lists.
        pub organization: String = "organization",
        /// Name of the command.
        pub name: String = "name",
        /// The text was present; dropped while reading.
        pub command: Redacted = "command",
        /// When it was sent, RFC 3339, UTC.
        pub request_time: String = "requestTime",
        /// When it ended, RFC 3339, UTC.
        pub response_time: String = "responseTime",
        /// Name of the device.
        pub system: String = "system",
        /// The device.
        pub system_id: Id<System> = "systemId",
        /// Account it ran as.
        pub user: String = "user",
        /// Ran as administrator.
        pub sudo: bool = "sudo",
        /// Exit code; in lists.
        pub exit_code: i64 = "exitCode",
        /// Answer of the device.
        pub response: CommandResponse = "response",
        /// Files sent along.
        pub files: Vec<String> = "files",
        /// The command.
        pub workflow_id: String = "workflowId",
        /// The run of it on many devices.
        pub workflow_instance_id: String = "workflowInstanceId",
    }
}

model! {
    /// Answer of a device to a command `[spec]`.
    pub struct CommandResponse {
        /// Identity.
        pub id: String = "id",
        /// Error output was present; dropped while reading.
        pub error: Redacted = "error",
        /// Outcome.
        pub data: CommandResponseData = "data",
    }
}

model! {
    /// Outcome of a command `[official code]`.
    pub struct CommandResponseData {
        /// Exit code.
        pub exit_code: i64 = "exitCode",
        /// Output was present; dropped while reading.
        pub output: Redacted = "output",
    }
}

impl Resource for CommandResult {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("CMDR", Family::V1, "/commandresults").holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
