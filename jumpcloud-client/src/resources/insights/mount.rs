//! Mounted file systems.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A mounted file system.
    ///
    /// `GET /api/v2/systeminsights/mounts` `[spec]`; filled on macOS and Linux `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct Mount {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Blocks.
        pub blocks: String = "blocks",
        /// Blocks that accounts may use.
        pub blocks_available: String = "blocks_available",
        /// Free blocks.
        pub blocks_free: String = "blocks_free",
        /// Bytes in a block.
        pub blocks_size: String = "blocks_size",
        /// Device node.
        pub device: String = "device",
        /// Other name of the device.
        pub device_alias: String = "device_alias",
        /// Options.
        pub flags: String = "flags",
        /// Inodes.
        pub inodes: String = "inodes",
        /// Free inodes.
        pub inodes_free: String = "inodes_free",
        /// Where it is mounted.
        pub path: String = "path",
        /// File system.
        pub kind: String = "type",
    }
}

impl Resource for Mount {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.mounts", "/systeminsights/mounts");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
