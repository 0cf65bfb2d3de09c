//! The administrator whose key is used.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::Administrator;

/// The administrator whose key is used: `GET /api/users/getSelf` `[official code]`.
///
/// Tells when the key expires. Service accounts are no administrators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrentAdministrator {}

impl Resource for CurrentAdministrator {
    type Record = Administrator;
    const ENDPOINT: Endpoint = Endpoint::object("SELF", Family::V1, "/users/getSelf")
        .optional()
        .without_organization_header();

    fn key(record: &Administrator) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Administrator) -> Option<&str> {
        record.organization.filled()
    }
}
