//! Security products of Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A product that the Windows Security Center knows.
    ///
    /// `GET /api/v2/systeminsights/windows_security_products` `[spec]`; filled on Windows
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// Servers have no Security Center.
    pub struct WindowsSecurityProduct {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Name.
        pub name: String = "name",
        /// Program that repairs it.
        pub remediation_path: String = "remediation_path",
        /// 1 when its signatures are current.
        pub signatures_up_to_date: i64 = "signatures_up_to_date",
        /// `On`, `Off`, `Snoozed` or `Expired` `[third-party]`.
        pub state: String = "state",
        /// When that was noted, as text.
        pub state_timestamp: String = "state_timestamp",
        /// `Antivirus`, `Firewall` and others.
        pub kind: String = "type",
    }
}

impl Resource for WindowsSecurityProduct {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights(
        "SI.windows_security_products",
        "/systeminsights/windows_security_products",
    );
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
