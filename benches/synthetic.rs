//! Organisations of any size as snapshots, without a server in between.
//!
//! Everything follows from the size and a seed: the same two give the same records. A third of the
//! devices each are Macs, Windows and Linux devices; each has 100 rows of software out of some 2 000
//! distinct names, a local administrator and two local users, and a user of its own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jumpcloud_client::resources::insights as si;
use jumpcloud_client::resources::{System, SystemUser};
use jumpcloud_client::{Listed, Record, RecordDigest, Snapshot};
use jumpcloud_compliance::{Catalogue, Config};
use serde_json::{Value, json};

/// Rows of software a device.
pub const SOFTWARE_ROWS: usize = 100;

/// The moment at which everything was read and is judged.
///
/// # Panics
///
/// Never: the text is a time.
pub fn now() -> Timestamp {
    "2026-11-24T09:00:00Z".parse().expect("a time")
}

/// Inputs read object by object, with the list whose records they hang on.
const SCOPED: [(&str, &str); 13] = [
    ("APP-ASC", "APP"),
    ("APP-ASC-UG", "APP"),
    ("APP-USR", "APP"),
    ("MDMD", "MDM"),
    ("ORGD", "ORG"),
    ("POL-SYS", "POL"),
    ("POLD", "POL"),
    ("PST", "POL"),
    ("PWPD", "PWP"),
    ("SG-ASC-POL", "SG"),
    ("SGM", "SG"),
    ("SYS-USR", "SYS"),
    ("UGM", "UG"),
];

/// How the synthetic organisation judges itself: five pieces of software are forbidden.
///
/// # Panics
///
/// Never: the configuration is written out here.
pub fn config() -> Config {
    let ban = |family: &str, by: &str, value: &str| json!({"family": family, "match": by, "value": value});
    serde_json::from_value(json!({
        "expected_org_id": id("0", 1),
        "parameters": {"JC-DEV-024": {"prohibited_software": [
            ban("darwin", "bundle_prefix", "com.forbidden"),
            ban("darwin", "name_prefix", "Torrent"),
            ban("windows", "name_prefix", "Torrent"),
            ban("linux", "package", "telnetd"),
            ban("linux", "name_prefix", "torrent"),
        ]}},
    }))
    .expect("the configuration is good")
}

fn id(kind: &str, number: usize) -> String {
    format!("5f{kind:0>2}{number:020x}")
}

/// A snapshot of `devices` devices and as many users.
///
/// # Panics
///
/// When the catalogue does not load or a record made here is none.
pub fn snapshot(devices: usize, seed: u64) -> Snapshot {
    let mut inputs: BTreeMap<String, Value> = BTreeMap::new();
    let catalogue = Catalogue::builtin().expect("the catalogue loads");
    let empty = Snapshot::new(None, now());
    let needs = catalogue.metas().flat_map(|meta| meta.inputs).map(|need| need.input);
    for code in needs.chain(SCOPED.map(|(_, parent)| parent)) {
        let scoped = SCOPED.iter().any(|(scoped, _)| *scoped == code);
        if !scoped && empty.state(code).is_some() {
            inputs.insert(code.to_string(), json!([]));
        }
    }
    let organization = id("0", 1);
    inputs.insert("ORG".into(), json!([{"_id": organization, "displayName": "Synthetic"}]));
    let families = ["macOS laptops", "Windows laptops", "Linux servers"];
    let groups: Vec<Value> = families
        .iter()
        .enumerate()
        .map(|(at, name)| json!({"id": id("5", at), "name": name, "type": "system_group"}))
        .collect();
    inputs.insert("SG".into(), groups.into());
    let teams: Vec<Value> = (0..20)
        .map(|at| json!({"id": id("6", at), "name": format!("Team {at}"), "type": "user_group"}))
        .collect();
    inputs.insert("UG".into(), teams.into());
    let members = |modulus: usize, kind: &str, member: &str| -> Value {
        let of = (0..modulus).map(|at| {
            let rows: Vec<Value> = (at..devices)
                .step_by(modulus)
                .map(|number| json!({"id": id(member, number), "type": "x"}))
                .collect();
            (id(kind, at), Value::from(rows))
        });
        json!({"of": of.collect::<serde_json::Map<_, _>>()})
    };
    inputs.insert("SGM".into(), members(3, "5", "a"));
    inputs.insert("UGM".into(), members(20, "6", "b"));
    let owners: serde_json::Map<String, Value> = (0..devices)
        .map(|at| (id("a", at), json!([{"id": id("b", at), "type": "user"}])))
        .collect();
    inputs.insert("SYS-USR".into(), json!({"of": owners}));
    for (scoped, parent) in SCOPED {
        if !inputs.contains_key(scoped) {
            let parents = inputs.get(parent).and_then(Value::as_array).into_iter().flatten();
            let of: serde_json::Map<String, Value> = parents
                .filter_map(|row| row.get("_id").or_else(|| row.get("id"))?.as_str())
                .map(|id| (id.to_string(), json!([])))
                .collect();
            inputs.insert(scoped.into(), json!({"of": of}));
        }
    }
    let text = json!({"schema": "jumpcloud-snapshot/1", "organization_id": organization,
        "taken_at": now().to_string(), "inputs": inputs});
    let mut snapshot = Snapshot::from_json(&text.to_string()).expect("the snapshot is one");
    drop(text);
    let mut dice = Dice(seed ^ 0x9e37_79b9_7f4a_7c15);
    for device in 0..devices {
        add_device(&mut snapshot, device, &mut dice);
        add_user(&mut snapshot, device, &mut dice);
    }
    snapshot
}

