//! Counts of events.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// How many events of some kinds a window of time holds: `POST
    /// /insights/directory/v1/events/count`, which reads `[spec]`, or a part of one answer of
    /// `/events/distinct`.
    ///
    /// The service answers a bare number; the record keeps the question beside it. A collection
    /// asks four: `recent` (did anything happen lately), `retained` (is anything left of long ago),
    /// `reviewed:` and an event type (what a reviewer of the log should have seen), and
    /// `reviewed:admin_login_failed`.
    pub struct EventCount {
        /// Name of the question, unique in a snapshot.
        pub question: String = "question",
        /// First instant that counts, RFC 3339, UTC.
        pub start_time: String = "start_time",
        /// Last instant that counts, RFC 3339, UTC.
        pub end_time: String = "end_time",
        /// Services that were asked for; `all` for every one.
        pub service: Vec<String> = "service",
        /// Kinds of event that were asked for; empty for every kind.
        pub event_type: Vec<String> = "event_type",
        /// Only successes, or only failures; absent for both.
        pub success: bool = "success",
        /// How many there are.
        pub count: i64 = "count",
    }
}

impl Resource for EventCount {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("DIC", Family::Events, "/events/count").unpaged().optional();

    fn key(record: &Self) -> Option<String> {
        record.question.filled().map(ToString::to_string)
    }
}
