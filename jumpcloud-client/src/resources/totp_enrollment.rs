//! When a user set up one-time codes.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::SystemUser;

model! {
    /// When a user set up one-time codes: `GET /api/systemusers/{id}/totpinfo` `[spec]`.
    ///
    /// The only place that tells the date; it costs one call for each user.
    pub struct TotpEnrollment {
        /// When, RFC 3339, UTC; absent or null without codes.
        pub enrollment_date: String = "enrollmentDate",
    }
}

impl Resource for TotpEnrollment {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::object("USR-TOTP", Family::V1, "/systemusers/{id}/totpinfo").optional();
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}

impl ScopedResource for TotpEnrollment {
    type Parent = SystemUser;
}
