//! Active Directory domains bound directly to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemUser};

/// Active Directory domains bound directly to a user:
/// `GET /api/v2/users/{id}/associations?targets=active_directory` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserActiveDirectoryAssociations {}

impl Resource for UserActiveDirectoryAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint = Endpoint::list("USR-ASC-AD", Family::V2, "/users/{id}/associations")
        .query(&[("targets", "active_directory")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserActiveDirectoryAssociations {
    type Parent = SystemUser;
}
