//! Local groups of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A local group.
    ///
    /// `GET /api/v2/systeminsights/groups` `[spec]`; filled on several platforms `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    pub struct InsightsGroup {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Remark.
        pub comment: String = "comment",
        /// Number.
        pub gid: String = "gid",
        /// Number, signed.
        pub gid_signed: String = "gid_signed",
        /// Windows security identifier.
        pub group_sid: String = "group_sid",
        /// Name.
        pub groupname: String = "groupname",
    }
}

impl Resource for InsightsGroup {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.groups", "/systeminsights/groups");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
