//! Wireless connections of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// The wireless connection of a device.
    ///
    /// `GET /api/v2/systeminsights/wifi_status` `[spec]`; filled on macOS `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    pub struct WifiStatus {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Hardware address of the station.
        pub bssid: String = "bssid",
        /// Channel.
        pub channel: i64 = "channel",
        /// Band.
        pub channel_band: i64 = "channel_band",
        /// Width.
        pub channel_width: i64 = "channel_width",
        /// Country.
        pub country_code: String = "country_code",
        /// Interface.
        pub interface: String = "interface",
        /// Mode.
        pub mode: String = "mode",
        /// Name.
        pub network_name: String = "network_name",
        /// Noise in decibel-milliwatts.
        pub noise: i64 = "noise",
        /// Strength in decibel-milliwatts.
        pub rssi: i64 = "rssi",
        /// Protection.
        pub security_type: String = "security_type",
        /// Network identity.
        pub ssid: String = "ssid",
        /// Rate in megabits a second as text.
        pub transmit_rate: String = "transmit_rate",
    }
}

impl Resource for WifiStatus {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.wifi_status", "/systeminsights/wifi_status");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
