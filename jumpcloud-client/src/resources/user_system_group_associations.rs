//! Device groups bound directly to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemUser};

/// Device groups bound directly to a user:
/// `GET /api/v2/users/{id}/associations?targets=system_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserSystemGroupAssociations {}

impl Resource for UserSystemGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint = Endpoint::list("USR-ASC-SG", Family::V2, "/users/{id}/associations")
        .query(&[("targets", "system_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserSystemGroupAssociations {
    type Parent = SystemUser;
}
