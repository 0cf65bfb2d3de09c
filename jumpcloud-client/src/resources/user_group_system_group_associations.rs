//! Device groups bound directly to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, UserGroup};

/// Device groups bound directly to a user group:
/// `GET /api/v2/usergroups/{id}/associations?targets=system_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupSystemGroupAssociations {}

impl Resource for UserGroupSystemGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-ASC-SG", Family::V2, "/usergroups/{id}/associations")
            .query(&[("targets", "system_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGroupSystemGroupAssociations {
    type Parent = UserGroup;
}
