//! Devices bound to managed software.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SoftwareApp};

/// Devices bound to managed software, directly and through groups:
/// `GET /api/v2/softwareapps/{id}/systems` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoftwareAppSystems {}

impl Resource for SoftwareAppSystems {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("SWA-SYS", Family::V2, "/softwareapps/{id}/systems").optional();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SoftwareAppSystems {
    type Parent = SoftwareApp;
}
