//! JC-DEV-003: every fixed data volume is encrypted.
//!
//! # Expectation
//! Beside the volume from which a computer starts, every fixed volume that holds data is encrypted,
//! and its protection is on.
//!
//! # Why
//! Data often sits on a second volume, which a check of the boot volume misses.
//!
//! # Passes
//! ```json,passes
//! {"reason": "volumes_encrypted", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.logical_drives": [{"system_id": "d1", "device_id": "D:", "type": "Local Disk",
//!         "collection_time": "2026-11-23T06:00:00Z"}],
//!     "SI.bitlocker_info": [{"system_id": "d1", "drive_letter": "D:", "protection_status": 1,
//!         "conversion_status": 1, "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "volume_unencrypted", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.mounts": [{"system_id": "d1", "path": "/srv", "device": "/dev/sdb1", "type": "ext4"}],
//!     "SI.disk_encryption": [{"system_id": "d1", "name": "/dev/sdb1", "encrypted": 0}]}}
//! ```
//!
//! # Unknown when
//! A volume has no row that says whether it is encrypted, or an unencrypted drive may be a
//! removable one.
//! ```json,unknown
//! {"reason": "volume_state_unknown", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
//!     "SI.mounts": [{"system_id": "d1", "path": "/srv", "device": "/dev/sdb1", "type": "ext4"}],
//!     "SI.disk_encryption": []}}
//! ```
//! ```json,unknown
//! {"reason": "volume_kind_unknown", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
//!     "SI.logical_drives": [{"system_id": "d1", "device_id": "D:", "type": "Unknown"}],
//!     "SI.bitlocker_info": [{"system_id": "d1", "drive_letter": "D:", "protection_status": 0,
//!         "conversion_status": 0}]}}
//! ```
//!
//! # Fix
//! Turn BitLocker on for each fixed volume; put the data mounts of Linux on LUKS.
//!
//! # Sources
//! Columns mean what osquery says. Recent agents call the kind of every drive `Unknown`: such a
//! drive passes when it is encrypted and is UNKNOWN, not a failure, when it is not, because it may be
//! removable. Removable, network and optical drives are not judged here. On Linux a data volume is a
//! local file system that is mounted at one of the configured places or below, on another device
//! than the root; file systems of one device are one volume. All volumes of a Mac share the container
//! that FileVault encrypts. Of two rows for one thing the newest decides, of two equally new ones
//! the worse. That a device has no data volume is a claim about all of its rows: it needs complete
//! and fresh tables, like a pass.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::insights::{BitlockerVolume, DiskEncryption, LogicalDrive, Mount};

use crate::case::{Case, Row};
use crate::facts::{Device, Platform, newest_by};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::{age_days, is_future};

const DATA_MOUNT_PREFIXES: Texts = Texts::new(
    "data_mount_prefixes",
    &["/home", "/var", "/srv", "/data", "/mnt", "/opt"],
    "Where Linux devices mount data: these places and all below.",
)
.stricter_when_longer();
const IGNORE_VOLUMES: Texts = Texts::new(
    "ignore_volume_patterns",
    &[],
    "Drive letters, device nodes and mount paths that are left out, spelled in full.",
)
.stricter_when_shorter();

