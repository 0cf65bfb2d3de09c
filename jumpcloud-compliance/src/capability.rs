//! What a JumpCloud policy enforces, told from its template.

use alloc::collections::BTreeMap;
use alloc::string::String;

vocabulary! {
    /// A device state that a policy can enforce.
    #[non_exhaustive]
    pub enum Capability {
        /// Operating-system updates install themselves.
        AutoUpdate = "auto_update",
        /// Updates are held back for some days.
        UpdateDeferral = "update_deferral",
        /// The screen locks when idle.
        ScreenLock = "screen_lock",
        /// Removable storage is blocked.
        RemovableMedia = "removable_media",
        /// The built-in administrator is renamed.
        LocalAdminRename = "local_admin_rename",
        /// The disk is encrypted.
        DiskEncryption = "disk_encryption",
        /// The host firewall is on.
        HostFirewall = "host_firewall",
        /// Gatekeeper assesses applications.
        Gatekeeper = "gatekeeper",
    }
}

vocabulary! {
    /// How a capability was told, strongest first.
    pub enum CapabilityBasis {
        /// The configuration says so for this policy.
        Override = "override",
        /// The template is known.
        Template = "template",
        /// Words of the template's display name; off unless configured.
        DisplayName = "display_name",
    }
}

/// A known policy template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Template {
    name: &'static str,
    family: &'static str,
    capability: Capability,
    /// Policy value that matters; nothing when the binding alone does.
    value: Option<&'static str>,
}

const fn template(
    name: &'static str,
    family: &'static str,
    capability: Capability,
    value: Option<&'static str>,
) -> Template {
    Template { name, family, capability, value }
}

/// Template names seen in `TheJumpCloud/jc-cli` and `TheJumpCloud/support` `[official code]`.
const TEMPLATES: &[Template] = &[
    template("system_updates_windows", "windows", Capability::AutoUpdate, None),
    template("system_updates_osp_windows", "windows", Capability::AutoUpdate, None),
    template("automatic_macOS_updates_darwin", "darwin", Capability::AutoUpdate, None),
    template("automatic_macOS_updates_darwin_ddm", "darwin", Capability::AutoUpdate, None),
    template(
        "software_update_enforcement_specific_darwin_ddm",
        "darwin",
        Capability::AutoUpdate,
        None,
    ),
    template("software_update_preferences_darwin", "darwin", Capability::AutoUpdate, None),
    template("system_update_darwin", "darwin", Capability::AutoUpdate, None),
    template("system_update_ubuntu_linux", "linux", Capability::AutoUpdate, None),
    template("delay_software_updates_darwin", "darwin", Capability::UpdateDeferral, Some("days")),
    template("lock_screen_darwin", "darwin", Capability::ScreenLock, Some("timeout")),
    template("disable_usb_storage_linux", "linux", Capability::RemovableMedia, None),
    template(
        "rename_local_administrator_account_windows",
        "windows",
        Capability::LocalAdminRename,
        None,
    ),
];

/// Templates that carry arbitrary settings, so that their name proves nothing.
const OPAQUE: &[&str] = &[
    "custom_mdm_profile_darwin",
    "custom_registry_keys_policy_windows",
    "custom_oma_uri_mdm_windows",
];

/// Words of a display name and what they mean, for the optional fallback `[inferred]`.
const DISPLAY_WORDS: &[(&str, Capability)] = &[
    ("filevault", Capability::DiskEncryption),
    ("bitlocker", Capability::DiskEncryption),
    ("lock screen", Capability::ScreenLock),
    ("firewall", Capability::HostFirewall),
    ("gatekeeper", Capability::Gatekeeper),
    ("software update", Capability::AutoUpdate),
    ("system updates", Capability::AutoUpdate),
];

/// The family a known template is for, as JumpCloud words it; nothing for the others.
pub fn template_family(name: &str) -> Option<&'static str> {
    TEMPLATES.iter().find(|template| template.name == name).map(|template| template.family)
}

/// Whether display names may tell a capability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DisplayNames {
    /// They are not looked at.
    #[default]
    Ignored,
    /// They are the last resort.
    Matched,
}

/// What a policy is known to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyMeaning {
    /// It enforces a capability.
    Enforces {
        /// The capability.
        capability: Capability,
        /// How it was told.
        basis: CapabilityBasis,
        /// Member of the policy's values that matters; absent when the binding alone does.
        value: Option<&'static str>,
    },
    /// It may enforce anything.
    Opaque,
    /// It is not known.
    Unmapped,
}

/// The capability map of one evaluation.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities<'c> {
    overrides: &'c BTreeMap<String, Capability>,
    display_names: DisplayNames,
}

impl<'c> Capabilities<'c> {
    /// The built-in map with the organisation's own entries by policy identifier.
    pub const fn new(
        overrides: &'c BTreeMap<String, Capability>,
        display_names: DisplayNames,
    ) -> Self {
        Self { overrides, display_names }
    }

