//! Administrators of the console.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An administrator: `GET /api/users` `[official code]`.
    ///
    /// The list stands in no specification; keys are those of the official definition `userreturn`
    /// `[spec]`, together with what `Administrator` of API v2 adds. There is no last sign-in
    /// (events tell it), and other factors than one-time codes are not visible. Administrators of a
    /// provider have no organization.
    pub struct Administrator {
        /// Identity.
        pub id: Id<Administrator> = "_id" | "id",
        /// The organization; absent for administrators of a provider `[official code]`.
        pub organization: String = "organization",
        /// The provider; null without one `[recorded]`.
        pub provider: String = "provider",
        /// Address.
        pub email: String = "email",
        /// Given name.
        pub firstname: String = "firstname",
        /// Family name.
        pub lastname: String = "lastname",
        /// Older role, as a word or an identity.
        pub role: String = "role",
        /// Role.
        pub role_name: String = "roleName",
        /// Roles.
        pub role_names: Vec<String> = "roleNames",
        /// Identities of the roles.
        pub roles: Vec<String> = "roles",
        /// Shut out.
        pub suspended: bool = "suspended",
        /// Has finished registration; only in lists of a provider.
        pub registered: bool = "registered",
        /// A second factor is demanded of this administrator.
        pub enable_multi_factor: bool = "enableMultiFactor",
        /// A one-time code is set up.
        pub totp_enrolled: bool = "totpEnrolled",
        /// When the code was set up or changed, RFC 3339, UTC.
        pub totp_updated_at: String = "totpUpdatedAt",
        /// May hold an API key.
        pub api_key_allowed: bool = "apiKeyAllowed",
        /// Holds an API key.
        pub api_key_set: bool = "apiKeySet",
        /// Beginning and dates of the key, never the key.
        pub api_key_hash: ApiKeyHash = "apiKeyHash",
        /// When the key was made or changed, RFC 3339, UTC.
        pub api_key_updated_at: String = "apiKeyUpdatedAt",
        /// When the password was changed, RFC 3339, UTC.
        pub password_updated_at: String = "passwordUpdatedAt",
        /// Creation, RFC 3339, UTC.
        pub created: String = "created",
        /// Sessions so far.
        pub session_count: i64 = "sessionCount",
        /// Time zone of the console.
        pub users_time_zone: String = "usersTimeZone",
        /// When the news was last read, RFC 3339, UTC.
        pub last_whats_new_checked: String = "lastWhatsNewChecked",
        /// The introduction is off.
        pub disable_introduction: bool = "disableIntroduction",
        /// Organizations that this administrator may enter; only in lists of a provider.
        pub organization_access_total: i64 = "organizationAccessTotal",
    }
}

model! {
    /// Beginning and dates of an API key `[spec]`.
    pub struct ApiKeyHash {
        /// First characters, enough to tell keys apart.
        pub prefix: String = "prefix",
        /// When it was made, RFC 3339, UTC.
        pub created_at: String = "createdAt",
        /// When it expires, RFC 3339, UTC; absent when it does not.
        pub expire_at: String = "expireAt",
    }
}

impl Resource for Administrator {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("ADM", Family::V1, "/users").without_organization_header();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
