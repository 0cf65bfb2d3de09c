//! Google Workspace.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{DefaultDomain, Directory};

model! {
    /// A Google Workspace: `GET /api/v2/gsuites/{id}` `[spec]`.
    ///
    /// Ask only for directories of kind `g_suite`; others answer 404.
    pub struct GSuite {
        /// Identity.
        pub id: Id<Directory> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// The organization it belongs to.
        pub organization_object_id: String = "organizationObjectId",
        /// Domain.
        pub default_domain: DefaultDomain = "defaultDomain",
        /// Groups are synchronized.
        pub groups_enabled: bool = "groupsEnabled",
        /// Which people are imported.
        pub import_filter: String = "importFilter",
        /// What happens to locked people: `suspend` or `maintain`.
        pub user_lockout_action: String = "userLockoutAction",
        /// What happens when a password expires: `suspend`, `maintain` or `remove_access`.
        pub user_password_expiration_action: String = "userPasswordExpirationAction",
    }
}

impl Resource for GSuite {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::object("GSUITE", Family::V2, "/gsuites/{id}").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization_object_id.filled()
    }
}

impl ScopedResource for GSuite {
    type Parent = Directory;
}
