//! Applications that people were found to use.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An application that people were found to use: `GET /api/v2/saas-management/applications`
    /// `[third-party]`.
    ///
    /// In no specification; records stand under `results` with `totalCount`, and the list skips by
    /// `offset`. It holds no name;
    /// [`SaasApplicationDetail`](crate::resources::SaasApplicationDetail) does.
    pub struct SaasApplication {
        /// Identity; not hexadecimal.
        pub id: Id<SaasApplication> = "id",
        /// Entry of the catalogue; absent for unknown applications.
        pub catalog_app_id: String = "catalog_app_id",
        /// User who owns it; absent without one.
        pub owner_user_id: String = "owner_user_id",
        /// `APPROVED`, `UNAPPROVED`, `NEWLY_DISCOVERED` and others.
        pub status: String = "status",
        /// `NO_ACTION`, `WARNING` or `BLOCK`.
        pub access_restriction: String = "access_restriction",
        /// When it was found, RFC 3339, UTC.
        pub discovered_at: String = "discovered_at",
        /// How: `JUMPCLOUD_SSO`, `BROWSER_EXTENSION`, `CONNECTOR`.
        pub discovery_source_types: Vec<String> = "discovery_source_types",
    }
}

impl Resource for SaasApplication {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("SAAS", Family::V2, "/saas-management/applications")
        .query(&[("expand", "discovery_source_types")])
        .array_or_wrapped(&["results"])
        .offset_parameter("offset")
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
