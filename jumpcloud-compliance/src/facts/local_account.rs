//! Local accounts of devices and how their names compare.

use super::Platform;

impl Platform {
    /// Whether two names mean the same local account: Windows does not mind the case.
    pub fn is_same_account(&self, one: &str, other: &str) -> bool {
        match self {
            Self::Windows => one.eq_ignore_ascii_case(other),
            Self::Darwin | Self::Linux | Self::Unknown | Self::Unsupported(_) => one == other,
        }
    }

    /// Whether an account is in a list of accounts.
    pub fn lists_account(&self, list: &[&str], name: &str) -> bool {
        list.iter().any(|listed| self.is_same_account(listed.trim(), name))
    }
}
