//! Programs of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::resource::Resource;
use crate::resources::System;
use crate::table::table;
use crate::text::Text;

table! {
    /// An installed program of a Windows device.
    ///
    /// `GET /api/v2/systeminsights/programs` `[spec]`; filled on Windows `[third-party]`. Columns
    /// are the specification's, their meaning is osquery's.
    pub struct Program {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: Text = "collection_time",
        /// When it was installed: `20260304`, `2026-03-04`, `3/4/2026` or an impossible date
        /// `[third-party]`.
        pub install_date: Text = "install_date",
    }
    texts { collection_time, install_date }
    /// What the rows of one product have in common; a [`Program`] reads as one.
    pub struct ProgramDetails {
        /// Product code.
        pub identifying_number: String = "identifying_number",
        /// Where it lies.
        pub install_location: String = "install_location",
        /// Where it came from.
        pub install_source: String = "install_source",
        /// Language by number.
        pub language: String = "language",
        /// Name.
        pub name: String = "name",
        /// Publisher.
        pub publisher: String = "publisher",
        /// Command that removes it.
        pub uninstall_string: String = "uninstall_string",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for Program {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.programs", "/systeminsights/programs");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
