//! Addresses of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// An address of a network interface.
    ///
    /// `GET /api/v2/systeminsights/interface_addresses` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct InterfaceAddress {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Address.
        pub address: String = "address",
        /// Broadcast address.
        pub broadcast: String = "broadcast",
        /// Name shown to people.
        pub friendly_name: String = "friendly_name",
        /// Interface.
        pub interface: String = "interface",
        /// Network mask.
        pub mask: String = "mask",
        /// Other end.
        pub point_to_point: String = "point_to_point",
        /// How it was given.
        pub kind: String = "type",
    }
}

impl Resource for InterfaceAddress {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.interface_addresses", "/systeminsights/interface_addresses");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