    /// What a policy does.
    ///
    /// `template_name` and `display_name` are those of the template; the
    /// editable name of the policy itself proves nothing.
    pub fn meaning(
        &self,
        policy_id: &str,
        template_name: Option<&str>,
        display_name: Option<&str>,
    ) -> PolicyMeaning {
        let known = template_name.and_then(|name| TEMPLATES.iter().find(|t| t.name == name));
        if let Some(capability) = self.overrides.get(policy_id) {
            let value = known.filter(|t| t.capability == *capability).and_then(|t| t.value);
            let basis = CapabilityBasis::Override;
            return PolicyMeaning::Enforces { capability: *capability, basis, value };
        }
        if let Some(Template { capability, value, .. }) = known {
            let basis = CapabilityBasis::Template;
            return PolicyMeaning::Enforces { capability: *capability, basis, value: *value };
        }
        if template_name.is_some_and(|name| OPAQUE.contains(&name)) {
            return PolicyMeaning::Opaque;
        }
        let spoken = match self.display_names {
            DisplayNames::Matched => display_name.and_then(by_display_name),
            DisplayNames::Ignored => None,
        };
        spoken.map_or(PolicyMeaning::Unmapped, |capability| {
            let basis = CapabilityBasis::DisplayName;
            PolicyMeaning::Enforces { capability, basis, value: None }
        })
    }

    /// Whether the map can recognise the capability on a family at all.
    ///
    /// Only then may a missing policy be concluded. An override counts for
    /// every family, because it does not say for which it is.
    pub fn is_mapped(&self, capability: Capability, family: &str) -> bool {
        let built_in = TEMPLATES.iter().any(|t| t.capability == capability && t.family == family);
        let spoken = self.display_names == DisplayNames::Matched
            && DISPLAY_WORDS.iter().any(|(_, own)| *own == capability);
        built_in || spoken || self.overrides.values().any(|own| *own == capability)
    }
}

/// The capability whose words stand in the name, in order and whole.
fn by_display_name(name: &str) -> Option<Capability> {
    let mut padded = String::from(" ");
    for word in name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        padded.push_str(&word.to_ascii_lowercase());
        padded.push(' ');
    }
    let says = |phrase: &str| padded.contains(&alloc::format!(" {phrase} "));
    DISPLAY_WORDS.iter().find(|(phrase, _)| says(phrase)).map(|(_, capability)| *capability)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(
        overrides: &BTreeMap<String, Capability>,
        names: DisplayNames,
        template: &str,
        display: &str,
    ) -> PolicyMeaning {
        Capabilities::new(overrides, names).meaning("p1", Some(template), Some(display))
    }

    #[test]
    fn the_override_beats_the_template_and_the_template_the_name() {
        let none = BTreeMap::new();
        let own = BTreeMap::from([("p1".into(), Capability::HostFirewall)]);
        let lock = "lock_screen_darwin";
        assert_eq!(
            meaning(&none, DisplayNames::Matched, lock, "Firewall"),
            PolicyMeaning::Enforces {
                capability: Capability::ScreenLock,
                basis: CapabilityBasis::Template,
                value: Some("timeout"),
            }
        );
        assert_eq!(
            meaning(&own, DisplayNames::Ignored, lock, ""),
            PolicyMeaning::Enforces {
                capability: Capability::HostFirewall,
                basis: CapabilityBasis::Override,
                value: None,
            }
        );
        let custom = "custom_mdm_profile_darwin";
        assert_eq!(
            meaning(&none, DisplayNames::Matched, custom, "FileVault"),
            PolicyMeaning::Opaque
        );
        assert_ne!(meaning(&own, DisplayNames::Ignored, custom, ""), PolicyMeaning::Opaque);
    }

    #[test]
    fn display_names_are_off_by_default_and_match_whole_words() {
        let none = BTreeMap::new();
        let told = |names, display| meaning(&none, names, "some_template", display);
        assert_eq!(told(DisplayNames::Ignored, "Enable BitLocker"), PolicyMeaning::Unmapped);
        let PolicyMeaning::Enforces { capability, basis, .. } =
            told(DisplayNames::Matched, "Enable BitLocker (Windows)")
        else {
            panic!("not recognised")
        };
        assert_eq!((capability, basis), (Capability::DiskEncryption, CapabilityBasis::DisplayName));
        for other in ["Clock Screens", "Firewalls", "System Update", "Lock the Screen"] {
            assert_eq!(told(DisplayNames::Matched, other), PolicyMeaning::Unmapped, "{other}");
        }
    }

    #[test]
    fn absence_is_conclusive_only_where_the_map_reaches() {
        let none = BTreeMap::new();
        let map = Capabilities::new(&none, DisplayNames::Ignored);
        assert!(map.is_mapped(Capability::ScreenLock, "darwin"));
        assert!(!map.is_mapped(Capability::ScreenLock, "windows"));
        assert!(!map.is_mapped(Capability::DiskEncryption, "darwin"));
        let own = BTreeMap::from([("p".into(), Capability::DiskEncryption)]);
        let map = Capabilities::new(&own, DisplayNames::Ignored);
        assert!(map.is_mapped(Capability::DiskEncryption, "darwin"));
    }
}
