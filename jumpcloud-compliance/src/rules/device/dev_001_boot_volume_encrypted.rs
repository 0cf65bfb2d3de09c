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
//! saying "not encrypted" against the flag is a contradiction. Of two rows for one drive the newest
//! decides, of two equally new ones the worse. A row older than the telemetry limit is not used
//! where a newer word exists, and demotes what rests on it. A pass needs every source that could
//! contradict it: with one of them missing the device is UNKNOWN, so that losing an input never
//! turns a failure into a pass.

use alloc::string::String;
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

/// Whether a row is recent enough to outrank the agent's flag.
fn is_fresh(case: &Case<'_>, at: Option<Timestamp>) -> bool {
    at.is_some_and(|at| age_days(at, case.evaluated_at()) <= case.param(&TELEMETRY_MAX_AGE_DAYS))
}

/// What one BitLocker row says, the worst last.
fn bitlocker(row: &BitlockerVolume) -> Judgement {
    let protection = row.protection_status.value().copied();
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

fn windows(case: &mut Case<'_>, device: &Device<'_>) -> Judgement {
    let facts = case.facts();
    case.uses("SI.logical_drives");
    let drives = facts.rows::<LogicalDrive>(device);
    let boot = drives.iter().find(|drive| drive.value().boot_partition.value() == Some(&1));
    if let Some(drive) = boot {
        case.see(*drive, "device_id", &drive.value().device_id);
        case.see(*drive, "boot_partition", &drive.value().boot_partition);
    }
    let letter: String = boot
        .and_then(|drive| drive.value().device_id.filled())
        .unwrap_or("C:")
        .to_ascii_uppercase();
    case.uses("SI.bitlocker_info");
    let mut rows: Vec<Row<'_, BitlockerVolume>> = facts
        .rows::<BitlockerVolume>(device)
        .into_iter()
        .filter(|row| {
            row.value().drive_letter.filled().is_some_and(|own| own.eq_ignore_ascii_case(&letter))
        })
        .collect();
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
    let mdm = facts.mdm_record(device).and_then(|row| {
        let field = row.value().security_info.then(|info| &info.filevault_enabled);
        case.see(row, "securityInfo.filevaultEnabled", field).value().copied()
    });
    case.uses("SI.disk_encryption");
    let root_denied = root_rows(case, device)
        .iter()
        .any(|row| row.value().encrypted.value() == Some(&0) && is_fresh(case, row.collected_at));
    let conflict = Unknown::new(UnknownCause::ConflictingSources, "conflicting_sources");
    match (agent, mdm) {
        (Some(true), Some(false)) | (Some(false), Some(true)) => Err(conflict),
        (Some(true), _) if root_denied => Err(conflict),
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
    // The newest row decides; of two of the same moment the one that denies.
    rows.sort_by_key(|row| (row.collected_at, row.value().encrypted.value() == Some(&0)));
    if let Some(row) = rows.last() {
        match row.value().encrypted {
            Field::Value(1) => {
                case.settled("SI.disk_encryption")?;
                case.settled("SI.mounts")?;
                return Ok(Verdict::pass("luks").resting_on(row.collected_at));
            }
            Field::Value(0) => return Ok(Verdict::fail("not_encrypted")),
            _ => {}
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
    use serde_json::{Value, json};

    use crate::testing::{self, judge, judge_with};

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
}
