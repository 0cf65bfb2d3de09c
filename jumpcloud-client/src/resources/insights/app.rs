//! Applications of macOS devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::resource::Resource;
use crate::resources::System;
use crate::table::table;
use crate::text::Text;

table! {
    /// An application bundle on a macOS device.
    ///
    /// `GET /api/v2/systeminsights/apps` `[spec]`; filled on macOS `[third-party]`. Columns are the
    /// specification's, their meaning is osquery's.
    pub struct App {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: Text = "collection_time",
        /// When it was last opened, epoch seconds as text, possibly with a fraction.
        pub last_opened_time: Text = "last_opened_time",
    }
    texts { collection_time, last_opened_time }
    /// What the rows of one product have in common; a [`App`] reads as one.
    pub struct AppDetails {
        /// Whether it can be scripted.
        pub applescript_enabled: String = "applescript_enabled",
        /// Program inside the bundle.
        pub bundle_executable: String = "bundle_executable",
        /// Bundle identifier, such as `com.example.app`.
        pub bundle_identifier: String = "bundle_identifier",
        /// Name of the bundle; the table can be filtered by it.
        pub bundle_name: String = "bundle_name",
        /// Package type.
        pub bundle_package_type: String = "bundle_package_type",
        /// Version shown to people.
        pub bundle_short_version: String = "bundle_short_version",
        /// Build version.
        pub bundle_version: String = "bundle_version",
        /// Category in the store.
        pub category: String = "category",
        /// Compiler.
        pub compiler: String = "compiler",
        /// Copyright line.
        pub copyright: String = "copyright",
        /// Language it was made in.
        pub development_region: String = "development_region",
        /// Name shown to people.
        pub display_name: String = "display_name",
        /// Whether it runs without a menu.
        pub element: String = "element",
        /// Environment variables.
        pub environment: String = "environment",
        /// Version line.
        pub info_string: String = "info_string",
        /// Oldest macOS it runs on.
        pub minimum_system_version: String = "minimum_system_version",
        /// File name, which ends in `.app` `[third-party]`.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
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
