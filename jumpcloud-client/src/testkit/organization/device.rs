//! What a tester says about one device.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::wire_time;

/// A device to add to an [`Organization`](super::Organization).
///
/// Starts as a healthy, connected device of its platform in the shape of `GET /api/systems`;
/// every method changes one thing.
///
/// ```
/// use jumpcloud_client::testkit::DeviceSpec;
///
/// let laptop = DeviceSpec::mac("mac-ada").unencrypted().field("tags", ["loaner"]);
/// # let _ = laptop;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct DeviceSpec {
    record: Map<String, Value>,
}

impl DeviceSpec {
    /// A Mac with a current release and `FileVault` on.
    pub fn mac(hostname: &str) -> Self {
        Self::new(hostname, "Mac OS X", "darwin")
            .os_version("26.6.2")
            .field("arch", "arm64")
            .field("archFamily", "arm64")
            .field("hwVendor", "Apple Inc.")
            .field("fileSystem", "apfs")
            .field("templateName", "macOS-mac-arm64")
            .field("agentHasFullDiskAccess", true)
            .field("hasServiceAccount", true)
            .field(
                "serviceAccountState",
                json!({"hasSecureToken": true, "passwordAPFSValid": true, "passwordODValid": true}),
            )
            .field("mdm", mdm("automated device"))
            .encrypted()
    }

    /// A Windows client with a current release and `BitLocker` on.
    pub fn windows(hostname: &str) -> Self {
        Self::new(hostname, "Windows", "windows")
            .os_version("10.0.26200")
            .field("version", "11 Pro")
            .field("arch", "x86_64")
            .field("archFamily", "x86_64")
            .field("hwVendor", "Dell Inc.")
            .field("fileSystem", "NTFS")
            .field("templateName", "windows-windows-x86_64")
            .field("domainInfo", json!({"domainName": "WORKGROUP", "partOfDomain": false}))
            .field("azureAdJoined", false)
            .field("mdm", mdm("device"))
            .encrypted()
    }

    /// An Ubuntu workstation; `fde` is absent, as it usually is on Linux.
    pub fn linux(hostname: &str) -> Self {
        Self::new(hostname, "Ubuntu", "linux")
            .os_version("24.04")
            .field("arch", "x86_64")
            .field("archFamily", "x86_64")
            .field("hwVendor", "LENOVO")
            .field("fileSystem", "ext4")
            .field("templateName", "ubuntu-linux-x86_64")
            .field("desktopCapable", true)
            .field("displayManager", "gdm3")
            .field("sshRootEnabled", false)
    }

    /// An iPad or iPhone; `os` says which.
    pub fn apple_mobile(name: &str, os: &str) -> Self {
        Self::new(name, os, "ios")
            .os_version("26.4")
            .field("hwVendor", "Apple Inc.")
            .field("mdm", mdm("automated device"))
            .field("agentVersion", "")
            .without("systemInsights")
    }

    /// An Android device.
    pub fn android(name: &str) -> Self {
        Self::new(name, "Android", "android")
            .os_version("16")
            .field("hwVendor", "Google")
            .field("agentVersion", "")
            .without("systemInsights")
    }

    fn new(hostname: &str, os: &str, family: &str) -> Self {
        let mut record = Map::new();
        for (name, value) in [
            ("displayName", json!(hostname)),
            ("hostname", json!(hostname)),
            ("description", json!("")),
            ("os", json!(os)),
            ("osFamily", json!(family)),
            ("active", json!(true)),
            ("created", json!("2025-01-10T09:00:00.000Z")),
            ("lastContact", json!("2025-01-10T09:05:00.000Z")),
            ("agentVersion", json!("2.47.1")),
            ("remoteAssistAgentVersion", json!("")),
            ("serialNumber", json!(serial_of(hostname))),
            ("systemInsights", json!({"state": "enabled"})),
            ("primarySystemUser", json!({"id": null})),
            ("userMetrics", json!([])),
            ("attributes", json!([])),
            ("connectionHistory", json!([])),
            ("networkInterfaces", json!([])),
            ("remoteIP", json!("203.0.113.10")),
            ("systemTimezone", json!(0)),
            ("amazonInstanceID", json!("")),
            ("allowMultiFactorAuthentication", json!(false)),
            ("allowPublicKeyAuthentication", json!(true)),
            ("allowSshPasswordAuthentication", json!(false)),
            ("allowSshRootLogin", json!(false)),
            ("modifySSHDConfig", json!(false)),
            ("secureLogin", json!({"enabled": false, "supported": false})),
            ("isPolicyBound", json!(false)),
            ("policyStats", policy_stats(0, 0, 0)),
        ] {
            record.insert(name.to_owned(), value);
        }
        Self { record }
    }

