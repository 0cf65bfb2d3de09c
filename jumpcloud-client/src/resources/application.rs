//! Applications that people sign in to.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An application with single sign-on: `GET /api/applications` `[spec]`.
    ///
    /// Its `config` holds the private key of the identity provider: it is asked for neither whole
    /// nor in part, and dropped where it comes all the same.
    pub struct Application {
        /// Identity; `id` is not in the specification `[recorded]`.
        pub id: Id<Application> = "_id" | "id",
        /// The organization it belongs to.
        pub organization: String = "organization",
        /// Kind of connector, such as `aws-sso` `[recorded]`.
        pub name: String = "name",
        /// Name of the connector shown to administrators.
        pub display_name: String = "displayName",
        /// Name shown in the user portal.
        pub display_label: String = "displayLabel",
        /// Free text; empty when unset.
        pub description: String = "description",
        /// In use.
        pub active: bool = "active",
        /// A trial connector.
        pub beta: bool = "beta",
        /// Creation, RFC 3339, UTC; not in the specification `[recorded]`.
        pub created: String = "created",
        /// The application it was made from.
        pub parent_app: String = "parentApp",
        /// Where people sign in.
        pub sso_url: String = "ssoUrl",
        /// Help page.
        pub learn_more: String = "learnMore",
        /// Colour in the portal; null when unset `[recorded]`.
        pub color: String = "color",
        /// Logo.
        pub logo: ApplicationLogo = "logo",
        /// Attributes kept for the connector, untyped; an empty list in real records `[recorded]`.
        pub database_attributes: serde_json::Value = "databaseAttributes",
        /// Single sign-on.
        pub sso: ApplicationSso = "sso",
        /// Was present; its secrets were dropped while reading.
        pub config: Redacted = "config",
    }
}

model! {
    /// Logo of an application `[spec]`.
    pub struct ApplicationLogo {
        /// Address.
        pub url: String = "url",
        /// Colour.
        pub color: String = "color",
    }
}

model! {
    /// Single sign-on of an application `[spec]`.
    pub struct ApplicationSso {
        /// `saml` `[recorded]`, `oidc`, `bookmark` and others; words are not documented.
        pub kind: String = "type",
        /// Accounts are made at first sign-in.
        pub jit: bool = "jit",
        /// Not shown in the portal.
        pub hidden: bool = "hidden",
        /// A trial connector.
        pub beta: bool = "beta",
        /// When the certificate of the identity provider expires, RFC 3339 with milliseconds, UTC.
        pub idp_cert_expiration_at: String = "idpCertExpirationAt",
        /// When it was changed, RFC 3339, UTC.
        pub idp_certificate_updated_at: String = "idpCertificateUpdatedAt",
        /// When its private key was changed, RFC 3339, UTC.
        pub idp_private_key_updated_at: String = "idpPrivateKeyUpdatedAt",
        /// When the certificate of the application was changed, RFC 3339, UTC.
        pub sp_certificate_updated_at: String = "spCertificateUpdatedAt",
    }
}

impl Resource for Application {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("APP", Family::V1, "/applications").projected().holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
