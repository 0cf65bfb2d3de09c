//! Services of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A service of a Windows device.
    ///
    /// `GET /api/v2/systeminsights/services` `[spec]`; filled on Windows `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    ///
    /// It has no collection time `[spec]`.
    pub struct WindowsService {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// What it is for.
        pub description: String = "description",
        /// Name shown to people.
        pub display_name: String = "display_name",
        /// Library.
        pub module_path: String = "module_path",
        /// Name.
        pub name: String = "name",
        /// Program with arguments.
        pub path: String = "path",
        /// Process.
        pub pid: i64 = "pid",
        /// Its own exit code.
        pub service_exit_code: i64 = "service_exit_code",
        /// Kind.
        pub service_type: String = "service_type",
        /// How it starts: `AUTO_START`, `DEMAND_START`, `DISABLED` and others.
        pub start_type: String = "start_type",
        /// `RUNNING`, `STOPPED` and others.
        pub status: String = "status",
        /// Account it runs as.
        pub user_account: String = "user_account",
        /// Exit code.
        pub win32_exit_code: i64 = "win32_exit_code",
    }
}

impl Resource for WindowsService {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.services", "/systeminsights/services");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
