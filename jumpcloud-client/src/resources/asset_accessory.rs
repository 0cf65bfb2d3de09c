//! Accessories in the asset register.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An accessory in the asset register: `GET /api/v2/assets/accessories` `[third-party]`.
    pub struct AssetAccessory {
        /// Identity.
        pub id: Id<AssetAccessory> = "id" | "objectId",
        /// Fields by label, as for devices.
        pub fields: serde_json::Value = "fields",
    }
}

impl Resource for AssetAccessory {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("AST-ACC", Family::V2, "/assets/accessories")
        .array_or_wrapped(&["results", "data"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
