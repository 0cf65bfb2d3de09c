//! Directory users.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::{Administrator, NameValue, SshKey};

open_enum! {
    /// Where a user stands in the life of an account `[spec]`.
    ///
    /// Independent of `activated`: a real record says `ACTIVATED` beside `activated: false`
    /// `[recorded]`.
    pub enum UserState {
        /// Prepared, cannot sign in.
        Staged = "STAGED",
        /// In use.
        Activated = "ACTIVATED",
        /// Shut out.
        Suspended = "SUSPENDED",
    }
}

open_enum! {
    /// How far a second factor is enrolled `[spec]`.
    pub enum MfaStatus {
        /// No factor.
        NotEnrolled = "NOT_ENROLLED",
        /// The factor is switched off.
        Disabled = "DISABLED",
        /// Enrolled, not yet active.
        PendingActivation = "PENDING_ACTIVATION",
        /// The time to enrol has run out.
        EnrollmentExpired = "ENROLLMENT_EXPIRED",
        /// Being enrolled.
        InEnrollment = "IN_ENROLLMENT",
        /// Not yet begun.
        PreEnrollment = "PRE_ENROLLMENT",
        /// In use.
        Enrolled = "ENROLLED",
    }
}

model! {
    /// A person or service account in the directory: `GET /api/systemusers` `[spec]`.
    ///
    /// Keys are those of the official definition `systemuserreturn`. Real records of 2021 carry
    /// unset text as `""`, `employeeIdentifier` and `account_locked_date` as null, and lack
    /// `state`, `mfaEnrollment`, `organization`, `manager` and `password_date` `[recorded]`: absent
    /// means "not said", never `false`. There is no last sign-in; events tell it.
    pub struct SystemUser {
        /// Identity; `id` is not in the specification `[recorded]`.
        pub id: Id<SystemUser> = "_id" | "id",
        /// The organization it belongs to; absent in older records `[recorded]`.
        pub organization: String = "organization",
        /// Sign-in name.
        pub username: String = "username",
        /// Address, spelt as stored.
        pub email: String = "email",
        /// Given name.
        pub firstname: String = "firstname",
        /// Middle name.
        pub middlename: String = "middlename",
        /// Family name.
        pub lastname: String = "lastname",
        /// Name shown to people.
        pub displayname: String = "displayname",
        /// Where the account stands; absent in older records `[recorded]`.
        pub state: UserState = "state",
        /// The person finished activation, so has a password.
        pub activated: bool = "activated",
        /// Shut out; the older spelling of `state`.
        pub suspended: bool = "suspended",
        /// Locked after failed sign-ins.
        pub account_locked: bool = "account_locked",
        /// When it was locked, RFC 3339; null when it is not.
        pub account_locked_date: String = "account_locked_date",
        /// Failed sign-ins counted so far.
        pub bad_login_attempts: i64 = "badLoginAttempts",
        /// Second factor: whether one is set up, and until when one is excused.
        pub mfa: UserMfa = "mfa",
        /// A second factor is demanded at the user portal.
        pub enable_user_portal_multifactor: bool = "enable_user_portal_multifactor",
        /// A one-time code is set up; `false` does not mean that no factor is.
        pub totp_enabled: bool = "totp_enabled",
        /// Enrolment by kind of factor; absent in older records `[recorded]`.
        pub mfa_enrollment: MfaEnrollment = "mfaEnrollment",
        /// When the password was set: RFC 3339, a bare date or empty; null for never. May lie in
        /// the future `[official code]`.
        pub password_date: String = "password_date",
        /// When it expires, RFC 3339; null when it does not.
        pub password_expiration_date: String = "password_expiration_date",
        /// When the other directory lets it expire; empty when unknown.
        pub external_password_expiration_date: String = "external_password_expiration_date",
        /// It has expired.
        pub password_expired: bool = "password_expired",
        /// Expiry is waived for this person.
        pub password_never_expires: bool = "password_never_expires",
        /// Local administrator on every bound device; bindings may give the same right.
        pub sudo: bool = "sudo",
        /// The same without asking for a password.
        pub passwordless_sudo: bool = "passwordless_sudo",
        /// Set when the person is also an administrator; null otherwise.
        pub admin: LinkedAdministrator = "admin",
        /// An account that services use to read LDAP.
        pub ldap_binding_user: bool = "ldap_binding_user",
        /// An account that services use for file shares.
        pub samba_service_user: bool = "samba_service_user",
        /// SSH keys may be used.
        pub allow_public_key: bool = "allow_public_key",
        /// Older single SSH key.
        pub public_key: String = "public_key",
        /// SSH keys.
        pub ssh_keys: Vec<SshKey> = "ssh_keys",
        /// Creation, RFC 3339, UTC.
        pub created: String = "created",
        /// How it was made, such as `jumpcloud:api`; words are not documented.
        pub creation_source: String = "creationSource",
        /// Kept by another directory; the older spelling of `restrictedFields`.
        pub externally_managed: bool = "externally_managed",
        /// Details that only another directory may change.
        pub restricted_fields: Vec<RestrictedField> = "restrictedFields",
        /// Distinguished name in the other directory.
        pub external_dn: String = "external_dn",
        /// Kind of the other directory; words are not documented.
        pub external_source_type: String = "external_source_type",
        /// Who checks the password instead; null when nobody does.
        pub delegated_authority: DelegatedAuthority = "delegatedAuthority",
        /// Managed Apple account.
        pub managed_apple_id: String = "managedAppleId",
        /// Second address; may be null.
        pub alternate_email: String = "alternateEmail",
        /// Private address for password resets.
        pub recovery_email: RecoveryEmail = "recoveryEmail",
        /// Staff number; null when unset `[recorded]`.
        pub employee_identifier: String = "employeeIdentifier",
        /// Kind of employment, free text.
        pub employee_type: String = "employeeType",
        /// Job title.
        pub job_title: String = "jobTitle",
        /// Department.
        pub department: String = "department",
        /// Cost centre.
        pub cost_center: String = "costCenter",
        /// Company.
        pub company: String = "company",
        /// Location.
        pub location: String = "location",
        /// Free text.
        pub description: String = "description",
        /// Identity of another user, not a name; empty, null or absent without one.
        pub manager: String = "manager",
        /// Custom attributes in their order; names need not be unique.
        pub attributes: Vec<NameValue> = "attributes",
        /// Postal addresses; personal data.
        pub addresses: Vec<PostalAddress> = "addresses",
        /// Telephone numbers; personal data.
        pub phone_numbers: Vec<PhoneNumber> = "phoneNumbers",
        /// Legacy relations to other users.
        pub relationships: Vec<Relationship> = "relationships",
        /// Unix user number.
        pub unix_uid: i64 = "unix_uid",
        /// Unix group number.
        pub unix_guid: i64 = "unix_guid",
        /// The Unix number is managed.
        pub enable_managed_uid: bool = "enable_managed_uid",
        /// Devices do not lock the account.
        pub disable_device_max_login_attempts: bool = "disableDeviceMaxLoginAttempts",
        /// Local account name where it differs; empty when it does not `[recorded]`.
        pub system_username: String = "systemUsername",
        /// Labels; legacy `[third-party]`.
        pub tags: Vec<String> = "tags",
    }
}

