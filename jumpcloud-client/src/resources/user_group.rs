//! User groups.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::{
    GraphKind, GraphNode, LdapGroup, MemberQuery, MembershipMethod, PosixGroup, Sudo,
    SuggestionCounts,
};

model! {
    /// A user group: `GET /api/v2/usergroups` `[spec]`.
    ///
    /// Keys of the official definition `UserGroup`. Real lists of 2021 carry only identity, name,
    /// kind, `email: ""`, `description` and `attributes: null` `[recorded]`.
    pub struct UserGroup {
        /// Identity.
        pub id: Id<UserGroup> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Address.
        pub email: String = "email",
        /// `user_group`.
        pub kind: GraphKind = "type",
        /// The organization it belongs to, 24 hexadecimal digits on the wire `[official code]`.
        pub organization_object_id: String = "organizationObjectId",
        /// Rights that the group gives; null when none.
        pub attributes: UserGroupAttributes = "attributes",
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
        /// Proposals that wait for an administrator.
        pub suggestion_counts: SuggestionCounts = "suggestionCounts",
    }
}

model! {
    /// Rights that a user group gives to its members `[spec]`.
    pub struct UserGroupAttributes {
        /// Local administrator on devices bound to the group.
        pub sudo: Sudo = "sudo",
        /// LDAP groups.
        pub ldap_groups: Vec<LdapGroup> = "ldapGroups",
        /// POSIX groups.
        pub posix_groups: Vec<PosixGroup> = "posixGroups",
        /// What RADIUS answers for members.
        pub radius: RadiusAttributes = "radius",
        /// File shares are open to members.
        pub samba_enabled: bool = "sambaEnabled",
    }
}

model! {
    /// What RADIUS answers for members of a group `[spec]`.
    pub struct RadiusAttributes {
        /// Attributes of the answer.
        pub reply: Vec<RadiusReply> = "reply",
    }
}

model! {
    /// One attribute of a RADIUS answer `[spec]`.
    pub struct RadiusReply {
        /// Name.
        pub name: String = "name",
        /// Was present; may be a tunnel password, so it is dropped while reading.
        pub value: Redacted = "value",
    }
}

impl Resource for UserGroup {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("UG", Family::V2, "/usergroups").holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization_object_id.filled()
    }
}
