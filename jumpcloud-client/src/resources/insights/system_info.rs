//! Hardware of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// Hardware and names of a device.
    ///
    /// `GET /api/v2/systeminsights/system_info` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct SystemInfo {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Name shown to people.
        pub computer_name: String = "computer_name",
        /// Processor.
        pub cpu_brand: String = "cpu_brand",
        /// Logical cores.
        pub cpu_logical_cores: i64 = "cpu_logical_cores",
        /// Microcode version.
        pub cpu_microcode: String = "cpu_microcode",
        /// Cores.
        pub cpu_physical_cores: i64 = "cpu_physical_cores",
        /// Processor subtype.
        pub cpu_subtype: String = "cpu_subtype",
        /// Processor type.
        pub cpu_type: String = "cpu_type",
        /// Model.
        pub hardware_model: String = "hardware_model",
        /// Serial number.
        pub hardware_serial: String = "hardware_serial",
        /// Vendor.
        pub hardware_vendor: String = "hardware_vendor",
        /// Hardware version.
        pub hardware_version: String = "hardware_version",
        /// Host name.
        pub hostname: String = "hostname",
        /// Local host name.
        pub local_hostname: String = "local_hostname",
        /// Memory in bytes as text.
        pub physical_memory: String = "physical_memory",
        /// Identity of the device.
        pub uuid: String = "uuid",
    }
}

impl Resource for SystemInfo {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.system_info", "/systeminsights/system_info");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
