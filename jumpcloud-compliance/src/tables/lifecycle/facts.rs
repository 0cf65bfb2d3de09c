//! What records say about an operating system, before it is understood.

/// A row of the System Insights table `os_version`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OsRow<'a> {
    /// Product name, `Microsoft Windows 11 Pro`.
    pub name: Option<&'a str>,
    /// Release text.
    pub version: Option<&'a str>,
    /// First component.
    pub major: Option<&'a str>,
    /// Second component.
    pub minor: Option<&'a str>,
    /// Third component.
    pub patch: Option<&'a str>,
    /// Build text.
    pub build: Option<&'a str>,
    /// `ID` of os-release on Linux.
    pub platform: Option<&'a str>,
    /// Code name.
    pub codename: Option<&'a str>,
}

/// The object `osVersionDetail` of a system record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OsDetail<'a> {
    /// Distribution on Linux.
    pub distribution_name: Option<&'a str>,
    /// Release name.
    pub release_name: Option<&'a str>,
    /// Operating-system name.
    pub os_name: Option<&'a str>,
    /// Release text.
    pub version: Option<&'a str>,
    /// First component.
    pub major: Option<&'a str>,
    /// Second component.
    pub minor: Option<&'a str>,
    /// Third component.
    pub patch: Option<&'a str>,
    /// Update revision on Windows.
    pub revision: Option<&'a str>,
}

/// Everything that may tell product, release, edition and build of a device.
///
/// Every text may be missing. Leave the row out when it is older than the
/// telemetry limit. Empty text counts as missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OsFacts<'a> {
    /// `osFamily` of the system record.
    pub family: Option<&'a str>,
    /// `os` of the system record.
    pub os: Option<&'a str>,
    /// `version` of the system record.
    pub version: Option<&'a str>,
    /// `templateName` of the system record.
    pub template_name: Option<&'a str>,
    /// `osVersionDetail` of the system record.
    pub detail: OsDetail<'a>,
    /// Row of System Insights.
    pub row: OsRow<'a>,
}

impl<'a> OsFacts<'a> {
    /// Texts that may name product, release or edition, strongest source first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        [
            self.row.name,
            self.row.version,
            self.row.codename,
            self.detail.distribution_name,
            self.detail.os_name,
            self.detail.release_name,
            self.detail.version,
            self.version,
            self.os,
        ]
        .into_iter()
        .flatten()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    }
}

/// A trimmed text, unless it is empty.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
