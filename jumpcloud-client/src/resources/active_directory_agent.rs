//! Agents beside Active Directory.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::ActiveDirectory;

model! {
    /// An agent on a domain controller: `GET /api/v2/activedirectories/{id}/agents` `[spec]`.
    pub struct ActiveDirectoryAgent {
        /// Identity.
        pub id: Id<ActiveDirectoryAgent> = "id" | "_id",
        /// Identity in the source table.
        pub id_source_id: String = "idSourceId",
        /// `SYNC` or `IMPORT`.
        pub agent_type: String = "agentType",
        /// Host.
        pub hostname: String = "hostname",
        /// `unsealed`, `active` or `inactive`.
        pub state: String = "state",
        /// Last contact, RFC 3339, UTC.
        pub contact_at: String = "contactAt",
        /// Version.
        pub version: String = "version",
        /// Address it was last seen from.
        pub source_ip: String = "source_ip",
    }
}

impl Resource for ActiveDirectoryAgent {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("AD-AGT", Family::V2, "/activedirectories/{id}/agents").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for ActiveDirectoryAgent {
    type Parent = ActiveDirectory;
}
