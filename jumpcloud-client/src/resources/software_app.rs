//! Managed software.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// Software that JumpCloud puts on devices: `GET /api/v2/softwareapps` `[spec]`.
    ///
    /// Keys of the official definition `software-app`; store details, configuration texts and
    /// download addresses (which may be signed) are left out.
    pub struct SoftwareApp {
        /// Identity.
        pub id: Id<SoftwareApp> = "id" | "_id",
        /// Name.
        pub display_name: String = "displayName",
        /// Creation, RFC 3339, UTC.
        pub created_at: String = "createdAt",
        /// Last change, RFC 3339, UTC.
        pub updated_at: String = "updatedAt",
        /// What is installed and how.
        pub settings: Vec<SoftwareAppSettings> = "settings",
    }
}

model! {
    /// What is installed and how `[spec]`.
    pub struct SoftwareAppSettings {
        /// Package.
        pub package_id: String = "packageId",
        /// `APPLE_VPP`, `CHOCOLATEY` and others.
        pub package_manager: String = "packageManager",
        /// Version.
        pub package_version: String = "packageVersion",
        /// Kind of package.
        pub package_kind: String = "packageKind",
        /// Bundle identifier on Apple devices.
        pub bundle_id: String = "bundleId",
        /// Version shown to people.
        pub short_version: String = "shortVersion",
        /// Team that signed it.
        pub team_id: String = "teamId",
        /// Description.
        pub description: String = "description",
        /// Whether it is to be there: `INSTALL` or `UNINSTALL`.
        pub desired_state: String = "desiredState",
        /// It is kept current.
        pub auto_update: bool = "autoUpdate",
        /// People may put updates off.
        pub allow_update_delay: bool = "allowUpdateDelay",
        /// Whom it is installed for.
        pub scope: String = "scope",
        /// Format of the package.
        pub format: String = "format",
        /// Repository.
        pub location: String = "location",
        /// Was present; the address may be signed, so it is dropped while reading.
        pub download_url: Redacted = "downloadUrl",
        /// Was present; dropped for the same reason.
        pub stored_package: Redacted = "storedPackage",
        /// Were present; may hold licence keys, so they are dropped while reading.
        pub command_line_arguments: Redacted = "commandLineArguments",
        /// Creation, RFC 3339, UTC.
        pub created_at: String = "createdAt",
        /// Last change, RFC 3339, UTC.
        pub updated_at: String = "updatedAt",
    }
}

impl Resource for SoftwareApp {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("SWA", Family::V2, "/softwareapps").optional().holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
