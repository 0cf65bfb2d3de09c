//! Compatibility shims of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A shim that changes how a program runs.
    ///
    /// `GET /api/v2/systeminsights/appcompat_shims` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct AppcompatShim {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// What it is for.
        pub description: String = "description",
        /// The program.
        pub executable: String = "executable",
        /// When it was installed, epoch seconds as text.
        pub install_time: String = "install_time",
        /// Where it lies.
        pub path: String = "path",
        /// Identity of its database.
        pub sdb_id: String = "sdb_id",
        /// Kind of database.
        pub kind: String = "type",
    }
}

impl Resource for AppcompatShim {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.appcompat_shims", "/systeminsights/appcompat_shims");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
