//! Lists of network addresses.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A list of addresses that conditional access names: `GET /api/v2/iplists` `[spec]`.
    pub struct IpList {
        /// Identity.
        pub id: Id<IpList> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Single addresses, CIDR blocks and ranges; may be empty.
        pub ips: Vec<String> = "ips",
    }
}

impl Resource for IpList {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("IPL", Family::V2, "/iplists");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