fn put<R: Listed>(snapshot: &mut Snapshot, row: &str)
where
    R::Record: serde::de::DeserializeOwned,
{
    let value = serde_json::from_str(row).expect("a row is a record");
    let digest = RecordDigest::of(row.as_bytes());
    R::of_mut(snapshot).records.push(Record { value, digest, fetched_at: now() });
}

fn add_user(snapshot: &mut Snapshot, number: usize, dice: &mut Dice) {
    let enrolled = dice.of(20) > 0;
    let row = json!({
        "_id": id("b", number), "username": format!("user.{number}"),
        "email": format!("user.{number}@example.com"), "firstname": "User",
        "lastname": format!("Number {number}"), "state": "ACTIVATED", "activated": true,
        "created": "2025-01-10T00:00:00Z", "suspended": false, "account_locked": false,
        "password_never_expires": dice.of(25) == 0, "sudo": dice.of(10) == 0,
        "employeeIdentifier": format!("E{number}"), "department": "Engineering",
        "password_date": "2026-09-10T00:00:00Z", "externally_managed": false,
        "manager": id("b", number / 8), "enable_user_portal_multifactor": true,
        "mfa": {"configured": enrolled, "exclusion": false},
        "totp_enabled": enrolled, "ssh_keys": [],
        "mfaEnrollment": {"overallStatus": if enrolled { "ENROLLED" } else { "NOT_ENROLLED" },
            "totpStatus": if enrolled { "ENROLLED" } else { "NOT_ENROLLED" }},
    });
    put::<SystemUser>(snapshot, &row.to_string());
}

