//! Settings of the SSH server of a device.

use alloc::string::String;

use jumpcloud_client::Field;

use super::Device;
use crate::case::Case;
use crate::outcome::UnknownCause;
use crate::rule::{Reason, Unknown};

/// The reason code for a switch that nobody carries to the server.
pub const SSHD_NOT_MANAGED: Reason =
    Reason::unknown("sshd_not_managed", "JumpCloud does not write the settings of the server");
/// The reason code for a server and a switch that are both silent.
pub const SSHD_UNREPORTED: Reason =
    Reason::unknown("sshd_unreported", "nothing says how the server is set");
/// The reason code for a setting with an odd value.
pub const SSHD_UNREADABLE: Reason =
    Reason::unknown("sshd_unreadable", "the server reports a value that nobody knows");

impl SshdSetting {
    /// The verdict on a value that no rule knows.
    pub const UNREADABLE: Unknown =
        Unknown::new(UnknownCause::FieldUnparseable, SSHD_UNREADABLE.code);
}

/// Whether a switch of JumpCloud lets the server do something, and leaves observations.
///
/// Off counts only where JumpCloud writes the settings of the server.
///
/// # Errors
///
/// Unknown when the switch is missing, or off and not carried to the server.
pub fn sshd_switch(
    case: &mut Case<'_>,
    device: &Device<'_>,
    path: &str,
    switch: &Field<bool>,
) -> Result<bool, Unknown> {
    let managed = &device.system().modify_sshd_config;
    let managed = case.see(device.row(), "modifySSHDConfig", managed).is_true();
    match case.see(device.row(), path, switch).value() {
        Some(true) => Ok(true),
        Some(false) if managed => Ok(false),
        Some(false) => Err(Unknown::new(UnknownCause::NotObservable, SSHD_NOT_MANAGED.code)),
        None => Err(Unknown::new(UnknownCause::FieldAbsent, SSHD_UNREPORTED.code)),
    }
}

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
