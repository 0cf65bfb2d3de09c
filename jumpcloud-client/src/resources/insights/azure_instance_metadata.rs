//! Azure machines.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// What Azure says of a virtual machine.
    ///
    /// `GET /api/v2/systeminsights/azure_instance_metadata` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct AzureInstanceMetadata {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Region.
        pub location: String = "location",
        /// Name.
        pub name: String = "name",
        /// Image offer.
        pub offer: String = "offer",
        /// Operating system.
        pub os_type: String = "os_type",
        /// Placement group.
        pub placement_group_id: String = "placement_group_id",
        /// Fault domain.
        pub platform_fault_domain: String = "platform_fault_domain",
        /// Update domain.
        pub platform_update_domain: String = "platform_update_domain",
        /// Image publisher.
        pub publisher: String = "publisher",
        /// Resource group.
        pub resource_group_name: String = "resource_group_name",
        /// Image plan.
        pub sku: String = "sku",
        /// Subscription.
        pub subscription_id: String = "subscription_id",
        /// Image version.
        pub version: String = "version",
        /// Identity of the machine.
        pub vm_id: String = "vm_id",
        /// Scale set.
        pub vm_scale_set_name: String = "vm_scale_set_name",
        /// Size.
        pub vm_size: String = "vm_size",
        /// Zone.
        pub zone: String = "zone",
    }
}

impl Resource for AzureInstanceMetadata {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.azure_instance_metadata", "/systeminsights/azure_instance_metadata");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
