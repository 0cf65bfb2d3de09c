//! Plug-ins of browsers.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A browser plug-in of a local account.
    ///
    /// `GET /api/v2/systeminsights/browser_plugins` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct BrowserPlugin {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// What it is for.
        pub description: String = "description",
        /// Language it was made in.
        pub development_region: String = "development_region",
        /// 1 when off.
        pub disabled: i64 = "disabled",
        /// Identity.
        pub identifier: String = "identifier",
        /// Name.
        pub name: String = "name",
        /// 1 when it is native code.
        pub native: i64 = "native",
        /// Where it lies.
        pub path: String = "path",
        /// Kit it was built with.
        pub sdk: String = "sdk",
        /// Local account.
        pub uid: String = "uid",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for BrowserPlugin {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.browser_plugins", "/systeminsights/browser_plugins");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
