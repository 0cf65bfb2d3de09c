//! Certificates on devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A certificate in a store of a device.
    ///
    /// `GET /api/v2/systeminsights/certificates` `[spec]`; filled on macOS and Windows
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// A large table; the service can filter it by common name. It has no collection time `[spec]`.
    pub struct Certificate {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// Key of the issuer.
        pub authority_key_id: String = "authority_key_id",
        /// 1 when it may issue others.
        pub ca: i64 = "ca",
        /// Common name.
        pub common_name: String = "common_name",
        /// Issuer.
        pub issuer: String = "issuer",
        /// Kind of key.
        pub key_algorithm: String = "key_algorithm",
        /// Strength of the key.
        pub key_strength: String = "key_strength",
        /// What the key is for.
        pub key_usage: String = "key_usage",
        /// End of validity, epoch seconds or a date as text.
        pub not_valid_after: String = "not_valid_after",
        /// Begin of validity, epoch seconds or a date as text.
        pub not_valid_before: String = "not_valid_before",
        /// Store file.
        pub path: String = "path",
        /// 1 when it signed itself.
        pub self_signed: i64 = "self_signed",
        /// Serial number.
        pub serial: String = "serial",
        /// SHA-1 fingerprint.
        pub sha1: String = "sha1",
        /// Windows security identifier of the account.
        pub sid: String = "sid",
        /// How it was signed.
        pub signing_algorithm: String = "signing_algorithm",
        /// Windows store.
        pub store: String = "store",
        /// Windows store by number.
        pub store_id: String = "store_id",
        /// Windows store location.
        pub store_location: String = "store_location",
        /// Subject.
        pub subject: String = "subject",
        /// Its own key.
        pub subject_key_id: String = "subject_key_id",
        /// Local account.
        pub username: String = "username",
    }
}

impl Resource for Certificate {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.certificates", "/systeminsights/certificates");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
