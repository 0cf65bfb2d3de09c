//! System integrity protection of macOS.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// One flag of system integrity protection.
    ///
    /// `GET /api/v2/systeminsights/sip_config` `[spec]`; filled on macOS `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    ///
    /// The row with flag `sip` decides; the others are exemptions `[inferred]`.
    pub struct SipConfig {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// The flag.
        pub config_flag: String = "config_flag",
        /// 1 when it holds now.
        pub enabled: i64 = "enabled",
        /// 1 when it holds from the next start.
        pub enabled_nvram: i64 = "enabled_nvram",
    }
}

impl Resource for SipConfig {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.sip_config", "/systeminsights/sip_config");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
