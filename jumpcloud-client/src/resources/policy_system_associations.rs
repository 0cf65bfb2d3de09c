//! Devices bound directly to a policy.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, Policy};

/// Devices bound directly to a policy: `GET /api/v2/policies/{id}/associations?targets=system`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySystemAssociations {}

impl Resource for PolicySystemAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("POL-ASC-SYS", Family::V2, "/policies/{id}/associations")
            .query(&[("targets", "system")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for PolicySystemAssociations {
    type Parent = Policy;
}
