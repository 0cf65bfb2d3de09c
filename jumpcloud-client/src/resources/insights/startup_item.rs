//! What starts by itself.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A program that starts by itself.
    ///
    /// `GET /api/v2/systeminsights/startup_items` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// It has no collection time `[spec]`. Arguments may hold whatever their author wrote there.
    pub struct StartupItem {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// Arguments.
        pub args: String = "args",
        /// Name.
        pub name: String = "name",
        /// The program.
        pub path: String = "path",
        /// Where it is configured.
        pub source: String = "source",
        /// Whether it is on.
        pub status: String = "status",
        /// Kind.
        pub kind: String = "type",
        /// Account.
        pub username: String = "username",
    }
}

impl Resource for StartupItem {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.startup_items", "/systeminsights/startup_items");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
