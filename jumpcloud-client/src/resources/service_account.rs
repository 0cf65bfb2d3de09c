//! Service accounts of integrations.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An account that a program signs in with: `GET /api/v2/service-accounts` `[official code]`.
    ///
    /// In no specification; records stand under `results` with `totalCount`. Its credentials are
    /// dropped while reading.
    pub struct ServiceAccount {
        /// Identity.
        pub id: Id<ServiceAccount> = "objectId" | "id",
        /// Name.
        pub name: String = "name",
        /// Role that bounds what it may do.
        pub role_name: String = "roleName",
        /// Whether it is in force; words are not documented.
        pub status: String = "status",
        /// When it expires, RFC 3339, UTC; absent or empty when it does not.
        pub expires_at: String = "expiresAt",
        /// Credentials were present; dropped while reading.
        pub auth_config_list: Redacted = "authConfigList",
    }
}

impl Resource for ServiceAccount {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("SVA", Family::V2, "/service-accounts")
        .array_or_wrapped(&["results"])
        .optional()
        .holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
