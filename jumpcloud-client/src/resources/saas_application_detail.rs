//! Applications in use, with their names.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::SaasApplication;

model! {
    /// An application with its name:
    /// `GET /api/v2/saas-management/applications/{id}?expand=sso_apps` `[third-party]`.
    pub struct SaasApplicationDetail {
        /// Identity.
        pub id: Id<SaasApplication> = "id",
        /// Name.
        pub name: String = "name",
        /// Entry of the catalogue.
        pub catalog_app_id: String = "catalog_app_id",
        /// User who owns it.
        pub owner_user_id: String = "owner_user_id",
        /// `APPROVED`, `UNAPPROVED`, `NEWLY_DISCOVERED` and others.
        pub status: String = "status",
        /// `NO_ACTION`, `WARNING` or `BLOCK`.
        pub access_restriction: String = "access_restriction",
        /// When it was found, RFC 3339, UTC.
        pub discovered_at: String = "discovered_at",
        /// Single sign-on applications that belong to it.
        pub sso_apps: Vec<SaasSsoApp> = "sso_apps",
    }
}

model! {
    /// A single sign-on application of an application in use `[third-party]`.
    pub struct SaasSsoApp {
        /// Identity.
        pub id: String = "id",
        /// Name.
        pub app_name: String = "app_name",
        /// Name shown to people.
        pub display_label: String = "display_label",
        /// Connector.
        pub template_name: String = "template_name",
        /// `CONNECTED` or `NOT_CONNECTED`.
        pub status: String = "status",
    }
}

impl Resource for SaasApplicationDetail {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::object("SAASD", Family::V2, "/saas-management/applications/{id}")
            .query(&[("expand", "sso_apps")])
            .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SaasApplicationDetail {
    type Parent = SaasApplication;
}
