//! Device groups that stand for an operating system.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Facts, Group};

/// Families that have groups of their own.
pub const FAMILIES: [&str; 3] = ["darwin", "linux", "windows"];

/// Words of a group's name that stand for a family; whole words only, so that `Macmillan` is no Mac.
const WORDS: [(&str, &[&str]); 3] = [
    ("darwin", &["mac", "macs", "macos", "osx"]),
    ("linux", &["linux", "ubuntu"]),
    ("windows", &["windows"]),
];

/// Where the groups of a family are known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OsGroupBasis {
    /// The configuration names them.
    Configured,
    /// Their names say so.
    Inferred,
}

/// Groups by family.
#[derive(Clone, Debug)]
pub struct OsGroups<'f> {
    groups: BTreeMap<&'static str, (OsGroupBasis, Vec<&'f Group<'f>>)>,
    /// Configured ids that no device group has, by family.
    missing: BTreeMap<&'static str, Vec<&'f str>>,
}

impl<'f> OsGroups<'f> {
    /// Configured groups, and for families without any, those whose names say so.
    pub fn new(
        facts: &'f Facts<'f>,
        configured: &BTreeMap<&'f str, Vec<&'f str>>,
        infer_by_name: bool,
    ) -> Self {
        let mut all = Self { groups: BTreeMap::new(), missing: BTreeMap::new() };
        for (family, words) in WORDS {
            let ids = configured.get(family).map(Vec::as_slice).unwrap_or_default();
            if !ids.is_empty() {
                let known = |id: &&str| facts.device_groups().find(|group| group.id == **id);
                let groups = ids.iter().filter_map(known).collect();
                all.groups.insert(family, (OsGroupBasis::Configured, groups));
                let missing = ids.iter().copied().filter(|id| known(id).is_none()).collect();
                all.missing.insert(family, missing);
            } else if infer_by_name {
                let groups: Vec<_> = facts
                    .device_groups()
                    .filter(|group| group.words().iter().any(|word| words.contains(&word.as_str())))
                    .collect();
                if !groups.is_empty() {
                    all.groups.insert(family, (OsGroupBasis::Inferred, groups));
                }
            }
        }
        all
    }

    /// The groups of a family and where they are known from.
    pub fn of(&self, family: &str) -> Option<(OsGroupBasis, &[&'f Group<'f>])> {
        self.groups.get(family).map(|(basis, groups)| (*basis, groups.as_slice()))
    }

    /// Whether a group stands for another family than this one, and not for this one.
    pub fn is_of_another(&self, group: &Group<'_>, family: &str) -> bool {
        let has = |groups: &[&Group<'_>]| groups.iter().any(|own| own.key == group.key);
        let own = self.groups.get(family).is_some_and(|(_, groups)| has(groups));
        let other = self.groups.iter().any(|(name, (_, groups))| *name != family && has(groups));
        other && !own
    }

    /// Configured ids of a family that no device group has.
    pub fn missing(&self, family: &str) -> &[&'f str] {
        self.missing.get(family).map(Vec::as_slice).unwrap_or_default()
    }
}
