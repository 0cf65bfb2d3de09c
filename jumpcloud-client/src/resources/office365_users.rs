//! Users bound to a Microsoft 365 tenant.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Directory, GraphObject};

/// Users bound to a Microsoft 365 tenant, directly and through groups:
/// `GET /api/v2/office365s/{id}/users` `[spec]`.
///
/// Ask only for directories of kind `office_365`; others answer 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office365Users {}

impl Resource for Office365Users {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("O365-USR", Family::V2, "/office365s/{id}/users").optional();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for Office365Users {
    type Parent = Directory;
}
