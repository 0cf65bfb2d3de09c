//! Encryption of disks on macOS and Linux.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// Encryption of one block device.
    ///
    /// `GET /api/v2/systeminsights/disk_encryption` `[spec]`; filled on macOS and Linux
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// There is a row for each device node: snapshots and volumes that are not mounted look
    /// unencrypted, so one row decides nothing. `fde` of the device record is the better source.
    pub struct DiskEncryption {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when encrypted.
        pub encrypted: i64 = "encrypted",
        /// `encrypted`, `not encrypted` or `undefined` `[third-party]`.
        pub encryption_status: String = "encryption_status",
        /// Device node.
        pub name: String = "name",
        /// Kind of encryption.
        pub kind: String = "type",
        /// Local account that unlocked it, where known.
        pub uid: String = "uid",
        /// The same account by UUID.
        pub user_uuid: String = "user_uuid",
        /// Identity of the volume.
        pub uuid: String = "uuid",
    }
}

impl Resource for DiskEncryption {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.disk_encryption", "/systeminsights/disk_encryption");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
