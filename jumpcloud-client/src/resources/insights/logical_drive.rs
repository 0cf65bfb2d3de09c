//! Drives of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A drive letter of a Windows device.
    ///
    /// `GET /api/v2/systeminsights/logical_drives` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct LogicalDrive {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when Windows starts from it.
        pub boot_partition: i64 = "boot_partition",
        /// Drive, such as `C:`.
        pub device_id: String = "device_id",
        /// File system.
        pub file_system: String = "file_system",
        /// Free bytes as text.
        pub free_space: String = "free_space",
        /// Bytes as text.
        pub size: String = "size",
        /// Kind in words.
        pub kind: String = "type",
    }
}

impl Resource for LogicalDrive {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.logical_drives", "/systeminsights/logical_drives");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
