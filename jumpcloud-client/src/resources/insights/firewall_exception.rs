//! Exceptions of the macOS firewall.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A program with an exception in the application firewall.
    ///
    /// `GET /api/v2/systeminsights/alf_exceptions` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct FirewallException {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// The program.
        pub path: String = "path",
        /// State of the exception.
        pub state: i64 = "state",
    }
}

impl Resource for FirewallException {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.alf_exceptions", "/systeminsights/alf_exceptions");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
