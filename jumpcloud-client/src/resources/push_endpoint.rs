//! Phones that approve sign-ins.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::SystemUser;

model! {
    /// A phone that approves the sign-ins of a user: `GET /api/v2/users/{id}/pushendpoints`
    /// `[spec]`.
    pub struct PushEndpoint {
        /// Identity.
        pub id: Id<PushEndpoint> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Whether it is in force; words are not documented.
        pub state: String = "state",
        /// When it was set up, RFC 3339, UTC.
        pub enrollment_date: String = "enrollmentDate",
        /// When it was last used, RFC 3339, UTC; absent or null for never.
        pub last_used_date: String = "lastUsedDate",
        /// The phone.
        pub device: PushDevice = "device",
    }
}

model! {
    /// A phone that approves sign-ins `[spec]`.
    pub struct PushDevice {
        /// Version of the application.
        pub app_version: String = "appVersion",
        /// Maker.
        pub make: String = "make",
        /// Model.
        pub model: String = "model",
        /// Operating system.
        pub os: String = "os",
        /// Its version.
        pub os_version: String = "osVersion",
        /// The phone asks who is holding it.
        pub uv_enabled: bool = "uvEnabled",
    }
}

impl Resource for PushEndpoint {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("USR-PUSH", Family::V2, "/users/{id}/pushendpoints").unpaged();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PushEndpoint {
    type Parent = SystemUser;
}
