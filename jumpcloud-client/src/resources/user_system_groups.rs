//! Device groups bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// Device groups bound to a user, directly and through groups:
/// `GET /api/v2/users/{id}/systemgroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserSystemGroups {}

impl Resource for UserSystemGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-SG", Family::V2, "/users/{id}/systemgroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserSystemGroups {
    type Parent = SystemUser;
}
