//! Extensions of Safari.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A Safari extension of a local account.
    ///
    /// `GET /api/v2/systeminsights/safari_extensions` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct SafariExtension {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Maker.
        pub author: String = "author",
        /// What it is for.
        pub description: String = "description",
        /// Team that signed it.
        pub developer_id: String = "developer_id",
        /// Identity.
        pub identifier: String = "identifier",
        /// Name.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
        /// Kit it was built with.
        pub sdk: String = "sdk",
        /// Local account.
        pub uid: String = "uid",
        /// Where it updates from.
        pub update_url: String = "update_url",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for SafariExtension {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.safari_extensions", "/systeminsights/safari_extensions");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
