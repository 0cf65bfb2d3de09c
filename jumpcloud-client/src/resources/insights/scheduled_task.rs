//! Planned tasks of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A planned task.
    ///
    /// `GET /api/v2/systeminsights/scheduled_tasks` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    ///
    /// It has no collection time `[spec]`. Actions may hold whatever their author wrote there.
    pub struct ScheduledTask {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// What it does.
        pub action: String = "action",
        /// 1 when on.
        pub enabled: i64 = "enabled",
        /// 1 when hidden.
        pub hidden: i64 = "hidden",
        /// Result of the last run.
        pub last_run_code: String = "last_run_code",
        /// Message of the last run.
        pub last_run_message: String = "last_run_message",
        /// Last run, epoch seconds as text.
        pub last_run_time: String = "last_run_time",
        /// Name.
        pub name: String = "name",
        /// Next run, epoch seconds as text.
        pub next_run_time: String = "next_run_time",
        /// Where it stands.
        pub path: String = "path",
        /// State.
        pub state: String = "state",
    }
}

impl Resource for ScheduledTask {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.scheduled_tasks", "/systeminsights/scheduled_tasks");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
