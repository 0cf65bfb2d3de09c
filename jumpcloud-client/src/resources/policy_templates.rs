//! All templates for policies.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::PolicyTemplate;

/// Templates for policies: `GET /api/v2/policytemplates` `[spec]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyTemplates {}

impl Resource for PolicyTemplates {
    type Record = PolicyTemplate;
    const ENDPOINT: Endpoint = Endpoint::list("POLT", Family::V2, "/policytemplates");

    fn key(record: &PolicyTemplate) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
