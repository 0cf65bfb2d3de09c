//! Active Directory domains.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An Active Directory domain: `GET /api/v2/activedirectories` `[spec]`.
    pub struct ActiveDirectory {
        /// Identity.
        pub id: Id<ActiveDirectory> = "id" | "_id",
        /// Domain name.
        pub domain: String = "domain",
        /// Which side decides: `UNSET`, `TWOWAYSYNC`, `JCASAUTHORITY` or `ADASAUTHORITY`.
        pub use_case: String = "useCase",
        /// Whether passwords are checked by the domain: `ENABLED`, `PENDING` or `DISABLED`.
        pub delegation_state: String = "delegationState",
        /// Groups are synchronized.
        pub groups_enabled: bool = "groupsEnabled",
        /// `PERMISSION_OWNER`, `PERMISSION_READ_ONLY` or `PERMISSION_UNSPECIFIED`.
        pub permission: String = "permission",
        /// Agent that writes; empty without one.
        pub primary_agent: String = "primaryAgent",
        /// Agent that reads; empty without one.
        pub primary_import_agent: String = "primaryImportAgent",
        /// Last change, RFC 3339, UTC.
        pub updated_at: String = "updatedAt",
    }
}

impl Resource for ActiveDirectory {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("AD", Family::V2, "/activedirectories").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
