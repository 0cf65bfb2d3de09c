//! Kernel settings.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A kernel setting.
    ///
    /// `GET /api/v2/systeminsights/system_controls` `[spec]`; filled on macOS and Linux
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct SystemControl {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Value after the next start.
        pub config_value: String = "config_value",
        /// Value now.
        pub current_value: String = "current_value",
        /// Part of a setting.
        pub field_name: String = "field_name",
        /// Name.
        pub name: String = "name",
        /// Number.
        pub oid: String = "oid",
        /// Group.
        pub subsystem: String = "subsystem",
        /// Kind of value.
        pub kind: String = "type",
    }
}

impl Resource for SystemControl {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.system_controls", "/systeminsights/system_controls");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
