//! Who approves access.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A way in which access is approved: `GET /api/v2/approvalflows` `[spec]`.
    pub struct ApprovalFlow {
        /// Identity.
        pub id: Id<ApprovalFlow> = "id" | "_id",
        /// The organization it belongs to.
        pub organization_id: String = "organizationId",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Category.
        pub category: String = "category",
        /// Whether it is in force.
        pub status: String = "status",
        /// How approval is given.
        pub approval_type: String = "approvalType",
        /// How many must approve.
        pub approver_requirement: String = "approverRequirement",
        /// Who approves.
        pub approver_resources: Vec<ApproverResource> = "approverResources",
        /// People who are no administrators may approve.
        pub non_admin_approval: bool = "nonAdminApproval",
        /// Access ends by itself.
        pub time_based_access: bool = "timeBasedAccess",
        /// How its length is set.
        pub ttl_config: String = "ttlConfig",
        /// Fixed length.
        pub fixed_duration: String = "fixedDuration",
        /// Lengths to choose from.
        pub multi_select_duration: Vec<String> = "multiSelectDuration",
        /// What access is given to.
        pub resources: Vec<ApprovalFlowResource> = "resources",
        /// Who may ask.
        pub visible_to: Vec<ApprovalFlowAudience> = "visibleTo",
        /// Approval can be given in Slack.
        pub slack_enabled: bool = "slackEnabled",
        /// Who made it.
        pub created_by: String = "createdBy",
        /// Who changed it last.
        pub updated_by: String = "updatedBy",
    }
}

model! {
    /// Who approves `[spec]`.
    pub struct ApproverResource {
        /// Identity.
        pub resource_id: String = "resourceId",
        /// Name.
        pub resource_name: String = "resourceName",
        /// Kind.
        pub resource_type: String = "resourceType",
        /// Place in the order.
        pub resource_order: i64 = "resourceOrder",
        /// Everyone must approve.
        pub require_all: bool = "requireAll",
    }
}

model! {
    /// What access is given to `[spec]`.
    pub struct ApprovalFlowResource {
        /// Identity.
        pub resource_id: String = "resourceId",
        /// Name.
        pub resource_name: String = "resourceName",
        /// Kind.
        pub resource_type: String = "resourceType",
    }
}

model! {
    /// Who may ask `[spec]`.
    pub struct ApprovalFlowAudience {
        /// Identity.
        pub id: String = "id",
        /// Name.
        pub name: String = "name",
    }
}

impl Resource for ApprovalFlow {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("APF", Family::V2, "/approvalflows")
        .array_or_wrapped(&["results"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization_id.filled()
    }
}
