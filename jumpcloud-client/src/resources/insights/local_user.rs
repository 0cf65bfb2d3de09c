//! Local accounts of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A local account.
    ///
    /// `GET /api/v2/systeminsights/users` `[spec]`; filled on several platforms `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    ///
    /// `ad_managed`, `admin`, `managed`, `real_user` and `suspended` are JumpCloud's own columns;
    /// absent means that the agent did not say.
    pub struct LocalUser {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Active Directory keeps the account.
        pub ad_managed: bool = "ad_managed",
        /// Local administrator.
        pub admin: bool = "admin",
        /// Remark.
        pub description: String = "description",
        /// Home folder.
        pub directory: String = "directory",
        /// Group number.
        pub gid: String = "gid",
        /// Group number, signed.
        pub gid_signed: String = "gid_signed",
        /// Last sign-in, epoch seconds as text.
        pub last_login: String = "last_login",
        /// JumpCloud keeps the account.
        pub managed: bool = "managed",
        /// A person's account, not one of a system.
        pub real_user: bool = "real_user",
        /// Shell.
        pub shell: String = "shell",
        /// Suspended or locked.
        pub suspended: bool = "suspended",
        /// Windows: kind of account.
        pub kind: String = "type",
        /// Number.
        pub uid: String = "uid",
        /// Number, signed.
        pub uid_signed: String = "uid_signed",
        /// Name.
        pub username: String = "username",
        /// Identity on macOS, security identifier on Windows.
        pub uuid: String = "uuid",
    }
}

impl Resource for LocalUser {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.users", "/systeminsights/users");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
