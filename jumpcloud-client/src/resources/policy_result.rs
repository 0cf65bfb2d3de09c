//! What came of a policy on a device.

use alloc::string::String;

use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::resources::{Policy, System};

model! {
    /// A result of a policy on a device `[spec]`.
    ///
    /// `policystatuses` lists the latest result for each pair, `policyresults` the history. No row
    /// for a device means that it has not answered, not that it passed. Keys of the official
    /// definition `PolicyResult`; `policyName`, `policyStatus` and `status` that some clients read
    /// are in no specification and are not modelled.
    pub struct PolicyResult {
        /// Identity of the result.
        pub id: Id<PolicyResult> = "id" | "_id",
        /// The policy.
        pub policy_id: Id<Policy> = "policyID" | "policyId",
        /// The device.
        pub system_id: Id<System> = "systemID" | "systemId",
        /// `success`, `failed` or `pending`; open, and anything else is no success.
        pub state: String = "state",
        /// It was applied.
        pub success: bool = "success",
        /// Exit status; 0 for success.
        pub exit_status: i64 = "exitStatus",
        /// Free text, cut off by the service; may hold data of the device.
        pub detail: String = "detail",
        /// Begin, RFC 3339, UTC.
        pub started_at: String = "startedAt",
        /// End, RFC 3339, UTC.
        pub ended_at: String = "endedAt",
        /// Output was present; it may hold secrets of the device, so it is dropped while reading.
        pub std_out: Redacted = "stdOut",
        /// Error output was present; dropped for the same reason.
        pub std_err: Redacted = "stdErr",
    }
}
