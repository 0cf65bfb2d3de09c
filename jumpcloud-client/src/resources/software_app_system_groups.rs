//! Device groups bound to managed software.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SoftwareApp};

/// Device groups bound to managed software, directly and through groups:
/// `GET /api/v2/softwareapps/{id}/systemgroups` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoftwareAppSystemGroups {}

impl Resource for SoftwareAppSystemGroups {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("SWA-SG", Family::V2, "/softwareapps/{id}/systemgroups").optional();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SoftwareAppSystemGroups {
    type Parent = SoftwareApp;
}
