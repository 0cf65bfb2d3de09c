//! Access that was asked for.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// Access that a person was given for a while: `GET /api/v2/accessrequests` `[official code]`.
    ///
    /// The list stands in no specification.
    pub struct AccessRequest {
        /// Identity.
        pub access_id: Id<AccessRequest> = "accessId" | "id",
        /// Who asked.
        pub requestor_id: String = "requestorId",
        /// What for.
        pub resource_id: String = "resourceId",
        /// How it stands; words are not documented.
        pub access_state: String = "accessState",
        /// When access ends, RFC 3339, UTC.
        pub expiry: String = "expiry",
    }
}

impl Resource for AccessRequest {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("ACR", Family::V2, "/accessrequests")
        .array_or_wrapped(&["results"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.access_id.value().map(Id::to_string)
    }
}
