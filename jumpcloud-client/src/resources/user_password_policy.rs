//! The password policy that holds for a user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{PasswordPolicyDetail, SystemUser};

/// The password policy that holds for one user: `GET /api/v2/passwordpolicies/user/{id}`
/// `[official code]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserPasswordPolicy {}

impl Resource for UserPasswordPolicy {
    type Record = PasswordPolicyDetail;
    const ENDPOINT: Endpoint =
        Endpoint::object("USR-PWP", Family::V2, "/passwordpolicies/user/{id}").optional();

    fn key(record: &PasswordPolicyDetail) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for UserPasswordPolicy {
    type Parent = SystemUser;
}
