//! Wireless networks that devices know.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A wireless network that a device knows.
    ///
    /// `GET /api/v2/systeminsights/wifi_networks` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct WifiNetwork {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when it signs in by itself.
        pub auto_login: i64 = "auto_login",
        /// 1 when a portal asks first.
        pub captive_portal: i64 = "captive_portal",
        /// 1 when off.
        pub disabled: i64 = "disabled",
        /// Last use, epoch seconds as text.
        pub last_connected: String = "last_connected",
        /// Name.
        pub network_name: String = "network_name",
        /// 1 when it is Passpoint.
        pub passpoint: i64 = "passpoint",
        /// 1 when it may be hidden.
        pub possibly_hidden: i64 = "possibly_hidden",
        /// 1 when it roams.
        pub roaming: i64 = "roaming",
        /// Roaming profile.
        pub roaming_profile: String = "roaming_profile",
        /// Protection.
        pub security_type: String = "security_type",
        /// Network identity.
        pub ssid: String = "ssid",
        /// 1 when off for now.
        pub temporarily_disabled: i64 = "temporarily_disabled",
    }
}

impl Resource for WifiNetwork {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.wifi_networks", "/systeminsights/wifi_networks");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
