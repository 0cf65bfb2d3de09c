//! Preferences that profiles set on macOS.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A preference that a profile sets.
    ///
    /// `GET /api/v2/systeminsights/managed_policies` `[spec]`; filled on macOS `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    ///
    /// Only profiles show here: an absent row does not mean that something is off. Screen lock
    /// stands in domain `com.apple.screensaver` as `askForPassword`, `askForPasswordDelay` and
    /// `idleTime` `[third-party]`.
    pub struct ManagedPolicy {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Preference domain.
        pub domain: String = "domain",
        /// 1 when it was loaded by hand.
        pub manual: i64 = "manual",
        /// Preference.
        pub name: String = "name",
        /// Account it holds for; empty for all.
        pub username: String = "username",
        /// Identity of the profile.
        pub uuid: String = "uuid",
        /// Its value as text.
        pub value: String = "value",
    }
}

impl Resource for ManagedPolicy {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.managed_policies", "/systeminsights/managed_policies");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
