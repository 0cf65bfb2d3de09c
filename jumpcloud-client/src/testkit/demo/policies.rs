//! Policies, where they are bound and what became of them.

use serde_json::json;

use super::super::organization::{Organization, id_of, policy_stats};
use super::Clock;
use super::devices::{self, Family};

/// Which capability each policy of the demo company enforces, by the policy's name.
///
/// Template names are JumpCloud's data and not all of them are publicly known, so a check has to be
/// told: give it [`policy_capabilities`] as its configuration.
pub const POLICY_CAPABILITIES: &[(&str, &str)] = &[
    ("Encrypt Mac disks", "disk_encryption"),
    ("Lock Mac screens", "screen_lock"),
    ("Update Macs", "auto_update"),
    ("Encrypt PC disks", "disk_encryption"),
    ("Lock PC screens", "screen_lock"),
    ("Update PCs", "auto_update"),
    ("Update workstations", "auto_update"),
    ("Block USB storage", "removable_media"),
];

/// The identifiers of the demo policies with the capability that each one enforces.
pub fn policy_capabilities(organization: &Organization) -> Vec<(String, &'static str)> {
    POLICY_CAPABILITIES
        .iter()
        .filter_map(|(name, capability)| {
            let id = organization.id_of("/api/v2/policies", "name", name)?;
            Some((id.to_owned(), *capability))
        })
        .collect()
}

/// Name, template, displayed template name and family.
type Row = (&'static str, &'static str, &'static str, &'static str);

const MAC: &[Row] = &[
    ("Encrypt Mac disks", "filevault_darwin", "FileVault 2", "darwin"),
    ("Lock Mac screens", "lock_screen_darwin", "Lock Screen", "darwin"),
    ("Update Macs", "automatic_macOS_updates_darwin", "Automatic macOS Software Updates", "darwin"),
];

const WINDOWS: &[Row] = &[
    ("Encrypt PC disks", "bitlocker_windows", "BitLocker Full Disk Encryption", "windows"),
    ("Lock PC screens", "lock_screen_windows", "Lock Screen", "windows"),
    ("Update PCs", "system_updates_windows", "System Updates", "windows"),
];

const LINUX: &[Row] = &[
    ("Update workstations", "system_update_ubuntu_linux", "System Updates", "linux"),
    ("Block USB storage", "disable_usb_storage_linux", "Disable USB Storage", "linux"),
];

pub(super) fn add(org: &mut Organization, clock: Clock) {
    let families = [(Family::Mac, MAC), (Family::Windows, WINDOWS), (Family::Linux, LINUX)];
    for (family, rows) in families {
        let Some(group) = devices::group(org, family.baseline()) else { continue };
        let policies: Vec<String> = rows
            .iter()
            .map(|(name, template, label, os)| org.policy(name, template, label, os))
            .collect();
        // The Windows policies travel as a policy group, the others are bound one by one.
        if family == Family::Windows {
            let bundle = org.policy_group("PC policies");
            for policy in &policies {
                org.member(&bundle, policy);
            }
            org.bind(&bundle, &group);
        } else {
            for policy in &policies {
                org.bind(policy, &group);
            }
        }
        for device in members(org, &group) {
            report(org, clock, &device, &policies);
        }
    }
    lock_after_ten_minutes(org);
}

fn members(org: &Organization, group: &str) -> Vec<String> {
    use super::super::organization::{Node, ObjectType};
    let group = Node::new(ObjectType::SystemGroup, group);
    org.graph().membership(&group).into_iter().map(|(node, _)| node.id).collect()
}

fn report(org: &mut Organization, clock: Clock, device: &str, policies: &[String]) {
    let hostname = org
        .get("/api/systems", device)
        .and_then(|record| record.get("hostname")?.as_str())
        .unwrap_or_default()
        .to_owned();
    let (mut success, mut failed, mut pending) = (0_usize, 0_usize, 0_usize);
    for policy in policies {
        let name = org
            .get("/api/v2/policies", policy)
            .and_then(|record| record.get("name")?.as_str())
            .unwrap_or_default();
        let (state, count, at) = match (hostname.as_str(), name) {
            ("win-policy-failed", "Update PCs") => ("failed", &mut failed, clock.hours_ago(7)),
            ("mac-policy-pending", "Lock Mac screens") => {
                ("pending", &mut pending, clock.days_ago(1))
            }
            ("win-stale", _) => ("success", &mut success, clock.days_ago(95)),
            _ => ("success", &mut success, clock.hours_ago(6)),
        };
        *count = count.saturating_add(1);
        org.policy_result(policy, device, state, at);
    }
    org.update("/api/systems", device, |record| {
        if let Some(fields) = record.as_object_mut() {
            fields.insert("isPolicyBound".to_owned(), json!(true));
            fields.insert("policyStats".to_owned(), policy_stats(success, failed, pending));
        }
    });
}

fn lock_after_ten_minutes(org: &mut Organization) {
    for name in ["Lock Mac screens", "Lock PC screens"] {
        let Some(id) = org.find("/api/v2/policies", "name", name).and_then(id_of) else { continue };
        let id = id.to_owned();
        let field = org.next_id();
        org.update("/api/v2/policies", &id, |record| {
            if let Some(fields) = record.as_object_mut() {
                fields.insert(
                    "configFields".to_owned(),
                    json!([{
                        "id": field, "name": "timeout", "label": "Timeout in seconds",
                        "displayType": "number", "required": true, "sensitive": false,
                        "position": 1, "readOnly": false, "defaultValue": "300", "tooltip": {},
                    }]),
                );
                fields.insert(
                    "values".to_owned(),
                    json!([{"configFieldID": field, "value": "600", "sensitive": false}]),
                );
            }
        });
    }
}
