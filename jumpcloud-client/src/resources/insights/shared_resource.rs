//! Folders and printers that Windows devices share.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A share of a Windows device.
    ///
    /// `GET /api/v2/systeminsights/shared_resources` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct SharedResource {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when connections are not limited.
        pub allow_maximum: i64 = "allow_maximum",
        /// What it is for.
        pub description: String = "description",
        /// When it was installed.
        pub install_date: String = "install_date",
        /// Most connections.
        pub maximum_allowed: String = "maximum_allowed",
        /// Name.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
        /// State.
        pub status: String = "status",
        /// Kind by number.
        pub kind: String = "type",
    }
}

impl Resource for SharedResource {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.shared_resources", "/systeminsights/shared_resources");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
