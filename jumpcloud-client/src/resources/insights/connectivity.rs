//! Networks of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// Which networks a device reaches.
    ///
    /// `GET /api/v2/systeminsights/connectivity` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct Connectivity {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when none.
        pub disconnected: i64 = "disconnected",
        /// 1 when IPv4 reaches the internet.
        pub ipv4_internet: i64 = "ipv4_internet",
        /// 1 when IPv4 reaches the local network.
        pub ipv4_local_network: i64 = "ipv4_local_network",
        /// 1 when IPv4 carries nothing.
        pub ipv4_no_traffic: i64 = "ipv4_no_traffic",
        /// 1 when IPv4 reaches its subnet.
        pub ipv4_subnet: i64 = "ipv4_subnet",
        /// 1 when IPv6 reaches the internet.
        pub ipv6_internet: i64 = "ipv6_internet",
        /// 1 when IPv6 reaches the local network.
        pub ipv6_local_network: i64 = "ipv6_local_network",
        /// 1 when IPv6 carries nothing.
        pub ipv6_no_traffic: i64 = "ipv6_no_traffic",
        /// 1 when IPv6 reaches its subnet.
        pub ipv6_subnet: i64 = "ipv6_subnet",
    }
}

impl Resource for Connectivity {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.connectivity", "/systeminsights/connectivity");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