model! {
    /// Second factor of a user `[spec]`.
    pub struct UserMfa {
        /// A factor is set up; whether push and passkeys count is not documented.
        pub configured: bool = "configured",
        /// The person is excused for a while.
        pub exclusion: bool = "exclusion",
        /// End of the excuse, RFC 3339, UTC.
        pub exclusion_until: String = "exclusionUntil",
        /// Days of the excuse.
        pub exclusion_days: i64 = "exclusionDays",
    }
}

model! {
    /// Enrolment by kind of factor `[spec]`.
    pub struct MfaEnrollment {
        /// The best of all kinds.
        pub overall_status: MfaStatus = "overallStatus",
        /// One-time codes.
        pub totp_status: MfaStatus = "totpStatus",
        /// Passkeys and security keys.
        pub web_authn_status: MfaStatus = "webAuthnStatus",
        /// Push to a phone.
        pub push_status: MfaStatus = "pushStatus",
        /// JumpCloud Go.
        pub jc_go_status: MfaStatus = "jcGoStatus",
        /// Text messages; not in the specification `[official code]`.
        pub sms_status: MfaStatus = "smsStatus",
    }
}

model! {
    /// The administrator that a user also is `[spec]`.
    pub struct LinkedAdministrator {
        /// Identity of the administrator.
        pub id: Id<Administrator> = "id",
        /// Role.
        pub role_name: String = "roleName",
        /// Roles.
        pub role_names: Vec<String> = "roleNames",
    }
}

model! {
    /// A detail that only another directory may change `[spec]`.
    pub struct RestrictedField {
        /// Which detail, such as `email`.
        pub field: String = "field",
        /// The other directory.
        pub id: String = "id",
        /// Its kind: `active_directory`, `federated_identity_provider` or `scim`.
        pub kind: String = "type",
    }
}

model! {
    /// Who checks a user's password instead of JumpCloud `[spec]`.
    pub struct DelegatedAuthority {
        /// The Active Directory connection.
        pub id: String = "id",
        /// `ActiveDirectory`.
        pub name: String = "name",
    }
}

model! {
    /// A private address for password resets `[spec]`.
    pub struct RecoveryEmail {
        /// The address.
        pub address: String = "address",
        /// It was confirmed.
        pub verified: bool = "verified",
        /// When, RFC 3339, UTC.
        pub verified_at: String = "verifiedAt",
    }
}

model! {
    /// A postal address `[spec]`.
    pub struct PostalAddress {
        /// Identity.
        pub id: String = "id",
        /// `home`, `work` and the like.
        pub kind: String = "type",
        /// Street.
        pub street_address: String = "streetAddress",
        /// Second line.
        pub extended_address: String = "extendedAddress",
        /// Box.
        pub po_box: String = "poBox",
        /// Town.
        pub locality: String = "locality",
        /// Region.
        pub region: String = "region",
        /// Code.
        pub postal_code: String = "postalCode",
        /// Country.
        pub country: String = "country",
    }
}

model! {
    /// A telephone number `[spec]`.
    pub struct PhoneNumber {
        /// Identity.
        pub id: String = "id",
        /// `mobile`, `work` and the like.
        pub kind: String = "type",
        /// The number.
        pub number: String = "number",
    }
}

model! {
    /// A legacy relation to another user `[spec]`.
    pub struct Relationship {
        /// Which relation.
        pub kind: String = "type",
        /// The other user.
        pub value: String = "value",
    }
}

impl Resource for SystemUser {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("USR", Family::V1, "/systemusers");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
