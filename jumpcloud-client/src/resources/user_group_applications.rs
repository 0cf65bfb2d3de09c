//! Applications bound to a user group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, UserGroup};

/// Applications bound to a user group, directly and through groups:
/// `GET /api/v2/usergroups/{id}/applications` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserGroupApplications {}

impl Resource for UserGroupApplications {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("UG-APP", Family::V2, "/usergroups/{id}/applications");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserGroupApplications {
    type Parent = UserGroup;
}
