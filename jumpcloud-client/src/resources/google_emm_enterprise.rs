//! Android device management.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A connection to Google's device management: `GET /api/v2/google-emm/enterprises`
    /// `[official code]`.
    ///
    /// In no specification; records stand under `enterprises` with `count`.
    pub struct GoogleEmmEnterprise {
        /// Identity; every path takes this one.
        pub id: Id<GoogleEmmEnterprise> = "objectId" | "id",
        /// The organization it belongs to.
        pub organization_object_id: String = "organizationObjectId",
        /// Google's name, `enterprises/…`; no path takes it.
        pub name: String = "name",
        /// Name shown to administrators.
        pub display_name: String = "displayName",
        /// Address; may be empty.
        pub contact_email: String = "contactEmail",
        /// Kind, such as `MANAGED_GOOGLE_PLAY_ACCOUNTS_ENTERPRISE`.
        pub enterprise_type: String = "enterpriseType",
        /// Group of new devices.
        pub device_group_id: String = "deviceGroupId",
        /// Devices may enrol.
        pub allow_device_enrollment: bool = "allowDeviceEnrollment",
        /// Creation, RFC 3339 with milliseconds, UTC.
        pub created_at: String = "createdAt",
    }
}

impl Resource for GoogleEmmEnterprise {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("EMM", Family::V2, "/google-emm/enterprises")
        .array_or_wrapped(&["enterprises"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization_object_id.filled()
    }
}
