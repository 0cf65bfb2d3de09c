//! Devices.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::redacted::Redacted;
use crate::region::Family;
use crate::resource::Resource;
use crate::resources::SystemUser;

open_enum! {
    /// Whether System Insights collects from a device `[spec]`.
    pub enum InsightsState {
        /// Data is collected.
        Enabled = "enabled",
        /// Collection is off.
        Disabled = "disabled",
        /// Collection waits for the agent.
        Deferred = "deferred",
    }
}

open_enum! {
    /// Who manages a device through an MDM channel `[spec]`.
    pub enum MdmVendor {
        /// Not known.
        Unknown = "unknown",
        /// Nobody.
        None = "none",
        /// JumpCloud.
        Internal = "internal",
        /// Another product.
        External = "external",
    }
}

model! {
    /// A computer that runs the JumpCloud agent, or is known to its MDM.
    ///
    /// `GET /api/systems` `[spec]`. Which fields the list carries varies with age and platform:
    /// absent means "not said", never `false`.
    pub struct System {
        /// Identity.
        pub id: Id<System> = "_id" | "id",
        /// The organization it belongs to.
        pub organization: String = "organization",
        /// Name shown in the console; not unique.
        pub display_name: String = "displayName",
        /// Host name; not unique.
        pub hostname: String = "hostname",
        /// Free text.
        pub description: String = "description",
        /// Operating system as free text: `Mac OS X`, `Windows`, `Ubuntu` `[recorded]`.
        pub os: String = "os",
        /// `darwin`, `windows`, `linux` in varying case; absent in older records `[official code]`.
        pub os_family: String = "osFamily",
        /// Operating system version as text.
        pub version: String = "version",
        /// Version in parts.
        pub os_version_detail: OsVersionDetail = "osVersionDetail",
        /// Platform image, not a device type.
        pub template_name: String = "templateName",
        /// Processor architecture.
        pub arch: String = "arch",
        /// Processor family.
        pub arch_family: String = "archFamily",
        /// Hardware serial; empty on many virtual machines, not unique there.
        pub serial_number: String = "serialNumber",
        /// Hardware vendor.
        pub hw_vendor: String = "hwVendor",
        /// The agent is connected now.
        pub active: bool = "active",
        /// Last contact, RFC 3339; stands still while the device stays connected, null for never.
        pub last_contact: String = "lastContact",
        /// Enrolment, RFC 3339.
        pub created: String = "created",
        /// Version of the agent.
        pub agent_version: String = "agentVersion",
        /// Version of the remote assistance agent.
        pub remote_assist_agent_version: String = "remoteAssistAgentVersion",
        /// macOS: the agent may read the whole disk.
        pub agent_has_full_disk_access: bool = "agentHasFullDiskAccess",
        /// macOS: the agent's secure-token account exists.
        pub has_service_account: bool = "hasServiceAccount",
        /// macOS: state of that account.
        pub service_account_state: ServiceAccountState = "serviceAccountState",
        /// Disk encryption; absent does not mean unencrypted.
        pub fde: Fde = "fde",
        /// File system name.
        pub file_system: String = "fileSystem",
        /// Device management.
        pub mdm: Mdm = "mdm",
        /// Results of bound policies, counted.
        pub policy_stats: PolicyStats = "policyStats",
        /// Whether any policy is bound.
        pub is_policy_bound: bool = "isPolicyBound",
        /// Local accounts seen by the agent.
        pub user_metrics: Vec<UserMetric> = "userMetrics",
        /// The person the device is given to.
        pub primary_system_user: PrimarySystemUser = "primarySystemUser",
        /// What the console can do to it, such as erase or lock.
        pub built_in_commands: Vec<BuiltInCommand> = "builtInCommands",
        /// State of System Insights.
        pub system_insights: SystemInsights = "systemInsights",
        /// Linux: login screen program.
        pub display_manager: String = "displayManager",
        /// Linux: a desktop is installed.
        pub desktop_capable: bool = "desktopCapable",
        /// JumpCloud login window.
        pub secure_login: SecureLogin = "secureLogin",
        /// Active Directory membership.
        pub domain_info: DomainInfo = "domainInfo",
        /// Joined to Entra.
        pub azure_ad_joined: bool = "azureAdJoined",
        /// MFA at device login may be asked for.
        pub allow_multi_factor_authentication: bool = "allowMultiFactorAuthentication",
        /// sshd: public keys.
        pub allow_public_key_authentication: bool = "allowPublicKeyAuthentication",
        /// sshd: passwords.
        pub allow_ssh_password_authentication: bool = "allowSshPasswordAuthentication",
        /// sshd: root.
        pub allow_ssh_root_login: bool = "allowSshRootLogin",
        /// The agent writes sshd's settings.
        pub modify_sshd_config: bool = "modifySSHDConfig",
        /// Root can log in over SSH; meaningless outside Linux `[recorded]`.
        pub ssh_root_enabled: bool = "sshRootEnabled",
        /// Settings reported by sshd.
        pub sshd_params: Vec<NameValue> = "sshdParams",
        /// One entry for each address.
        pub network_interfaces: Vec<NetworkInterface> = "networkInterfaces",
        /// Public address at last contact.
        pub remote_ip: String = "remoteIP",
        /// Offset number; its unit is not documented.
        pub system_timezone: String = "systemTimezone",
        /// EC2 instance.
        pub amazon_instance_id: String = "amazonInstanceID",
        /// Custom attributes.
        pub attributes: Vec<NameValue> = "attributes",
        /// How it was enrolled.
        pub provision_metadata: ProvisionMetadata = "provisionMetadata",
        /// Past connections, untyped; mostly an empty list.
        pub connection_history: serde_json::Value = "connectionHistory",
        /// Labels.
        pub tags: Vec<String> = "tags",
        /// Seen in real records; a secret.
        pub system_token: Redacted = "systemToken",
    }
}

