//! Device groups bound directly to a policy.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, Policy};

/// Device groups bound directly to a policy:
/// `GET /api/v2/policies/{id}/associations?targets=system_group` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySystemGroupAssociations {}

impl Resource for PolicySystemGroupAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("POL-ASC-SG", Family::V2, "/policies/{id}/associations")
            .query(&[("targets", "system_group")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for PolicySystemGroupAssociations {
    type Parent = Policy;
}
