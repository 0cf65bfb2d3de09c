//! What policies are made from.

use alloc::string::String;
use alloc::vec::Vec;

use crate::id::Id;
use crate::model::model;
use crate::resources::OsMetaFamily;

model! {
    /// A template for policies, as it stands in a policy and in `GET /api/v2/policytemplates`
    /// `[spec]`.
    pub struct PolicyTemplate {
        /// Identity.
        pub id: Id<PolicyTemplate> = "id" | "_id",
        /// Stable name, such as `system_updates_windows` `[official code]`; names differ between operating systems.
        pub name: String = "name",
        /// Name shown to administrators.
        pub display_name: String = "displayName",
        /// What it does.
        pub description: String = "description",
        /// Operating system.
        pub os_meta_family: OsMetaFamily = "osMetaFamily",
        /// What must be in place before it works.
        pub activation: String = "activation",
        /// Risk to know of.
        pub alert: String = "alert",
        /// How it behaves.
        pub behavior: String = "behavior",
        /// `agent`, `mdm`; more may come.
        pub delivery_types: Vec<String> = "deliveryTypes",
        /// Versions it works on.
        pub os_restrictions: Vec<OsRestriction> = "osRestrictions",
        /// Help page.
        pub reference: String = "reference",
        /// Whether it is released.
        pub state: String = "state",
    }
}

model! {
    /// Versions of an operating system that a template works on `[spec]`.
    pub struct OsRestriction {
        /// Operating system.
        pub os_name: String = "osName",
        /// First version.
        pub earliest_version: String = "earliestVersion",
        /// Version from which it is of no use.
        pub deprecated_version: String = "deprecatedVersion",
        /// The device must be under device management.
        pub is_mdm_required: bool = "isMdmRequired",
        /// Demands on Apple devices; absent without any.
        pub apple_restrictions: AppleRestrictions = "appleRestrictions",
    }
}

model! {
    /// Demands of a template on Apple devices `[spec]`.
    pub struct AppleRestrictions {
        /// The device must be supervised.
        pub requires_supervision: bool = "requiresSupervision",
        /// `automated`, `device`, `user`.
        pub supported_enrollment_types: Vec<String> = "supportedEnrollmentTypes",
    }
}
