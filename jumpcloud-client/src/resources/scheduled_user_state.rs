//! Changes of users that are yet to come.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::{SystemUser, UserState};

model! {
    /// A planned suspension or activation: `GET /api/v2/bulk/userstates` `[spec]`.
    pub struct ScheduledUserState {
        /// The planned job; one job may change several users.
        pub scheduled_job_id: Id<ScheduledUserState> = "scheduledJobId",
        /// The user.
        pub system_user_id: Id<SystemUser> = "systemUserId",
        /// When it happens, RFC 3339, UTC.
        pub scheduled_date: String = "scheduledDate",
        /// State the user will be in.
        pub state: UserState = "state",
    }
}

impl Resource for ScheduledUserState {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("BUS", Family::V2, "/bulk/userstates");

    fn key(record: &Self) -> Option<String> {
        record.scheduled_job_id.value().map(|job| {
            [job.to_string(), record.system_user_id.value().map(Id::to_string).unwrap_or_default()]
                .join(":")
        })
    }
}
