//! Devices whose record names a person as primary user.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Device, Facts, Key};

/// Places of devices by their primary user.
#[derive(Debug, Default)]
pub(super) struct PrimaryDevices {
    by_user: BTreeMap<Key, Vec<usize>>,
}

impl PrimaryDevices {
    pub(super) fn new(devices: &[Device<'_>]) -> Self {
        let mut by_user: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (at, device) in devices.iter().enumerate() {
            let primary = &device.system().primary_system_user;
            if let Some(user) = primary.value().and_then(|user| user.id.value()) {
                by_user.entry(user.cast()).or_default().push(at);
            }
        }
        Self { by_user }
    }
}

impl<'a> Facts<'a> {
    /// The devices that a person is bound to or the primary user of, by id, each once.
    ///
    /// A binding to a device whose record did not arrive is left out.
    pub fn devices_used_by(&self, user: &Key) -> Vec<&Device<'a>> {
        let bound = self.devices_of_user(user).filter_map(|(device, _)| self.device(device));
        let primary = self.primary_devices.by_user.get(user).into_iter().flatten();
        let mut devices: Vec<&Device<'a>> =
            bound.chain(primary.filter_map(|at| self.devices.get(*at))).collect();
        devices.sort_by(|a, b| a.key.cmp(&b.key));
        devices.dedup_by(|a, b| a.key == b.key);
        devices
    }
}
