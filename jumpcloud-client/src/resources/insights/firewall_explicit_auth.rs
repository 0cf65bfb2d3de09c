//! Programs that the macOS firewall names.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A program that may listen by name.
    ///
    /// `GET /api/v2/systeminsights/alf_explicit_auths` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct FirewallExplicitAuth {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// The program.
        pub process: String = "process",
    }
}

impl Resource for FirewallExplicitAuth {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.alf_explicit_auths", "/systeminsights/alf_explicit_auths");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
