//! Apple device management.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::SystemGroup;

open_enum! {
    /// State of the token for Apple's automated enrolment `[spec]`.
    pub enum DepTokenState {
        /// Not known.
        Unknown = "unknown",
        /// There is none.
        Missing = "missing",
        /// In force.
        Valid = "valid",
        /// Run out.
        Expired = "expired",
    }
}

model! {
    /// A connection to Apple's device management: `GET /api/v2/applemdms` `[spec]`.
    ///
    /// Keys of the official definition `AppleMDM`. The service gives one record a page unless told
    /// otherwise. When the push certificate expires, every enrolled device is lost to management.
    pub struct AppleMdm {
        /// Identity.
        pub id: Id<AppleMdm> = "id" | "_id",
        /// The organization it belongs to.
        pub organization: String = "organization",
        /// Name; empty in real records `[recorded]`.
        pub name: String = "name",
        /// When the push certificate expires, RFC 3339, UTC; empty before one is set up.
        pub apns_cert_expiry: String = "apnsCertExpiry",
        /// Push topic.
        pub apns_push_topic: String = "apnsPushTopic",
        /// Apple account that made the certificate and alone can renew it.
        pub apple_cert_creator_apple_id: String = "appleCertCreatorAppleID",
        /// Its serial number.
        pub apple_cert_serial_number: String = "appleCertSerialNumber",
        /// State of the token for automated enrolment.
        pub dep_server_token_state: DepTokenState = "depServerTokenState",
        /// When that token expires, RFC 3339, UTC; empty without one.
        pub dep_access_token_expiry: String = "depAccessTokenExpiry",
        /// People may enrol phones of their own.
        pub allow_mobile_user_enrollment: bool = "allowMobileUserEnrollment",
        /// Group of new devices; empty without one.
        pub default_system_group_id: String = "defaultSystemGroupID",
        /// Group of phones that people enrol; empty without one.
        pub default_ios_user_enrollment_device_group_id: String = "defaultIosUserEnrollmentDeviceGroupID",
        /// Devices find the service by account.
        pub service_discovery_enabled: bool = "serviceDiscoveryEnabled",
        /// Older settings of automated enrolment.
        pub dep: AppleEnrolment = "dep",
        /// Automated enrolment by platform.
        pub ades: AppleAutomatedEnrolment = "ades",
    }
}

model! {
    /// Automated enrolment by platform `[spec]`.
    pub struct AppleAutomatedEnrolment {
        /// Macs.
        pub macos: AppleEnrolment = "macos",
        /// Phones and tablets.
        pub ios: AppleEnrolment = "ios",
    }
}

model! {
    /// Settings of automated enrolment, as far as they bear on safety `[spec]`.
    pub struct AppleEnrolment {
        /// Devices set themselves up.
        pub enable_zero_touch_enrollment: bool = "enableZeroTouchEnrollment",
        /// Groups of new devices; absent in the older settings.
        pub default_device_group_object_ids: Vec<Id<SystemGroup>> = "defaultDeviceGroupObjectIds",
        /// Steps of the setup assistant that are set; absent in the older settings.
        pub setup_options: Vec<String> = "setupOptions",
    }
}

impl Resource for AppleMdm {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("MDM", Family::V2, "/applemdms").limits(100, 100).optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
