//! Administrators of an organization.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{AdministratorLink, Organization};

/// Administrators who may enter an organization:
/// `GET /api/v2/organizations/{id}/administratorlinks` `[spec]`; providers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationAdministrators {}

impl Resource for OrganizationAdministrators {
    type Record = AdministratorLink;
    const ENDPOINT: Endpoint =
        Endpoint::list("ORG-ADM", Family::V2, "/organizations/{id}/administratorlinks")
            .optional()
            .without_organization_header();

    fn key(record: &AdministratorLink) -> Option<String> {
        record.administrator.value().map(Id::to_string)
    }
}

impl ScopedResource for OrganizationAdministrators {
    type Parent = Organization;
}