const META: Meta = Meta {
    id: "JC-DEV-003",
    logic_version: 1,
    text_revision: 1,
    title: "Every fixed data volume is encrypted",
    subject: SubjectKind::Device,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Data often sits on a second volume, which a check of the boot volume misses.",
    remediation: "Turn BitLocker on for each fixed volume; put the data mounts of Linux on LUKS.",
    applies: "Windows and Linux devices with a fixed volume beside the boot volume",
    inputs: &[
        InputNeed::new("SYS", &["osFamily"]),
        InputNeed::new(
            "SI.bitlocker_info",
            &["drive_letter", "protection_status", "conversion_status", "collection_time"],
        ),
        InputNeed::new(
            "SI.logical_drives",
            &["device_id", "type", "file_system", "boot_partition", "collection_time"],
        ),
        InputNeed::new(
            "SI.disk_encryption",
            &["name", "encrypted", "encryption_status", "collection_time"],
        ),
        InputNeed::new("SI.mounts", &["path", "device", "device_alias", "type", "collection_time"]),
    ],
    params: &[
        DATA_MOUNT_PREFIXES.spec(),
        IGNORE_VOLUMES.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("volumes_encrypted", "every fixed data volume is encrypted"),
        Reason::fail("volume_unencrypted", "a fixed data volume is not encrypted"),
        Reason::unknown("volume_state_unknown", "nobody knows whether a volume is encrypted"),
        Reason::unknown("volume_kind_unknown", "an unencrypted volume may be a removable one"),
        Reason::unknown("no_volume_data", "the device reports no volume"),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::not_applicable("only_boot_volume", "the device has no fixed data volume"),
        Reason::not_applicable(
            "covered_by_filevault",
            "FileVault encrypts every volume of the container",
        ),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct DataVolumesEncrypted;

impl Rule for DataVolumesEncrypted {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        case.see(device.row(), "osFamily", &device.system().os_family);
        let (volumes, tables) = match device.platform {
            Platform::Darwin => return Ok(Verdict::not_applicable("covered_by_filevault")),
            Platform::Windows => (drives(case, device), ["SI.logical_drives", "SI.bitlocker_info"]),
            Platform::Linux => (mounts(case, device), ["SI.mounts", "SI.disk_encryption"]),
            Platform::Unknown | Platform::Unsupported(_) => {
                return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
            }
        };
        volumes.judge(case, device, tables)
    }
}

/// Whether a volume is encrypted, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Encrypted,
    Untold,
    Open,
}

/// Whether a volume is a fixed one that holds data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fixed {
    Yes,
    Perhaps,
    No,
}

/// The volumes of a device, boot volume aside.
#[derive(Debug, Default)]
struct Volumes {
    encrypted: Vec<String>,
    open: Vec<String>,
    perhaps_open: Vec<String>,
    untold: Vec<String>,
    ignored: Vec<String>,
    /// Times of the rows that speak about volumes.
    times: Vec<Option<Timestamp>>,
    /// When the newest row of the table of volumes was collected; none without any row.
    newest: Option<Option<Timestamp>>,
}

impl Volumes {
    fn add(&mut self, name: String, fixed: Fixed, state: State) {
        let list = match (fixed, state) {
            (Fixed::No, _) => return,
            (_, State::Encrypted) => &mut self.encrypted,
            (_, State::Untold) => &mut self.untold,
            (Fixed::Yes, State::Open) => &mut self.open,
            (Fixed::Perhaps, State::Open) => &mut self.perhaps_open,
        };
        list.push(name);
    }

    fn judge(
        mut self,
        case: &mut Case<'_>,
        device: &Device<'_>,
        tables: [&'static str; 2],
    ) -> Judgement {
        for (path, list) in [
            ("volumes.encrypted", &mut self.encrypted),
            ("volumes.unencrypted", &mut self.open),
            ("volumes.unencrypted_of_unknown_kind", &mut self.perhaps_open),
            ("volumes.unknown", &mut self.untold),
            ("volumes.ignored", &mut self.ignored),
        ] {
            list.sort();
            list.dedup();
            if !list.is_empty() {
                case.see_derived(device.row(), path, list.clone());
            }
        }
        if !self.open.is_empty() {
            return Ok(Verdict::fail("volume_unencrypted"));
        }
        for table in tables {
            case.require(table)?;
        }
        let Some(newest) = self.newest else {
            return Err(Unknown::new(UnknownCause::NotObservable, "no_volume_data"));
        };
        if !self.untold.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "volume_state_unknown"));
        }
        if !self.perhaps_open.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "volume_kind_unknown"));
        }
        if self.encrypted.is_empty() {
            holds_today(case, newest)?;
            return Ok(Verdict::not_applicable("only_boot_volume"));
        }
        let verdict = Verdict::pass("volumes_encrypted");
        Ok(self.times.into_iter().fold(verdict, Verdict::resting_on))
    }
}

/// Refuses a claim about absence that rests on old or untimed rows.
fn holds_today(case: &Case<'_>, newest: Option<Timestamp>) -> Result<(), Unknown> {
    let now = case.evaluated_at();
    match newest {
        None => Err(Unknown::new(UnknownCause::FieldAbsent, "untimed_telemetry")),
        Some(at) if is_future(at, now, case.param(&FUTURE_SKEW_SECS)) => {
            Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"))
        }
        Some(at) if age_days(at, now) > case.param(&TELEMETRY_MAX_AGE_DAYS) => {
            Err(Unknown::new(UnknownCause::StaleData, "stale_data"))
        }
        Some(_) => Ok(()),
    }
}

