//! Windows Security Center.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// What the Windows Security Center says of a device.
    ///
    /// `GET /api/v2/systeminsights/windows_security_center` `[spec]`; filled on Windows
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// Words are `Good`, `Poor`, `Snoozed`, `Not Monitored` and `Error` `[third-party]`. Servers
    /// have no Security Center.
    pub struct WindowsSecurityCenter {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Always `Good` `[third-party]`.
        pub antispyware: String = "antispyware",
        /// State of antivirus.
        pub antivirus: String = "antivirus",
        /// State of automatic updates.
        pub autoupdate: String = "autoupdate",
        /// State of the firewall.
        pub firewall: String = "firewall",
        /// State of internet settings.
        pub internet_settings: String = "internet_settings",
        /// State of user account control.
        pub user_account_control: String = "user_account_control",
        /// State of the centre itself.
        pub windows_security_center_service: String = "windows_security_center_service",
    }
}

impl Resource for WindowsSecurityCenter {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.windows_security_center", "/systeminsights/windows_security_center");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
