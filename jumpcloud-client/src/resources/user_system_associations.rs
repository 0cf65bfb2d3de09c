//! Devices bound directly to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemUser};

/// Devices bound directly to a user: `GET /api/v2/users/{id}/associations?targets=system` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserSystemAssociations {}

impl Resource for UserSystemAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("USR-ASC-SYS", Family::V2, "/users/{id}/associations")
            .query(&[("targets", "system")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserSystemAssociations {
    type Parent = SystemUser;
}
