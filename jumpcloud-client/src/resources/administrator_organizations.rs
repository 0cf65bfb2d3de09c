//! Organizations of an administrator.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Administrator, AdministratorLink};

/// Organizations that an administrator may enter:
/// `GET /api/v2/administrators/{id}/organizationlinks` `[spec]`; providers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdministratorOrganizations {}

impl Resource for AdministratorOrganizations {
    type Record = AdministratorLink;
    const ENDPOINT: Endpoint =
        Endpoint::list("ADM-ORG", Family::V2, "/administrators/{id}/organizationlinks")
            .optional()
            .without_organization_header();

    fn key(record: &AdministratorLink) -> Option<String> {
        record.organization.value().map(Id::to_string)
    }
}

impl ScopedResource for AdministratorOrganizations {
    type Parent = Administrator;
}
