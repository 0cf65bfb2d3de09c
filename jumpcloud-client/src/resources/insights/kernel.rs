//! Kernels of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// The running kernel.
    ///
    /// `GET /api/v2/systeminsights/kernel_info` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct Kernel {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Command line.
        pub arguments: String = "arguments",
        /// Device it was started from.
        pub device: String = "device",
        /// File.
        pub path: String = "path",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for Kernel {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.kernel_info", "/systeminsights/kernel_info");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
