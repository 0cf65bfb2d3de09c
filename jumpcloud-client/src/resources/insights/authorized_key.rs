//! SSH keys that devices accept.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A public key that may sign in to a local account over SSH.
    ///
    /// `GET /api/v2/systeminsights/authorized_keys` `[spec]`; filled on macOS and Linux
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// Sensitive: it ties people to keys.
    pub struct AuthorizedKey {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Kind of key.
        pub algorithm: String = "algorithm",
        /// The public key.
        pub key: String = "key",
        /// File it stands in.
        pub key_file: String = "key_file",
        /// Local account it opens.
        pub uid: String = "uid",
    }
}

impl Resource for AuthorizedKey {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.authorized_keys", "/systeminsights/authorized_keys");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
