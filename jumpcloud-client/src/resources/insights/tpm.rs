//! Trusted platform modules.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// The trusted platform module of a device.
    ///
    /// `GET /api/v2/systeminsights/tpm_info` `[spec]`; filled on Windows `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    pub struct Tpm {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when activated.
        pub activated: i64 = "activated",
        /// 1 when enabled.
        pub enabled: i64 = "enabled",
        /// Maker by number.
        pub manufacturer_id: i64 = "manufacturer_id",
        /// Maker.
        pub manufacturer_name: String = "manufacturer_name",
        /// Version of the maker.
        pub manufacturer_version: String = "manufacturer_version",
        /// 1 when taken by the system.
        pub owned: i64 = "owned",
        /// Version of the presence interface.
        pub physical_presence_version: String = "physical_presence_version",
        /// Product.
        pub product_name: String = "product_name",
        /// Versions of the standard as text.
        pub spec_version: String = "spec_version",
    }
}

impl Resource for Tpm {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.tpm_info", "/systeminsights/tpm_info");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