/// The time of the newest row; none without any.
fn newest_time<T>(rows: &[Row<'_, T>]) -> Option<Option<Timestamp>> {
    rows.iter().map(|row| row.collected_at).max()
}

/// A drive in one spelling: `d:\` is `D:`.
fn letter(text: &str) -> String {
    text.trim_end_matches('\\').to_ascii_uppercase()
}

/// Kinds of drives that stay in the computer, as older agents word them or Windows numbers them.
const FIXED_DRIVES: [&str; 6] =
    ["local disk", "fixed", "fixed disk", "local fixed disk", "logical fixed disk", "3"];
/// Kinds of drives that do not.
const OTHER_DRIVES: [&str; 14] = [
    "removable disk",
    "removable",
    "network drive",
    "network",
    "remote",
    "compact disc",
    "cd-rom",
    "cd-rom disk",
    "optical",
    "ram disk",
    "2",
    "4",
    "5",
    "6",
];

fn kind_of(drive: &LogicalDrive) -> Fixed {
    match drive.kind.filled().map(str::to_ascii_lowercase) {
        Some(kind) if FIXED_DRIVES.contains(&kind.as_str()) => Fixed::Yes,
        Some(kind) if OTHER_DRIVES.contains(&kind.as_str()) => Fixed::No,
        _ => Fixed::Perhaps,
    }
}

fn bitlocker_state(volume: &BitlockerVolume) -> State {
    match (volume.protection_status.value(), volume.conversion_status.value()) {
        (Some(1), Some(1)) => State::Encrypted,
        (Some(0), _) | (_, Some(0 | 2..=5)) => State::Open,
        _ => State::Untold,
    }
}

fn drives(case: &mut Case<'_>, device: &Device<'_>) -> Volumes {
    let facts = case.facts();
    case.uses("SI.logical_drives");
    case.uses("SI.bitlocker_info");
    let ignored = case.param(&IGNORE_VOLUMES);
    let rows = facts.rows::<LogicalDrive>(device);
    let mut volumes = Volumes { newest: newest_time(&rows), ..Volumes::default() };
    let drives = newest_by(rows, |drive| drive.device_id.filled().map(letter));
    let locks = newest_by(facts.rows::<BitlockerVolume>(device), |volume| {
        volume.drive_letter.filled().map(letter)
    });
    let boots = |row: &Row<'_, LogicalDrive>| row.value().boot_partition.value() == Some(&1);
    let named_boot = drives.values().flatten().any(boots);
    for (name, rows) in &drives {
        for row in rows {
            let drive = row.value();
            case.see(*row, "device_id", &drive.device_id);
            case.see(*row, "type", &drive.kind);
            case.see(*row, "file_system", &drive.file_system);
            case.see(*row, "boot_partition", &drive.boot_partition);
            case.see(*row, "collection_time", &drive.collection_time);
        }
        let is_boot =
            if named_boot { rows.iter().any(boots) } else { name.as_deref() == Some("C:") };
        if is_boot {
            continue;
        }
        let shown = name.clone().unwrap_or_else(|| "unnamed".to_string());
        if ignored.iter().any(|own| Some(letter(own.trim())) == *name) {
            volumes.ignored.push(shown);
            continue;
        }
        let own_locks = match name {
            Some(_) => locks.get(name).map(Vec::as_slice).unwrap_or_default(),
            None => &[],
        };
        for row in own_locks {
            let volume = row.value();
            case.see(*row, "drive_letter", &volume.drive_letter);
            case.see(*row, "protection_status", &volume.protection_status);
            case.see(*row, "conversion_status", &volume.conversion_status);
            case.see(*row, "collection_time", &volume.collection_time);
        }
        for row in rows {
            let fixed = kind_of(row.value());
            let state = own_locks.iter().map(|lock| bitlocker_state(lock.value())).max();
            volumes.add(shown.clone(), fixed, state.unwrap_or(State::Untold));
            if fixed != Fixed::No {
                volumes.times.push(row.collected_at);
                volumes.times.extend(own_locks.iter().map(|lock| lock.collected_at));
            }
        }
    }
    volumes
}

/// File systems that lie on a device of the computer.
const LOCAL_FILE_SYSTEMS: [&str; 6] = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs"];

/// Whether a place is one of these or below one of them.
fn is_below(path: &str, places: &[&str]) -> bool {
    places.iter().map(|place| place.trim_end_matches('/')).any(|place| {
        path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn mounts(case: &mut Case<'_>, device: &Device<'_>) -> Volumes {
    let facts = case.facts();
    case.uses("SI.mounts");
    case.uses("SI.disk_encryption");
    let ignored = case.param(&IGNORE_VOLUMES);
    let places = case.param(&DATA_MOUNT_PREFIXES);
    let rows = facts.rows::<Mount>(device);
    let mut volumes = Volumes { newest: newest_time(&rows), ..Volumes::default() };
    let mounts = newest_by(rows, |mount| mount.path.filled());
    let nodes = |mount: &Mount| -> Vec<String> {
        let names = [mount.device.filled(), mount.device_alias.filled()];
        names.into_iter().flatten().map(ToString::to_string).collect()
    };
    let root: BTreeSet<String> =
        mounts.get(&Some("/")).into_iter().flatten().flat_map(|row| nodes(row.value())).collect();
    let disks = newest_by(facts.rows::<DiskEncryption>(device), |disk| disk.name.filled());
    for row in mounts.values().flatten() {
        let mount = row.value();
        let local = mount
            .kind
            .filled()
            .map(|kind| LOCAL_FILE_SYSTEMS.iter().any(|local| local.eq_ignore_ascii_case(kind)));
        let data = mount.path.filled().map(|path| path != "/" && is_below(path, &places));
        let own_nodes = nodes(mount);
        if own_nodes.iter().any(|node| root.contains(node)) {
            continue;
        }
        let fixed = match (local, data) {
            (Some(false), _) | (_, Some(false)) => continue,
            (Some(true), Some(true)) => Fixed::Yes,
            _ => Fixed::Perhaps,
        };
        case.see(*row, "path", &mount.path);
        case.see(*row, "device", &mount.device);
        case.see(*row, "device_alias", &mount.device_alias);
        case.see(*row, "type", &mount.kind);
        case.see(*row, "collection_time", &mount.collection_time);
        let shown = mount.path.filled().unwrap_or("unnamed").to_string();
        let is_ignored = |own: &&str| *own == shown || own_nodes.iter().any(|node| node == own);
        if ignored.iter().any(is_ignored) {
            volumes.ignored.push(shown);
            continue;
        }
        volumes.times.push(row.collected_at);
        let mut state = None;
        for disk in own_nodes.iter().filter_map(|node| disks.get(&Some(node.as_str()))).flatten() {
            let value = disk.value();
            case.see(*disk, "name", &value.name);
            case.see(*disk, "encrypted", &value.encrypted);
            case.see(*disk, "encryption_status", &value.encryption_status);
            case.see(*disk, "collection_time", &value.collection_time);
            volumes.times.push(disk.collected_at);
            state = state.max(Some(disk_state(value)));
        }
        volumes.add(shown, fixed, state.unwrap_or(State::Untold));
    }
    volumes
}

fn disk_state(disk: &DiskEncryption) -> State {
    let status = disk.encryption_status.filled();
    let undefined = status.is_some_and(|status| status.eq_ignore_ascii_case("undefined"));
    match disk.encrypted.value() {
        _ if undefined => State::Untold,
        Some(1) => State::Encrypted,
        Some(0) => State::Open,
        _ => State::Untold,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-DEV-003";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    fn windows(drives: Value, locks: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
            "SI.logical_drives": drives, "SI.bitlocker_info": locks}))
    }

    fn drive(letter: &str, kind: Value) -> Value {
        json!({"system_id": "d1", "device_id": letter, "type": kind, "collection_time": FRESH})
    }

    fn lock(letter: &str, protection: Value, conversion: Value) -> Value {
        json!({"system_id": "d1", "drive_letter": letter, "protection_status": protection,
               "conversion_status": conversion, "collection_time": FRESH})
    }

    fn on(letter: &str) -> Value {
        lock(letter, json!(1), json!(1))
    }

    fn off(letter: &str) -> Value {
        lock(letter, json!(0), json!(0))
    }

    fn fixed(letter: &str) -> Value {
        drive(letter, json!("Local Disk"))
    }

    fn linux(mounts: Value, disks: Value) -> Value {
        inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux", "active": true}],
            "SI.mounts": mounts, "SI.disk_encryption": disks}))
    }

    fn mount(path: &str, device: &str, kind: &str) -> Value {
        json!({"system_id": "d1", "path": path, "device": device, "type": kind,
               "collection_time": FRESH})
    }

    fn disk(name: &str, encrypted: Value) -> Value {
        json!({"system_id": "d1", "name": name, "encrypted": encrypted, "collection_time": FRESH})
    }

    #[test]
    fn g01_a_mac_is_covered_by_the_other_rule() {
        let mac = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}]}));
        assert_eq!(judge(RULE, &mac), "NOT_APPLICABLE covered_by_filevault");
    }

    #[test]
    fn states_of_a_windows_volume() {
        for (protection, conversion, expected) in [
            (json!(1), json!(1), "PASS volumes_encrypted"),
            (json!("1"), json!("1"), "PASS volumes_encrypted"),
            (json!(0), json!(1), "FAIL volume_unencrypted"),
            (json!(1), json!(0), "FAIL volume_unencrypted"),
            (json!(1), json!(2), "FAIL volume_unencrypted"),
            (json!(1), json!(5), "FAIL volume_unencrypted"),
            (json!(2), json!(1), "UNKNOWN volume_state_unknown"),
            (json!(1), json!(9), "UNKNOWN volume_state_unknown"),
            (json!(1), Value::Null, "UNKNOWN volume_state_unknown"),
            (Value::Null, json!(1), "UNKNOWN volume_state_unknown"),
            (json!([]), json!("?"), "UNKNOWN volume_state_unknown"),
        ] {
            let row = lock("d:", protection.clone(), conversion.clone());
            let found = judge(RULE, &windows(json!([fixed("C:"), fixed("D:\\")]), json!([row])));
            assert_eq!(found, expected, "{protection} {conversion}");
        }
    }

    #[test]
    fn kinds_of_drives() {
        for (kind, state, expected) in [
            (json!("Local Disk"), off("D:"), "FAIL volume_unencrypted"),
            (json!("3"), off("D:"), "FAIL volume_unencrypted"),
            (json!("Removable Disk"), off("D:"), "NOT_APPLICABLE only_boot_volume"),
            (json!("Network Drive"), off("D:"), "NOT_APPLICABLE only_boot_volume"),
            (json!("Unknown"), off("D:"), "UNKNOWN volume_kind_unknown"),
            (json!(""), off("D:"), "UNKNOWN volume_kind_unknown"),
            (Value::Null, off("D:"), "UNKNOWN volume_kind_unknown"),
            (json!([]), off("D:"), "UNKNOWN volume_kind_unknown"),
            (json!("Unknown"), on("D:"), "PASS volumes_encrypted"),
            (json!("Unknown"), on("E:"), "UNKNOWN volume_state_unknown"),
        ] {
            let drives = json!([fixed("C:"), drive("D:", kind.clone())]);
            assert_eq!(judge(RULE, &windows(drives, json!([state]))), expected, "{kind}");
        }
    }

    #[test]
    fn one_bad_volume_outweighs_what_is_not_known() {
        let drives = json!([fixed("C:"), fixed("D:"), fixed("E:")]);
        let judged = |locks: Value| judge(RULE, &windows(drives.clone(), locks));
        assert_eq!(judged(json!([off("C:"), on("D:"), on("E:")])), "PASS volumes_encrypted");
        assert_eq!(judged(json!([on("C:"), on("D:")])), "UNKNOWN volume_state_unknown");
        assert_eq!(judged(json!([on("C:"), off("D:")])), "FAIL volume_unencrypted");
    }

    #[test]
    fn the_boot_drive_is_another_rules_business() {
        let only = windows(json!([fixed("C:")]), json!([off("C:")]));
        assert_eq!(judge(RULE, &only), "NOT_APPLICABLE only_boot_volume");
        let mut drives = json!([fixed("C:"), fixed("E:")]);
        drives[1]["boot_partition"] = json!(1);
        let from_e = windows(drives, json!([off("C:"), off("E:")]));
        assert_eq!(judge(RULE, &from_e), "FAIL volume_unencrypted");
    }

    #[test]
    fn a_drive_without_a_letter_is_not_passed_over() {
        let nameless = json!({"system_id": "d1", "type": "Local Disk", "collection_time": FRESH});
        let found = judge(RULE, &windows(json!([fixed("C:"), nameless]), json!([on("")])));
        assert_eq!(found, "UNKNOWN volume_state_unknown");
    }

    #[test]
    fn the_newest_row_of_a_volume_decides_and_of_two_alike_the_worse() {
        let mut old = off("D:");
        old["collection_time"] = json!("2026-11-22T06:00:00Z");
        let drives = || json!([fixed("C:"), fixed("D:")]);
        assert_eq!(
            judge(RULE, &windows(drives(), json!([old, on("D:")]))),
            "PASS volumes_encrypted"
        );
        assert_eq!(
            judge(RULE, &windows(drives(), json!([on("D:"), off("D:")]))),
            "FAIL volume_unencrypted"
        );
    }

    #[test]
    fn data_mounts_of_linux() {
        let root = || mount("/", "/dev/sda1", "ext4");
        for (data, disks, expected) in [
            (
                mount("/srv", "/dev/sdb1", "ext4"),
                json!([disk("/dev/sdb1", json!(1))]),
                "PASS volumes_encrypted",
            ),
            (
                mount("/srv/db", "/dev/sdb1", "XFS"),
                json!([disk("/dev/sdb1", json!("0"))]),
                "FAIL volume_unencrypted",
            ),
            (
                mount("/srv", "/dev/sdb1", "ext4"),
                json!([disk("/dev/sdc1", json!(1))]),
                "UNKNOWN volume_state_unknown",
            ),
            (
                mount("/srv", "/dev/sdb1", "ext4"),
                json!([disk("/dev/sdb1", Value::Null)]),
                "UNKNOWN volume_state_unknown",
            ),
            (mount("/home", "rpool/home", "zfs"), json!([]), "UNKNOWN volume_state_unknown"),
            (mount("/srvdata", "/dev/sdb1", "ext4"), json!([]), "NOT_APPLICABLE only_boot_volume"),
            (mount("/boot", "/dev/sdb1", "ext4"), json!([]), "NOT_APPLICABLE only_boot_volume"),
            (mount("/mnt/nfs", "files:/x", "nfs4"), json!([]), "NOT_APPLICABLE only_boot_volume"),
            (mount("/home", "/dev/sda1", "btrfs"), json!([]), "NOT_APPLICABLE only_boot_volume"),
            (
                mount("/srv", "/dev/sdb1", ""),
                json!([disk("/dev/sdb1", json!(0))]),
                "UNKNOWN volume_kind_unknown",
            ),
            (mount("", "/dev/sdb1", "ext4"), json!([]), "UNKNOWN volume_state_unknown"),
        ] {
            let found = judge(RULE, &linux(json!([root(), data.clone()]), disks.clone()));
            assert_eq!(found, expected, "{data} {disks}");
        }
    }

    #[test]
    fn a_mapped_device_is_found_by_its_alias() {
        let mut home = mount("/home", "/dev/mapper/vg-home", "ext4");
        home["device_alias"] = json!("/dev/dm-2");
        let mut undefined = disk("/dev/dm-2", json!(0));
        undefined["encryption_status"] = json!("undefined");
        let judged = |disk: Value| judge(RULE, &linux(json!([home.clone()]), json!([disk])));
        assert_eq!(judged(disk("/dev/dm-2", json!(1))), "PASS volumes_encrypted");
        assert_eq!(judged(undefined), "UNKNOWN volume_state_unknown");
    }

    #[test]
    fn volumes_can_be_left_out_by_name() {
        let config = |list: Value| json!({"parameters": {RULE: {"ignore_volume_patterns": list}}});
        let windows = windows(json!([fixed("C:"), fixed("D:"), fixed("E:")]), json!([on("E:")]));
        assert_eq!(judge(RULE, &windows), "UNKNOWN volume_state_unknown");
        assert_eq!(judge_with(RULE, &windows, &config(json!(["d:"]))), "PASS volumes_encrypted");
        let linux = linux(
            json!([mount("/srv", "/dev/sdb1", "ext4")]),
            json!([disk("/dev/sdb1", json!(0))]),
        );
        for left_out in ["/srv", "/dev/sdb1"] {
            let found = judge_with(RULE, &linux, &config(json!([left_out])));
            assert_eq!(found, "NOT_APPLICABLE only_boot_volume");
        }
        assert_eq!(judge_with(RULE, &linux, &config(json!(["/sr"]))), "FAIL volume_unencrypted");
        let elsewhere = json!({"parameters": {RULE: {"data_mount_prefixes": ["/export/"]}}});
        assert_eq!(judge_with(RULE, &linux, &elsewhere), "NOT_APPLICABLE only_boot_volume");
    }

    #[test]
    fn partial_tables_can_fail_and_cannot_pass() {
        let partial =
            |rows: Value| json!({"state": "partial", "reason": "page_failed", "records": rows});
        let drives = || json!([fixed("C:"), fixed("D:")]);
        let judged = |drives, locks| judge(RULE, &windows(drives, locks));
        assert_eq!(judged(drives(), partial(json!([on("D:")]))), "UNKNOWN input_partial");
        assert_eq!(judged(partial(drives()), json!([on("D:")])), "UNKNOWN input_partial");
        assert_eq!(judged(partial(drives()), json!([off("D:")])), "FAIL volume_unencrypted");
        assert_eq!(judged(partial(json!([])), json!([])), "UNKNOWN input_partial");
        assert_eq!(judged(json!([]), json!([on("D:")])), "UNKNOWN no_volume_data");
        let failed = json!({"state": "failed", "class": "server"});
        assert_eq!(judged(drives(), failed), "UNKNOWN input_failed");
        let nothing = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux"}]}));
        assert_eq!(judge(RULE, &nothing), "UNKNOWN input_not_collected");
    }

    #[test]
    fn old_rows_support_neither_a_pass_nor_absence() {
        let at = |time: Value, letter: &str, lock: Value| -> String {
            let (mut drive, mut lock) = (fixed(letter), lock);
            drive["collection_time"] = time.clone();
            lock["collection_time"] = time;
            judge(RULE, &windows(json!([drive]), json!([lock])))
        };
        let old = || json!("2026-08-01T00:00:00Z");
        let ahead = || json!("2026-11-23T14:00:00Z");
        assert_eq!(at(old(), "D:", on("D:")), "UNKNOWN stale_data");
        assert_eq!(at(old(), "D:", off("D:")), "FAIL volume_unencrypted");
        assert_eq!(at(Value::Null, "D:", on("D:")), "UNKNOWN untimed_telemetry");
        assert_eq!(at(ahead(), "D:", on("D:")), "UNKNOWN future_timestamp");
        assert_eq!(at(old(), "C:", on("C:")), "UNKNOWN stale_data");
        assert_eq!(at(Value::Null, "C:", on("C:")), "UNKNOWN untimed_telemetry");
        assert_eq!(at(ahead(), "C:", on("C:")), "UNKNOWN future_timestamp");
    }

    #[test]
    fn a_device_of_no_known_system_is_unknown() {
        let nobody = inputs(json!({"SYS": [{"_id": "d1"}]}));
        assert_eq!(judge(RULE, &nobody), "UNKNOWN os_product_unknown");
    }

    #[test]
    fn what_is_known_holds_up_to_the_limit_of_its_age() {
        for (at, expected) in [
            ("2026-10-24T12:00:00Z", "PASS volumes_encrypted"),
            ("2026-10-23T12:00:00Z", "UNKNOWN stale_data"),
        ] {
            let mut old = windows(json!([fixed("C:"), fixed("D:")]), json!([on("C:"), on("D:")]));
            for table in ["SI.logical_drives", "SI.bitlocker_info"] {
                for row in old[table].as_array_mut().unwrap() {
                    row["collection_time"] = json!(at);
                }
            }
            assert_eq!(judge(RULE, &old), expected, "{at}");
        }
    }

    #[test]
    fn evidence_lists_volumes_by_what_was_said_of_them() {
        let all = windows(
            json!([fixed("C:"), fixed("D:"), fixed("E:")]),
            json!([on("C:"), on("D:"), off("E:")]),
        );
        let found = crate::testing::findings(RULE, &all, &json!({})).remove(0);
        assert_eq!(found.reason_code, "volume_unencrypted");
        let seen = |path: &str| {
            let all = found.evidence.observations.iter();
            all.filter(|own| own.path == path).map(|own| json!(own.value)).next()
        };
        assert_eq!(seen("volumes.unencrypted"), Some(json!(["E:"])));
        assert_eq!(seen("volumes.unknown"), None);
    }
}
