//! JC-DEV-001: full-disk encryption is active on the boot volume.
//!
//! # Expectation
//! The volume from which a computer starts is encrypted, and the protection is on.
//!
//! # Why
//! A lost or stolen computer must not give up its data.
//!
//! # Passes
//! ```json,passes
//! {"reason": "filevault_on", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true, "fde": {"active": true}}],
//!     "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": []}}
//! ```
//! ```json,passes
//! {"reason": "bitlocker_on", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "active": true}], "SI.logical_drives": [],
//!     "SI.bitlocker_info": [{"system_id": "d1", "drive_letter": "C:", "protection_status": 1,
//!         "conversion_status": 1, "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "not_encrypted", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true, "fde": {"active": false}}]}}
//! ```
//! ```json,fails
//! {"reason": "protection_suspended", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "windows", "fde": {"active": true}}],
//!     "SI.bitlocker_info": [{"system_id": "d1", "drive_letter": "C:", "protection_status": 0,
//!         "conversion_status": 1, "collection_time": "2026-11-23T06:00:00Z"}]}}
//! ```
//!
//! # Unknown when
//! No source says anything, the sources contradict each other, or only the flag of a Linux device
//! denies it: encryption that was set up outside the agent does not raise that flag.
//! ```json,unknown
//! {"reason": "no_source", "inputs": {"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true}]}}
//! ```
//! ```json,unknown
//! {"reason": "linux_flag_not_evidence", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true, "fde": {"active": false}}]}}
//! ```
//!
//! # Fix
//! Bind the FileVault or BitLocker policy, or install with LUKS; wait for the conversion; resume a
//! suspended protection.
//!
//! # Sources
//! Codes of BitLocker are those of `Win32_EncryptableVolume`; meanings of the other columns are
//! osquery's. A missing `fde` object is not "off". On macOS a row of `disk_encryption` never makes a
//! pass, because hardware encryption reports itself as encrypted with FileVault off; the same row
//! saying "not encrypted" against either flag is a contradiction. Of two rows for one drive the newest
//! decides, of two equally new ones the worse; rows that name two boot drives at one moment are a
//! contradiction. On Windows a row older than the telemetry limit is not used where the flag
//! speaks. On Linux the row of the root volume decides whatever its age: an old one supports no
//! pass, and its denial stands. A pass needs every source that could contradict it, readable: with
//! one of them missing or garbled the device is UNKNOWN, so that losing a value never turns a
//! failure into a pass.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::{BitlockerVolume, DiskEncryption, LogicalDrive, Mount};

use crate::case::{Case, Row};
use crate::facts::{Device, Platform};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Flag, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::age_days;

const INCLUDE_SERVERS: Flag = Flag::new("include_servers", true, "Whether servers are judged too.");
const LINUX_TRUST_FLAG: Flag = Flag::new(
    "linux_trust_flag",
    false,
    "Whether `fde.active = false` alone fails a Linux device.",
);

