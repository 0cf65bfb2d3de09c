//! Applications of macOS devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// An application bundle on a macOS device: `GET /api/v2/systeminsights/apps` `[spec]`.
    pub struct App {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339.
        pub collection_time: String = "collection_time",
        /// Bundle identifier, such as `com.example.app`.
        pub bundle_identifier: String = "bundle_identifier",
        /// Name of the bundle.
        pub bundle_name: String = "bundle_name",
        /// Version shown to people.
        pub bundle_short_version: String = "bundle_short_version",
        /// Build version.
        pub bundle_version: String = "bundle_version",
        /// Name shown to people.
        pub display_name: String = "display_name",
        /// File name, which ends in `.app` `[third-party]`.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
        /// When it was last opened, epoch seconds as text.
        pub last_opened_time: String = "last_opened_time",
        /// Oldest macOS it runs on.
        pub minimum_system_version: String = "minimum_system_version",
    }
}

impl Resource for App {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.apps", "/systeminsights/apps");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
