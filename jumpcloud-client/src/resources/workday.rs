//! Imports from Workday.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An import from Workday: `GET /api/v2/workdays` `[spec]`.
    pub struct Workday {
        /// Identity.
        pub id: Id<Workday> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Report that is read.
        pub report_url: String = "reportUrl",
        /// Last import, RFC 3339, UTC.
        pub last_import: String = "lastImport",
        /// State of the connection.
        pub auth: WorkdayAuth = "auth",
    }
}

model! {
    /// State of a connection to Workday `[spec]`.
    pub struct WorkdayAuth {
        /// By password.
        pub basic: AuthState = "basic",
        /// By token.
        pub oauth: AuthState = "oauth",
    }
}

model! {
    /// Whether a credential still works; never the credential `[spec]`.
    pub struct AuthState {
        /// It works.
        pub is_valid: bool = "isValid",
        /// When it expires, RFC 3339, UTC.
        pub expiry: String = "expiry",
        /// Error.
        pub message: String = "message",
    }
}

impl Resource for Workday {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("WDAY", Family::V2, "/workdays").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
