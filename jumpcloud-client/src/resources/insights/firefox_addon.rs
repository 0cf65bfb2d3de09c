//! Add-ons of Firefox.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A Firefox add-on of a local account.
    ///
    /// `GET /api/v2/systeminsights/firefox_addons` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct FirefoxAddon {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when in use.
        pub active: i64 = "active",
        /// 1 when it updates by itself.
        pub autoupdate: i64 = "autoupdate",
        /// Maker.
        pub creator: String = "creator",
        /// What it is for.
        pub description: String = "description",
        /// 1 when off.
        pub disabled: i64 = "disabled",
        /// Identity.
        pub identifier: String = "identifier",
        /// Where it was installed from.
        pub location: String = "location",
        /// Name.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
        /// Where it was fetched from.
        pub source_url: String = "source_url",
        /// Kind.
        pub kind: String = "type",
        /// Local account.
        pub uid: String = "uid",
        /// Version.
        pub version: String = "version",
        /// 1 when shown.
        pub visible: i64 = "visible",
    }
}

impl Resource for FirefoxAddon {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.firefox_addons", "/systeminsights/firefox_addons");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
