//! Applications bound to a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemUser};

/// Applications bound to a user, directly and through groups: `GET /api/v2/users/{id}/applications`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserApplications {}

impl Resource for UserApplications {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("USR-APP", Family::V2, "/users/{id}/applications");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserApplications {
    type Parent = SystemUser;
}
