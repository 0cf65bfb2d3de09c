//! Policy groups.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::{GraphAttributes, GraphKind};

model! {
    /// A policy group: `GET /api/v2/policygroups` `[spec]`.
    pub struct PolicyGroup {
        /// Identity.
        pub id: Id<PolicyGroup> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Address.
        pub email: String = "email",
        /// `policy_group`.
        pub kind: GraphKind = "type",
        /// The organization it belongs to.
        pub organization_object_id: String = "organizationObjectId",
        /// Attributes; null when none.
        pub attributes: GraphAttributes = "attributes",
    }
}

impl Resource for PolicyGroup {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("PG", Family::V2, "/policygroups");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization_object_id.filled()
    }
}
