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
    fn collected(row: &Self::Record) -> Option<&Field<alloc::string::String>>;
}

macro_rules! device_tables {
    (timed { $($timed:ident),* $(,)? } untimed { $($untimed:ident),* $(,)? }) => {
        $(impl DeviceTable for si::$timed {
            fn device(row: &Self) -> &Field<Id<System>> {
                &row.system_id
            }
            fn collected(row: &Self) -> Option<&Field<alloc::string::String>> {
                Some(&row.collection_time)
            }
        })*
        $(impl DeviceTable for si::$untimed {
            fn device(row: &Self) -> &Field<Id<System>> {
                &row.system_id
            }
            fn collected(_: &Self) -> Option<&Field<alloc::string::String>> {
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

/// Places of rows by device: for each table, pairs of device and row, sorted.
#[derive(Debug, Default)]
pub(super) struct Rows {
    tables: BTreeMap<&'static str, Vec<(u32, u32)>>,
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
        places.sort_unstable();
        self.tables.insert(T::ENDPOINT.input(), places);
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
        let Ok(index) = self.devices.binary_search_by(|other| other.key.cmp(&device.key)) else {
            return Vec::new();
        };
        let (Ok(index), Some(places)) =
            (u32::try_from(index), self.rows.tables.get(T::ENDPOINT.input()))
        else {
            return Vec::new();
        };
        let records = &self.snapshot.list::<T>().records;
        let start = places.partition_point(|(owner, _)| *owner < index);
        places
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take_while(|(owner, _)| *owner == index)
            .filter_map(|(_, at)| records.get(usize::try_from(*at).ok()?))
            .map(|record| Row {
                record,
                input: T::ENDPOINT.input(),
                id: Some(&device.id),
                collected_at: Self::row_time::<T>(device, &record.value),
            })
            .collect()
    }

    /// How complete a table is.
    pub fn table<T: DeviceTable>(&self) -> Source<'a> {
        let input = T::ENDPOINT.input();
        Source { input, scope: None, state: self.state(input) }
    }

    /// Time of a row: its own, else the device's last contact where the table has no such column.
    fn row_time<T: DeviceTable>(device: &Device<'_>, row: &T::Record) -> Option<jiff::Timestamp> {
        match T::collected(row) {
            Some(field) => Moment::parse_or_epoch(field.text()?.trim()).instant(),
            None => device.contact.instant(),
        }
    }
}
