//! Accounts that programs sign in with.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::ServiceAccount as Record;

use crate::case::Row;

/// An account that a program signs in with.
#[derive(Debug)]
pub struct ServiceAccount<'a> {
    /// Its id as text.
    pub id: String,
    row: Row<'a, Record>,
}

impl<'a> ServiceAccount<'a> {
    /// Its record.
    pub const fn account(&self) -> &'a Record {
        self.row.value()
    }

    /// The record, with the account's id.
    pub fn row(&self) -> Row<'_, Record> {
        Row { id: Some(&self.id), ..self.row }
    }
}

/// Every service account of a snapshot, by id.
pub(super) fn all(snapshot: &Snapshot) -> Vec<ServiceAccount<'_>> {
    let records = &snapshot.list::<Record>().records;
    let mut all: Vec<_> = records
        .iter()
        .filter_map(|record| {
            let id = record.value.id.value()?.to_string();
            Some(ServiceAccount { id, row: super::row(record, "SVA") })
        })
        .collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|a, b| a.id == b.id);
    all
}
