//! Serial numbers of devices.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Device, Facts, Key};

/// Devices by serial number, in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct Serials {
    devices: BTreeMap<String, Vec<Key>>,
}

impl Serials {
    pub(super) fn new(devices: &[Device<'_>]) -> Self {
        let mut serials = Self::default();
        for device in devices {
            if let Some(serial) = device.serial() {
                serials.devices.entry(serial).or_default().push(device.key.clone());
            }
        }
        serials
    }
}

/// A serial number as it is compared: without blanks around it, in upper case.
pub(super) fn normal(serial: &str) -> String {
    serial.trim().to_ascii_uppercase()
}

impl Device<'_> {
    /// The serial number as it is compared; none when the record has none.
    pub fn serial(&self) -> Option<String> {
        self.system().serial_number.filled().map(normal)
    }
}

impl<'a> Facts<'a> {
    /// The devices with this serial number, by id; how complete they are is told by `SYS`.
    ///
    /// Devices outside of the judged population are among them.
    pub fn devices_with_serial(&self, serial: &str) -> impl Iterator<Item = &Device<'a>> {
        let keys = self.serials.devices.get(serial).map(Vec::as_slice).unwrap_or_default();
        keys.iter().filter_map(|key| self.device(key))
    }
}
