//! Private SSH keys on devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A private key file of a local account; never the key itself.
    ///
    /// `GET /api/v2/systeminsights/user_ssh_keys` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// Sensitive: it tells where keys lie.
    pub struct UserSshKey {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// 1 when a passphrase protects it.
        pub encrypted: i64 = "encrypted",
        /// File.
        pub path: String = "path",
        /// Local account.
        pub uid: String = "uid",
    }
}

impl Resource for UserSshKey {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.user_ssh_keys", "/systeminsights/user_ssh_keys");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
