//! Microsoft 365 tenants bound directly to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, UserGroup};

/// Microsoft 365 tenants bound directly to a user group:
/// `GET /api/v2/usergroups/{id}/associations?targets=office_365` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupOffice365Associations {}

impl Resource for UserGroupOffice365Associations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-ASC-O365", Family::V2, "/usergroups/{id}/associations")
            .query(&[("targets", "office_365")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserGroupOffice365Associations {
    type Parent = UserGroup;
}
