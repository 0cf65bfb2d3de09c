//! User groups bound to a Google Workspace.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Directory, GraphObject};

/// User groups bound to a Google Workspace, directly and through groups:
/// `GET /api/v2/gsuites/{id}/usergroups` `[spec]`.
///
/// Ask only for directories of kind `g_suite`; others answer 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GSuiteUserGroups {}

impl Resource for GSuiteUserGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("GS-UG", Family::V2, "/gsuites/{id}/usergroups").optional();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for GSuiteUserGroups {
    type Parent = Directory;
}