    /// Sets any field of the record.
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.record.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a field out of the record, as old records do.
    pub fn without(mut self, name: &str) -> Self {
        self.record.remove(name);
        self
    }

    /// Sets `version` and the parts of `osVersionDetail`.
    pub fn os_version(self, version: &str) -> Self {
        let mut parts = version.split('.');
        let mut part = || parts.next().unwrap_or("0").to_owned();
        let (major, minor, patch) = (part(), part(), part());
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        let detail = json!({
            "osName": self.record.get("os").cloned().unwrap_or_default(),
            "major": major, "minor": minor, "patch": patch,
            "majorNumber": number(&major), "minorNumber": number(&minor),
            "patchNumber": number(&patch),
            "version": version,
        });
        self.field("version", version).field("osVersionDetail", detail)
    }

    /// Sets the serial number.
    pub fn serial(self, serial: &str) -> Self {
        self.field("serialNumber", serial)
    }

    /// Disk encryption on, recovery key escrowed.
    pub fn encrypted(self) -> Self {
        self.field("fde", json!({"active": true, "keyPresent": true}))
    }

    /// Disk encryption on, recovery key not escrowed.
    pub fn key_not_escrowed(self) -> Self {
        self.field("fde", json!({"active": true, "keyPresent": false}))
    }

    /// Disk encryption off.
    pub fn unencrypted(self) -> Self {
        self.field("fde", json!({"active": false, "keyPresent": false}))
    }

    /// Sets the time of enrolment.
    pub fn created(self, at: Timestamp) -> Self {
        self.field("created", wire_time(at))
    }

    /// Connected now; `lastContact` stands still while a device stays connected.
    pub fn connected_since(self, at: Timestamp) -> Self {
        self.field("active", true).field("lastContact", wire_time(at))
    }

    /// Not connected; last seen at this time.
    pub fn last_seen(self, at: Timestamp) -> Self {
        self.field("active", false).field("lastContact", wire_time(at))
    }

    /// Never contacted: `lastContact` is null.
    pub fn never_seen(self) -> Self {
        self.field("active", false).field("lastContact", Value::Null)
    }

    /// Sets the primary user by id.
    pub fn primary_user(self, user_id: &str) -> Self {
        self.field("primarySystemUser", json!({"id": user_id}))
    }

    pub(super) fn into_record(self) -> Map<String, Value> {
        self.record
    }
}

/// The counters of `policyStats` for this many results of each kind.
pub(in super::super) fn policy_stats(success: usize, failed: usize, pending: usize) -> Value {
    json!({
        "total": success.saturating_add(failed).saturating_add(pending),
        "success": success, "failed": failed, "pending": pending,
        "duplicate": 0, "unsupportedOs": 0,
    })
}

fn mdm(enrollment: &str) -> Value {
    json!({
        "vendor": "internal", "dep": enrollment == "automated device", "userApproved": true,
        "profileIdentifier": "com.jumpcloud.mdm", "enrollmentType": enrollment,
    })
}

/// A stable, unique looking serial number for a host name.
fn serial_of(hostname: &str) -> String {
    let number = super::super::dice::Dice::at(0, hostname, 0).roll();
    format!("C{:011X}", number & 0x0fff_ffff_ffff)
}
