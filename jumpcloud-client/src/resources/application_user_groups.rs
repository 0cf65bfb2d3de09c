//! Groups that can use an application.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Application, GraphObject};

/// User groups bound to an application: `GET /api/v2/applications/{id}/usergroups` `[recorded]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationUserGroups {}

impl Resource for ApplicationUserGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("APP-UG", Family::V2, "/applications/{id}/usergroups");

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for ApplicationUserGroups {
    type Parent = Application;
}
