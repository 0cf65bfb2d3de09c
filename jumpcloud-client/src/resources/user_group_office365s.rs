//! Microsoft 365 tenants bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Microsoft 365 tenants bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/office365s` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupOffice365s {}

impl Resource for UserGroupOffice365s {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("UG-O365", Family::V2, "/usergroups/{id}/office365s");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupOffice365s {
    type Parent = UserGroup;
}
