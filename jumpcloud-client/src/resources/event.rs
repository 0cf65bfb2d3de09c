//! Events of Directory Insights.

use alloc::string::{String, ToString};

use crate::endpoint::Endpoint;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An event: `POST /insights/directory/v1/events`, which reads `[spec]`.
    ///
    /// Events are free-form; modelled is what tells who did what, when, with what success.
    /// Directory Insights keeps most texts in lower case `[spec]`, so names are compared without
    /// regard to case. It is read over a window of time: see `Client::events`.
    pub struct Event {
        /// Identity, in several spellings (UUID, 24 hexadecimal digits and others): opaque.
        pub id: String = "id",
        /// What happened, such as `sso_auth`; roughly a third of the words is documented
        /// `[third-party]`.
        pub event_type: String = "event_type",
        /// Part of the product that wrote it, such as `directory`.
        pub service: String = "service",
        /// When it happened, RFC 3339, UTC; milliseconds are optional.
        pub timestamp: String = "timestamp",
        /// The organization.
        pub organization: String = "organization",
        /// Who did it; absent in older events, null where nobody did.
        pub initiated_by: EventParty = "initiated_by",
        /// What it was done to; the person who signs in, in older events of sign-ins `[spec]`.
        pub resource: EventParty = "resource",
        /// It succeeded; absent where only successes are logged.
        pub success: bool = "success",
        /// Name of the person, in events of devices, LDAP and RADIUS.
        pub username: String = "username",
        /// The application, in events of single sign-on.
        pub application: EventApplication = "application",
        /// The device, in events of devices.
        pub system: EventSystem = "system",
        /// How the person proved who they are; `session` for the console, `api-key` for programs.
        pub auth_method: String = "auth_method",
        /// A second factor was used.
        pub mfa: bool = "mfa",
    }
}

model! {
    /// A person or thing named in an event.
    pub struct EventParty {
        /// Identity; absent for parties that are no object of the directory.
        pub id: String = "id",
        /// Its kind, such as `user`, `admin` or `system`.
        pub kind: String = "type",
        /// Name to sign in with.
        pub username: String = "username",
        /// Address.
        pub email: String = "email",
    }
}

model! {
    /// The application of a single sign-on event.
    pub struct EventApplication {
        /// Identity.
        pub id: String = "id",
        /// Name of the connector.
        pub name: String = "name",
        /// Label in the portal.
        pub display_label: String = "display_label",
    }
}

model! {
    /// The device of an event.
    pub struct EventSystem {
        /// Identity.
        pub id: String = "id",
        /// Name on the network.
        pub hostname: String = "hostname",
    }
}

impl Event {
    /// Kinds of event that show an account in use `[official code]`, `[third-party]`.
    ///
    /// Seen in `TheJumpCloud/jc-cli` and `ChiefGyk3D/jumpcloud-wazuh-bridge`; the specification
    /// leaves events untyped.
    pub const ACTIVITY: [&'static str; 8] = [
        "admin_login_attempt",
        "ldap_bind",
        "login_attempt",
        "radius_auth",
        "radius_auth_attempt",
        "sso_auth",
        "user_login_attempt",
        "user_password_change",
    ];
}

impl Resource for Event {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("DI", Family::Events, "/events").limits(10_000, 10_000).optional();

    fn key(record: &Self) -> Option<String> {
        record.id.filled().map(ToString::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
