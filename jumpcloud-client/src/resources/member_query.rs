//! How a group finds its members.

use alloc::string::String;

use crate::model::model;
use crate::open_enum::open_enum;

open_enum! {
    /// Who adds and removes the members of a group `[spec]`.
    pub enum MembershipMethod {
        /// Not said.
        NotSet = "NOTSET",
        /// Administrators do.
        Static = "STATIC",
        /// A query proposes, an administrator accepts.
        DynamicReviewRequired = "DYNAMIC_REVIEW_REQUIRED",
        /// A query does.
        DynamicAutomated = "DYNAMIC_AUTOMATED",
    }
}

model! {
    /// A query that finds members `[spec]`.
    pub struct MemberQuery {
        /// `Filter`, `FilterQuery` or `Search`.
        pub query_type: String = "queryType",
        /// Filters of a `Filter` query: texts that hold JSON, or objects.
        pub filters: serde_json::Value = "filters",
        /// Filter of a `Search` query: text that holds JSON, or an object.
        pub search_filters: serde_json::Value = "searchFilters",
    }
}

model! {
    /// Proposed changes of a group, counted `[spec]`.
    pub struct SuggestionCounts {
        /// To be added.
        pub add: i64 = "add",
        /// To be removed.
        pub remove: i64 = "remove",
        /// Both.
        pub total: i64 = "total",
    }
}
