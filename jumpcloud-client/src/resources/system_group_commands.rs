//! Commands bound to a device group.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{GraphObject, SystemGroup};

/// Commands bound to a device group, directly and through groups:
/// `GET /api/v2/systemgroups/{id}/commands` `[spec]`.
///
/// The text of commands travels only with `details`, which is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemGroupCommands {}

impl Resource for SystemGroupCommands {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("SG-CMD", Family::V2, "/systemgroups/{id}/commands").holds_secrets();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemGroupCommands {
    type Parent = SystemGroup;
}
