//! Who answers for a device.

use alloc::vec::Vec;

use jumpcloud_client::Field;

use super::{Binding, Device, Facts, Key, Source};

/// What the snapshot says about the owner of a device.
#[derive(Clone, Debug)]
pub enum Ownership<'a> {
    /// The record names a primary user, and the directory knows that person.
    Primary {
        /// The person.
        user: Key,
        /// Whether the person is also bound to the device.
        bound: bool,
    },
    /// The record names a primary user whom the directory, as far as it was read, does not know.
    UnknownPrimary(Key),
    /// No primary user: the people bound to the device, service accounts left out, each once.
    Bound(Vec<(Key, Binding<'a>)>),
}

impl Device<'_> {
    /// Whether the record names a primary user in a form that nobody can read.
    pub const fn primary_is_unreadable(&self) -> bool {
        match &self.system().primary_system_user {
            Field::Unparseable(_) => true,
            Field::Value(user) => matches!(user.id, Field::Unparseable(_)),
            Field::Absent | Field::Null => false,
        }
    }
}

impl<'a> Facts<'a> {
    /// Who owns a device: its primary user, else the people bound to it.
    ///
    /// Never the first of several: several bound people are several people. How complete the
    /// bindings are is told by [`Facts::bindings_of_device`]. A primary user that nobody can read
    /// counts as none here; [`Device::primary_is_unreadable`] tells.
    pub fn ownership(&self, device: &Device<'_>) -> Ownership<'a> {
        let primary = device.system().primary_system_user.value().and_then(|user| user.id.value());
        if let Some(primary) = primary {
            let user: Key = primary.cast();
            if self.user(&user).is_none() {
                return Ownership::UnknownPrimary(user);
            }
            let bound = self.users_of_device(&device.key).any(|(id, _)| *id == user);
            return Ownership::Primary { user, bound };
        }
        Ownership::Bound(
            self.users_of_device(&device.key)
                .filter(|(id, _)| self.user(id).is_none_or(|user| !user.service_account))
                .map(|(id, binding)| (id.clone(), *binding))
                .collect(),
        )
    }

    /// The one person who answers for a device, when there is exactly one.
    pub fn owner(&self, device: &Device<'_>) -> Option<Key> {
        match self.ownership(device) {
            Ownership::Primary { user, .. } => Some(user),
            Ownership::Bound(_) if device.primary_is_unreadable() => None,
            Ownership::Bound(people) => match people.as_slice() {
                [(only, _)] if self.bindings_of_device(device).state.is_complete() => {
                    Some(only.clone())
                }
                _ => None,
            },
            Ownership::UnknownPrimary(_) => None,
        }
    }

    /// Where the users come from.
    pub fn users_source(&self) -> Source<'static> {
        Source { input: "USR", scope: None, state: self.state("USR") }
    }
}
