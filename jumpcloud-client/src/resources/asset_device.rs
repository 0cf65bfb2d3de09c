//! Devices in the asset register.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A device in the asset register: `GET /api/v2/assets/devices` `[third-party]`.
    ///
    /// In no specification. Labels are English words that tenants may change, such as
    /// `Primary User`, `Serial Number` or `Status`; values are scalars, `{id, name, type}` or lists
    /// of those.
    pub struct AssetDevice {
        /// Identity.
        pub id: Id<AssetDevice> = "id" | "objectId",
        /// The device in the directory; absent when it is not enrolled.
        pub jc_system_id: Id<System> = "jcSystemId",
        /// Fields by label: `{"<label>": {"editable": …, "value": …}}`.
        pub fields: serde_json::Value = "fields",
    }
}

impl Resource for AssetDevice {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("AST", Family::V2, "/assets/devices")
        .array_or_wrapped(&["results", "data"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
