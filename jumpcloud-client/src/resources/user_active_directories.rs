//! Active Directory domains bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// Active Directory domains bound to a user, directly and through groups:
/// `GET /api/v2/users/{id}/activedirectories` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserActiveDirectories {}

impl Resource for UserActiveDirectories {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("USR-AD", Family::V2, "/users/{id}/activedirectories");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserActiveDirectories {
    type Parent = SystemUser;
}
