//! Enclosures of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// The enclosure of a device: the only place that tells a laptop from a server.
    ///
    /// `GET /api/v2/systeminsights/chassis_info` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct Chassis {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Alarm that can be heard.
        pub audible_alarm: String = "audible_alarm",
        /// Signs of a breach.
        pub breach_description: String = "breach_description",
        /// Kinds of enclosure as a list in text.
        pub chassis_types: String = "chassis_types",
        /// Description.
        pub description: String = "description",
        /// Whether it is locked.
        pub lock: String = "lock",
        /// Maker.
        pub manufacturer: String = "manufacturer",
        /// Model.
        pub model: String = "model",
        /// State of breach detection.
        pub security_breach: String = "security_breach",
        /// Serial number.
        pub serial: String = "serial",
        /// Stock number.
        pub sku: String = "sku",
        /// Tag in the firmware.
        pub smbios_tag: String = "smbios_tag",
        /// State.
        pub status: String = "status",
        /// Alarm that can be seen.
        pub visible_alarm: String = "visible_alarm",
    }
}

impl Resource for Chassis {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.chassis_info", "/systeminsights/chassis_info");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
