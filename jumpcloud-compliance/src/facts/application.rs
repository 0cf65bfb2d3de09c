//! SSO applications.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::Application as Record;

use super::Key;
use crate::case::Row;

/// An application.
#[derive(Debug)]
pub struct Application<'a> {
    /// Its id.
    pub key: Key,
    /// Its id as text.
    pub id: String,
    /// Its record.
    pub row: Row<'a, Record>,
}

impl<'a> Application<'a> {
    /// The record.
    pub const fn application(&self) -> &'a Record {
        self.row.value()
    }

    /// The record, with the application's id.
    pub fn row(&self) -> Row<'_, Record> {
        Row { id: Some(&self.id), ..self.row }
    }

    /// A name for people: portal label, display name, connector, else id.
    pub fn name(&self) -> &str {
        let application = self.application();
        application
            .display_label
            .filled()
            .or_else(|| application.display_name.filled())
            .or_else(|| application.name.filled())
            .unwrap_or(&self.id)
    }
}

/// Every application of a snapshot, by id.
pub(super) fn all(snapshot: &Snapshot) -> Vec<Application<'_>> {
    let mut applications: Vec<_> = snapshot
        .list::<Record>()
        .records
        .iter()
        .filter_map(|record| {
            let id = record.value.id.value()?;
            Some(Application { key: id.cast(), id: id.to_string(), row: super::row(record, "APP") })
        })
        .collect();
    applications.sort_by(|a, b| a.key.cmp(&b.key));
    applications.dedup_by(|a, b| a.key == b.key);
    applications
}
