//! Sessions on devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A session on a device.
    ///
    /// `GET /api/v2/systeminsights/logged_in_users` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct LoggedInUser {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Where it comes from.
        pub host: String = "host",
        /// Process.
        pub pid: i64 = "pid",
        /// When it began, epoch seconds as text.
        pub time: String = "time",
        /// Terminal.
        pub tty: String = "tty",
        /// Kind.
        pub kind: String = "type",
        /// Local account.
        pub user: String = "user",
    }
}

impl Resource for LoggedInUser {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.logged_in_users", "/systeminsights/logged_in_users");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
