//! The record of what a client did.

use std::time::Duration;

use serde_json::Value;

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The method.
    pub method: String,
    /// The path, percent-encoded as sent.
    pub path: String,
    /// The query pairs, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The names of the headers, lower case, without their values.
    pub headers: Vec<String>,
    /// The value of `x-org-id`, when sent.
    pub org_id: Option<String>,
    /// The JSON body of a search or an event query.
    pub body: Option<Value>,
    /// Time since the fake started.
    pub at: Duration,
    /// Requests in flight when this one arrived, itself included.
    pub in_flight: usize,
    /// True when an earlier 429 had asked for silence until after this moment.
    pub in_cooldown: bool,
    /// The status answered, once it was.
    pub status: Option<u16>,
}

impl LoggedRequest {
    /// The first value of a query parameter.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// True when a header of this name was sent; give the name in lower case.
    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|header| header == name)
    }
}

/// A request that a read-only client must never send.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What was wrong.
    pub kind: ViolationKind,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
}

/// Ways to break the rules of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ViolationKind {
    /// A method that changes something, or a POST that is no documented read.
    Write,
    /// A GET with a side effect or a secret in its answer.
    RefusedRead,
    /// An API key and a bearer token in one request.
    TwoCredentials,
}
