//! Who can use an application.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Application, GraphObject};

/// Users bound to an application, directly and through groups:
/// `GET /api/v2/applications/{id}/users` `[recorded]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationUsers {}

impl Resource for ApplicationUsers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint = Endpoint::list("APP-USR", Family::V2, "/applications/{id}/users");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for ApplicationUsers {
    type Parent = Application;
}
