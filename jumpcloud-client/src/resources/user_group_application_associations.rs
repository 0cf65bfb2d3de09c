//! Applications bound directly to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, UserGroup};

/// Applications bound directly to a user group:
/// `GET /api/v2/usergroups/{id}/associations?targets=application` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupApplicationAssociations {}

impl Resource for UserGroupApplicationAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-ASC-APP", Family::V2, "/usergroups/{id}/associations")
            .query(&[("targets", "application")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGroupApplicationAssociations {
    type Parent = UserGroup;
}
