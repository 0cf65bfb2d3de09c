//! Rows of a Windows laptop.

use serde_json::json;

use super::{Rows, account_row};

/// Name, publisher and version of what every Windows laptop has.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("CrowdStrike Windows Sensor", "CrowdStrike, Inc.", "7.32.20103.0"),
    ("Google Chrome", "Google LLC", "149.0.7680.80"),
    ("Slack", "Slack Technologies Inc.", "4.47.2"),
    ("Zoom Workplace (64-bit)", "Zoom Communications, Inc.", "6.7.4"),
    ("1Password", "AgileBits, Inc.", "8.11.22"),
    ("7-Zip 25.01 (x64)", "Igor Pavlov", "25.01"),
    ("JumpCloud Agent", "JumpCloud", "2.47.1"),
];

/// Name, display name and start type of services.
const SERVICES: &[(&str, &str)] = &[
    ("CSFalconService", "CrowdStrike Falcon Sensor Service"),
    ("jumpcloud-agent", "JumpCloud Agent"),
    ("wuauserv", "Windows Update"),
];

pub(super) fn add(rows: &mut Rows<'_>, hostname: &str, account: &str) {
    let protection = i32::from(hostname != "win-bitlocker-suspended");
    let ended = hostname == "win-end-of-life";
    for (name, publisher, version) in PROGRAMS {
        rows.add("programs", json!({
            "name": name, "publisher": publisher, "version": version, "install_date": "20260912",
            "install_location": "", "install_source": "", "language": "1033",
            "identifying_number": "", "uninstall_string": "",
        }));
    }
    for (name, display_name) in SERVICES {
        rows.add_timeless(
            "services",
            json!({
                "name": name, "display_name": display_name, "status": "RUNNING",
                "start_type": "AUTO_START", "service_type": "OWN_PROCESS", "pid": 2148,
                "user_account": "LocalSystem",
            }),
        );
    }
    rows.add(
        "windows_security_center",
        json!({
            "antivirus": "Good", "antispyware": "Good", "firewall": "Good", "autoupdate": "Good",
            "internet_settings": "Good", "user_account_control": "Good",
            "windows_security_center_service": "Good",
        }),
    );
    rows.add(
        "windows_security_products",
        json!({
            "type": "Antivirus", "name": "CrowdStrike Falcon Sensor", "state": "On",
            "signatures_up_to_date": 1, "state_timestamp": "",
            "remediation_path": "C:\\Program Files\\CrowdStrike\\",
        }),
    );
    rows.add("bitlocker_info", json!({
        "drive_letter": "C:", "device_id": "\\\\?\\Volume{0f5b}\\", "persistent_volume_id": "",
        "conversion_status": 1, "protection_status": protection, "encryption_method": "XTS-AES 128",
        "percentage_encrypted": 100,
    }));
    rows.add(
        "logical_drives",
        json!({
            "device_id": "C:", "boot_partition": 1, "file_system": "NTFS", "type": "Local Disk",
            "description": "Local Fixed Disk", "size": "511100907520", "free_space": "301190123520",
        }),
    );
    let build = if ended { "19045" } else { "26200" };
    let name = if ended { "Microsoft Windows 10 Pro" } else { "Microsoft Windows 11 Pro" };
    rows.add(
        "os_version",
        json!({
            "name": name, "version": format!("10.0.{build}"), "major": 10, "minor": 0, "patch": 0,
            "build": build, "platform": "windows", "platform_like": "windows", "codename": name,
            "install_date": "1736500000",
        }),
    );
    rows.add("secureboot", json!({"secure_boot": 1, "setup_mode": 0}));
    rows.add(
        "tpm_info",
        json!({
            "activated": 1, "enabled": 1, "owned": 1, "manufacturer_name": "INTC",
            "manufacturer_id": 1_229_870_147, "manufacturer_version": "600.18.0.0",
            "physical_presence_version": "1.3", "product_name": "", "spec_version": "2.0, 0, 1.38",
        }),
    );
    rows.add(
        "chassis_info",
        json!({
            "chassis_types": "Notebook", "manufacturer": "Dell Inc.", "model": "Latitude 7450",
        }),
    );
    let home = format!("C:\\Users\\{account}");
    rows.add("users", account_row(account, "1001", "C:\\Windows\\system32\\cmd.exe", &home));
    let serial = rows.record("serialNumber");
    rows.add(
        "system_info",
        json!({
            "hostname": hostname, "computer_name": hostname, "local_hostname": hostname,
            "hardware_vendor": "Dell Inc.", "hardware_model": "Latitude 7450",
            "hardware_serial": serial, "cpu_brand": "Intel(R) Core(TM) Ultra 7 165U",
            "cpu_type": "x86_64", "cpu_subtype": "-1", "cpu_physical_cores": 12,
            "cpu_logical_cores": 14, "physical_memory": "34359738368",
        }),
    );
}
