//! Devices, what runs on them, and whether they are servers.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use jiff::Timestamp;
use jumpcloud_client::resources::insights::Chassis;
use jumpcloud_client::resources::{AppleMdmDevice, System};
use jumpcloud_client::{Record, Snapshot};

use super::{Facts, Key, Source};
use crate::case::Row;
use crate::config::Config;
use crate::time::Moment;

/// What a device runs, as far as its record says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// macOS.
    Darwin,
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// The record does not say; the device stays in scope.
    Unknown,
    /// A system the rules do not judge, such as iPadOS; the text is the record's word for it.
    Unsupported(String),
}

impl Platform {
    /// Platform of a record: `osFamily`, else `os`; never the host name.
    pub fn of(system: &System) -> Self {
        let words = [system.os_family.filled(), system.os.filled()];
        words.into_iter().flatten().find_map(Self::from_word).unwrap_or(Self::Unknown)
    }

    fn from_word(word: &str) -> Option<Self> {
        let lower = word.trim().to_ascii_lowercase();
        let first = lower.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        Some(match first {
            "darwin" | "macos" | "mac" | "osx" => Self::Darwin,
            "windows" => Self::Windows,
            "linux" | "ubuntu" | "debian" | "centos" | "rhel" | "fedora" | "amazon" | "amzn"
            | "rocky" | "almalinux" | "alma" | "oracle" | "ol" | "suse" | "sles" | "opensuse"
            | "mint" | "linuxmint" | "pop" | "arch" | "kali" | "gentoo" | "raspbian" => Self::Linux,
            // "Red" of "Red Hat Enterprise Linux".
            "red" if lower.starts_with("red hat") => Self::Linux,
            "ios" | "ipados" | "tvos" | "visionos" | "watchos" | "android" | "chromeos"
            | "chrome" | "ipad" | "iphone" => Self::Unsupported(word.trim().to_string()),
            _ => return None,
        })
    }

    /// The family as JumpCloud words it; nothing for the others.
    pub const fn family(&self) -> Option<&'static str> {
        match self {
            Self::Darwin => Some("darwin"),
            Self::Windows => Some("windows"),
            Self::Linux => Some("linux"),
            Self::Unknown | Self::Unsupported(_) => None,
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(word) => f.write_str(word),
            known => f.write_str(known.family().unwrap_or("unknown")),
        }
    }
}

/// A device.
#[derive(Debug)]
pub struct Device<'a> {
    /// Its id.
    pub key: Key,
    /// Its id as text.
    pub id: String,
    /// Its record.
    pub row: Row<'a, System>,
    /// What it runs.
    pub platform: Platform,
    /// Last time the agent is known to have spoken: now for a connected one, else `lastContact`.
    pub contact: Moment,
    pub(super) server: bool,
    /// Its place among the devices of the facts.
    pub(super) place: usize,
}

impl<'a> Device<'a> {
    /// The record.
    pub const fn system(&self) -> &'a System {
        self.row.value()
    }

    /// The record, with the device's id.
    pub fn row(&self) -> Row<'_, System> {
        Row { id: Some(&self.id), ..self.row }
    }

    /// Whether it is a server; everything not known to be one is a workstation.
    pub const fn is_server(&self) -> bool {
        self.server
    }

    /// Its place among the devices of the facts.
    pub(crate) const fn place(&self) -> usize {
        self.place
    }

    /// A name for people: display name, host name, else id.
    pub fn name(&self) -> &str {
        let system = self.system();
        system.display_name.filled().or_else(|| system.hostname.filled()).unwrap_or(&self.id)
    }
}

/// Every device of a snapshot, by id.
pub(super) fn all(snapshot: &Snapshot) -> Vec<Device<'_>> {
    let mut devices: Vec<_> = snapshot
        .list::<System>()
        .records
        .iter()
        .filter_map(|record| {
            let id = record.value.id.value()?;
            Some(Device {
                key: id.cast(),
                id: id.to_string(),
                row: super::row(record, "SYS"),
                platform: Platform::of(&record.value),
                contact: Moment::Absent,
                server: false,
                place: 0,
            })
        })
        .collect();
    devices.sort_by(|a, b| a.key.cmp(&b.key));
    devices.dedup_by(|a, b| a.key == b.key);
    for (place, device) in devices.iter_mut().enumerate() {
        device.place = place;
    }
    devices
}

/// When the device is known to have spoken last.
pub(super) fn contact(row: &Row<'_, System>, evaluated_at: Timestamp) -> Moment {
    let system = row.value();
    if system.active.is_true() {
        return Moment::At(row.record.fetched_at.min(evaluated_at));
    }
    match system.last_contact.text() {
        Some(text) => Moment::parse(text.trim()),
        None => Moment::Absent,
    }
}

/// Chassis types of machines that stand in a rack.
const SERVER_CHASSIS: [&str; 4] = ["rack", "blade", "main server", "server"];

/// Whether a device is a server: product name, chassis, a Linux record without desktop, or word of
/// the configuration.
pub(super) fn is_server(facts: &Facts<'_>, device: &Device<'_>, config: &Config) -> bool {
    let system = device.system();
    let says_server = |text: Option<&str>| {
        text.is_some_and(|text| {
            text.split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| word.eq_ignore_ascii_case("server"))
        })
    };
    let detail = system.os_version_detail.value();
    let windows_server = device.platform == Platform::Windows
        && (says_server(system.version.text())
            || says_server(system.os.text())
            || says_server(detail.and_then(|detail| detail.os_name.text()))
            || facts
                .rows::<jumpcloud_client::resources::insights::OsVersion>(device)
                .iter()
                .any(|row| says_server(row.value().name.text())));
    windows_server
        || device.platform == Platform::Linux && system.desktop_capable.is_false()
        || facts.rows::<Chassis>(device).iter().any(|row| {
            row.value().chassis_types.text().is_some_and(|types| {
                types.split([',', ';']).any(|kind| {
                    let kind = kind.trim().to_ascii_lowercase();
                    let kind = kind.trim_end_matches("chassis").trim();
                    SERVER_CHASSIS.iter().any(|server| kind.starts_with(server))
                })
            })
        })
        || config.scope.server_group_ids.iter().any(|group| facts.in_device_group(device, group))
}

/// Records of Apple MDM by serial number; serials that are not unique match nothing.
#[derive(Debug)]
pub(super) struct MdmSerials<'a> {
    records: BTreeMap<String, Vec<&'a Record<AppleMdmDevice>>>,
}

impl<'a> MdmSerials<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let mut records: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for dataset in snapshot.list_of::<AppleMdmDevice>().of.values() {
            for record in &dataset.records {
                if let Some(serial) = record.value.serial_number.filled() {
                    records.entry(super::serials::normal(serial)).or_default().push(record);
                }
            }
        }
        Self { records }
    }
}

impl<'a> Facts<'a> {
    /// The Apple MDM record of a device, joined by a serial number that is unique on both sides.
    pub fn mdm_record(&self, device: &Device<'_>) -> Option<Row<'a, AppleMdmDevice>> {
        let serial = device.serial()?;
        if self.devices_with_serial(&serial).count() != 1 {
            return None;
        }
        match self.mdm_serials.records.get(&serial).map(Vec::as_slice) {
            Some([record]) => Some(Row { record, input: "MDMD", id: None, collected_at: None }),
            _ => None,
        }
    }

    /// Where Apple MDM records come from.
    pub fn mdm_source(&self) -> Source<'a> {
        Source { input: "MDMD", scope: None, state: self.state("MDMD") }
    }
}
