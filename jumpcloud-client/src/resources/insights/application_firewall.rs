//! Firewall of macOS devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// State of the application firewall.
    ///
    /// `GET /api/v2/systeminsights/alf` `[spec]`; filled on macOS `[third-party]`. Columns are the
    /// specification's, their meaning is osquery's.
    ///
    /// Several columns mean nothing from macOS 15 on `[third-party]`.
    pub struct ApplicationFirewall {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when signed programs may listen without asking.
        pub allow_signed_enabled: i64 = "allow_signed_enabled",
        /// 1 when the firewall waits to be unloaded.
        pub firewall_unload: i64 = "firewall_unload",
        /// 0 off, 1 on, 2 on and blocking everything `[third-party]`.
        pub global_state: i64 = "global_state",
        /// 1 when it logs.
        pub logging_enabled: i64 = "logging_enabled",
        /// How it logs.
        pub logging_option: i64 = "logging_option",
        /// 1 when the device does not answer probes.
        pub stealth_enabled: i64 = "stealth_enabled",
        /// Version of the firewall.
        pub version: String = "version",
    }
}

impl Resource for ApplicationFirewall {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.alf", "/systeminsights/alf");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
