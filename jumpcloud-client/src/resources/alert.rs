//! Alerts.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// An alert: `GET /api/v2/alerts` `[official code]`.
    ///
    /// In no specification; records stand under `alerts` with `count`.
    pub struct Alert {
        /// Identity.
        pub id: Id<Alert> = "objectId" | "id",
        /// Title.
        pub title: String = "title",
        /// `ALERT_CATEGORY_SYSTEM` and others.
        pub category: String = "category",
        /// `ALERT_SEVERITY_LOW`, `…_MEDIUM`, `…_HIGH`.
        pub severity: String = "severity",
        /// `ALERT_STATUS_OPEN`, `…_ACKNOWLEDGED`, `…_RESOLVED`, `…_AUTO_RESOLVED`, `…_DELETED`.
        pub status: String = "status",
        /// What it is about.
        pub source_name: String = "sourceName",
        /// Its kind: `ALERT_SOURCE_TYPE_DEVICE` and others.
        pub source_type: String = "sourceType",
        /// Its identity.
        pub source_id: String = "sourceId",
        /// When it was raised, RFC 3339, UTC `[third-party]`.
        pub created_at: String = "createdAt",
        /// When it last occurred, RFC 3339, UTC.
        pub last_occurred_at: String = "lastOccurredAt",
    }
}

impl Resource for Alert {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("ALR", Family::V2, "/alerts").array_or_wrapped(&["alerts"]).optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
