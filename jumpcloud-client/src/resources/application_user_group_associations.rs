//! User groups bound to an application.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Application, GraphConnection};

/// User groups bound directly to an application:
/// `GET /api/v2/applications/{id}/associations?targets=user_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationUserGroupAssociations {}

impl Resource for ApplicationUserGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("APP-ASC-UG", Family::V2, "/applications/{id}/associations")
            .query(&[("targets", "user_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for ApplicationUserGroupAssociations {
    type Parent = Application;
}
