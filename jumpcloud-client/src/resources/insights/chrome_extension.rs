//! Extensions of Chrome and its relatives.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A browser extension of a local account.
    ///
    /// `GET /api/v2/systeminsights/chrome_extensions` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct ChromeExtension {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Maker.
        pub author: String = "author",
        /// What it is for.
        pub description: String = "description",
        /// Identity in the store.
        pub identifier: String = "identifier",
        /// Language.
        pub locale: String = "locale",
        /// Name.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
        /// What it may do, as text.
        pub permissions: String = "permissions",
        /// 1 when it runs all the time.
        pub persistent: i64 = "persistent",
        /// Local account.
        pub uid: String = "uid",
        /// Where it updates from.
        pub update_url: String = "update_url",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for ChromeExtension {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.chrome_extensions", "/systeminsights/chrome_extensions");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
