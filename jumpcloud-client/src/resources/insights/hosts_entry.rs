//! Hosts files.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A line of a hosts file.
    ///
    /// `GET /api/v2/systeminsights/etc_hosts` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct HostsEntry {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Address.
        pub address: String = "address",
        /// Names.
        pub hostnames: String = "hostnames",
    }
}

impl Resource for HostsEntry {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.etc_hosts", "/systeminsights/etc_hosts");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
