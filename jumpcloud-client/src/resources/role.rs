//! Roles of administrators.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A role that administrators hold: `GET /api/v2/roles` `[official code]`.
    ///
    /// In no specification; records stand under `results` with `totalCount`.
    pub struct Role {
        /// Identity.
        pub id: Id<Role> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// What it may read and write.
        pub scopes: Vec<String> = "scopes",
    }
}

impl Resource for Role {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("ROLE", Family::V2, "/roles").array_or_wrapped(&["results"]).optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