const META: Meta = Meta {
    id: "JC-DEV-001",
    logic_version: 1,
    text_revision: 1,
    title: "Full-disk encryption is active on the boot volume",
    subject: SubjectKind::Device,
    severity: Severity::High,
    tier: 1,
    rationale: "A lost or stolen computer must not give up its data.",
    remediation: "Bind the FileVault or BitLocker policy, or install with LUKS; wait for the \
                  conversion; resume a suspended protection.",
    applies: "Windows, macOS and Linux devices, servers unless they are left out",
    inputs: &[
        InputNeed::new("SYS", &["osFamily", "fde.active", "lastContact", "active"]),
        InputNeed::new(
            "SI.bitlocker_info",
            &[
                "drive_letter",
                "protection_status",
                "conversion_status",
                "percentage_encrypted",
                "encryption_method",
                "collection_time",
            ],
        ),
        InputNeed::new("SI.logical_drives", &["device_id", "boot_partition"]),
        InputNeed::new(
            "SI.disk_encryption",
            &["name", "encrypted", "encryption_status", "collection_time"],
        ),
        InputNeed::new("SI.mounts", &["path", "device", "device_alias"]),
        InputNeed::new("MDMD", &["serialNumber", "securityInfo.filevaultEnabled"]),
    ],
    params: &[
        INCLUDE_SERVERS.spec(),
        LINUX_TRUST_FLAG.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("bitlocker_on", "BitLocker has encrypted the boot drive and protects it"),
        Reason::pass("fde_flag", "the agent reports full-disk encryption"),
        Reason::pass("filevault_on", "FileVault is on"),
        Reason::pass("luks", "the root volume is encrypted"),
        Reason::fail("not_encrypted", "the boot volume is not encrypted"),
        Reason::fail("encryption_in_progress", "the boot volume is still being converted"),
        Reason::fail(
            "protection_suspended",
            "the boot drive is encrypted, but its protection is off",
        ),
        Reason::fail("fde_flag_off", "the agent reports no full-disk encryption"),
        Reason::unknown("protection_state_unknown", "BitLocker does not know whether it protects"),
        Reason::unknown("conflicting_sources", "the sources contradict each other"),
        Reason::unknown("field_unparseable", "a source that could contradict cannot be read"),
        Reason::unknown("no_source", "no source says anything about encryption"),
        Reason::unknown(
            "linux_flag_not_evidence",
            "only the agent's flag denies encryption, which proves nothing on Linux",
        ),
        Reason::unknown("os_product_unknown", "nobody knows what the device runs"),
        Reason::unknown("stale_telemetry", "it would pass, but the values it rests on are too old"),
        Reason::not_applicable("server_excluded", "servers are left out"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct BootVolumeEncrypted;

impl Rule for BootVolumeEncrypted {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        if device.is_server() && !case.param(&INCLUDE_SERVERS) {
            return Ok(Verdict::not_applicable("server_excluded"));
        }
        case.see(device.row(), "osFamily", &device.system().os_family);
        case.see(device.row(), "lastContact", &device.system().last_contact);
        match device.platform {
            Platform::Windows => windows(case, device),
            Platform::Darwin => macos(case, device),
            Platform::Linux => linux(case, device),
            Platform::Unknown | Platform::Unsupported(_) => {
                Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"))
            }
        }
    }
}

/// What the agent's flag says; nothing when it is absent.
fn flag(case: &mut Case<'_>, device: &Device<'_>) -> Option<bool> {
    let active = device.system().fde.then(|fde| &fde.active);
    case.see(device.row(), "fde.active", active).value().copied()
}

/// Whether the agent's flag is there in no readable form.
fn flag_is_unreadable(device: &Device<'_>) -> bool {
    let fde = &device.system().fde;
    is_unreadable(fde) || is_unreadable(fde.then(|fde| &fde.active))
}

const fn is_unreadable<T>(field: &Field<T>) -> bool {
    matches!(field, Field::Unparseable(_))
}

const UNREADABLE: Unknown = Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable");

/// Whether a row is recent enough to outrank the agent's flag.
fn is_fresh(case: &Case<'_>, at: Option<Timestamp>) -> bool {
    at.is_some_and(|at| age_days(at, case.evaluated_at()) <= case.param(&TELEMETRY_MAX_AGE_DAYS))
}

/// What one BitLocker row says, the worst last.
fn bitlocker(row: &BitlockerVolume) -> Judgement {
    let protection = row.protection_status.value().copied();
    if is_unreadable(&row.conversion_status) {
        return Err(Unknown::new(UnknownCause::FieldUnparseable, "protection_state_unknown"));
    }
    match row.conversion_status.value() {
        Some(0 | 3 | 5) => Ok(Verdict::fail("not_encrypted")),
        Some(2 | 4) => Ok(Verdict::fail("encryption_in_progress")),
        Some(1) => match protection {
            Some(1) => Ok(Verdict::pass("bitlocker_on")),
            Some(0) => Ok(Verdict::fail("protection_suspended")),
            _ => Err(Unknown::new(UnknownCause::NotObservable, "protection_state_unknown")),
        },
        Some(_) => Err(Unknown::new(UnknownCause::NotObservable, "protection_state_unknown")),
        None => match (protection, row.percentage_encrypted.value()) {
            (Some(1), Some(100)) => Ok(Verdict::pass("bitlocker_on")),
            (Some(0), _) => Ok(Verdict::fail("not_encrypted")),
            _ => Err(Unknown::new(UnknownCause::FieldAbsent, "protection_state_unknown")),
        },
    }
}

/// How bad a judgement is, for two rows of the same moment.
fn badness(judgement: &Judgement) -> u8 {
    match judgement {
        Ok(verdict) if verdict.is_pass() => 0,
        Err(_) => 1,
        Ok(_) => 2,
    }
}

/// Letter of the drive that boots: what the newest rows say, `C:` when none says anything.
fn boot_letter(case: &mut Case<'_>, device: &Device<'_>) -> Result<String, Unknown> {
    let facts = case.facts();
    case.uses("SI.logical_drives");
    let mut drives = facts.rows::<LogicalDrive>(device);
    let unreadable = drives.iter().any(|drive| is_unreadable(&drive.value().boot_partition));
    drives.retain(|drive| drive.value().boot_partition.value() == Some(&1));
    let newest = drives.iter().map(|drive| drive.collected_at).max();
    drives.retain(|drive| Some(drive.collected_at) == newest);
    let mut letters = BTreeSet::new();
    for drive in drives {
        case.see(drive, "device_id", &drive.value().device_id);
        case.see(drive, "boot_partition", &drive.value().boot_partition);
        letters.insert(drive.value().device_id.filled().unwrap_or("C:").to_ascii_uppercase());
    }
    if letters.len() > 1 {
        return Err(Unknown::new(UnknownCause::ConflictingSources, "conflicting_sources"));
    }
    match letters.pop_first() {
        Some(letter) => Ok(letter),
        None if unreadable => Err(UNREADABLE),
        None => Ok("C:".to_string()),
    }
}

fn windows(case: &mut Case<'_>, device: &Device<'_>) -> Judgement {
    let facts = case.facts();
    let letter = boot_letter(case, device)?;
    case.uses("SI.bitlocker_info");
    let mut rows: Vec<Row<'_, BitlockerVolume>> = facts.rows::<BitlockerVolume>(device);
    let unreadable = rows.iter().any(|row| is_unreadable(&row.value().drive_letter));
    rows.retain(|row| {
        row.value().drive_letter.filled().is_some_and(|own| own.eq_ignore_ascii_case(&letter))
    });
    // The newest row decides; of two of the same moment the worse.
    rows.sort_by_key(|row| (row.collected_at, badness(&bitlocker(row.value()))));
    let row = rows.last().copied();
    if let Some(row) = row {
        let volume = row.value();
        case.see(row, "drive_letter", &volume.drive_letter);
        case.see(row, "conversion_status", &volume.conversion_status);
        case.see(row, "protection_status", &volume.protection_status);
        case.see(row, "percentage_encrypted", &volume.percentage_encrypted);
        case.see(row, "encryption_method", &volume.encryption_method);
        case.see(row, "collection_time", &volume.collection_time);
        if is_fresh(case, row.collected_at) {
            let verdict = bitlocker(volume)?;
            if verdict.is_pass() {
                // A row that did not arrive could be newer, or say that another drive boots.
                case.settled("SI.bitlocker_info")?;
                case.settled("SI.logical_drives")?;
            }
            return Ok(verdict.resting_on(row.collected_at));
        }
    }
    match flag(case, device) {
        // The row whose drive nobody can read may be the one that denies.
        Some(true) if unreadable => Err(UNREADABLE),
        Some(true) => {
            case.settled("SI.bitlocker_info")?;
            case.settled("SI.logical_drives")?;
            Ok(Verdict::pass("fde_flag"))
        }
        Some(false) => Ok(Verdict::fail("fde_flag_off")),
        // An old row is better than nothing: its failure stands, its pass is demoted by its age.
        None => match row {
            Some(row) => bitlocker(row.value()).map(|verdict| verdict.resting_on(row.collected_at)),
            None => {
                case.require("SI.bitlocker_info")?;
                Err(Unknown::new(UnknownCause::FieldAbsent, "no_source"))
            }
        },
    }
}

fn macos<'c>(case: &mut Case<'c>, device: &'c Device<'c>) -> Judgement {
    let agent = flag(case, device);
    let facts = case.facts();
    case.uses_source(&facts.mdm_source());
    let mut unreadable = flag_is_unreadable(device);
    let mdm = facts.mdm_record(device).and_then(|row| {
        let info = &row.value().security_info;
        let field = info.then(|info| &info.filevault_enabled);
        unreadable |= is_unreadable(info) || is_unreadable(field);
        case.see(row, "securityInfo.filevaultEnabled", field).value().copied()
    });
    case.uses("SI.disk_encryption");
    let mut root = root_rows(case, device);
    root.retain(|row| is_fresh(case, row.collected_at));
    let root_denied = root.iter().any(|row| row.value().encrypted.value() == Some(&0));
    unreadable |= root.iter().any(|row| is_unreadable(&row.value().encrypted));
    let conflict = Unknown::new(UnknownCause::ConflictingSources, "conflicting_sources");
    match (agent, mdm) {
        (Some(true), Some(false)) | (Some(false), Some(true)) => Err(conflict),
        (Some(true), _) | (None, Some(true)) if root_denied => Err(conflict),
        (Some(true), _) | (None, Some(true)) if unreadable => Err(UNREADABLE),
        (Some(true), _) | (None, Some(true)) => {
            for source in ["MDM", "MDMD", "SI.disk_encryption", "SI.mounts"] {
                case.settled(source)?;
            }
            Ok(Verdict::pass("filevault_on"))
        }
        (Some(false), _) | (None, Some(false)) => Ok(Verdict::fail("not_encrypted")),
        (None, None) => Err(Unknown::new(UnknownCause::FieldAbsent, "no_source")),
    }
}

/// Rows of `disk_encryption` for the volume that is mounted at `/`.
fn root_rows<'c>(case: &mut Case<'c>, device: &'c Device<'c>) -> Vec<Row<'c, DiskEncryption>> {
    let facts = case.facts();
    case.uses("SI.mounts");
    let mounts = facts.rows::<Mount>(device);
    let mut names: Vec<&str> = Vec::new();
    for mount in mounts.iter().filter(|mount| mount.value().path.filled() == Some("/")) {
        case.see(*mount, "path", &mount.value().path);
        case.see(*mount, "device", &mount.value().device);
        case.see(*mount, "device_alias", &mount.value().device_alias);
        names.extend(mount.value().device.filled());
        names.extend(mount.value().device_alias.filled());
    }
    let rows: Vec<_> = facts
        .rows::<DiskEncryption>(device)
        .into_iter()
        .filter(|row| row.value().name.filled().is_some_and(|name| names.contains(&name)))
        .collect();
    for row in &rows {
        case.see(*row, "name", &row.value().name);
        case.see(*row, "encrypted", &row.value().encrypted);
        case.see(*row, "encryption_status", &row.value().encryption_status);
        case.see(*row, "collection_time", &row.value().collection_time);
    }
    rows
}

