//! Updates of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// An update that Windows lists.
    ///
    /// `GET /api/v2/systeminsights/patches` `[spec]`; filled on Windows `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    ///
    /// Updates that come as packages and some of Windows Update are missing `[third-party]`.
    pub struct Patch {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Help page.
        pub caption: String = "caption",
        /// Host name.
        pub csname: String = "csname",
        /// Kind, such as `Security Update`.
        pub description: String = "description",
        /// Remark.
        pub fix_comments: String = "fix_comments",
        /// Number, such as `KB5030211`.
        pub hotfix_id: String = "hotfix_id",
        /// When it was installed; mostly empty.
        pub install_date: String = "install_date",
        /// Account that installed it.
        pub installed_by: String = "installed_by",
        /// When it was installed as text, month first.
        pub installed_on: String = "installed_on",
    }
}

impl Resource for Patch {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.patches", "/systeminsights/patches");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
