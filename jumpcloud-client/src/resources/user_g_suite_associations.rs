//! Google Workspaces bound directly to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemUser};

/// Google Workspaces bound directly to a user:
/// `GET /api/v2/users/{id}/associations?targets=g_suite` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGSuiteAssociations {}

impl Resource for UserGSuiteAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint = Endpoint::list("USR-ASC-GS", Family::V2, "/users/{id}/associations")
        .query(&[("targets", "g_suite")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGSuiteAssociations {
    type Parent = SystemUser;
}
