//! SSH keys of one user.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{SshKey, SystemUser};

/// SSH keys of one user: `GET /api/systemusers/{id}/sshkeys` `[spec]`.
///
/// A bare array without paging; the same keys stand in the record of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemUserSshKeys {}

impl Resource for SystemUserSshKeys {
    type Record = SshKey;
    const ENDPOINT: Endpoint = Endpoint::list("USR-SSH", Family::V1, "/systemusers/{id}/sshkeys")
        .array_or_wrapped(&["results"])
        .unpaged();

    fn key(record: &SshKey) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for SystemUserSshKeys {
    type Parent = SystemUser;
}
