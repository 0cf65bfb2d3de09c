//! Operating systems of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// The operating system of a device.
    ///
    /// `GET /api/v2/systeminsights/os_version` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct OsVersion {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Build.
        pub build: String = "build",
        /// Code name.
        pub codename: String = "codename",
        /// When it was installed, epoch seconds as text.
        pub install_date: String = "install_date",
        /// Major version.
        pub major: i64 = "major",
        /// Minor version.
        pub minor: i64 = "minor",
        /// Name, such as `macOS` or `Microsoft Windows 11 Pro`.
        pub name: String = "name",
        /// Patch version.
        pub patch: i64 = "patch",
        /// Platform word.
        pub platform: String = "platform",
        /// Related platforms.
        pub platform_like: String = "platform_like",
        /// Version as text.
        pub version: String = "version",
    }
}

impl Resource for OsVersion {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.os_version", "/systeminsights/os_version");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