model! {
    /// Version of an operating system in parts.
    pub struct OsVersionDetail {
        /// Name of the system.
        pub os_name: String = "osName",
        /// Linux distribution.
        pub distribution_name: String = "distributionName",
        /// Major part.
        pub major: String = "major",
        /// Minor part.
        pub minor: String = "minor",
        /// Patch part.
        pub patch: String = "patch",
        /// Major part as a number.
        pub major_number: i64 = "majorNumber",
        /// Minor part as a number.
        pub minor_number: i64 = "minorNumber",
        /// Patch part as a number.
        pub patch_number: i64 = "patchNumber",
        /// Release or code name.
        pub release_name: String = "releaseName",
        /// Update revision.
        pub revision: String = "revision",
        /// Whole version.
        pub version: String = "version",
    }
}

model! {
    /// Full-disk encryption as the agent reports it.
    pub struct Fde {
        /// Encryption is on.
        pub active: bool = "active",
        /// JumpCloud holds the recovery key; the key itself is never read.
        pub key_present: bool = "keyPresent",
    }
}

model! {
    /// Device management as JumpCloud sees it.
    pub struct Mdm {
        /// Who manages it.
        pub vendor: MdmVendor = "vendor",
        /// Enrolled through Apple's automated enrolment.
        pub dep: bool = "dep",
        /// macOS: the user approved the profile.
        pub user_approved: bool = "userApproved",
        /// How it was enrolled; not in the published specification `[official code]`.
        pub enrollment_type: String = "enrollmentType",
        /// Lost mode.
        pub lost_mode_status: String = "lostModeStatus",
        /// Profile.
        pub profile_identifier: String = "profileIdentifier",
        /// Provider.
        pub provider_id: String = "providerId",
        /// Windows enrolment.
        pub windows: MdmWindows = "windows",
        /// Identities within JumpCloud's own device management `[official code]`.
        pub internal: MdmInternal = "internal",
    }
}

