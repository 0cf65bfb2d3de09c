//! Password ageing on Linux devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// Password ageing of a local account.
    ///
    /// `GET /api/v2/systeminsights/shadow` `[spec]`; filled on Linux `[third-party]`. Columns are
    /// the specification's, their meaning is osquery's.
    ///
    /// Sensitive: it tells which accounts have no password. The hash itself is not part of the
    /// table. Days are counted from 1970-01-01.
    pub struct ShadowEntry {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Day on which the account expires.
        pub expire: String = "expire",
        /// Reserved.
        pub flag: String = "flag",
        /// How the password is hashed.
        pub hash_alg: String = "hash_alg",
        /// Days after expiry until the account is shut.
        pub inactive: String = "inactive",
        /// Day of the last change.
        pub last_change: String = "last_change",
        /// Days until a change is demanded.
        pub max: String = "max",
        /// Days until a change is allowed.
        pub min: String = "min",
        /// `active`, `locked`, `not_set` or `empty` `[third-party]`.
        pub password_status: String = "password_status",
        /// Account.
        pub username: String = "username",
        /// Days before expiry at which the account is warned.
        pub warning: String = "warning",
    }
}

impl Resource for ShadowEntry {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.shadow", "/systeminsights/shadow");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
