//! Microsoft 365 tenants bound directly to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, SystemUser};

/// Microsoft 365 tenants bound directly to a user:
/// `GET /api/v2/users/{id}/associations?targets=office_365` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserOffice365Associations {}

impl Resource for UserOffice365Associations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("USR-ASC-O365", Family::V2, "/users/{id}/associations")
            .query(&[("targets", "office_365")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for UserOffice365Associations {
    type Parent = SystemUser;
}
