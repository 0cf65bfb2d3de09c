//! Active Directory domains bound directly to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, UserGroup};

/// Active Directory domains bound directly to a user group:
/// `GET /api/v2/usergroups/{id}/associations?targets=active_directory` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupActiveDirectoryAssociations {}

impl Resource for UserGroupActiveDirectoryAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-ASC-AD", Family::V2, "/usergroups/{id}/associations")
            .query(&[("targets", "active_directory")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGroupActiveDirectoryAssociations {
    type Parent = UserGroup;
}