model! {
    /// Windows enrolment `[spec]`.
    pub struct MdmWindows {
        /// The account that enrolled the device.
        pub upn: String = "upn",
    }
}

model! {
    /// Identities within JumpCloud's own device management `[official code]`.
    pub struct MdmInternal {
        /// Apple device.
        pub device_id: String = "deviceId",
        /// Windows device.
        pub windows_device_id: String = "windowsDeviceId",
    }
}

model! {
    /// Policy results of a device, counted.
    pub struct PolicyStats {
        /// Policies bound.
        pub total: i64 = "total",
        /// Applied.
        pub success: i64 = "success",
        /// Failed.
        pub failed: i64 = "failed",
        /// Waiting.
        pub pending: i64 = "pending",
        /// Bound more than once.
        pub duplicate: i64 = "duplicate",
        /// For another operating system.
        pub unsupported_os: i64 = "unsupportedOs",
    }
}

model! {
    /// A local account seen by the agent.
    pub struct UserMetric {
        /// Account name.
        pub user_name: String = "userName",
        /// Local administrator.
        pub admin: bool = "admin",
        /// Managed by JumpCloud.
        pub managed: bool = "managed",
        /// Suspended.
        pub suspended: bool = "suspended",
        /// macOS: holds a secure token.
        pub secure_token_enabled: bool = "secureTokenEnabled",
    }
}

model! {
    /// The person a device is given to.
    pub struct PrimarySystemUser {
        /// A directory user; null when nobody is set.
        pub id: Id<SystemUser> = "id",
    }
}

model! {
    /// A remote action the console offers.
    pub struct BuiltInCommand {
        /// `erase`, `lock`, `restart`, `shutdown` `[spec]`.
        pub name: String = "name",
        /// `security` `[spec]`.
        pub kind: String = "type",
    }
}

model! {
    /// State of System Insights on a device.
    pub struct SystemInsights {
        /// Gate for every insights table.
        pub state: InsightsState = "state",
    }
}

model! {
    /// JumpCloud login window.
    pub struct SecureLogin {
        /// In use.
        pub enabled: bool = "enabled",
        /// Possible on this platform.
        pub supported: bool = "supported",
    }
}

model! {
    /// Active Directory membership.
    pub struct DomainInfo {
        /// Domain name.
        pub domain_name: String = "domainName",
        /// Joined.
        pub part_of_domain: bool = "partOfDomain",
    }
}

model! {
    /// macOS service account of the agent.
    pub struct ServiceAccountState {
        /// Holds a secure token.
        pub has_secure_token: bool = "hasSecureToken",
        /// Its APFS password is valid.
        pub password_apfs_valid: bool = "passwordAPFSValid",
        /// Its directory password is valid.
        pub password_od_valid: bool = "passwordODValid",
    }
}

model! {
    /// A name and a value.
    pub struct NameValue {
        /// Name; not guaranteed unique.
        pub name: String = "name",
        /// Value.
        pub value: String = "value",
    }
}

model! {
    /// One address of a network interface.
    pub struct NetworkInterface {
        /// Interface name.
        pub name: String = "name",
        /// Address.
        pub address: String = "address",
        /// `IPv4` or `IPv6`.
        pub family: String = "family",
        /// Loopback.
        pub internal: bool = "internal",
    }
}

model! {
    /// How a device was enrolled.
    pub struct ProvisionMetadata {
        /// Who enrolled it.
        pub provisioner: Provisioner = "provisioner",
    }
}

model! {
    /// Who enrolled a device.
    pub struct Provisioner {
        /// Identity.
        pub provisioner_id: String = "provisionerId",
        /// `administrator`, `mdm` or `user` `[spec]`.
        pub kind: String = "type",
    }
}

impl Resource for System {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("SYS", Family::V1, "/systems").holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }

    fn organization(record: &Self) -> Option<&str> {
        record.organization.filled()
    }
}
