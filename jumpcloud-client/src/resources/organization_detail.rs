//! Settings of an organization.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Organization, PasswordRules, RestrictedField};

open_enum! {
    /// How long a session of the user portal lasts `[spec]`.
    pub enum CookieExpiration {
        /// Until the browser closes.
        Session = "session",
        /// For a set time.
        Date = "date",
    }
}

model! {
    /// An organization with its settings: `GET /api/organizations/{id}` `[spec]`.
    ///
    /// Keys are those of the official definition `organization`; billing figures are left out on
    /// purpose.
    pub struct OrganizationDetail {
        /// Identity.
        pub id: Id<Organization> = "_id" | "id",
        /// Name shown in the console; may be null.
        pub display_name: String = "displayName",
        /// Address of the logo; may be null.
        pub logo_url: String = "logoUrl",
        /// Creation, RFC 3339, UTC.
        pub created: String = "created",
        /// Whether and how access to the organization is restricted; words are not documented.
        pub access_restriction: String = "accessRestriction",
        /// Provider that manages the organization; absent or null without one.
        pub provider: String = "provider",
        /// Custom e-mail templates.
        pub custom_email_settings: CustomEmailSettings = "customEmailSettings",
        /// What the organization has bought.
        pub entitlement: Entitlement = "entitlement",
        /// Settings; absent when the key may not read them.
        pub settings: OrganizationSettings = "settings",
    }
}

model! {
    /// Whether custom e-mail templates are used `[spec]`.
    pub struct CustomEmailSettings {
        /// They are used.
        pub enabled: bool = "enabled",
    }
}

model! {
    /// What the organization has bought, as far as it bounds what can be read `[spec]`.
    pub struct Entitlement {
        /// Billing model.
        pub billing_model: String = "billingModel",
        /// The number of users is capped.
        pub cap_user_quantity: bool = "capUserQuantity",
        /// That cap.
        pub max_user_quantity: i64 = "maxUserQuantity",
        /// Where it was bought.
        pub purchase_channel: String = "purchaseChannel",
        /// Products.
        pub entitlement_products: Vec<EntitledProduct> = "entitlementProducts",
    }
}

model! {
    /// A product the organization has bought `[spec]`.
    pub struct EntitledProduct {
        /// Name.
        pub name: String = "name",
        /// Code, which a subscription repeats.
        pub product_code: String = "productCode",
        /// Category.
        pub product_category: String = "productCategory",
        /// Contract.
        pub contract_type: String = "contractType",
        /// Users paid for.
        pub committed_users: i64 = "committedUsers",
        /// Most users.
        pub max_user_count: i64 = "maxUserCount",
    }
}

model! {
    /// Settings of an organization `[spec]`.
    ///
    /// Keys are those of the official definition `organizationsettings`. Absent means that the
    /// service did not say, not that a switch is off.
    pub struct OrganizationSettings {
        /// Name.
        pub name: String = "name",
        /// Version of the agent that devices are brought to.
        pub agent_version: String = "agentVersion",
        /// Person to ask.
        pub contact_name: String = "contactName",
        /// Their address.
        pub contact_email: String = "contactEmail",
        /// Text below e-mail of the service.
        pub email_disclaimer: String = "emailDisclaimer",
        /// Logo.
        pub logo: String = "logo",
        /// Most users.
        pub max_system_users: i64 = "maxSystemUsers",
        /// Administrators must use a second factor at the console.
        pub require_admin_mfa: bool = "requireAdminMFA",
        /// Password rules of everyone without a policy of their own.
        pub password_policy: PasswordRules = "passwordPolicy",
        /// Preset: `custom`, `pci3` or `windows`.
        pub password_compliance: String = "passwordCompliance",
        /// State in which new users begin.
        pub new_system_user_state_defaults: NewUserStates = "newSystemUserStateDefaults",
        /// Legacy days until passwords expire.
        pub system_user_password_expiration_in_days: i64 = "systemUserPasswordExpirationInDays",
        /// People may edit their own details.
        pub system_users_can_edit: bool = "systemUsersCanEdit",
        /// User management is off.
        pub disable_user_management: bool = "disableUM",
        /// LDAP is off.
        pub disable_ldap: bool = "disableLdap",
        /// Administrators cannot sign in with Google.
        pub disable_google_login: bool = "disableGoogleLogin",
        /// Commands are off.
        pub disable_command_runner: bool = "disableCommandRunner",
        /// Unix user numbers are managed.
        pub enable_managed_uid: bool = "enableManagedUID",
        /// People may install the agent from the portal.
        pub enable_user_portal_agent_install: bool = "enableUserPortalAgentInstall",
        /// Google Workspace is in use.
        pub enable_google_apps: bool = "enableGoogleApps",
        /// Microsoft 365 is in use.
        pub enable_o365: bool = "enableO365",
        /// LDAP groups are duplicated.
        pub duplicate_ldap_groups: bool = "duplicateLDAPGroups",
        /// Chrome device trust is in use.
        pub chrome_dtc_enabled: bool = "chromeDTCEnabled",
        /// Devices are identified.
        pub device_identification_enabled: bool = "deviceIdentificationEnabled",
        /// The organization is about to be deleted.
        pub pending_delete: bool = "pendingDelete",
        /// The introduction is shown.
        pub show_intro: bool = "showIntro",
        /// Sessions of the user portal.
        pub user_portal: UserPortalSettings = "userPortal",
        /// Applications trusted with a device's sign-in.
        pub trusted_app_config: TrustedAppConfig = "trustedAppConfig",
        /// Windows device management.
        pub windows_mdm: WindowsMdmSettings = "windowsMDM",
        /// Which insights are collected at all.
        pub features: OrganizationFeatures = "features",
        /// Defaults of users.
        pub system_user_defaults: SystemUserDefaults = "systemUserDefaults",
        /// Trial features, untyped.
        pub beta_features: serde_json::Value = "betaFeatures",
    }
}

