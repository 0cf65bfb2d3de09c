//! Rows of a Mac.

use serde_json::json;

use super::{Rows, account_row};

/// Bundle identifier, file name and version of what every Mac has.
const APPS: &[(&str, &str, &str)] = &[
    ("com.apple.Safari", "Safari", "26.4"),
    ("com.google.Chrome", "Google Chrome", "149.0.7680.80"),
    ("com.tinyspeck.slackmacgap", "Slack", "4.47.2"),
    ("us.zoom.xos", "zoom.us", "6.7.4"),
    ("com.1password.1password", "1Password", "8.11.22"),
    ("com.microsoft.VSCode", "Visual Studio Code", "1.112.0"),
    ("com.jumpcloud.tray", "JumpCloud", "2.47.1"),
];

const FALCON: (&str, &str, &str) = ("com.crowdstrike.falcon.App", "Falcon", "7.32.20103");

pub(super) fn add(rows: &mut Rows<'_>, hostname: &str, account: &str) {
    let protected = hostname != "mac-no-antimalware";
    let encrypted = i32::from(hostname != "mac-unencrypted");
    for (bundle, name, version) in APPS.iter().chain(protected.then_some(&FALCON)) {
        rows.add(
            "apps",
            json!({
                "name": format!("{name}.app"), "bundle_name": name, "display_name": name,
                "bundle_identifier": bundle, "bundle_short_version": version,
                "bundle_version": version, "bundle_package_type": "APPL",
                "path": format!("/Applications/{name}.app"), "last_opened_time": -1,
            }),
        );
    }
    let daemons = [("com.jumpcloud.darwin-agent", "/opt/jc/bin/jumpcloud-agent")];
    let falcon =
        [("com.crowdstrike.falcond", "/Applications/Falcon.app/Contents/Resources/falcond")];
    for (label, program) in daemons.iter().chain(falcon.iter().filter(|_| protected)) {
        rows.add(
            "launchd",
            json!({
                "label": label, "name": format!("{label}.plist"), "program": program,
                "disabled": "", "run_at_load": "1", "keep_alive": "1",
                "path": format!("/Library/LaunchDaemons/{label}.plist"),
            }),
        );
    }
    let version = rows.record("version");
    let (major, rest) = version.split_once('.').unwrap_or((version.as_str(), "0"));
    let (minor, patch) = rest.split_once('.').unwrap_or((rest, "0"));
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    rows.add(
        "os_version",
        json!({
            "name": "macOS", "version": version, "major": number(major), "minor": number(minor),
            "patch": number(patch), "build": if major == "26" { "25G83" } else { "24G720" },
            "platform": "darwin", "platform_like": "darwin", "codename": "", "install_date": "",
        }),
    );
    rows.add("mounts", json!({
        "path": "/", "device": "/dev/disk3s1s1", "device_alias": "/dev/disk3s1s1",
        "type": "apfs", "flags": "76582937", "blocks": "121373696", "blocks_available": "61222731",
    }));
    rows.add(
        "disk_encryption",
        json!({
            "name": "/dev/disk3s1s1", "uuid": "", "encrypted": encrypted,
            "encryption_status": if encrypted == 1 { "encrypted" } else { "not encrypted" },
            "type": if encrypted == 1 { "AES-XTS" } else { "" }, "uid": "", "user_uuid": "",
        }),
    );
    rows.add("alf", json!({
        "global_state": 1, "stealth_enabled": 1, "allow_signed_enabled": 1, "logging_enabled": 1,
        "logging_option": 0, "firewall_unload": 0, "version": "1.6",
    }));
    rows.add("sip_config", json!({"config_flag": "sip", "enabled": 1, "enabled_nvram": 1}));
    for (domain, name, value) in [
        ("com.apple.screensaver", "idleTime", "600"),
        ("com.apple.screensaver", "askForPassword", "1"),
        ("com.apple.screensaver", "askForPasswordDelay", "0"),
        ("com.apple.SoftwareUpdate", "AutomaticCheckEnabled", "1"),
        ("com.apple.SoftwareUpdate", "AutomaticallyInstallMacOSUpdates", "1"),
        ("com.apple.SoftwareUpdate", "ConfigDataInstall", "1"),
        ("com.apple.SoftwareUpdate", "CriticalUpdateInstall", "1"),
    ] {
        rows.add(
            "managed_policies",
            json!({
                "domain": domain, "name": name, "value": value, "manual": 0, "username": "",
                "uuid": "",
            }),
        );
    }
    rows.add("sharing_preferences", json!({
        "bluetooth_sharing": 0, "content_caching": 0, "disc_sharing": 0, "file_sharing": 0,
        "internet_sharing": 0, "printer_sharing": 0, "remote_apple_events": 0, "remote_login": 0,
        "remote_management": 0, "screen_sharing": 0,
    }));
    rows.add("users", account_row(account, "501", "/bin/zsh", &format!("/Users/{account}")));
    let serial = rows.record("serialNumber");
    rows.add(
        "system_info",
        json!({
            "hostname": hostname, "computer_name": hostname, "local_hostname": hostname,
            "hardware_vendor": "Apple Inc.", "hardware_model": "Mac16,8", "hardware_serial": serial,
            "cpu_brand": "Apple M4 Pro", "cpu_type": "arm64e", "cpu_subtype": "ARM64E",
            "cpu_physical_cores": 12, "cpu_logical_cores": 12, "physical_memory": "25769803776",
        }),
    );
}
