//! State of managed software on devices.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{SoftwareApp, System};

model! {
    /// State of managed software on a device: `GET /api/v2/softwareapps/{id}/statuses` `[spec]`.
    pub struct SoftwareAppStatus {
        /// Identity.
        pub id: Id<SoftwareAppStatus> = "id" | "_id",
        /// The software.
        pub software_app_id: Id<SoftwareApp> = "softwareAppId",
        /// The device.
        pub system_id: Id<System> = "systemId",
        /// State; words are not documented.
        pub state: String = "state",
        /// Code of the last attempt.
        pub code: i64 = "code",
        /// Version on the device.
        pub version: String = "version",
        /// Free text.
        pub details: String = "details",
        /// When, RFC 3339, UTC.
        pub timestamp: String = "timestamp",
    }
}

impl Resource for SoftwareAppStatus {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("SWA-ST", Family::V2, "/softwareapps/{id}/statuses").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SoftwareAppStatus {
    type Parent = SoftwareApp;
}
