//! What a tester says about one directory user.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::wire_time;

/// A directory user to add to an [`Organization`](super::Organization).
///
/// Starts as an activated user with multi-factor authentication enrolled, in the shape of
/// `GET /api/systemusers`; every method changes one thing.
#[derive(Debug, Clone)]
#[must_use]
pub struct UserSpec {
    record: Map<String, Value>,
}

impl UserSpec {
    /// An active user whose names follow from a user name such as `ada.quill`.
    pub fn new(username: &str) -> Self {
        let (first, last) = username.split_once('.').unwrap_or((username, "Example"));
        let (first, last) = (capital(first), capital(last));
        let mut record = Map::new();
        for (name, value) in [
            ("username", json!(username)),
            ("email", json!(format!("{username}@example.com"))),
            ("firstname", json!(first)),
            ("middlename", json!("")),
            ("lastname", json!(last)),
            ("displayname", json!(format!("{first} {last}"))),
            ("state", json!("ACTIVATED")),
            ("activated", json!(true)),
            ("suspended", json!(false)),
            ("account_locked", json!(false)),
            ("account_locked_date", Value::Null),
            ("created", json!("2025-01-10T09:00:00.000Z")),
            ("creationSource", json!("jumpcloud:api")),
            ("password_date", json!("2026-06-01T08:00:00.000Z")),
            ("password_expired", json!(false)),
            ("password_never_expires", json!(false)),
            ("sudo", json!(false)),
            ("passwordless_sudo", json!(false)),
            ("admin", Value::Null),
            ("ldap_binding_user", json!(false)),
            ("samba_service_user", json!(false)),
            ("allow_public_key", json!(true)),
            ("ssh_keys", json!([])),
            ("externally_managed", json!(false)),
            ("restrictedFields", json!([])),
            ("external_dn", json!("")),
            ("external_source_type", json!("")),
            ("delegatedAuthority", Value::Null),
            ("managedAppleId", json!("")),
            ("alternateEmail", Value::Null),
            ("employeeIdentifier", Value::Null),
            ("employeeType", json!("")),
            ("jobTitle", json!("")),
            ("department", json!("")),
            ("costCenter", json!("")),
            ("company", json!("")),
            ("location", json!("")),
            ("description", json!("")),
            ("manager", Value::Null),
            ("attributes", json!([])),
            ("addresses", json!([])),
            ("phoneNumbers", json!([])),
            ("relationships", json!([])),
            ("enable_managed_uid", json!(false)),
            ("disableDeviceMaxLoginAttempts", json!(false)),
            ("enable_user_portal_multifactor", json!(true)),
            ("systemUsername", json!("")),
        ] {
            record.insert(name.to_owned(), value);
        }
        Self { record }.mfa_enrolled()
    }

    /// Sets any field of the record.
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.record.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a field out of the record, as old records do.
    pub fn without(mut self, name: &str) -> Self {
        self.record.remove(name);
        self
    }

    /// Sets first, last and displayed name.
    pub fn name(self, first: &str, last: &str) -> Self {
        self.field("firstname", first)
            .field("lastname", last)
            .field("displayname", format!("{first} {last}"))
    }

    /// Sets the e-mail address.
    pub fn email(self, email: &str) -> Self {
        self.field("email", email)
    }

    /// Sets the time of creation.
    pub fn created(self, at: Timestamp) -> Self {
        self.field("created", wire_time(at))
    }

    /// Suspended.
    pub fn suspended(self) -> Self {
        self.field("state", "SUSPENDED").field("suspended", true)
    }

    /// Staged: known, but not started.
    pub fn staged(self) -> Self {
        self.field("state", "STAGED").field("activated", false).mfa_not_enrolled()
    }

    /// Enrolled with an authenticator app.
    pub fn mfa_enrolled(self) -> Self {
        self.field("totp_enabled", true)
            .field("mfa", json!({"configured": true, "exclusion": false}))
            .field("mfaEnrollment", mfa_enrollment("ENROLLED"))
    }

    /// No factor enrolled.
    pub fn mfa_not_enrolled(self) -> Self {
        self.field("totp_enabled", false)
            .field("mfa", json!({"configured": false, "exclusion": false}))
            .field("mfaEnrollment", mfa_enrollment("NOT_ENROLLED"))
    }

    /// Nothing said about factors, as in records of 2021.
    pub fn mfa_unknown(self) -> Self {
        self.without("totp_enabled").without("mfa").without("mfaEnrollment")
    }

    pub(super) fn into_record(self) -> Map<String, Value> {
        self.record
    }
}

fn mfa_enrollment(totp: &str) -> Value {
    json!({
        "overallStatus": totp, "totpStatus": totp, "webAuthnStatus": "NOT_ENROLLED",
        "pushStatus": "NOT_ENROLLED", "jcGoStatus": "NOT_ENROLLED", "smsStatus": "NOT_ENROLLED",
    })
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
