//! Device groups.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::{GraphAttributes, GraphKind, GraphNode, MemberQuery, MembershipMethod};

model! {
    /// A device group: `GET /api/v2/systemgroups` `[spec]`.
    ///
    /// Keys of the official definition `SystemGroup`. Real lists of 2021 carry unset text as `""`
    /// and attributes as null `[recorded]`.
    pub struct SystemGroup {
        /// Identity.
        pub id: Id<SystemGroup> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Address.
        pub email: String = "email",
        /// `system_group`.
        pub kind: GraphKind = "type",
        /// The organization it belongs to, 24 hexadecimal digits on the wire `[official code]`.
        pub organization_object_id: String = "organizationObjectId",
        /// Rights that the group gives; null when none.
        pub attributes: GraphAttributes = "attributes",
        /// Who adds and removes members.
        pub membership_method: MembershipMethod = "membershipMethod",
        /// The query, for groups that have one.
        pub member_query: MemberQuery = "memberQuery",
        /// Members that the query leaves alone.
        pub member_query_exemptions: Vec<GraphNode> = "memberQueryExemptions",
        /// Faults of the query, such as `CYCLE`; any means that membership may be wrong.
        pub member_query_error_flags: Vec<String> = "memberQueryErrorFlags",
        /// Proposals are mailed.
        pub member_suggestions_notify: bool = "memberSuggestionsNotify",
    }
}

impl Resource for SystemGroup {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("SG", Family::V2, "/systemgroups");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization_object_id.filled()
    }
}
