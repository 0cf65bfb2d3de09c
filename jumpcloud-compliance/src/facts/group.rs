//! User groups and device groups.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::{SystemGroup, UserGroup};

use super::{Facts, Key};
use crate::case::Row;

/// Which kind of group.
#[derive(Clone, Copy, Debug)]
pub enum GroupKind<'a> {
    /// Of users.
    Users(Row<'a, UserGroup>),
    /// Of devices.
    Devices(Row<'a, SystemGroup>),
}

/// A group.
#[derive(Debug)]
pub struct Group<'a> {
    /// Its id.
    pub key: Key,
    /// Its id as text.
    pub id: String,
    /// Its name; empty when the record has none.
    pub name: &'a str,
    /// Its record.
    pub kind: GroupKind<'a>,
}

impl Group<'_> {
    /// Whether it holds devices.
    pub const fn holds_devices(&self) -> bool {
        matches!(self.kind, GroupKind::Devices(_))
    }

    /// Input code of its record.
    pub const fn input(&self) -> &'static str {
        match self.kind {
            GroupKind::Users(_) => "UG",
            GroupKind::Devices(_) => "SG",
        }
    }

    /// Input code of its memberships.
    pub const fn membership_input(&self) -> &'static str {
        match self.kind {
            GroupKind::Users(_) => "UGM",
            GroupKind::Devices(_) => "SGM",
        }
    }

    /// The words of its name, lower-case, split at everything that is no letter or digit.
    pub fn words(&self) -> Vec<String> {
        self.name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect()
    }
}

/// Every group of a snapshot, by id.
pub(super) fn all(snapshot: &Snapshot) -> Vec<Group<'_>> {
    let of_users = snapshot.list::<UserGroup>().records.iter().filter_map(|record| {
        let id = record.value.id.value()?;
        Some(Group {
            key: id.cast(),
            id: id.to_string(),
            name: record.value.name.text().unwrap_or_default(),
            kind: GroupKind::Users(super::row(record, "UG")),
        })
    });
    let of_devices = snapshot.list::<SystemGroup>().records.iter().filter_map(|record| {
        let id = record.value.id.value()?;
        Some(Group {
            key: id.cast(),
            id: id.to_string(),
            name: record.value.name.text().unwrap_or_default(),
            kind: GroupKind::Devices(super::row(record, "SG")),
        })
    });
    let mut groups: Vec<_> = of_users.chain(of_devices).collect();
    groups.sort_by(|a, b| a.key.cmp(&b.key));
    groups.dedup_by(|a, b| a.key == b.key);
    groups
}

impl<'a> Facts<'a> {
    /// Every device group, by id.
    pub fn device_groups(&self) -> impl Iterator<Item = &Group<'a>> {
        self.groups.iter().filter(|group| group.holds_devices())
    }

    /// Every user group, by id.
    pub fn user_groups(&self) -> impl Iterator<Item = &Group<'a>> {
        self.groups.iter().filter(|group| !group.holds_devices())
    }
}
