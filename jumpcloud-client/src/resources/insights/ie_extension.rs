//! Extensions of Internet Explorer.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// An extension of Internet Explorer.
    ///
    /// `GET /api/v2/systeminsights/ie_extensions` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct IeExtension {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Name.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
        /// Registry key.
        pub registry_path: String = "registry_path",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for IeExtension {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.ie_extensions", "/systeminsights/ie_extensions");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
