//! Named sets of parameter values, applied before the organisation's own.

use serde_json::Value;

use crate::param::Overrides;

/// A value a profile sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    Int(i64),
    Flag(bool),
    Text(&'static str),
}

/// A named set of parameter values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    name: &'static str,
    settings: &'static [(&'static str, &'static str, Setting)],
}

/// Every profile.
const PROFILES: &[Profile] = &[
    Profile { name: "default", settings: &[] },
    Profile {
        name: "pci",
        settings: &[
            ("JC-DEV-006", "patch_window_days", Setting::Int(30)),
            ("JC-ORG-001", "denylist_alternative", Setting::Flag(false)),
            ("JC-ORG-002", "mode", Setting::Text("classes")),
            ("JC-ORG-004", "min_lockout_secs", Setting::Int(1800)),
            ("JC-ORG-005", "max_days", Setting::Int(90)),
            ("JC-ORG-005", "mode", Setting::Text("required")),
            ("JC-ORG-009", "max_idle_minutes", Setting::Int(15)),
            ("JC-ORG-012", "review_interval_days", Setting::Int(1)),
            ("JC-USR-007", "enabled", Setting::Flag(true)),
            ("JC-USR-007", "max_age_days", Setting::Int(90)),
        ],
    },
    Profile {
        name: "cyber_essentials",
        settings: &[
            ("JC-DEV-006", "patch_window_days", Setting::Int(14)),
            ("JC-ORG-004", "max_attempts", Setting::Int(10)),
            ("JC-USR-002", "allow_conditional_bypass", Setting::Flag(false)),
        ],
    },
    Profile {
        name: "cis_ig1",
        settings: &[
            ("JC-DEV-012", "max_idle_secs", Setting::Int(900)),
            ("JC-USR-005", "inactive_days", Setting::Int(45)),
        ],
    },
];

impl Profile {
    /// Every profile; the first one changes nothing.
    pub const ALL: &'static [Self] = PROFILES;

    /// The profile with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|profile| profile.name == name)
    }

    /// Name as it is written in the configuration.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Rules the profile changes, each at least once.
    pub fn rule_ids(&self) -> impl Iterator<Item = &'static str> {
        self.settings.iter().map(|(rule_id, _, _)| *rule_id)
    }

    /// Values the profile sets for a rule.
    pub fn overrides(&self, rule_id: &str) -> Overrides {
        let own = self.settings.iter().filter(|(rule, _, _)| *rule == rule_id);
        own.map(|(_, parameter, setting)| {
            let value = match *setting {
                Setting::Int(number) => Value::from(number),
                Setting::Flag(flag) => Value::from(flag),
                Setting::Text(text) => Value::from(text),
            };
            ((*parameter).into(), value)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn profiles_have_their_own_names_and_set_nothing_twice() {
        let names: BTreeSet<_> = Profile::ALL.iter().map(Profile::name).collect();
        assert_eq!(names.len(), Profile::ALL.len());
        for profile in Profile::ALL {
            let keys: BTreeSet<_> =
                profile.settings.iter().map(|(rule, parameter, _)| (rule, parameter)).collect();
            assert_eq!(keys.len(), profile.settings.len(), "{}", profile.name);
        }
    }

    #[test]
    fn values_come_by_rule() {
        let pci = Profile::named("pci").unwrap();
        let own = pci.overrides("JC-ORG-005");
        assert_eq!(own["mode"], "required");
        assert_eq!(own["max_days"], 90);
        assert_eq!(own.len(), 2);
        assert!(pci.overrides("JC-DEV-001").is_empty());
        assert!(Profile::named("PCI").is_none());
    }
}
