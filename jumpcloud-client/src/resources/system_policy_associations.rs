//! Policies bound directly to a device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphConnection, System};

/// Policies bound directly to a device: `GET /api/v2/systems/{id}/associations?targets=policy`
/// `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemPolicyAssociations {}

impl Resource for SystemPolicyAssociations {
    type Record = GraphConnection;
    const ENDPOINT: Endpoint =
        Endpoint::list("SYS-ASC-POL", Family::V2, "/systems/{id}/associations")
            .query(&[("targets", "policy")]);

    fn key(record: &GraphConnection) -> Option<String> {
        record.to.value().and_then(|to| to.id.value()).map(Id::to_string)
    }
}

impl ScopedResource for SystemPolicyAssociations {
    type Parent = System;
}
