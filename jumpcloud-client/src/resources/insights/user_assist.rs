//! Programs started on Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A program that an account started.
    ///
    /// `GET /api/v2/systeminsights/userassist` `[spec]`; filled on Windows `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    ///
    /// Sensitive: it tells what people did.
    pub struct UserAssist {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Starts so far.
        pub count: i64 = "count",
        /// Last start, epoch seconds as text.
        pub last_execution_time: String = "last_execution_time",
        /// The program.
        pub path: String = "path",
        /// Windows security identifier of the account.
        pub sid: String = "sid",
    }
}

impl Resource for UserAssist {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.userassist", "/systeminsights/userassist");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
