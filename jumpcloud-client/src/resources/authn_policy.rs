//! Conditional access.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::{Application, UserGroup};

open_enum! {
    /// What a conditional access policy decides `[spec]`.
    pub enum AuthnAction {
        /// Sign-in goes on, subject to obligations.
        Allow = "allow",
        /// Sign-in ends.
        Deny = "deny",
        /// Not said.
        Unknown = "unknown",
    }
}

open_enum! {
    /// What a conditional access policy protects `[spec]`.
    pub enum AuthnResourceKind {
        /// The portal of users.
        UserPortal = "user_portal",
        /// The console of administrators.
        AdminPortal = "admin_portal",
        /// Applications.
        Application = "application",
        /// LDAP.
        Ldap = "ldap",
    }
}

model! {
    /// A conditional access policy: `GET /api/v2/authn/policies` `[spec]`.
    ///
    /// Keys of the official definition `AuthnPolicy`. `conditions` is an untyped tree: `all`, `any`
    /// and `not` over `ipAddressIn`, `locationIn`, `deviceManaged` and `deviceEncrypted` were seen
    /// `[official code]`; a node that a reader does not know makes the policy impossible to judge.
    pub struct AuthnPolicy {
        /// Identity.
        pub id: Id<AuthnPolicy> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Not in force.
        pub disabled: bool = "disabled",
        /// What it protects.
        pub kind: AuthnResourceKind = "type",
        /// What it decides.
        pub effect: AuthnEffect = "effect",
        /// Whom and what it covers.
        pub targets: AuthnTargets = "targets",
        /// When it applies; an empty object means always `[inferred]`.
        pub conditions: serde_json::Value = "conditions",
    }
}

model! {
    /// Decision of a conditional access policy `[spec]`.
    pub struct AuthnEffect {
        /// The decision.
        pub action: AuthnAction = "action",
        /// What is demanded before sign-in goes on.
        pub obligations: AuthnObligations = "obligations",
        /// Message to people who are turned away.
        pub custom_error_message: AuthnErrorMessage = "custom_error_message",
    }
}

model! {
    /// What is demanded before sign-in goes on `[spec]`.
    pub struct AuthnObligations {
        /// Second factor.
        pub mfa: MfaObligation = "mfa",
        /// Which factors count; absent or empty means any `[inferred]`.
        pub mfa_factors: Vec<MfaFactor> = "mfaFactors",
        /// Whether the device must know the person.
        pub user_verification: UserVerification = "userVerification",
    }
}

model! {
    /// Whether a second factor is demanded `[spec]`.
    pub struct MfaObligation {
        /// It is.
        pub required: bool = "required",
    }
}

model! {
    /// A factor that counts `[spec]`.
    pub struct MfaFactor {
        /// `DURT` (JumpCloud Go `[inferred]`), `WEBAUTHN`, `PUSH`, `DUO` or `TOTP`.
        pub kind: String = "type",
    }
}

model! {
    /// Whether the device must know the person `[spec]`.
    pub struct UserVerification {
        /// `none`, `optional` or `required`.
        pub requirement: String = "requirement",
    }
}

model! {
    /// Message to people who are turned away `[spec]`.
    pub struct AuthnErrorMessage {
        /// It is shown.
        pub enabled: bool = "enabled",
        /// The text.
        pub message: String = "message",
    }
}

model! {
    /// Whom and what a conditional access policy covers `[spec]`.
    pub struct AuthnTargets {
        /// Users.
        pub users: AuthnUsers = "users",
        /// User groups.
        pub user_groups: AuthnUserGroups = "userGroups",
        /// Users by attribute.
        pub user_attributes: AuthnUserAttributes = "userAttributes",
        /// What is protected.
        pub resources: Vec<AuthnResource> = "resources",
    }
}

model! {
    /// Users covered `[spec]`.
    pub struct AuthnUsers {
        /// `all` for everyone.
        pub inclusions: Vec<String> = "inclusions",
    }
}

model! {
    /// User groups covered `[spec]`.
    pub struct AuthnUserGroups {
        /// Groups covered.
        pub inclusions: Vec<Id<UserGroup>> = "inclusions",
        /// Groups left out.
        pub exclusions: Vec<Id<UserGroup>> = "exclusions",
    }
}

model! {
    /// Users covered by attribute `[spec]`.
    pub struct AuthnUserAttributes {
        /// Users covered.
        pub inclusions: Vec<AuthnAttributeFilter> = "inclusions",
        /// Users left out.
        pub exclusions: Vec<AuthnAttributeFilter> = "exclusions",
    }
}

model! {
    /// A test of one attribute of a user `[spec]`.
    pub struct AuthnAttributeFilter {
        /// The attribute; only `ldap_binding_user` so far.
        pub field: String = "field",
        /// `EQ`.
        pub operator: String = "operator",
        /// The value compared with.
        pub value: serde_json::Value = "value",
    }
}

model! {
    /// Something that is protected `[spec]`.
    pub struct AuthnResource {
        /// Its kind.
        pub kind: AuthnResourceKind = "type",
        /// Which one; absent for all of the kind.
        pub id: Id<Application> = "id",
    }
}

impl Resource for AuthnPolicy {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("AUTHN", Family::V2, "/authn/policies");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
