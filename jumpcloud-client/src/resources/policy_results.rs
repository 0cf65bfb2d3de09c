//! History of policy results.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::PolicyResult;

/// Every result of the organization: `GET /api/v2/policyresults` `[spec]`.
///
/// A history of unknown length; the latest result of a pair is in
/// [`PolicyStatuses`](crate::resources::PolicyStatuses).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyResults {}

impl Resource for PolicyResults {
    type Record = PolicyResult;
    const ENDPOINT: Endpoint = Endpoint::list("POLR", Family::V2, "/policyresults").holds_secrets();

    fn key(record: &PolicyResult) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
