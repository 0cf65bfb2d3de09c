//! Accounts in applications that people use.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{SaasApplication, SystemUser};

model! {
    /// An account in an application: `GET /api/v2/saas-management/applications/{id}/accounts`
    /// `[third-party]`.
    pub struct SaasAccount {
        /// Identity.
        pub id: Id<SaasAccount> = "id",
        /// Directory user; absent when none matches.
        pub user_id: Id<SystemUser> = "user_id",
        /// Address.
        pub email: String = "email",
        /// Name in the application.
        pub username: String = "username",
    }
}

impl Resource for SaasAccount {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("SAAS-ACC", Family::V2, "/saas-management/applications/{id}/accounts")
            .array_or_wrapped(&["results"])
            .offset_parameter("offset")
            .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SaasAccount {
    type Parent = SaasApplication;
}
