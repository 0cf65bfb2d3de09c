//! Launch agents and daemons of macOS.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A job that launchd knows.
    ///
    /// `GET /api/v2/systeminsights/launchd` `[spec]`; filled on macOS `[third-party]`. Columns are
    /// the specification's, their meaning is osquery's.
    ///
    /// Arguments may hold whatever their author wrote there.
    pub struct LaunchdJob {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Whether it is off: `1` or `true` as text.
        pub disabled: String = "disabled",
        /// Group it runs as.
        pub groupname: String = "groupname",
        /// Whether it is started like inetd does.
        pub inetd_compatibility: String = "inetd_compatibility",
        /// Whether it is restarted.
        pub keep_alive: String = "keep_alive",
        /// Name within launchd.
        pub label: String = "label",
        /// File name.
        pub name: String = "name",
        /// Whether it is started when needed.
        pub on_demand: String = "on_demand",
        /// File.
        pub path: String = "path",
        /// Kind.
        pub process_type: String = "process_type",
        /// Program.
        pub program: String = "program",
        /// Arguments.
        pub program_arguments: String = "program_arguments",
        /// Folders that start it when not empty.
        pub queue_directories: String = "queue_directories",
        /// Root folder.
        pub root_directory: String = "root_directory",
        /// Whether it is started at once.
        pub run_at_load: String = "run_at_load",
        /// Seconds between starts.
        pub start_interval: String = "start_interval",
        /// Whether mounting starts it.
        pub start_on_mount: String = "start_on_mount",
        /// Error output.
        pub stderr_path: String = "stderr_path",
        /// Output.
        pub stdout_path: String = "stdout_path",
        /// Account it runs as.
        pub username: String = "username",
        /// Files that start it when changed.
        pub watch_paths: String = "watch_paths",
        /// Working folder.
        pub working_directory: String = "working_directory",
    }
}

impl Resource for LaunchdJob {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.launchd", "/systeminsights/launchd");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
