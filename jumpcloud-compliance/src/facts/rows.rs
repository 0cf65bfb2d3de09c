//! Rows of System Insights by device.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use jumpcloud_client::resources::System;
use jumpcloud_client::resources::insights as si;
use jumpcloud_client::{Field, Id, Listed, Snapshot};

use super::{Device, Facts, Key, Source};
use crate::case::Row;
use crate::time::Moment;

/// A System Insights table whose rows belong to devices.
pub trait DeviceTable: Listed {
    /// The device a row belongs to.
    fn device(row: &Self::Record) -> &Field<Id<System>>;

    /// When the agent collected a row; tables without that column say nothing.
    fn collected(row: &Self::Record) -> Option<Option<&str>>;
}

macro_rules! device_tables {
    (timed { $($timed:ident),* $(,)? } untimed { $($untimed:ident),* $(,)? }) => {
        $(impl DeviceTable for si::$timed {
            fn device(row: &Self) -> &Field<Id<System>> {
                &row.system_id
            }
            fn collected(row: &Self) -> Option<Option<&str>> {
                Some(row.collection_time.text())
            }
        })*
        $(impl DeviceTable for si::$untimed {
            fn device(row: &Self) -> &Field<Id<System>> {
                &row.system_id
            }
            fn collected(_: &Self) -> Option<Option<&str>> {
                None
            }
        })*

        impl Rows {
            /// Indexes every table that rules read.
            pub(super) fn new(snapshot: &Snapshot, devices: &[Device<'_>]) -> Self {
                let mut rows = Self::default();
                $(rows.index::<si::$timed>(snapshot, devices);)*
                $(rows.index::<si::$untimed>(snapshot, devices);)*
                rows
            }
        }
    };
}

device_tables! {
    timed {
        App, ApplicationFirewall, AuthorizedKey, BitlockerVolume, BrowserPlugin, Chassis,
        ChromeExtension, DiskEncryption, FirefoxAddon, LaunchdJob, LocalUser, LogicalDrive,
        ManagedPolicy, Mount, OsVersion, Patch, Program, SafariExtension, SecureBoot, ShadowEntry,
        SharingPreferences, SipConfig, SystemInfo, Tpm, Uptime, UserSshKey, WindowsSecurityCenter,
        WindowsSecurityProduct,
    }
    untimed { LinuxPackage, WindowsService }
}

/// Places of the rows of a table, by device.
#[derive(Debug, Default)]
struct Places {
    /// For each device where its rows begin, and at last where all end.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Places {
    /// From pairs of device and row.
    fn of(mut pairs: Vec<(u32, u32)>, devices: usize) -> Self {
        if !pairs.is_sorted() {
            pairs.sort_unstable();
        }
        let mut places = Self { starts: Vec::new(), rows: Vec::with_capacity(pairs.len()) };
        if pairs.is_empty() {
            return places;
        }
        places.starts.reserve_exact(devices.saturating_add(1));
        let mut pairs = pairs.into_iter().peekable();
        let mut start = 0_u32;
        for device in (0_u32..).take(devices) {
            places.starts.push(start);
            while let Some((_, row)) = pairs.next_if(|(owner, _)| *owner <= device) {
                places.rows.push(row);
                start = start.saturating_add(1);
            }
        }
        places.starts.push(start);
        places
    }

    /// The rows of a device.
    fn of_device(&self, device: usize) -> &[u32] {
        let place = |at: usize| usize::try_from(*self.starts.get(at)?).ok();
        let rows = place(device).zip(place(device.saturating_add(1)));
        rows.and_then(|(start, end)| self.rows.get(start..end)).unwrap_or_default()
    }
}

/// Places of rows by device, for each table.
#[derive(Debug, Default)]
pub(super) struct Rows {
    tables: BTreeMap<&'static str, Places>,
    /// Tables with a row that does not say readably whose it is.
    ownerless: BTreeSet<&'static str>,
}

impl Rows {
    fn index<T: DeviceTable>(&mut self, snapshot: &Snapshot, devices: &[Device<'_>]) {
        let mut places: Vec<(u32, u32)> = Vec::new();
        let mut last: Option<(Key, u32)> = None;
        for (at, record) in (0_u32..).zip(&snapshot.list::<T>().records) {
            let Some(id) = T::device(&record.value).value() else {
                self.ownerless.insert(T::ENDPOINT.input());
                continue;
            };
            let key: Key = id.cast();
            let device = match &last {
                Some((same, device)) if *same == key => *device,
                _ => {
                    let found = devices.binary_search_by(|device| device.key.cmp(&key));
                    let Some(device) = found.ok().and_then(|at| u32::try_from(at).ok()) else {
                        continue;
                    };
                    last = Some((key, device));
                    device
                }
            };
            places.push((device, at));
        }
        self.tables.insert(T::ENDPOINT.input(), Places::of(places, devices.len()));
    }

    /// Whether a row of a table may belong to any device, because it does not say readably whose it is.
    pub(super) fn is_ownerless(&self, input: &str) -> bool {
        self.ownerless.contains(input)
    }
}

impl<'a> Facts<'a> {
    /// The rows that a table has for a device, in the order of the service.
    pub fn rows<'f, T: DeviceTable>(&'f self, device: &'f Device<'_>) -> Vec<Row<'f, T::Record>>
    where
        'a: 'f,
    {
        let Some(places) = self.rows.tables.get(T::ENDPOINT.input()) else { return Vec::new() };
        let records = &self.snapshot.list::<T>().records;
        // Rows of a device mostly carry the same time.
        let mut last: Option<(Option<&str>, Option<jiff::Timestamp>)> = None;
        places
            .of_device(device.place)
            .iter()
            .filter_map(|at| records.get(usize::try_from(*at).ok()?))
            .map(|record| {
                let text = T::collected(&record.value);
                let collected_at = match (text, last) {
                    (Some(text), Some((same, at))) if same == text => at,
                    (Some(text), _) => {
                        let at =
                            text.and_then(|text| Moment::parse_or_epoch(text.trim()).instant());
                        last = Some((text, at));
                        at
                    }
                    // Where the table has no such column, the device's last contact stands in.
                    (None, _) => device.contact.instant(),
                };
                Row { record, input: T::ENDPOINT.input(), id: Some(&*device.id), collected_at }
            })
            .collect()
    }

    /// How complete a table is.
    pub fn table<T: DeviceTable>(&self) -> Source<'a> {
        let input = T::ENDPOINT.input();
        Source { input, scope: None, state: self.state(input) }
    }
}
