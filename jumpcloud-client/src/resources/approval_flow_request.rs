//! Requests for access and what came of them.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::ApprovalFlow;

model! {
    /// A request for access: `GET /api/v2/approvalflowrequest` `[spec]`.
    pub struct ApprovalFlowRequest {
        /// Identity.
        pub id: Id<ApprovalFlowRequest> = "id" | "_id",
        /// The way of approval.
        pub approval_flow_id: Id<ApprovalFlow> = "approvalFlowId",
        /// Its name.
        pub approval_flow_name: String = "approvalFlowName",
        /// Its description.
        pub approval_flow_description: String = "approvalFlowDescription",
        /// How approval is given.
        pub approval_type: String = "approvalType",
        /// People who are no administrators may approve.
        pub non_admin_approval: bool = "nonAdminApproval",
        /// How it stands; words are not documented.
        pub status: String = "status",
        /// Who asked.
        pub requestor: String = "requestor",
        /// Their name.
        pub user_name: String = "userName",
        /// Their department.
        pub department: String = "department",
        /// Their manager.
        pub manager: String = "manager",
        /// Their group.
        pub group: String = "group",
        /// Reason given.
        pub remarks: String = "remarks",
        /// Access ends by itself.
        pub time_based_access: bool = "timeBasedAccess",
        /// Length asked for.
        pub requested_duration: String = "requestedDuration",
        /// Length given.
        pub approved_duration: String = "approvedDuration",
        /// Run of the workflow.
        pub run_id: String = "runId",
        /// When it was asked, RFC 3339, UTC.
        pub created_at: String = "createdAt",
        /// Last change, RFC 3339, UTC.
        pub updated_at: String = "updatedAt",
        /// Who changed it last.
        pub updated_by: String = "updatedBy",
    }
}

impl Resource for ApprovalFlowRequest {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("APR", Family::V2, "/approvalflowrequest")
        .array_or_wrapped(&["results"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
