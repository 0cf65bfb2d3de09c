//! Google Workspaces bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// Google Workspaces bound to a user, directly and through groups: `GET /api/v2/users/{id}/gsuites`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGSuites {}

impl Resource for UserGSuites {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-GS", Family::V2, "/users/{id}/gsuites");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGSuites {
    type Parent = SystemUser;
}
