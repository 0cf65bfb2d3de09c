//! Google Workspaces bound directly to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, UserGroup};

/// Google Workspaces bound directly to a user group:
/// `GET /api/v2/usergroups/{id}/associations?targets=g_suite` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupGSuiteAssociations {}

impl Resource for UserGroupGSuiteAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-ASC-GS", Family::V2, "/usergroups/{id}/associations")
            .query(&[("targets", "g_suite")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGroupGSuiteAssociations {
    type Parent = UserGroup;
}
