//! The lists that the service has, with their rules.

use super::answer::Envelope;
use super::paging::PageRules;
use super::refused::path_matches;

/// Page sizes above which the service answers 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) lists: usize,
    pub(super) insights: usize,
    pub(super) search: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lists: 100, insights: 10_000, search: 1_000 }
    }
}

/// V1 lists that answer an empty envelope when nothing was put.
const V1: &[&str] = &[
    "/api/systems",
    "/api/systemusers",
    "/api/applications",
    "/api/application-templates",
    "/api/commands",
    "/api/commandresults",
    "/api/radiusservers",
    "/api/users",
];

/// V2 lists that answer `[]` when nothing was put.
const V2: &[&str] = &[
    "/api/v2/usergroups",
    "/api/v2/systemgroups",
    "/api/v2/policygroups",
    "/api/v2/groups",
    "/api/v2/policies",
    "/api/v2/policytemplates",
    "/api/v2/policyresults",
    "/api/v2/authn/policies",
    "/api/v2/iplists",
    "/api/v2/directories",
    "/api/v2/activedirectories",
    "/api/v2/ldapservers",
    "/api/v2/softwareapps",
    "/api/v2/applemdms",
    "/api/v2/subscriptions",
    "/api/v2/workdays",
    "/api/v2/bulk/userstates",
    "/api/v2/users/*/pushendpoints",
];

/// Lists in a wrapper: pattern, key of the rows, key of the total, name of the offset.
type Wrapped = (&'static str, &'static str, Option<&'static str>, &'static str);

const WRAPPED: &[Wrapped] = &[
    ("/api/v2/roles", "results", Some("totalCount"), "skip"),
    ("/api/v2/service-accounts", "results", Some("totalCount"), "skip"),
    ("/api/v2/approvalflows", "results", Some("totalCount"), "skip"),
    ("/api/v2/approvalflowrequest", "results", Some("totalCount"), "skip"),
    ("/api/v2/providers", "results", Some("totalCount"), "skip"),
    ("/api/v2/providers/*/organizations", "results", Some("totalCount"), "skip"),
    ("/api/v2/providers/*/administrators", "results", Some("totalCount"), "skip"),
    ("/api/v2/passwordpolicies", "results", None, "skip"),
    ("/api/v2/office365s", "results", None, "skip"),
    ("/api/v2/identity-providers", "identityProviders", Some("totalCount"), "skip"),
    ("/api/v2/saved-views", "views", None, "skip"),
    ("/api/v2/notifications/channels", "channels", Some("count"), "skip"),
    ("/api/v2/alerts", "alerts", Some("count"), "skip"),
    ("/api/v2/alerts/*/occurrences", "alertOccurrences", None, "skip"),
    ("/api/v2/healthmonitoring/rules", "rules", Some("count"), "skip"),
    ("/api/v2/healthmonitoring/ruletemplates", "templates", Some("count"), "skip"),
    ("/api/v2/identityrisk/events", "riskEvents", Some("totalCount"), "skip"),
    ("/api/v2/identityrisk/identities", "identities", Some("totalIdentitiesWithRisk"), "skip"),
    ("/api/v2/identityrisk/login-types", "loginTypes", None, "skip"),
    ("/api/v2/identityrisk/access-geolocations", "items", None, "skip"),
    ("/api/v2/google-emm/enterprises", "enterprises", Some("count"), "skip"),
    ("/api/v2/google-emm/enterprises/*/devices", "devices", Some("count"), "skip"),
    ("/api/v2/activedirectories/*/translation-rules", "rules", Some("totalCount"), "skip"),
    ("/api/v2/reports/jumpcloud", "reportTemplates", Some("totalCount"), "skip"),
    ("/api/v2/reports/saved-reports", "savedReports", Some("totalCount"), "skip"),
    ("/api/v2/reports/custom", "reportViews", Some("totalCount"), "skip"),
    ("/api/v2/reports/custom-reports", "customReports", Some("totalCount"), "skip"),
    ("/api/v2/reports/scheduled", "scheduledReports", Some("totalCount"), "skip"),
    ("/api/v2/reports/scheduled/runs", "runs", Some("totalCount"), "skip"),
    ("/api/v2/bulk/userstates/eventlist/next", "results", Some("events_count"), "skip"),
    ("/api/v2/workflows", "results", Some("totalCount"), "skip"),
    ("/api/v2/workflows/runs", "results", Some("totalCount"), "skip"),
    ("/api/v2/workflows/templates", "templates", None, "skip"),
    ("/api/v2/saas-management/**", "results", Some("totalCount"), "offset"),
];

