//! Policies.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::PolicyTemplate;

open_enum! {
    /// Operating systems a policy is for `[spec]`.
    pub enum OsMetaFamily {
        /// Linux.
        Linux = "linux",
        /// macOS.
        Darwin = "darwin",
        /// Windows.
        Windows = "windows",
        /// iOS and iPadOS.
        Ios = "ios",
        /// Any.
        Universal = "universal",
        /// Android.
        Android = "android",
    }
}

model! {
    /// A policy with the template it was made from: `GET /api/v2/policies` `[spec]`.
    ///
    /// The operating system stands only in the template; what the policy demands stands only in
    /// [`PolicyDetail`](crate::resources::PolicyDetail).
    pub struct Policy {
        /// Identity.
        pub id: Id<Policy> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// What it was made from.
        pub template: PolicyTemplate = "template",
    }
}

impl Resource for Policy {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("POL", Family::V2, "/policies");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
