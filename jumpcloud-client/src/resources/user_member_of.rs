//! User groups that a user is in.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// User groups that a user is in, with each way that leads there: `GET /api/v2/users/{id}/memberof`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserMemberOf {}

impl Resource for UserMemberOf {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-MO", Family::V2, "/users/{id}/memberof");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserMemberOf {
    type Parent = SystemUser;
}
