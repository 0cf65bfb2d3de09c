//! Use of applications.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{SaasAccount, SaasApplication};

model! {
    /// Last use of an account within 90 days:
    /// `GET /api/v2/saas-management/applications/{id}/usage?day_count=90` `[third-party]`.
    pub struct SaasUsage {
        /// The account.
        pub account_id: Id<SaasAccount> = "account_id",
        /// Last use, RFC 3339, UTC.
        pub latest_used_at: String = "latest_used_at",
    }
}

impl Resource for SaasUsage {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("SAAS-USE", Family::V2, "/saas-management/applications/{id}/usage")
            .query(&[("day_count", "90")])
            .array_or_wrapped(&["results"])
            .offset_parameter("offset")
            .optional();

    fn key(record: &Self) -> Option<String> {
        record.account_id.value().map(Id::to_string)
    }
}

impl ScopedResource for SaasUsage {
    type Parent = SaasApplication;
}
