//! What can be listed: the one trait behind every typed read.

use alloc::string::String;

use core::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::endpoint::Endpoint;
use crate::model::Model;

/// Something that can be read from JumpCloud: a record type and the endpoint that lists it.
///
/// A model that has one endpoint is its own resource (`System`). Where several endpoints answer
/// with the same record, each has a marker type (`SystemUsers`, `ApplicationUsers`) whose
/// [`Record`](Self::Record) is the shared model.
///
/// Implement it for an endpoint that this crate lacks; it can still only read.
pub trait Resource: Send + Sync + 'static {
    /// One row.
    type Record: Model
        + DeserializeOwned
        + Serialize
        + Clone
        + Debug
        + PartialEq
        + Send
        + Sync
        + 'static;

    /// Where and how it is listed.
    const ENDPOINT: Endpoint;

    /// Whether each row has an identity; rows of System Insights have none.
    const KEYED: bool = true;

    /// The identity of a row as text, when it has one.
    ///
    /// Used to notice rows that arrive twice. A keyed resource whose row answers `None` has a
    /// record without identity, which is set aside.
    fn key(record: &Self::Record) -> Option<String>;

    /// The organization a row says it belongs to, where its model carries one.
    fn organization(_record: &Self::Record) -> Option<&str> {
        None
    }
}

/// A resource that is listed once for each record of another: its path holds `{id}`.
pub trait ScopedResource: Resource {
    /// Whose records the lists hang on.
    type Parent: ?Sized;
}
