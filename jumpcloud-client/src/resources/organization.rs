//! Organizations that a key can see.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An organization, as the list names it: `GET /api/organizations`.
    ///
    /// The specification promises `_id`, `displayName` and `logoUrl` `[spec]`; `id` and `created`
    /// were seen in real answers, with `displayName` and `logoUrl` null `[recorded]`. More than one
    /// row means that the key belongs to a provider and an organization has to be chosen. Settings
    /// come with [`OrganizationDetail`](crate::resources::OrganizationDetail).
    pub struct Organization {
        /// Identity; `_id` and `id` are equal.
        pub id: Id<Organization> = "_id" | "id",
        /// Name shown in the console; null when nobody set one `[recorded]`.
        pub display_name: String = "displayName",
        /// Address of the logo; null without one `[recorded]`.
        pub logo_url: String = "logoUrl",
        /// Creation, RFC 3339 with milliseconds, UTC; not in the specification `[recorded]`.
        pub created: String = "created",
    }
}

impl Resource for Organization {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("ORG", Family::V1, "/organizations")
        .or_bare_object()
        .without_organization_header();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
