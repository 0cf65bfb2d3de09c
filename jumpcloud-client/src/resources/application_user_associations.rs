//! Users bound to an application without a group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Application, GraphConnection};

/// Users bound directly to an application:
/// `GET /api/v2/applications/{id}/associations?targets=user` `[spec]`.
///
/// One call takes one target; user groups are
/// [`ApplicationUserGroupAssociations`](crate::resources::ApplicationUserGroupAssociations).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationUserAssociations {}

impl Resource for ApplicationUserAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("APP-ASC", Family::V2, "/applications/{id}/associations")
            .query(&[("targets", "user")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for ApplicationUserAssociations {
    type Parent = Application;
}
