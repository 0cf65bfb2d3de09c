//! Duo accounts.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A Duo account: `GET /api/v2/duo/accounts` `[spec]`; 404 when there is none
    /// `[official code]`.
    pub struct DuoAccount {
        /// Identity.
        pub id: Id<DuoAccount> = "id" | "_id",
        /// Name.
        pub name: String = "name",
    }
}

impl Resource for DuoAccount {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("DUO", Family::V2, "/duo/accounts").unpaged().optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
