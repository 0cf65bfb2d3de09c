//! Tags of Azure machines.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A tag of an Azure machine.
    ///
    /// `GET /api/v2/systeminsights/azure_instance_tags` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct AzureInstanceTag {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Name.
        pub key: String = "key",
        /// Value.
        pub value: String = "value",
        /// Identity of the machine.
        pub vm_id: String = "vm_id",
    }
}

impl Resource for AzureInstanceTag {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.azure_instance_tags", "/systeminsights/azure_instance_tags");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
