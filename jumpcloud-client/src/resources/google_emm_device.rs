//! Android devices.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::GoogleEmmEnterprise;

model! {
    /// A device that Google's device management knows:
    /// `GET /api/v2/google-emm/enterprises/{id}/devices` `[official code]`.
    ///
    /// Records stand under `devices` with `count`. An enterprise that does not exist answers with
    /// an empty list `[official code]`, so ask only for ids from the list of enterprises. No public
    /// source names the other keys of a device; keep the raw text where they matter.
    pub struct GoogleEmmDevice {
        /// Identity `[inferred]`.
        pub id: Id<GoogleEmmDevice> = "objectId" | "id",
        /// Google's name of the device `[inferred]`.
        pub name: String = "name",
    }
}

impl Resource for GoogleEmmDevice {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("EMMD", Family::V2, "/google-emm/enterprises/{id}/devices")
            .array_or_wrapped(&["devices"])
            .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for GoogleEmmDevice {
    type Parent = GoogleEmmEnterprise;
}