/// Wrapped lists that answer empty when nothing was put; the others answer 404, as features do
/// that are not configured.
const WRAPPED_EMPTY: &[&str] = &["/api/v2/roles", "/api/v2/passwordpolicies"];

/// System Insights tables with the second filter column, `system_id` being the first `[spec]`.
const INSIGHTS: &[(&str, &str)] = &[
    ("alf", "global_state"),
    ("alf_exceptions", "state"),
    ("alf_explicit_auths", "process"),
    ("appcompat_shims", "enabled"),
    ("apps", "bundle_name"),
    ("authorized_keys", "uid"),
    ("azure_instance_metadata", ""),
    ("azure_instance_tags", ""),
    ("battery", "health"),
    ("bitlocker_info", "protection_status"),
    ("browser_plugins", "name"),
    ("certificates", "common_name"),
    ("chassis_info", ""),
    ("chrome_extensions", "name"),
    ("connectivity", ""),
    ("crashes", "identifier"),
    ("cups_destinations", "name"),
    ("disk_encryption", "encryption_status"),
    ("disk_info", "disk_index"),
    ("dns_resolvers", "type"),
    ("etc_hosts", "address"),
    ("firefox_addons", "name"),
    ("groups", "groupname"),
    ("ie_extensions", "name"),
    ("interface_addresses", "address"),
    ("interface_details", "interface"),
    ("kernel_info", "version"),
    ("launchd", "name"),
    ("linux_packages", "package_format"),
    ("logged_in_users", "user"),
    ("logical_drives", "device_id"),
    ("managed_policies", "domain"),
    ("mounts", "path"),
    ("os_version", "version"),
    ("patches", "hotfix_id"),
    ("programs", "name"),
    ("python_packages", "name"),
    ("safari_extensions", "name"),
    ("scheduled_tasks", "enabled"),
    ("secureboot", ""),
    ("services", "name"),
    ("shadow", "username"),
    ("shared_folders", "name"),
    ("shared_resources", "type"),
    ("sharing_preferences", ""),
    ("sip_config", "enabled"),
    ("startup_items", "name"),
    ("system_controls", "name"),
    ("system_info", "cpu_subtype"),
    ("tpm_info", ""),
    ("uptime", "days"),
    ("usb_devices", "model"),
    ("user_groups", ""),
    ("user_ssh_keys", "uid"),
    ("userassist", ""),
    ("users", "username"),
    ("wifi_networks", "security_type"),
    ("wifi_status", "security_type"),
    ("windows_security_center", ""),
    ("windows_security_products", "state"),
];

const INSIGHTS_PREFIX: &str = "/api/v2/systeminsights/";

/// Which family a list belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V1,
    V2,
    Insights,
}

pub(super) fn family(path: &str) -> Family {
    if path.starts_with(INSIGHTS_PREFIX) {
        Family::Insights
    } else if path.starts_with("/api/v2/") {
        Family::V2
    } else {
        Family::V1
    }
}

/// True when the service has this list even if nothing was put there.
pub(super) fn is_known(path: &str) -> bool {
    path.strip_prefix(INSIGHTS_PREFIX)
        .is_some_and(|table| INSIGHTS.iter().any(|(name, _)| *name == table))
        || V1.contains(&path)
        || V2.iter().any(|pattern| path_matches(pattern, path))
        || WRAPPED_EMPTY.contains(&path)
}

/// True when the column of this table may be filtered.
pub(super) fn is_insights_filter(path: &str, column: &str) -> bool {
    let table = path.strip_prefix(INSIGHTS_PREFIX).unwrap_or_default();
    if table == "linux_packages" {
        return column == "name" || column == "package_format";
    }
    let second = INSIGHTS.iter().find(|(name, _)| *name == table).map(|(_, column)| *column);
    column == "system_id" || second.is_some_and(|second| second == column)
}

/// The paging rules of a list path.
pub(super) fn rules(path: &str, limits: &Limits) -> PageRules {
    let plain = PageRules {
        default_limit: 10,
        max_limit: limits.lists,
        offset: "skip",
        envelope: Envelope::Bare,
    };
    if let Some((_, key, total, offset)) =
        WRAPPED.iter().find(|(pattern, ..)| path_matches(pattern, path))
    {
        return PageRules { offset, envelope: Envelope::keyed(key, *total), ..plain };
    }
    match family(path) {
        Family::Insights => PageRules { max_limit: limits.insights, ..plain },
        Family::V2 if path == "/api/v2/applemdms" => PageRules { default_limit: 1, ..plain },
        Family::V2 => plain,
        Family::V1 => PageRules { envelope: Envelope::v1(), ..plain },
    }
}
