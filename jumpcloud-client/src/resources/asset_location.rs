//! Locations in the asset register.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A location in the asset register: `GET /api/v2/assets/locations` `[third-party]`.
    pub struct AssetLocation {
        /// Identity.
        pub id: Id<AssetLocation> = "id" | "objectId",
        /// Name `[inferred]`.
        pub name: String = "name",
        /// Fields by label, as for devices.
        pub fields: serde_json::Value = "fields",
    }
}

impl Resource for AssetLocation {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("AST-LOC", Family::V2, "/assets/locations")
        .array_or_wrapped(&["results", "data"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
