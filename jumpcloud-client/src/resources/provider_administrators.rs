//! Administrators of a provider.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Administrator, Provider};

/// Administrators of a provider: `GET /api/v2/providers/{id}/administrators` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderAdministrators {}

impl Resource for ProviderAdministrators {
    type Record = Administrator;
    const ENDPOINT: Endpoint =
        Endpoint::list("PRV-ADM", Family::V2, "/providers/{id}/administrators")
            .array_or_wrapped(&["results"])
            .optional()
            .without_organization_header();

    fn key(record: &Administrator) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for ProviderAdministrators {
    type Parent = Provider;
}
