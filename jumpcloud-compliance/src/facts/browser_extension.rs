//! Extensions of the browsers of a device.

use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::{
    BrowserPlugin, ChromeExtension, FirefoxAddon, SafariExtension,
};

use super::{Device, Facts, Platform};
use crate::case::{Case, Row};

/// An extension of one browser, for one local account.
#[derive(Clone, Copy, Debug)]
pub enum BrowserExtension<'f> {
    /// Of Chrome or a browser built on it.
    Chrome(Row<'f, ChromeExtension>),
    /// Of Firefox.
    Firefox(Row<'f, FirefoxAddon>),
    /// Of Safari.
    Safari(Row<'f, SafariExtension>),
    /// A plug-in of the older kind.
    Plugin(Row<'f, BrowserPlugin>),
}

impl<'f> BrowserExtension<'f> {
    /// What tells it from every other extension.
    pub fn identifier(&self) -> Option<&'f str> {
        match self {
            Self::Chrome(row) => row.value().identifier.filled(),
            Self::Firefox(row) => row.value().identifier.filled(),
            Self::Safari(row) => row.value().identifier.filled(),
            Self::Plugin(row) => row.value().identifier.filled(),
        }
    }

    /// Whether it has one of these identifiers, without regard to case.
    pub fn is_one_of(&self, ids: &[&str]) -> bool {
        self.identifier().is_some_and(|own| ids.iter().any(|id| id.eq_ignore_ascii_case(own)))
    }

    /// What it may do, as text; only Chrome tells.
    pub const fn permissions(&self) -> Option<&'f Field<alloc::string::String>> {
        match self {
            Self::Chrome(row) => Some(&row.value().permissions),
            Self::Firefox(_) | Self::Safari(_) | Self::Plugin(_) => None,
        }
    }

    /// Whether it is known to be switched off; only Firefox tells.
    pub fn is_off(&self) -> bool {
        match self {
            Self::Firefox(row) => {
                let addon = row.value();
                addon.disabled.value() == Some(&1) || addon.active.value() == Some(&0)
            }
            Self::Chrome(_) | Self::Safari(_) | Self::Plugin(_) => false,
        }
    }

    /// When the agent collected the row.
    pub const fn collected_at(&self) -> Option<Timestamp> {
        match self {
            Self::Chrome(row) => row.collected_at,
            Self::Firefox(row) => row.collected_at,
            Self::Safari(row) => row.collected_at,
            Self::Plugin(row) => row.collected_at,
        }
    }

    /// Leaves observations of what identifies it and of what it may do.
    pub fn observe(&self, case: &mut Case<'_>) {
        match self {
            Self::Chrome(row) => {
                let extension = row.value();
                case.see(*row, "identifier", &extension.identifier);
                case.see(*row, "name", &extension.name);
                case.see(*row, "permissions", &extension.permissions);
                case.see(*row, "uid", &extension.uid);
            }
            Self::Firefox(row) => {
                let addon = row.value();
                case.see(*row, "identifier", &addon.identifier);
                case.see(*row, "name", &addon.name);
                case.see(*row, "active", &addon.active);
                case.see(*row, "disabled", &addon.disabled);
                case.see(*row, "uid", &addon.uid);
            }
            Self::Safari(row) => {
                let extension = row.value();
                case.see(*row, "identifier", &extension.identifier);
                case.see(*row, "name", &extension.name);
                case.see(*row, "developer_id", &extension.developer_id);
                case.see(*row, "uid", &extension.uid);
            }
            Self::Plugin(row) => {
                let plugin = row.value();
                case.see(*row, "identifier", &plugin.identifier);
                case.see(*row, "name", &plugin.name);
                case.see(*row, "uid", &plugin.uid);
            }
        }
    }
}

impl<'a> Facts<'a> {
    /// The browser extensions of a device, those of all its local accounts.
    pub fn browser_extensions<'f>(&'f self, device: &'f Device<'_>) -> Vec<BrowserExtension<'f>>
    where
        'a: 'f,
    {
        let chrome = self.rows::<ChromeExtension>(device).into_iter().map(BrowserExtension::Chrome);
        let firefox = self.rows::<FirefoxAddon>(device).into_iter().map(BrowserExtension::Firefox);
        let safari = self.rows::<SafariExtension>(device).into_iter().map(BrowserExtension::Safari);
        let plugins = self.rows::<BrowserPlugin>(device).into_iter().map(BrowserExtension::Plugin);
        chrome.chain(firefox).chain(safari).chain(plugins).collect()
    }
}

/// Inputs that list the browser extensions of a platform.
pub const fn extension_inputs(platform: &Platform) -> &'static [&'static str] {
    match platform {
        Platform::Darwin => &[
            "SI.chrome_extensions",
            "SI.firefox_addons",
            "SI.safari_extensions",
            "SI.browser_plugins",
        ],
        _ => &["SI.chrome_extensions", "SI.firefox_addons"],
    }
}
