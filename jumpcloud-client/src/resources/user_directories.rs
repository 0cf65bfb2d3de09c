//! Directories of every kind bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// Directories of every kind bound to a user, directly and through groups:
/// `GET /api/v2/users/{id}/directories` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserDirectories {}

impl Resource for UserDirectories {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-DIR", Family::V2, "/users/{id}/directories");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserDirectories {
    type Parent = SystemUser;
}
