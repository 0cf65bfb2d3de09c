//! Sharing services of macOS devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// Which services a macOS device offers to others.
    ///
    /// `GET /api/v2/systeminsights/sharing_preferences` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct SharingPreferences {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when files can be sent by Bluetooth.
        pub bluetooth_sharing: i64 = "bluetooth_sharing",
        /// 1 when it caches content for others.
        pub content_caching: i64 = "content_caching",
        /// 1 when its disc drive is shared.
        pub disc_sharing: i64 = "disc_sharing",
        /// 1 when files are shared.
        pub file_sharing: i64 = "file_sharing",
        /// 1 when its connection is shared.
        pub internet_sharing: i64 = "internet_sharing",
        /// 1 when printers are shared.
        pub printer_sharing: i64 = "printer_sharing",
        /// 1 when other devices can script it.
        pub remote_apple_events: i64 = "remote_apple_events",
        /// 1 when SSH is open.
        pub remote_login: i64 = "remote_login",
        /// 1 when remote management is open.
        pub remote_management: i64 = "remote_management",
        /// 1 when its screen can be shared.
        pub screen_sharing: i64 = "screen_sharing",
    }
}

impl Resource for SharingPreferences {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.sharing_preferences", "/systeminsights/sharing_preferences");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
