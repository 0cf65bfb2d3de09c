//! Directory users (placeholder until the model file lands).

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A person or service account in the directory.
    pub struct SystemUser {
        /// Identity.
        pub id: Id<SystemUser> = "_id" | "id",
    }
}

impl Resource for SystemUser {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("USR", Family::V1, "/systemusers");

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
