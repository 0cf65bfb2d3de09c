//! Password policies with all their rules.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{PasswordPolicy, PasswordRules, UserGroup};

model! {
    /// A password policy with all rules and groups: `GET /api/v2/passwordpolicies/{id}`
    /// `[official code]`.
    pub struct PasswordPolicyDetail {
        /// Identity.
        pub id: Id<PasswordPolicy> = "objectId" | "id",
        /// The answer came from a cache.
        pub cached: bool = "cached",
        /// User groups it is bound to.
        pub groups: Vec<PasswordPolicyGroup> = "groups",
        /// The rules.
        pub policy: PasswordRules = "policy",
    }
}

model! {
    /// A user group that a password policy is bound to `[official code]`.
    pub struct PasswordPolicyGroup {
        /// The group.
        pub group_id: Id<UserGroup> = "groupId",
        /// Its name.
        pub name: String = "name",
    }
}

impl Resource for PasswordPolicyDetail {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::object("PWPD", Family::V2, "/passwordpolicies/{id}").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PasswordPolicyDetail {
    type Parent = PasswordPolicy;
}
