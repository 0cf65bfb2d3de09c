//! BitLocker on Windows devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// BitLocker on one drive of a Windows device.
    ///
    /// `GET /api/v2/systeminsights/bitlocker_info` `[spec]`; filled on Windows `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    ///
    /// Codes are those of `Win32_EncryptableVolume` `[third-party]`; JumpCloud does not restate
    /// them.
    pub struct BitlockerVolume {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 0 decrypted, 1 fully encrypted, 2 to 5 on the way `[third-party]`.
        pub conversion_status: i64 = "conversion_status",
        /// Volume device.
        pub device_id: String = "device_id",
        /// Drive, such as `C:`.
        pub drive_letter: String = "drive_letter",
        /// Cipher in words.
        pub encryption_method: String = "encryption_method",
        /// Encrypted part in percent, 100 for all of it.
        pub percentage_encrypted: i64 = "percentage_encrypted",
        /// Identity of the volume.
        pub persistent_volume_id: String = "persistent_volume_id",
        /// 0 off, 1 on, 2 unknown `[third-party]`.
        pub protection_status: i64 = "protection_status",
    }
}

impl Resource for BitlockerVolume {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.bitlocker_info", "/systeminsights/bitlocker_info");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
