//! Printers of macOS devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// An option of a configured printer.
    ///
    /// `GET /api/v2/systeminsights/cups_destinations` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    ///
    /// It has no collection time `[spec]`.
    pub struct CupsDestination {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// Printer.
        pub name: String = "name",
        /// Option.
        pub option_name: String = "option_name",
        /// Its value.
        pub option_value: String = "option_value",
    }
}

impl Resource for CupsDestination {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.cups_destinations", "/systeminsights/cups_destinations");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
