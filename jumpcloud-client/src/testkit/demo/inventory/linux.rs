//! Rows of a Linux workstation.

use serde_json::json;

use super::{Rows, account_row};

/// Package, version and maintainer of what every workstation has.
const PACKAGES: &[(&str, &str, &str)] = &[
    ("falcon-sensor", "7.32.0-18504", "CrowdStrike, Inc."),
    ("bash", "5.2.21-2ubuntu4", "Ubuntu Developers"),
    ("openssl", "3.0.13-0ubuntu3.9", "Ubuntu Developers"),
    ("openssh-server", "1:9.6p1-3ubuntu13.16", "Ubuntu Developers"),
    ("google-chrome-stable", "149.0.7680.80-1", "Chrome Linux Team"),
    ("code", "1.112.0-1773000000", "Microsoft Corporation"),
    ("1password", "8.11.22", "AgileBits"),
    ("jcagent", "2.47.1", "JumpCloud"),
];

pub(super) fn add(rows: &mut Rows<'_>, hostname: &str, account: &str) {
    for (name, version, maintainer) in PACKAGES {
        rows.add_timeless("linux_packages", json!({
            "name": name, "version": version, "maintainer_or_vendor": maintainer, "arch": "amd64",
            "package_format": "deb", "install_time": 1_757_660_400, "size": "1048576",
            "package_group_or_section": "admin", "release_or_revision": "", "mount_namespace_id": "",
            "pid_with_namespace": 0,
        }));
    }
    rows.add(
        "os_version",
        json!({
            "name": "Ubuntu", "version": "24.04.3 LTS (Noble Numbat)", "major": 24, "minor": 4,
            "patch": 3, "build": "", "platform": "ubuntu", "platform_like": "debian",
            "codename": "noble", "install_date": "",
        }),
    );
    rows.add(
        "mounts",
        json!({
            "path": "/", "device": "/dev/mapper/vgubuntu-root", "device_alias": "/dev/dm-1",
            "type": "ext4", "flags": "rw,relatime", "blocks": "122569216",
            "blocks_available": "81233920",
        }),
    );
    if hostname != "linux-flag-only" {
        rows.add(
            "disk_encryption",
            json!({
                "name": "/dev/dm-1", "uuid": "", "encrypted": 1, "encryption_status": "encrypted",
                "type": "crypto_LUKS", "uid": "", "user_uuid": "",
            }),
        );
    }
    rows.add("users", account_row(account, "1000", "/bin/bash", &format!("/home/{account}")));
    let serial = rows.record("serialNumber");
    rows.add(
        "system_info",
        json!({
            "hostname": hostname, "computer_name": hostname, "local_hostname": hostname,
            "hardware_vendor": "LENOVO", "hardware_model": "ThinkPad T14 Gen 5",
            "hardware_serial": serial, "cpu_brand": "AMD Ryzen 7 PRO 8840U", "cpu_type": "x86_64",
            "cpu_subtype": "117", "cpu_physical_cores": 8, "cpu_logical_cores": 16,
            "physical_memory": "33554432000",
        }),
    );
}
