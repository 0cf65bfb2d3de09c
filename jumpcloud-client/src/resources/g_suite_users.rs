//! Users bound to a Google Workspace.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Directory, GraphObject};

/// Users bound to a Google Workspace, directly and through groups: `GET /api/v2/gsuites/{id}/users`
/// `[spec]`.
///
/// Ask only for directories of kind `g_suite`; others answer 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GSuiteUsers {}

impl Resource for GSuiteUsers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("GS-USR", Family::V2, "/gsuites/{id}/users").optional();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for GSuiteUsers {
    type Parent = Directory;
}
