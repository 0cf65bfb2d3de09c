//! Subscriptions.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A subscription with its features: `GET /api/v2/subscriptions` `[spec]`.
    ///
    /// The specification says that it lists all plans, so a feature here is not proven to be the
    /// organization's own. The service takes neither limit nor skip `[spec]`.
    pub struct Subscription {
        /// Code, which identifies the plan.
        pub product_code: String = "productCode",
        /// Name.
        pub display_name: String = "displayName",
        /// What it includes.
        pub features: Vec<SubscriptionFeature> = "features",
        /// List price as text, since it may be fractional.
        pub list_price: String = "listPrice",
        /// Price for a year as text.
        pub annual_price: String = "annualPrice",
        /// Plan to move to.
        pub upgrade_recommendation: String = "upgradeRecommendation",
    }
}

model! {
    /// A feature of a subscription `[spec]`.
    pub struct SubscriptionFeature {
        /// Such as `mfa`, `systemInsights` or `directoryInsightsPremium`.
        pub name: String = "name",
    }
}

impl Resource for Subscription {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("SUB", Family::V2, "/subscriptions").unpaged();

    fn key(record: &Self) -> Option<String> {
        record.product_code.filled().map(ToString::to_string)
    }
}
