//! Folders that macOS devices share.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A shared folder.
    ///
    /// `GET /api/v2/systeminsights/shared_folders` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct SharedFolder {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Name.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
    }
}

impl Resource for SharedFolder {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.shared_folders", "/systeminsights/shared_folders");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
