//! RADIUS servers.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;

open_enum! {
    /// Whether RADIUS asks for a second factor: words `[spec]`, meaning `[inferred]`.
    pub enum RadiusMfa {
        /// Never.
        Disabled = "DISABLED",
        /// When the person has one.
        Enabled = "ENABLED",
        /// Always, people without one are turned away.
        Required = "REQUIRED",
        /// Always.
        Always = "ALWAYS",
    }
}

model! {
    /// A RADIUS server: `GET /api/radiusservers` `[spec]`.
    ///
    /// Its shared secret is not asked for, and dropped where it comes all the same.
    pub struct RadiusServer {
        /// Identity.
        pub id: Id<RadiusServer> = "_id" | "id",
        /// The organization it belongs to.
        pub organization: String = "organization",
        /// Name.
        pub name: String = "name",
        /// Address requests come from.
        pub network_source_ip: String = "networkSourceIp",
        /// Second factor.
        pub mfa: RadiusMfa = "mfa",
        /// Who checks passwords: `JUMPCLOUD` or `AZURE`.
        pub auth_idp: String = "authIdp",
        /// What happens to locked people; words are not documented.
        pub user_lockout_action: String = "userLockoutAction",
        /// What happens when a password expires; words are not documented.
        pub user_password_expiration_action: String = "userPasswordExpirationAction",
        /// Passwords may be used.
        pub user_password_enabled: bool = "userPasswordEnabled",
        /// Certificates of people may be used.
        pub user_cert_enabled: bool = "userCertEnabled",
        /// Certificates of devices may be used.
        pub device_cert_enabled: bool = "deviceCertEnabled",
        /// Only TLS authentication is accepted.
        pub require_tls_auth: bool = "requireTlsAuth",
        /// RADIUS over TLS is offered.
        pub radsec_enabled: bool = "radsecEnabled",
        /// RADIUS over TLS is demanded.
        pub require_radsec: bool = "requireRadsec",
        /// Certificate authority of client certificates; public.
        pub ca_cert: String = "caCert",
        /// Was present; dropped while reading.
        pub shared_secret: Redacted = "sharedSecret",
    }
}

impl Resource for RadiusServer {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("RAD", Family::V1, "/radiusservers").projected().holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
