//! Users bound to an Active Directory domain.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{ActiveDirectory, GraphObject};

/// Users bound to an Active Directory domain, directly and through groups:
/// `GET /api/v2/activedirectories/{id}/users` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActiveDirectoryUsers {}

impl Resource for ActiveDirectoryUsers {
    type Record = GraphObject;
    const ENDPOINT: Endpoint =
        Endpoint::list("AD-USR", Family::V2, "/activedirectories/{id}/users").optional();

    fn key(record: &GraphObject) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for ActiveDirectoryUsers {
    type Parent = ActiveDirectory;
}