model! {
    /// State in which new users begin, by how they come `[spec]`.
    pub struct NewUserStates {
        /// Import from an application: `ACTIVATED` or `STAGED`.
        pub application_import: String = "applicationImport",
        /// Import from a file: `ACTIVATED` or `STAGED`.
        pub csv_import: String = "csvImport",
        /// By hand: `ACTIVATED` or `STAGED`.
        pub manual_entry: String = "manualEntry",
    }
}

model! {
    /// Sessions of the user portal `[spec]`.
    pub struct UserPortalSettings {
        /// How long a session lasts.
        pub cookie_expiration_type: CookieExpiration = "cookieExpirationType",
        /// Minutes of idleness that end a session, at most 129600.
        pub idle_session_duration_minutes: i64 = "idleSessionDurationMinutes",
    }
}

model! {
    /// Applications trusted with a device's sign-in `[spec]`.
    pub struct TrustedAppConfig {
        /// Checksum over the list.
        pub checksum: String = "checksum",
        /// The list.
        pub trusted_apps: Vec<TrustedApp> = "trustedApps",
    }
}

model! {
    /// A trusted application `[spec]`.
    pub struct TrustedApp {
        /// Name.
        pub name: String = "name",
        /// Path on the device.
        pub path: String = "path",
        /// Team that signed it.
        pub team_id: String = "teamid",
    }
}

model! {
    /// Windows device management `[spec]`.
    pub struct WindowsMdmSettings {
        /// In use.
        pub enabled: bool = "enabled",
        /// Devices enrol by themselves.
        pub auto_enroll: bool = "autoEnroll",
    }
}

model! {
    /// Which insights are collected at all `[spec]`.
    pub struct OrganizationFeatures {
        /// Events.
        pub directory_insights: FeatureSwitch = "directoryInsights",
        /// Events, kept longer.
        pub directory_insights_premium: FeatureSwitch = "directoryInsightsPremium",
        /// Device tables.
        pub system_insights: SystemInsightsFeature = "systemInsights",
    }
}

model! {
    /// A feature that is on or off `[spec]`.
    pub struct FeatureSwitch {
        /// On.
        pub enabled: bool = "enabled",
        /// Since when, RFC 3339, UTC.
        pub created_at: String = "createdAt",
        /// Last change, RFC 3339, UTC.
        pub updated_at: String = "updatedAt",
    }
}

model! {
    /// System Insights of an organization `[spec]`.
    pub struct SystemInsightsFeature {
        /// On; devices have a switch of their own.
        pub enabled: bool = "enabled",
        /// New macOS devices begin with it.
        pub enable_new_darwin: bool = "enableNewDarwin",
        /// New Linux devices begin with it.
        pub enable_new_linux: bool = "enableNewLinux",
        /// New Windows devices begin with it.
        pub enable_new_windows: bool = "enableNewWindows",
        /// Since when, RFC 3339, UTC.
        pub created_at: String = "createdAt",
        /// Last change, RFC 3339, UTC.
        pub updated_at: String = "updatedAt",
    }
}

model! {
    /// Defaults of users `[spec]`.
    pub struct SystemUserDefaults {
        /// Details that only another directory may change.
        pub restricted_fields: Vec<RestrictedField> = "restrictedFields",
    }
}

impl Resource for OrganizationDetail {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::object("ORGD", Family::V1, "/organizations/{id}").without_organization_header();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for OrganizationDetail {
    type Parent = Organization;
}
