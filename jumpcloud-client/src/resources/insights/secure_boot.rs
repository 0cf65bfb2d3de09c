//! Secure boot.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// Whether a device only starts signed systems.
    ///
    /// `GET /api/v2/systeminsights/secureboot` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct SecureBoot {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when on.
        pub secure_boot: i64 = "secure_boot",
        /// 1 when keys can still be set.
        pub setup_mode: i64 = "setup_mode",
    }
}

impl Resource for SecureBoot {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.secureboot", "/systeminsights/secureboot");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
