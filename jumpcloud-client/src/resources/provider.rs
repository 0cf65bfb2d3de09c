//! Providers that manage organizations.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A provider: `GET /api/v2/providers` `[inferred]`.
    ///
    /// The list stands in the public inventory, not in the specification; only keys of a provider
    /// may read it.
    pub struct Provider {
        /// Identity.
        pub id: Id<Provider> = "id" | "_id",
        /// Name `[inferred]`.
        pub name: String = "name",
    }
}

impl Resource for Provider {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("PRV", Family::V2, "/providers")
        .array_or_wrapped(&["results"])
        .optional()
        .without_organization_header();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
