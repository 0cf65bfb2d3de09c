//! SSH keys of directory users.

use alloc::string::String;

use crate::id::Id;
use crate::model::model;

model! {
    /// A public SSH key of a user: part of the user record, and `GET /api/systemusers/{id}/sshkeys`
    /// `[spec]`.
    pub struct SshKey {
        /// Identity.
        pub id: Id<SshKey> = "_id" | "id",
        /// Name that the person gave it.
        pub name: String = "name",
        /// The public key in OpenSSH's spelling.
        pub public_key: String = "public_key",
        /// When it was added, RFC 3339, UTC.
        pub create_date: String = "create_date",
    }
}
