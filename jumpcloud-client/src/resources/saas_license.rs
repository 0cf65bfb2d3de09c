//! Licences of applications.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::SaasApplication;

model! {
    /// A licence of an application: `GET /api/v2/saas-management/application-licenses/{id}`
    /// `[third-party]`.
    ///
    /// The contract beside the list is not read.
    pub struct SaasLicense {
        /// Identity.
        pub id: Id<SaasLicense> = "id",
        /// Name.
        pub name: String = "name",
        /// Licences bought.
        pub count: i64 = "count",
        /// In use.
        pub assigned: i64 = "assigned",
        /// Free.
        pub unassigned: i64 = "unassigned",
        /// Without limit.
        pub is_unlimited: bool = "is_unlimited",
        /// Price of one as text, since it may be fractional.
        pub cost_per_license: String = "cost_per_license",
    }
}

impl Resource for SaasLicense {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("SAAS-LIC", Family::V2, "/saas-management/application-licenses/{id}")
            .array_or_wrapped(&["results"])
            .offset_parameter("offset")
            .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SaasLicense {
    type Parent = SaasApplication;
}
