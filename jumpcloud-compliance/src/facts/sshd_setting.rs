//! Settings of the SSH server of a device.

use alloc::string::String;

use jumpcloud_client::Field;

use super::Device;
use crate::case::Case;

/// What a device reports of one setting of its SSH server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SshdSetting {
    /// It does not report the setting.
    NotListed,
    /// It reports the setting, or all of them, in no readable form.
    Unreadable,
    /// The value, in lower case.
    Is(String),
}

impl SshdSetting {
    /// Reads a setting by its name, whose case does not matter, and leaves observations.
    ///
    /// Of several entries with the name the last one counts.
    pub fn read(case: &mut Case<'_>, device: &Device<'_>, name: &str) -> Self {
        let settings = match &device.system().sshd_params {
            Field::Value(settings) => settings,
            Field::Absent | Field::Null => return Self::NotListed,
            Field::Unparseable(_) => return Self::Unreadable,
        };
        let last = settings.iter().rfind(|setting| {
            setting.name.filled().is_some_and(|own| own.eq_ignore_ascii_case(name))
        });
        let Some(setting) = last else { return Self::NotListed };
        let path = alloc::format!("sshdParams[name={name}].value");
        case.see(device.row(), &path, &setting.value)
            .filled()
            .map_or(Self::Unreadable, |value| Self::Is(value.to_ascii_lowercase()))
    }
}
