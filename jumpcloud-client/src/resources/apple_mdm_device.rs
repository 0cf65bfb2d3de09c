//! Devices under Apple device management.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::AppleMdm;

model! {
    /// A device that Apple's device management knows: `GET /api/v2/applemdms/{id}/devices`
    /// `[spec]`.
    ///
    /// Keys of the official definition `apple-mdm-device`. Whether it also stands in the list of
    /// devices is told by its serial number.
    pub struct AppleMdmDevice {
        /// Identity.
        pub id: Id<AppleMdmDevice> = "id" | "_id",
        /// The connection; not in the specification `[recorded]`.
        pub apple_mdm_id: Id<AppleMdm> = "appleMdmId",
        /// Hardware serial.
        pub serial_number: String = "serialNumber",
        /// Apple's identity of the device.
        pub udid: String = "udid",
        /// When it was first known, RFC 3339, UTC.
        pub created_at: String = "createdAt",
        /// Enrolled now.
        pub enrolled: bool = "enrolled",
        /// Registered for automated enrolment.
        pub dep_registered: bool = "depRegistered",
        /// Codes to lift the activation lock are held; the codes are never read.
        pub has_activation_lock_bypass_codes: bool = "hasActivationLockBypassCodes",
        /// `darwin`, `ios` and others; words are not documented.
        pub mdm_os_family: String = "mdmOsFamily",
        /// Kind of device.
        pub model_family: String = "modelFamily",
        /// Version of the operating system.
        pub os_version: String = "osVersion",
        /// What the device says of itself.
        pub device_information: AppleDeviceInformation = "deviceInformation",
        /// State of its protection; an empty object in real records `[recorded]`, so absent flags
        /// are unknown.
        pub security_info: AppleSecurityInfo = "securityInfo",
    }
}

model! {
    /// What a device says of itself `[spec]`.
    pub struct AppleDeviceInformation {
        /// Name.
        pub device_name: String = "deviceName",
        /// Model.
        pub model_name: String = "modelName",
        /// Model as it is sold.
        pub model_marketing_name: String = "modelMarketingName",
        /// Model number.
        pub model_number: String = "modelNumber",
        /// Supervised.
        pub is_supervised: bool = "isSupervised",
        /// Apple's processor.
        pub is_apple_silicon: bool = "isAppleSilicon",
        /// Its owner may lock it although it is supervised.
        pub activation_lock_allowed_while_supervised: bool = "activationLockAllowedWhileSupervised",
        /// Build.
        pub os_build_version: String = "osBuildVersion",
        /// Build with rapid security responses.
        pub os_supplemental_build_version: String = "osSupplementalBuildVersion",
        /// Suffix of a rapid security response.
        pub os_extra_version: String = "osExtraVersion",
        /// Operating system as it is sold.
        pub os_marketing_name: String = "osMarketingName",
        /// Identity for updates; misspelt by the service `[spec]`.
        pub software_update_id: String = "sofwareUpdateId" | "softwareUpdateId",
        /// Storage as text, since it may be fractional; in gigabytes `[inferred]`.
        pub device_capacity: String = "deviceCapacity",
        /// Free storage as text; in gigabytes `[inferred]`.
        pub available_device_capacity: String = "availableDeviceCapacity",
        /// Address of the wireless card.
        pub wifi_mac: String = "wifiMac",
        /// Identity of the radio.
        pub imei: String = "imei",
        /// Identity of the second radio.
        pub second_imei: String = "secondImei",
        /// Identity of the card.
        pub iccid: String = "iccid",
        /// Identity of the second card.
        pub second_iccid: String = "secondIccid",
        /// Carrier.
        pub subscriber_carrier_network: String = "subscriberCarrierNetwork",
        /// Second carrier.
        pub second_subscriber_carrier_network: String = "secondSubscriberCarrierNetwork",
    }
}

model! {
    /// State of a device's protection `[spec]`.
    pub struct AppleSecurityInfo {
        /// Macs: the disk is encrypted.
        pub filevault_enabled: bool = "filevaultEnabled",
        /// Phones: a passcode is set.
        pub passcode_present: bool = "passcodePresent",
        /// It meets every rule.
        pub passcode_compliant: bool = "passcodeCompliant",
        /// Macs: recovery asks for a password.
        pub recovery_lock_enabled: bool = "recoveryLockEnabled",
        /// Enrolled by its owner, with a narrow reach.
        pub is_user_enrollment: bool = "isUserEnrollment",
        /// Enrolled automatically.
        pub enrolled_via_dep: bool = "enrolledViaDep",
        /// Macs: the user approved management.
        pub user_approved_enrollment: bool = "userApprovedEnrollment",
        /// The activation lock can be managed.
        pub is_activation_lock_manageable: bool = "isActivationLockManageable",
    }
}

impl Resource for AppleMdmDevice {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::list("MDMD", Family::V2, "/applemdms/{id}/devices").optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for AppleMdmDevice {
    type Parent = AppleMdm;
}
