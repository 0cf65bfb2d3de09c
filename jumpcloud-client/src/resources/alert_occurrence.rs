//! Occurrences of alerts.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::Alert;

model! {
    /// An occurrence of an alert: `GET /api/v2/alerts/{id}/occurrences` `[third-party]`.
    ///
    /// Records stand under `alertOccurrences`.
    pub struct AlertOccurrence {
        /// Identity; absent when the service gives none.
        pub id: Id<AlertOccurrence> = "objectId" | "id",
        /// The alert.
        pub alert_object_id: Id<Alert> = "alertObjectId",
        /// When, RFC 3339, UTC.
        pub occurred_at: String = "occurredAt",
        /// What happened, untyped.
        pub context: serde_json::Value = "context",
    }
}

impl Resource for AlertOccurrence {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("ALR-OCC", Family::V2, "/alerts/{id}/occurrences")
        .array_or_wrapped(&["alertOccurrences"])
        .optional();
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}

impl ScopedResource for AlertOccurrence {
    type Parent = Alert;
}
