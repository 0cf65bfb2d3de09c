//! Name servers that devices use.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A name server or search domain.
    ///
    /// `GET /api/v2/systeminsights/dns_resolvers` `[spec]`; filled on macOS and Linux
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct DnsResolver {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Address or domain.
        pub address: String = "address",
        /// Place in the order.
        pub id: i64 = "id",
        /// Network it is for.
        pub netmask: String = "netmask",
        /// Options.
        pub options: String = "options",
        /// What it is: `nameserver`, `search` and others.
        pub kind: String = "type",
    }
}

impl Resource for DnsResolver {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.dns_resolvers", "/systeminsights/dns_resolvers");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