fn linux<'c>(case: &mut Case<'c>, device: &'c Device<'c>) -> Judgement {
    case.uses("SI.disk_encryption");
    let mut rows = root_rows(case, device);
    let undefined = |row: &Row<'_, DiskEncryption>| {
        row.value()
            .encryption_status
            .filled()
            .is_some_and(|status| status.eq_ignore_ascii_case("undefined"))
    };
    rows.retain(|row| !undefined(row));
    // The newest row decides; of two of the same moment the one that says the least good.
    rows.sort_by_key(|row| {
        let word = match row.value().encrypted {
            Field::Absent | Field::Null => 0,
            Field::Value(1) => 1,
            Field::Unparseable(_) | Field::Value(2.. | ..=-1) => 2,
            Field::Value(0) => 3,
        };
        (row.collected_at, word)
    });
    if let Some(row) = rows.last() {
        match row.value().encrypted {
            Field::Value(1) => {
                case.settled("SI.disk_encryption")?;
                case.settled("SI.mounts")?;
                return Ok(Verdict::pass("luks").resting_on(row.collected_at));
            }
            Field::Value(0) => return Ok(Verdict::fail("not_encrypted")),
            Field::Unparseable(_) | Field::Value(_) => return Err(UNREADABLE),
            Field::Absent | Field::Null => {}
        }
    }
    match flag(case, device) {
        Some(true) => {
            case.settled("SI.disk_encryption")?;
            case.settled("SI.mounts")?;
            Ok(Verdict::pass("fde_flag"))
        }
        Some(false) if case.param(&LINUX_TRUST_FLAG) => Ok(Verdict::fail("fde_flag_off")),
        Some(false) => Err(Unknown::new(UnknownCause::NotObservable, "linux_flag_not_evidence")),
        None => Err(Unknown::new(UnknownCause::FieldAbsent, "no_source")),
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use serde_json::{Value, json};

    use crate::control::ControlStatus;
    use crate::drift::{DriftKind, Later, diff};
    use crate::evaluation::Evaluation;
    use crate::outcome::{EffectiveStatus, Outcome};
    use crate::subject::SubjectKind;
    use crate::testing::{self, judge, judge_with};
    use crate::waiver::WaiverState;

    const RULE: &str = "JC-DEV-001";
    const FRESH: &str = "2026-11-23T06:00:00Z";

    /// The given inputs, and those that could contradict as complete and empty.
    fn inputs(given: Value) -> Value {
        let mut all = testing::inputs(given);
        for table in
            ["MDM", "SI.disk_encryption", "SI.mounts", "SI.logical_drives", "SI.bitlocker_info"]
        {
            if all.get(table).is_none() {
                all[table] = json!([]);
            }
        }
        if all.get("MDMD").is_none() {
            all["MDMD"] = json!({"of": {}});
        }
        all
    }

    fn windows(fde: Value, rows: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "windows", "active": true, "fde": fde}],
            "SI.logical_drives": [], "SI.bitlocker_info": rows
        }))
    }

    fn volume(letter: &str, protection: Value, conversion: Value, at: &str) -> Value {
        json!({"system_id": "d1", "drive_letter": letter, "protection_status": protection,
               "conversion_status": conversion, "collection_time": at})
    }

    #[test]
    fn g03_a_fresh_row_outranks_the_flag() {
        let rows = json!([volume("C:", json!(0), json!(1), FRESH)]);
        assert_eq!(
            judge(RULE, &windows(json!({"active": true}), rows)),
            "FAIL protection_suspended"
        );
    }

    #[test]
    fn bitlocker_codes() {
        for (protection, conversion, expected) in [
            (json!(1), json!(1), "PASS bitlocker_on"),
            (json!("1"), json!("1"), "PASS bitlocker_on"),
            (json!(0), json!(1), "FAIL protection_suspended"),
            (json!(2), json!(1), "UNKNOWN protection_state_unknown"),
            (json!(1), json!(0), "FAIL not_encrypted"),
            (json!(1), json!(3), "FAIL not_encrypted"),
            (json!(1), json!(5), "FAIL not_encrypted"),
            (json!(1), json!(2), "FAIL encryption_in_progress"),
            (json!(1), json!(4), "FAIL encryption_in_progress"),
            (json!(1), json!(9), "UNKNOWN protection_state_unknown"),
            (json!(0), Value::Null, "FAIL not_encrypted"),
            (json!(1), Value::Null, "UNKNOWN protection_state_unknown"),
            (json!([]), json!(1), "UNKNOWN protection_state_unknown"),
        ] {
            let rows = json!([volume("C:", protection.clone(), conversion.clone(), FRESH)]);
            let found = judge(RULE, &windows(json!({"active": true}), rows));
            assert_eq!(found, expected, "protection {protection}, conversion {conversion}");
        }
        let whole = json!([{"system_id": "d1", "drive_letter": "c:", "protection_status": 1,
            "percentage_encrypted": "100", "collection_time": FRESH}]);
        assert_eq!(judge(RULE, &windows(Value::Null, whole)), "PASS bitlocker_on");
    }

    #[test]
    fn the_boot_drive_decides_and_of_its_rows_the_newest() {
        let data_drive = json!([volume("D:", json!(0), json!(0), FRESH)]);
        assert_eq!(judge(RULE, &windows(json!({"active": true}), data_drive)), "PASS fde_flag");
        let two = json!([
            volume("C:", json!(1), json!(1), "2026-11-22T06:00:00Z"),
            volume("C:", json!(0), json!(1), FRESH)
        ]);
        assert_eq!(judge(RULE, &windows(Value::Null, two)), "FAIL protection_suspended");
        let tie = json!([
            volume("C:", json!(0), json!(1), FRESH),
            volume("C:", json!(1), json!(1), FRESH)
        ]);
        assert_eq!(judge(RULE, &windows(Value::Null, tie)), "FAIL protection_suspended");
        let mut other_boot = windows(
            Value::Null,
            json!([
                volume("E:", json!(1), json!(1), FRESH),
                volume("C:", json!(0), json!(0), FRESH)
            ]),
        );
        other_boot["SI.logical_drives"] =
            json!([{"system_id": "d1", "device_id": "E:", "boot_partition": 1}]);
        assert_eq!(judge(RULE, &other_boot), "PASS bitlocker_on");
    }

    #[test]
    fn age_demotes_a_pass_and_never_a_failure() {
        let old = "2026-09-01T06:00:00Z";
        let pass = json!([volume("C:", json!(1), json!(1), old)]);
        assert_eq!(judge(RULE, &windows(Value::Null, pass)), "UNKNOWN stale_telemetry");
        let fail = json!([volume("C:", json!(0), json!(0), old)]);
        assert_eq!(judge(RULE, &windows(Value::Null, fail)), "FAIL not_encrypted");
        let silent = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": false,
            "lastContact": "2026-08-01T00:00:00Z", "fde": {"active": true}}]}));
        assert_eq!(judge(RULE, &silent), "UNKNOWN stale_telemetry");
        let untimed =
            inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "lastContact": null,
            "fde": {"active": true}}]}));
        assert_eq!(judge(RULE, &untimed), "UNKNOWN untimed_telemetry");
    }

    #[test]
    fn g11_a_contact_in_the_future_supports_nothing() {
        let ahead = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": false,
            "lastContact": "2026-11-23T14:00:00Z", "fde": {"active": true}}]}));
        assert_eq!(judge(RULE, &ahead), "UNKNOWN future_timestamp");
    }

    #[test]
    fn g05_linux_needs_more_than_a_flag() {
        let mut a = inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "linux", "os": "Ubuntu", "active": true,
                     "fde": {"active": false}}],
            "SI.mounts": [{"system_id": "d1", "path": "/", "device": "/dev/mapper/vg-root",
                           "device_alias": "/dev/dm-1", "collection_time": FRESH}],
            "SI.disk_encryption": [{"system_id": "d1", "name": "/dev/dm-1", "encrypted": 1,
                                    "collection_time": FRESH}]
        }));
        assert_eq!(judge(RULE, &a), "PASS luks");
        a["SI.disk_encryption"][0]["encrypted"] = json!(0);
        assert_eq!(judge(RULE, &a), "FAIL not_encrypted");
        a["SI.disk_encryption"][0]["encryption_status"] = json!("undefined");
        assert_eq!(judge(RULE, &a), "UNKNOWN linux_flag_not_evidence");
        a["SI.disk_encryption"] = json!([]);
        assert_eq!(judge(RULE, &a), "UNKNOWN linux_flag_not_evidence");
        let trusting = json!({"parameters": {"JC-DEV-001": {"linux_trust_flag": true}}});
        assert_eq!(judge_with(RULE, &a, &trusting), "FAIL fde_flag_off");
    }

    #[test]
    fn macos_sources_that_disagree_are_no_answer() {
        let mac = |agent: Value, mdm: Value, encrypted: Value| {
            inputs(json!({
                "SYS": [{"_id": "d1", "osFamily": "Darwin", "active": true, "serialNumber": "c02a",
                         "fde": {"active": agent}}],
                "MDM": [{"id": "m1"}],
                "MDMD": {"of": {"m1": [{"id": "x", "serialNumber": "C02A",
                                         "securityInfo": {"filevaultEnabled": mdm}}]}},
                "SI.mounts": [{"system_id": "d1", "path": "/", "device": "/dev/disk1"}],
                "SI.disk_encryption": [{"system_id": "d1", "name": "/dev/disk1",
                                        "encrypted": encrypted, "collection_time": FRESH}]
            }))
        };
        let null = Value::Null;
        for (agent, mdm, row, expected) in [
            (json!(true), json!(true), json!(1), "PASS filevault_on"),
            (json!(true), null.clone(), null.clone(), "PASS filevault_on"),
            (null.clone(), json!(true), null.clone(), "PASS filevault_on"),
            (json!(true), json!(false), json!(1), "UNKNOWN conflicting_sources"),
            (json!(true), json!(true), json!(0), "UNKNOWN conflicting_sources"),
            (json!(false), null.clone(), json!(1), "FAIL not_encrypted"),
            (null.clone(), null.clone(), json!(1), "UNKNOWN no_source"),
            (json!("perhaps"), null, json!(1), "UNKNOWN no_source"),
        ] {
            assert_eq!(judge(RULE, &mac(agent, mdm, row)), expected);
        }
    }

    #[test]
    fn servers_can_be_left_out() {
        let server = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "linux", "active": true,
            "desktopCapable": false, "fde": {"active": true}}]}));
        assert_eq!(judge(RULE, &server), "PASS fde_flag");
        let config = json!({"parameters": {"JC-DEV-001": {"include_servers": false}}});
        assert_eq!(judge_with(RULE, &server, &config), "NOT_APPLICABLE server_excluded");
    }

    #[test]
    fn an_unknown_system_and_a_missing_table_are_unknown() {
        let odd = inputs(json!({"SYS": [{"_id": "d1", "active": true, "fde": {"active": true}}]}));
        assert_eq!(judge(RULE, &odd), "UNKNOWN os_product_unknown");
        let missing =
            testing::inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}]}));
        assert_eq!(judge(RULE, &missing), "UNKNOWN input_not_collected");
        let alone = testing::inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin",
            "active": true, "fde": {"active": true}}]}));
        assert_eq!(judge(RULE, &alone), "UNKNOWN input_not_collected");
        let mut unlicensed = alone;
        for table in ["SI.disk_encryption", "SI.mounts"] {
            unlicensed[table] = json!({"state": "not_licensed"});
        }
        unlicensed["MDM"] = json!([]);
        unlicensed["MDMD"] = json!({"of": {}});
        assert_eq!(judge(RULE, &unlicensed), "PASS filevault_on");
        let failed = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
            "SI.bitlocker_info": {"state": "failed", "class": "forbidden"}}));
        assert_eq!(judge(RULE, &failed), "UNKNOWN input_failed");
        let none = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
            "SI.bitlocker_info": []}));
        assert_eq!(judge(RULE, &none), "UNKNOWN no_source");
    }

    #[test]
    fn g01_a_healthy_mac_passes() {
        let healthy = inputs(json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "os": "Mac OS X",
            "version": "26.6.2", "active": false, "lastContact": "2026-11-23T11:00:00Z",
            "fde": {"active": true, "keyPresent": true}}]}));
        assert_eq!(judge(RULE, &healthy), "PASS filevault_on");
    }

    #[test]
    fn what_cannot_be_read_supports_no_pass() {
        let conversion = json!([{"system_id": "d1", "drive_letter": "C:", "protection_status": 1,
            "conversion_status": [], "percentage_encrypted": 100, "collection_time": FRESH}]);
        assert_eq!(
            judge(RULE, &windows(json!({"active": true}), conversion)),
            "UNKNOWN protection_state_unknown"
        );
        let mac = |fde: Value, filevault: Value, encrypted: Value| {
            inputs(json!({
                "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true, "serialNumber": "C02A",
                         "fde": fde}],
                "MDM": [{"id": "m1"}],
                "MDMD": {"of": {"m1": [{"id": "x", "serialNumber": "C02A",
                                         "securityInfo": {"filevaultEnabled": filevault}}]}},
                "SI.mounts": [{"system_id": "d1", "path": "/", "device": "/dev/disk1"}],
                "SI.disk_encryption": [{"system_id": "d1", "name": "/dev/disk1",
                                        "encrypted": encrypted, "collection_time": FRESH}]
            }))
        };
        let on = json!({"active": true});
        for (fde, filevault, encrypted, expected) in [
            (on.clone(), json!("perhaps"), json!(1), "UNKNOWN field_unparseable"),
            (json!({"active": "perhaps"}), json!(true), json!(1), "UNKNOWN field_unparseable"),
            (json!("perhaps"), json!(true), json!(1), "UNKNOWN field_unparseable"),
            (on, json!(true), json!([]), "UNKNOWN field_unparseable"),
            (json!({"active": false}), json!("perhaps"), json!([]), "FAIL not_encrypted"),
        ] {
            assert_eq!(judge(RULE, &mac(fde, filevault, encrypted)), expected);
        }
        let mut windows_odd = windows(json!({"active": true}), json!([]));
        windows_odd["SI.logical_drives"] =
            json!([{"system_id": "d1", "device_id": "E:", "boot_partition": []}]);
        assert_eq!(judge(RULE, &windows_odd), "UNKNOWN field_unparseable");
        let letter = json!([{"system_id": "d1", "drive_letter": [], "protection_status": 0,
            "conversion_status": 0, "collection_time": FRESH}]);
        assert_eq!(
            judge(RULE, &windows(json!({"active": true}), letter)),
            "UNKNOWN field_unparseable"
        );
        let mut linux = inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "linux", "active": true, "fde": {"active": true}}],
            "SI.mounts": [{"system_id": "d1", "path": "/", "device": "/dev/dm-1"}],
            "SI.disk_encryption": [{"system_id": "d1", "name": "/dev/dm-1", "encrypted": [],
                                    "collection_time": FRESH}]
        }));
        assert_eq!(judge(RULE, &linux), "UNKNOWN field_unparseable");
        for (first, second, expected) in [
            (json!(1), json!([]), "UNKNOWN field_unparseable"),
            (json!([]), json!(1), "UNKNOWN field_unparseable"),
            (json!(0), json!([]), "FAIL not_encrypted"),
            (json!([]), json!(0), "FAIL not_encrypted"),
            (json!(7), json!(1), "UNKNOWN field_unparseable"),
            (json!(null), json!(1), "PASS luks"),
            (json!(null), json!(null), "PASS fde_flag"),
        ] {
            let row = |encrypted| {
                json!({"system_id": "d1", "name": "/dev/dm-1", "encrypted": encrypted,
                       "collection_time": FRESH})
            };
            linux["SI.disk_encryption"] = json!([row(first), row(second)]);
            assert_eq!(judge(RULE, &linux), expected);
        }
    }

    #[test]
    fn two_boot_drives_are_no_answer_unless_one_is_newer() {
        let volumes = || {
            json!([
                volume("C:", json!(1), json!(1), FRESH),
                volume("E:", json!(0), json!(0), FRESH)
            ])
        };
        let boot = |letter: &str, at: &str| {
            json!({"system_id": "d1", "device_id": letter, "boot_partition": 1,
                   "collection_time": at})
        };
        let old = "2026-11-20T06:00:00Z";
        for (drives, expected) in [
            (json!([boot("C:", FRESH), boot("E:", FRESH)]), "UNKNOWN conflicting_sources"),
            (json!([boot("E:", FRESH), boot("C:", FRESH)]), "UNKNOWN conflicting_sources"),
            (json!([boot("C:", FRESH), boot("c:", FRESH)]), "PASS bitlocker_on"),
            (json!([boot("C:", old), boot("E:", FRESH)]), "FAIL not_encrypted"),
            (json!([boot("E:", old), boot("C:", FRESH)]), "PASS bitlocker_on"),
        ] {
            let mut inputs = windows(Value::Null, volumes());
            inputs["SI.logical_drives"] = drives;
            assert_eq!(judge(RULE, &inputs), expected);
        }
    }

    #[test]
    fn the_flag_decides_on_windows_without_a_usable_row() {
        let none = json!([]);
        for (fde, expected) in [
            (json!({"active": true}), "PASS fde_flag"),
            (json!({"active": false}), "FAIL fde_flag_off"),
            (json!({"active": null}), "UNKNOWN no_source"),
            (json!({}), "UNKNOWN no_source"),
            (Value::Null, "UNKNOWN no_source"),
            (json!({"active": "perhaps"}), "UNKNOWN no_source"),
        ] {
            assert_eq!(judge(RULE, &windows(fde, none.clone())), expected);
        }
        let future = json!([volume("C:", json!(1), json!(1), "2026-11-24T06:00:00Z")]);
        assert_eq!(judge(RULE, &windows(Value::Null, future)), "UNKNOWN future_timestamp");
    }

    #[test]
    fn a_partial_table_supports_a_failure_and_no_pass() {
        let partial = |protection: i64| {
            let rows = json!({"state": "partial", "reason": "page_failed",
                "records": [volume("C:", json!(protection), json!(1), FRESH)]});
            windows(json!({"active": true}), rows)
        };
        assert_eq!(judge(RULE, &partial(1)), "UNKNOWN input_partial");
        assert_eq!(judge(RULE, &partial(0)), "FAIL protection_suspended");
    }

    /// A Mac with FileVault on or off.
    fn mac(id: &str, on: bool) -> Value {
        json!({"_id": id, "osFamily": "darwin", "active": true,
               "fde": {"active": on, "keyPresent": on}})
    }

    fn control(evaluation: &Evaluation) -> ControlStatus {
        let controls = &evaluation.control_results;
        let mut own = controls.iter().filter(|result| {
            result.control.framework == "iso-27001-2022" && result.control.control == "A.8.24"
        });
        own.next().unwrap().status
    }

    #[test]
    fn g21_a_waiver_covers_a_failure_until_it_expires() {
        let failing = inputs(json!({"SYS": [mac("d1", false)]}));
        for (expires, status, note, state) in [
            ("2026-11-23T00:00:00Z", EffectiveStatus::Fail, true, WaiverState::Expired),
            ("2026-12-31T00:00:00Z", EffectiveStatus::Exempt, false, WaiverState::Applied),
        ] {
            let config = json!({"waivers": [{"id": "W1", "rule_selector": RULE,
                "subject_selector": {"subject_id": "d1"}, "reason": "replacement is ordered",
                "approved_by": "security@example.com", "approved_at": "2026-06-01T00:00:00Z",
                "starts_at": "2026-06-01T00:00:00Z", "expires_at": expires}]});
            let evaluation = testing::evaluation(&failing, &config);
            let finding = evaluation.findings.iter().find(|own| own.rule_id == RULE).unwrap();
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.effective_status, status);
            assert_eq!(finding.notes.contains(&"waiver_expired:W1".into()), note);
            assert_eq!(evaluation.waiver_report[0].state, state);
        }
    }

    #[test]
    fn g23_a_partial_list_keeps_its_failures_and_hides_no_gap() {
        let whole = inputs(json!({"SYS": [mac("d1", true)]}));
        // Other rules of the control would add their own gaps.
        let alone = json!({"disabled_rules": ["JC-DEV-003", "JC-DEV-017", "JC-DEV-035", "JC-USR-013", "JC-APP-003", "JC-ORG-014"]});
        let control_of = |inputs: &Value| control(&testing::evaluation(inputs, &alone));
        assert_eq!(control_of(&whole), ControlStatus::NoExceptionsNoted);
        for (encrypted, outcome, status) in [
            (false, "FAIL not_encrypted", ControlStatus::ExceptionsNoted),
            (true, "PASS filevault_on", ControlStatus::Indeterminate),
        ] {
            let received = inputs(json!({"SYS": {"state": "partial", "reason": "page_failed",
                "records": [mac("d1", encrypted)]}}));
            assert_eq!(judge(RULE, &received), outcome);
            assert_eq!(control_of(&received), status);
        }
    }

    #[test]
    fn g39_a_failure_that_is_out_of_sight_is_not_resolved() {
        let only = |inputs: &Value| testing::findings(RULE, inputs, &json!({}));
        let before = only(&inputs(json!({"SYS": [mac("d1", false)]})));
        let silent = json!({"_id": "d1", "osFamily": "darwin", "active": true});
        let none = BTreeSet::new();
        let rules = [RULE.into()].into();
        let complete: BTreeSet<_> = [SubjectKind::Device].into();
        for (after, complete, kind, open) in [
            (json!({"SYS": []}), &complete, DriftKind::SubjectRemoved, false),
            (json!({"SYS": []}), &BTreeSet::new(), DriftKind::PresenceUnknown, true),
            (json!({"SYS": [silent]}), &complete, DriftKind::CoverageLost, true),
        ] {
            let findings = only(&inputs(after));
            let later = Later { findings: &findings, complete, excluded: &none, rules: &rules };
            let drift = diff(&before, &later);
            assert_eq!((drift.rows[0].kind, drift.rows[0].open), (kind, open));
        }
    }

    #[test]
    fn an_old_row_does_not_outrank_the_flag() {
        let limit = "2026-10-24T12:00:00Z";
        let beyond = "2026-10-23T12:00:00Z";
        for (flag, protection, at, expected) in [
            (true, 0, limit, "FAIL protection_suspended"),
            (true, 0, beyond, "PASS fde_flag"),
            (false, 1, limit, "PASS bitlocker_on"),
            (false, 1, beyond, "FAIL fde_flag_off"),
        ] {
            let rows = json!([volume("C:", json!(protection), json!(1), at)]);
            let found = judge(RULE, &windows(json!({"active": flag}), rows));
            assert_eq!(found, expected, "{flag} {protection} {at}");
        }
    }

    #[test]
    fn a_root_volume_in_clear_contradicts_device_management_too() {
        let mac = |encrypted: i64| {
            inputs(json!({
                "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true, "serialNumber": "C02"}],
                "MDM": [{"id": "m1"}],
                "MDMD": {"of": {"m1": [{"id": "x1", "serialNumber": "C02",
                    "securityInfo": {"filevaultEnabled": true}}]}},
                "SI.mounts": [{"system_id": "d1", "path": "/", "device": "/dev/disk3s1",
                    "collection_time": FRESH}],
                "SI.disk_encryption": [{"system_id": "d1", "name": "/dev/disk3s1",
                    "encrypted": encrypted, "collection_time": FRESH}]
            }))
        };
        assert_eq!(judge(RULE, &mac(1)), "PASS filevault_on");
        assert_eq!(judge(RULE, &mac(0)), "UNKNOWN conflicting_sources");
    }
}
