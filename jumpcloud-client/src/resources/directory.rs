//! Directories and imports that are connected.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::region::Family;
use crate::resource::Resource;

open_enum! {
    /// Kind of a connected directory `[spec]`.
    pub enum DirectoryKind {
        /// Active Directory.
        ActiveDirectory = "active_directory",
        /// Google Workspace.
        GSuite = "g_suite",
        /// LDAP.
        LdapServer = "ldap_server",
        /// Microsoft 365.
        Office365 = "office_365",
        /// Workday.
        Workday = "workday",
    }
}

model! {
    /// A connected directory: `GET /api/v2/directories` `[spec]`.
    ///
    /// One list for every kind; a broken connection shows in `oauth_status`.
    pub struct Directory {
        /// Identity.
        pub id: Id<Directory> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Its kind.
        pub kind: DirectoryKind = "type",
        /// Domain; absent without one.
        pub default_domain: DefaultDomain = "defaultDomain",
        /// Expiry and errors of the connection, untyped: `error` and `errorMessage` were seen
        /// `[official code]`.
        pub oauth_status: serde_json::Value = "oAuthStatus",
    }
}

model! {
    /// The domain of a directory `[spec]`.
    pub struct DefaultDomain {
        /// Identity.
        pub id: String = "id",
        /// Domain name.
        pub domain: String = "domain",
    }
}

impl Resource for Directory {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("DIR", Family::V2, "/directories");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
