//! Who is in which group, bound to which device and let into which application.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jumpcloud_client::resources::{
    ApplicationUserAssociations, ApplicationUserGroupAssociations, ApplicationUsers, GraphHop,
    GraphObject, SystemGroupMembership, SystemUsers, UserGroupMembership, UserSystems,
};
use jumpcloud_client::{ListedOf, Snapshot};

use super::{Application, Device, Facts, Group, Key, Source, User};
use crate::case::Row;

/// A person bound to a device.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// The answer that says so.
    pub row: Row<'a, GraphObject>,
}

/// A person let into an application.
#[derive(Clone, Debug)]
pub struct Grant<'a> {
    /// The application.
    pub application: Key,
    /// The answer that says so.
    pub row: Row<'a, GraphObject>,
}

/// Ways by which a graph object is reached.
fn ways<'a>(row: &Row<'a, GraphObject>) -> &'a [Vec<GraphHop>] {
    row.value().paths.value().map(Vec::as_slice).unwrap_or_default()
}

/// Lengths of the ways to a graph object, sorted, each once.
pub(super) fn lengths(row: &Row<'_, GraphObject>) -> Vec<i64> {
    let mut lengths: Vec<i64> =
        ways(row).iter().map(|way| i64::try_from(way.len()).unwrap_or(i64::MAX)).collect();
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

/// The objects a way passes before it reaches its end, as `kind:id`, in order.
fn way_text(way: &[GraphHop]) -> String {
    let hops: Vec<String> = way
        .iter()
        .filter_map(|hop| {
            let to = hop.to.value()?;
            let kind = to.kind.value().map_or("unknown", |kind| kind.as_str());
            Some(alloc::format!("{kind}:{}", to.id.value()?))
        })
        .collect();
    hops.join(" > ")
}

impl Binding<'_> {
    /// Lengths of the ways that lead there, sorted; 1 is a direct binding.
    pub fn path_lengths(&self) -> Vec<i64> {
        lengths(&self.row)
    }

    /// Each way in words.
    pub fn ways(&self) -> Vec<String> {
        ways(&self.row).iter().map(|way| way_text(way)).collect()
    }
}

impl Grant<'_> {
    /// Lengths of the ways that lead there, sorted; 1 is a direct grant.
    pub fn path_lengths(&self) -> Vec<i64> {
        lengths(&self.row)
    }

    /// Each way in words.
    pub fn ways(&self) -> Vec<String> {
        ways(&self.row).iter().map(|way| way_text(way)).collect()
    }
}

/// Joins of people, groups, devices and applications.
#[derive(Debug, Default)]
pub(super) struct Access<'a> {
    groups_of_user: BTreeMap<Key, Vec<Key>>,
    groups_of_device: BTreeMap<Key, Vec<Key>>,
    members_of_group: BTreeMap<Key, Vec<Row<'a, GraphObject>>>,
    users_of_device: BTreeMap<Key, BTreeMap<Key, Binding<'a>>>,
    devices_of_user: BTreeMap<Key, BTreeMap<Key, Binding<'a>>>,
    grants_of_user: BTreeMap<Key, Vec<Grant<'a>>>,
    direct_applications: BTreeMap<Key, Vec<Key>>,
}

impl<'a> Access<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, groups: &[Group<'_>]) -> Self {
        let mut access = Self::default();
        for group in groups {
            if group.holds_devices() {
                access.members::<SystemGroupMembership>(snapshot, group);
            } else {
                access.members::<UserGroupMembership>(snapshot, group);
            }
        }
        for (device, user, row) in super::edges::<SystemUsers>(snapshot) {
            access.bind(device, user, row);
        }
        for (user, device, row) in super::edges::<UserSystems>(snapshot) {
            access.bind(device, user, row);
        }
        for (application, user, row) in super::edges::<ApplicationUsers>(snapshot) {
            access.grants_of_user.entry(user).or_default().push(Grant { application, row });
        }
        for (application, dataset) in &snapshot.list_of::<ApplicationUserAssociations>().of {
            let Ok(application) = Key::new(application) else { continue };
            for record in &dataset.records {
                let user = record.value.to.value().and_then(|to| to.id.value());
                if let Some(user) = user {
                    let of = access.direct_applications.entry(user.cast()).or_default();
                    of.push(application.clone());
                }
            }
        }
        for lists in [
            &mut access.groups_of_user,
            &mut access.groups_of_device,
            &mut access.direct_applications,
        ] {
            for list in lists.values_mut() {
                list.sort();
                list.dedup();
            }
        }
        for grants in access.grants_of_user.values_mut() {
            grants.sort_by(|a, b| a.application.cmp(&b.application));
        }
        access
    }

    fn members<S>(&mut self, snapshot: &'a Snapshot, group: &Group<'_>)
    where
        S: ListedOf<Record = GraphObject>,
    {
        let Some((parent, dataset)) = snapshot.list_of::<S>().of.get_key_value(&group.id) else {
            return;
        };
        let mut members: Vec<Row<'a, GraphObject>> = Vec::new();
        for record in &dataset.records {
            let Some(id) = record.value.id.value() else { continue };
            let of = if group.holds_devices() {
                &mut self.groups_of_device
            } else {
                &mut self.groups_of_user
            };
            of.entry(id.cast()).or_default().push(group.key.clone());
            members.push(Row {
                record,
                input: group.membership_input(),
                id: Some(parent),
                collected_at: None,
            });
        }
        members.sort_by(|a, b| a.value().id.value().cmp(&b.value().id.value()));
        self.members_of_group.insert(group.key.clone(), members);
    }

    fn bind(&mut self, device: Key, user: Key, row: Row<'a, GraphObject>) {
        self.users_of_device
            .entry(device.clone())
            .or_default()
            .entry(user.clone())
            .or_insert(Binding { row });
        self.devices_of_user.entry(user).or_default().entry(device).or_insert(Binding { row });
    }
}

