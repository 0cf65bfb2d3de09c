//! Commands.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A command that devices can be told to run: `GET /api/commands` `[spec]`.
    ///
    /// Its text may hold secrets: it is not asked for, and dropped where it comes all the same.
    pub struct Command {
        /// Identity.
        pub id: Id<Command> = "_id" | "id",
        /// The organization it belongs to.
        pub organization: String = "organization",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// The text was present; dropped while reading.
        pub command: Redacted = "command",
        /// `linux`, `mac` and, not named by the specification, `windows`.
        pub command_type: String = "commandType",
        /// How it is started, such as `manual` or `trigger`; words are not documented.
        pub launch_type: String = "launchType",
        /// What it listens to.
        pub listens_to: String = "listensTo",
        /// When, as a line of cron or `immediate`.
        pub schedule: String = "schedule",
        /// How it repeats.
        pub schedule_repeat_type: String = "scheduleRepeatType",
        /// Year of a planned start.
        pub schedule_year: i64 = "scheduleYear",
        /// Shell.
        pub shell: String = "shell",
        /// Runs as administrator.
        pub sudo: bool = "sudo",
        /// Account it runs as.
        pub user: String = "user",
        /// Seconds it may take, at most 86400, as text.
        pub timeout: String = "timeout",
        /// Seconds it may wait for a device.
        pub time_to_live_seconds: i64 = "timeToLiveSeconds",
        /// Name of the trigger.
        pub trigger: String = "trigger",
        /// Template it was made from.
        pub template: String = "template",
        /// Placeholders are filled before it runs.
        pub templating_required: bool = "templatingRequired",
        /// Written with machine help.
        pub ai_generated: bool = "aiGenerated",
        /// Administrators who may only run it.
        pub command_runners: Vec<String> = "commandRunners",
        /// Files sent along.
        pub files: Vec<String> = "files",
        /// Files sent along from object storage.
        pub files_s3: Vec<CommandFile> = "filesS3",
    }
}

model! {
    /// A file that a command sends along `[spec]`.
    pub struct CommandFile {
        /// Name.
        pub name: String = "name",
        /// Where it lands.
        pub destination: String = "destination",
        /// Identity in storage.
        pub object_storage_id: String = "objectStorageId",
        /// SHA-256 of its content.
        pub sha256: String = "sha256",
    }
}

impl Resource for Command {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("CMD", Family::V1, "/commands").projected().holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