fn add_device(snapshot: &mut Snapshot, number: usize, dice: &mut Dice) {
    let device = id("a", number);
    let (family, os, version) = [
        ("darwin", "Mac OS X", "15.1"),
        ("windows", "Windows", "10.0.22631"),
        ("linux", "Ubuntu", "24.04"),
    ][number % 3];
    let contact = if dice.of(15) == 0 { "2026-09-01T08:00:00Z" } else { "2026-11-24T08:00:00Z" };
    let encrypted = dice.of(12) > 0;
    let row = json!({
        "_id": device, "displayName": format!("device-{number}"), "hostname": format!("device-{number}"),
        "osFamily": family, "os": os, "version": version, "created": "2025-01-10T00:00:00Z",
        "active": true, "lastContact": contact, "agentVersion": "1.200.0",
        "serialNumber": format!("S{number:08}"), "systemInsights": {"state": "enabled"},
        "allowSshPasswordAuthentication": dice.of(9) == 0, "allowSshRootLogin": false,
        "allowMultiFactorAuthentication": true, "desktopCapable": true,
        "fde": {"active": encrypted, "keyPresent": encrypted},
        "primarySystemUser": {"id": id("b", number)},
    });
    put::<System>(snapshot, &row.to_string());
    let collected = "2026-11-24T06:00:00Z";
    for (name, admin) in [("root", true), ("ada", false), ("helper", dice.of(8) == 0)] {
        let row = json!({"system_id": device, "username": name, "uid": "501", "admin": admin,
            "managed": true, "real_user": true, "suspended": false, "collection_time": collected});
        put::<si::LocalUser>(snapshot, &row.to_string());
    }
    let mount = json!({"system_id": device, "path": "/", "device": "/dev/disk1s1", "type": "apfs",
        "collection_time": collected});
    put::<si::Mount>(snapshot, &mount.to_string());
    let version = json!({"system_id": device, "name": os, "version": version, "major": 15,
        "collection_time": collected});
    put::<si::OsVersion>(snapshot, &version.to_string());
    match number % 3 {
        0 => {
            let row = json!({"system_id": device, "name": "/dev/disk1s1", "encrypted": i32::from(encrypted),
                "type": "APFS", "collection_time": collected});
            put::<si::DiskEncryption>(snapshot, &row.to_string());
            let row = json!({"system_id": device, "config_flag": "sip", "enabled": 1,
                "collection_time": collected});
            put::<si::SipConfig>(snapshot, &row.to_string());
            let row = json!({"system_id": device, "global_state": 1, "collection_time": collected});
            put::<si::ApplicationFirewall>(snapshot, &row.to_string());
        }
        1 => {
            let row = json!({"system_id": device, "drive_letter": "C:", "collection_time": collected,
                "protection_status": i32::from(encrypted), "conversion_status": 1,
                "percentage_encrypted": 100});
            put::<si::BitlockerVolume>(snapshot, &row.to_string());
            let row = json!({"system_id": device, "name": "Windows Defender", "type": "Antivirus",
                "state": "On", "collection_time": collected});
            put::<si::WindowsSecurityProduct>(snapshot, &row.to_string());
        }
        _ => {}
    }
    for at in 0..SOFTWARE_ROWS {
        let name = dice.of(2000);
        let special = at == 7 && dice.of(40) == 0;
        let version = format!("{}.{}.{}", name % 20, at % 10, dice.of(6));
        match number % 3 {
            0 => {
                let bundle = match (special, at) {
                    (true, _) => "com.forbidden.tool".to_string(),
                    (false, 0) => "com.crowdstrike.falcon.App".to_string(),
                    (false, _) => format!("com.vendor{}.product{name}", name % 100),
                };
                put::<si::App>(
                    snapshot,
                    &format!(
                        r#"{{"system_id":"{device}","name":"Product {name}.app","bundle_name":"Product {name}","display_name":"Product {name}","bundle_identifier":"{bundle}","bundle_short_version":"{version}","path":"/Applications/Product {name}.app","collection_time":"{collected}"}}"#
                    ),
                );
            }
            1 => {
                let title = match (special, at) {
                    (true, _) => "Torrent Helper".to_string(),
                    (false, 0) => "1Password".to_string(),
                    (false, _) => format!("Product {name} Edition"),
                };
                put::<si::Program>(
                    snapshot,
                    &format!(
                        r#"{{"system_id":"{device}","name":"{title}","publisher":"Vendor {}","version":"{version}","install_location":"C:\\Program Files\\Product {name}","collection_time":"{collected}"}}"#,
                        name % 100
                    ),
                );
            }
            _ => {
                let package = match (special, at) {
                    (true, _) => "telnetd".to_string(),
                    (false, 0) => "falcon-sensor".to_string(),
                    (false, _) => format!("lib-product{name}"),
                };
                put::<si::LinuxPackage>(
                    snapshot,
                    &format!(
                        r#"{{"system_id":"{device}","name":"{package}","version":"{version}-1","arch":"amd64","package_format":"deb","maintainer_or_vendor":"Vendor {}"}}"#,
                        name % 100
                    ),
                );
            }
        }
    }
}

/// Numbers that look thrown and follow from the seed.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}
