//! Managed software on one device.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{SoftwareAppStatus, System};

/// State of managed software on one device: `GET /api/v2/systems/{id}/softwareappstatuses`
/// `[inferred]`.
///
/// The path stands in the public inventory, not in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemSoftwareStatuses {}

impl Resource for SystemSoftwareStatuses {
    type Record = SoftwareAppStatus;
    const ENDPOINT: Endpoint =
        Endpoint::list("SYS-SWA", Family::V2, "/systems/{id}/softwareappstatuses")
            .array_or_wrapped(&["results"])
            .optional();

    fn key(record: &SoftwareAppStatus) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemSoftwareStatuses {
    type Parent = System;
}