impl<'a> Facts<'a> {
    /// The groups a user is in, effectively, and where that is known from.
    pub fn groups_of_user(&self, user: &Key) -> &[Key] {
        self.access.groups_of_user.get(user).map(Vec::as_slice).unwrap_or_default()
    }

    /// The groups a device is in, effectively.
    pub fn groups_of_device(&self, device: &Key) -> &[Key] {
        self.access.groups_of_device.get(device).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a device is in the device group with this id.
    pub fn in_device_group(&self, device: &Device<'_>, group: &str) -> bool {
        self.groups_of_device(&device.key).iter().any(|key| *key == *group)
    }

    /// Whether a user is in the user group with this id.
    pub fn in_user_group(&self, user: &User<'_>, group: &str) -> bool {
        self.groups_of_user(&user.key).iter().any(|key| *key == *group)
    }

    /// The members of a group that arrived, by id.
    pub fn members(&self, group: &Group<'_>) -> &[Row<'a, GraphObject>] {
        self.access.members_of_group.get(&group.key).map(Vec::as_slice).unwrap_or_default()
    }

    /// How complete the members of a group are.
    pub fn members_source<'g>(&self, group: &'g Group<'_>) -> Source<'g> {
        let input = group.membership_input();
        let state = if group.holds_devices() {
            self.snapshot.list_of::<SystemGroupMembership>().state_of(&group.id)
        } else {
            self.snapshot.list_of::<UserGroupMembership>().state_of(&group.id)
        };
        Source { input, scope: Some(&group.id), state }
    }

    /// The people bound to a device, by id, each once.
    pub fn users_of_device(&self, device: &Key) -> impl Iterator<Item = (&Key, &Binding<'a>)> {
        self.access.users_of_device.get(device).into_iter().flatten()
    }

    /// Where the bindings of a device come from: its own list, or the lists of all users.
    pub fn bindings_of_device<'d>(&self, device: &'d Device<'_>) -> Source<'d> {
        let own = self.snapshot.list_of::<SystemUsers>().state_of(&device.id);
        super::better(
            Source { input: "SYS-USR", scope: Some(&device.id), state: own },
            Source { input: "USR-SYS", scope: None, state: self.state("USR-SYS") },
        )
    }

    /// The devices a user is bound to, by id, each once.
    pub fn devices_of_user(&self, user: &Key) -> impl Iterator<Item = (&Key, &Binding<'a>)> {
        self.access.devices_of_user.get(user).into_iter().flatten()
    }

    /// Where the bindings of a user come from: the user's own list, or the lists of all devices.
    pub fn bindings_of_user<'u>(&self, user: &'u User<'_>) -> Source<'u> {
        let own = self.snapshot.list_of::<UserSystems>().state_of(&user.id);
        super::better(
            Source { input: "USR-SYS", scope: Some(&user.id), state: own },
            self.whole("SYS-USR"),
        )
    }

    /// The applications a user is let into, by application.
    pub fn grants_of_user(&self, user: &Key) -> &[Grant<'a>] {
        self.access.grants_of_user.get(user).map(Vec::as_slice).unwrap_or_default()
    }

    /// The applications a user is associated with directly, by id.
    pub fn direct_applications_of_user(&self, user: &Key) -> &[Key] {
        self.access.direct_applications.get(user).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many users and user groups an application is associated with, and how complete each
    /// count is. Direct associations only.
    pub fn audience<'s>(&self, application: &'s Application<'_>) -> [(usize, Source<'s>); 2] {
        let id = application.id.as_str();
        let direct = |input, state, count| (count, Source { input, scope: Some(id), state });
        let users = self.snapshot.list_of::<ApplicationUserAssociations>();
        let groups = self.snapshot.list_of::<ApplicationUserGroupAssociations>();
        let count_users = users.get(id).map_or(0, |list| list.records.len());
        let count_groups = groups.get(id).map_or(0, |list| list.records.len());
        [
            direct("APP-ASC", users.state_of(id), count_users),
            direct("APP-ASC-UG", groups.state_of(id), count_groups),
        ]
    }
}
