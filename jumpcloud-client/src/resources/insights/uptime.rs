//! How long devices have run.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// How long a device has run since it was started.
    ///
    /// `GET /api/v2/systeminsights/uptime` `[spec]`; filled on several platforms `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct Uptime {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Whole days.
        pub days: i64 = "days",
        /// Hours beyond the days.
        pub hours: i64 = "hours",
        /// Minutes beyond the hours.
        pub minutes: i64 = "minutes",
        /// Seconds beyond the minutes.
        pub seconds: i64 = "seconds",
        /// All of it in seconds as text.
        pub total_seconds: String = "total_seconds",
    }
}

impl Resource for Uptime {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.uptime", "/systeminsights/uptime");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
