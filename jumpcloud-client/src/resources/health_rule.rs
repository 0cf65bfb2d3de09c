//! Rules that raise alerts.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A rule that raises alerts: `GET /api/v2/healthmonitoring/rules` `[official code]`.
    ///
    /// In no specification; records stand under `rules` with `count`. Its conditions are left out.
    pub struct HealthRule {
        /// Identity.
        pub id: Id<HealthRule> = "objectId" | "id",
        /// Name.
        pub name: String = "name",
        /// `RULE_CATEGORY_SYSTEM` and others.
        pub category: String = "category",
        /// `RULE_SEVERITY_MEDIUM` and others.
        pub severity: String = "severity",
        /// `RULE_STATUS_ENABLED` or `RULE_STATUS_DISABLED`.
        pub status: String = "status",
        /// `RULE_TYPE_TEMPLATE_BASED` and others.
        pub rule_type: String = "ruleType",
    }
}

impl Resource for HealthRule {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("HMR", Family::V2, "/healthmonitoring/rules")
        .array_or_wrapped(&["rules"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
