//! Members of local groups.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A local account in a local group.
    ///
    /// `GET /api/v2/systeminsights/user_groups` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct LocalUserGroup {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Group.
        pub gid: String = "gid",
        /// Account.
        pub uid: String = "uid",
    }
}

impl Resource for LocalUserGroup {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.user_groups", "/systeminsights/user_groups");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
