//! Organizations of a provider.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Organization, Provider};

model! {
    /// An organization of a provider: `GET /api/v2/providers/{id}/organizations` `[spec]`.
    pub struct ProviderOrganization {
        /// Identity.
        pub id: Id<Organization> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Most users.
        pub max_system_users: i64 = "maxSystemUsers",
    }
}

impl Resource for ProviderOrganization {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("PRV-ORG", Family::V2, "/providers/{id}/organizations")
            .array_or_wrapped(&["results"])
            .optional()
            .without_organization_header();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for ProviderOrganization {
    type Parent = Provider;
}
