//! Other identity providers.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An identity provider that people are sent to: `GET /api/v2/identity-providers`
    /// `[official code]`.
    ///
    /// In no specification; records stand under `identityProviders` with `totalCount`.
    pub struct IdentityProvider {
        /// Identity.
        pub id: Id<IdentityProvider> = "id" | "objectId",
        /// Name.
        pub name: String = "name",
        /// `OIDC`, `GOOGLE`, `OKTA` or `AZURE` `[official code]`.
        pub kind: String = "type",
        /// OIDC settings.
        pub oidc: OidcProvider = "oidc",
    }
}

model! {
    /// OIDC settings of an identity provider `[official code]`.
    pub struct OidcProvider {
        /// Client.
        pub client_id: String = "clientId",
        /// Issuer.
        pub url: String = "url",
        /// Was present; dropped while reading.
        pub client_secret: Redacted = "clientSecret",
    }
}

impl Resource for IdentityProvider {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("IDP", Family::V2, "/identity-providers")
        .array_or_wrapped(&["identityProviders"])
        .optional()
        .holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
