//! Microsoft 365 tenants bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// Microsoft 365 tenants bound to a user, directly and through groups:
/// `GET /api/v2/users/{id}/office365s` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserOffice365s {}

impl Resource for UserOffice365s {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-O365", Family::V2, "/users/{id}/office365s");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserOffice365s {
    type Parent = SystemUser;
}
