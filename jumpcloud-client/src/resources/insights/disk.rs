//! Disks of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A physical disk.
    ///
    /// `GET /api/v2/systeminsights/disk_info` `[spec]`; filled on Windows `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    pub struct Disk {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Description.
        pub description: String = "description",
        /// Number.
        pub disk_index: i64 = "disk_index",
        /// Size in bytes as text.
        pub disk_size: String = "disk_size",
        /// Model.
        pub hardware_model: String = "hardware_model",
        /// Identity on the device.
        pub id: String = "id",
        /// Maker.
        pub manufacturer: String = "manufacturer",
        /// Name.
        pub name: String = "name",
        /// Partitions on it.
        pub partitions: i64 = "partitions",
        /// Plug-and-play identity.
        pub pnp_device_id: String = "pnp_device_id",
        /// Serial number.
        pub serial: String = "serial",
        /// Interface.
        pub kind: String = "type",
    }
}

impl Resource for Disk {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.disk_info", "/systeminsights/disk_info");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
