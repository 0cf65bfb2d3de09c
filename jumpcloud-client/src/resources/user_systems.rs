//! Devices that a user can use.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// Devices bound to a user, directly and through groups: `GET /api/v2/users/{id}/systems` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserSystems {}

impl Resource for UserSystems {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-SYS", Family::V2, "/users/{id}/systems");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserSystems {
    type Parent = SystemUser;
}
