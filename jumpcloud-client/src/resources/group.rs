//! Groups of every kind in one list.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::{GraphAttributes, GraphKind};

model! {
    /// A group of any kind: `GET /api/v2/groups` `[spec]`.
    ///
    /// It does not say who adds members; the lists by kind do.
    pub struct Group {
        /// Identity.
        pub id: Id<Group> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Address.
        pub email: String = "email",
        /// `user_group`, `system_group` or `policy_group`.
        pub kind: GraphKind = "type",
        /// The organization it belongs to.
        pub organization_object_id: String = "organizationObjectId",
        /// Rights that the group gives; null when none.
        pub attributes: GraphAttributes = "attributes",
        /// Faults of the query; any means that membership may be wrong.
        pub member_query_error_flags: Vec<String> = "memberQueryErrorFlags",
    }
}

impl Resource for Group {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("GRP", Family::V2, "/groups");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization_object_id.filled()
    }
}
