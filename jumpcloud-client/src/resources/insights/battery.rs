//! Batteries.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// The battery of a portable device.
    ///
    /// `GET /api/v2/systeminsights/battery` `[spec]`; filled on macOS `[third-party]`. Columns are
    /// the specification's, their meaning is osquery's.
    pub struct Battery {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Current in milliampere.
        pub amperage: i64 = "amperage",
        /// 1 when full.
        pub charged: i64 = "charged",
        /// 1 when charging.
        pub charging: i64 = "charging",
        /// Condition in words.
        pub condition: String = "condition",
        /// Charge in milliampere hours.
        pub current_capacity: i64 = "current_capacity",
        /// Cycles so far.
        pub cycle_count: i64 = "cycle_count",
        /// Capacity when new in milliampere hours.
        pub designed_capacity: i64 = "designed_capacity",
        /// Health in words.
        pub health: String = "health",
        /// When it was made, epoch seconds.
        pub manufacture_date: i64 = "manufacture_date",
        /// Maker.
        pub manufacturer: String = "manufacturer",
        /// Capacity now in milliampere hours.
        pub max_capacity: i64 = "max_capacity",
        /// Minutes until full.
        pub minutes_to_full_charge: i64 = "minutes_to_full_charge",
        /// Minutes until empty.
        pub minutes_until_empty: i64 = "minutes_until_empty",
        /// Model.
        pub model: String = "model",
        /// Charge in percent.
        pub percent_remaining: i64 = "percent_remaining",
        /// Serial number.
        pub serial_number: String = "serial_number",
        /// Charging state in words.
        pub state: String = "state",
        /// Voltage in millivolt.
        pub voltage: i64 = "voltage",
    }
}

impl Resource for Battery {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.battery", "/systeminsights/battery");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
