//! Administrators.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::Administrator;

use super::Key;
use crate::case::Row;

/// An administrator.
#[derive(Debug)]
pub struct Admin<'a> {
    /// Its id.
    pub key: Key,
    /// Its id as text.
    pub id: String,
    /// Its record.
    pub row: Row<'a, Administrator>,
}

impl<'a> Admin<'a> {
    /// The record.
    pub const fn administrator(&self) -> &'a Administrator {
        self.row.value()
    }

    /// The record, with the administrator's id.
    pub fn row(&self) -> Row<'_, Administrator> {
        Row { id: Some(&self.id), ..self.row }
    }

    /// Every role name the record gives, in its order.
    pub fn role_names(&self) -> Vec<&'a str> {
        let admin = self.administrator();
        let mut names: Vec<&str> = admin.role_name.filled().into_iter().collect();
        if let Some(more) = admin.role_names.value() {
            names.extend(more.iter().map(|name| name.trim()).filter(|name| !name.is_empty()));
        }
        names
    }
}

/// Every administrator of a snapshot, by id.
pub(super) fn all(snapshot: &Snapshot) -> Vec<Admin<'_>> {
    let mut admins: Vec<_> = snapshot
        .list::<Administrator>()
        .records
        .iter()
        .filter_map(|record| {
            let id = record.value.id.value()?;
            Some(Admin { key: id.cast(), id: id.to_string(), row: super::row(record, "ADM") })
        })
        .collect();
    admins.sort_by(|a, b| a.key.cmp(&b.key));
    admins.dedup_by(|a, b| a.key == b.key);
    admins
}
