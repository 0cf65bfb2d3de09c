//! What to collect, and by which of two ways where two ways lead to the same facts.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::events::EventSpan;
use super::registry::{LISTS, SCOPED};
use crate::snapshot::{InputState, Snapshot};

/// What to collect.
///
/// Parents are added by themselves: the members of groups need the groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub(super) inputs: BTreeSet<&'static str>,
    /// Whether an input may be replaced by its counterpart when that needs fewer requests.
    pub(super) flexible: bool,
    /// How far back events are read.
    pub(super) events: EventSpan,
}

/// Codes that no input of this version has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no input has the code {}, `collect::endpoints` lists those that there are", list(.0))]
pub struct UnknownInputs(pub Vec<String>);

fn list(codes: &[String]) -> String {
    codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
}

/// Sets of inputs with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preset {
    /// Devices, groups, users, applications, memberships, software and policies: what the
    /// integration of a compliance product reads.
    Integration,
    /// Only what the lists give, without a request for each object.
    Lean,
    /// The device half of [`Integration`](Self::Integration): devices with their groups, owners,
    /// policies, software, posture and Apple MDM; people only as far as they own devices.
    Devices,
    /// The identity half of [`Integration`](Self::Integration): people with their groups,
    /// applications and the paths of access, administrators, service accounts and sign-in policies;
    /// no devices.
    Identities,
    /// Everything that this crate models and an organization can have.
    Full,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 5] =
        [Self::Integration, Self::Lean, Self::Devices, Self::Identities, Self::Full];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::Lean => "lean",
            Self::Devices => "devices",
            Self::Identities => "identities",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that no preset has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such preset, there are `integration`, `lean`, `devices`, `identities` and `full`")]
pub struct UnknownPreset;

impl FromStr for Preset {
    type Err = UnknownPreset;

    fn from_str(name: &str) -> Result<Self, UnknownPreset> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name).ok_or(UnknownPreset)
    }
}

/// Lists that hold for the whole organization and cost few requests.
const LEAN: [&str; 12] =
    ["ORG", "ORGD", "SYS", "USR", "ADM", "APP", "SG", "UG", "POL", "AUTHN", "IPL", "MDM"];

/// What a rule of the device half or the identity half needs besides.
const JOINS: [&str; 10] =
    ["SGM", "UGM", "SYS-USR", "APP-USR", "APP-ASC", "APP-ASC-UG", "POL-SYS", "PST", "MDMD", "SVA"];

/// What both halves need to know of the organization.
const COMMON: [&str; 2] = ["ORG", "ORGD"];

/// The device half beside the tables; the people are those who own devices.
const DEVICES: [&str; 10] =
    ["SYS", "USR", "SG", "SGM", "SYS-USR", "POL", "POL-SYS", "PST", "MDM", "MDMD"];

/// The identity half.
const IDENTITIES: [&str; 11] =
    ["USR", "UG", "UGM", "APP", "APP-USR", "APP-ASC", "APP-ASC-UG", "ADM", "SVA", "AUTHN", "IPL"];

/// System Insights tables that describe software and posture.
const POSTURE: [&str; 19] = [
    "SI.alf",
    "SI.apps",
    "SI.bitlocker_info",
    "SI.chassis_info",
    "SI.disk_encryption",
    "SI.launchd",
    "SI.linux_packages",
    "SI.logical_drives",
    "SI.managed_policies",
    "SI.mounts",
    "SI.os_version",
    "SI.programs",
    "SI.services",
    "SI.sip_config",
    "SI.system_info",
    "SI.uptime",
    "SI.users",
    "SI.windows_security_center",
    "SI.windows_security_products",
];

/// Pairs of inputs that hold the same facts, read from either end.
pub(super) const COUNTERPARTS: [(&str, &str); 3] =
    [("SYS-USR", "USR-SYS"), ("POL-SYS", "SYS-POL"), ("PST", "SYS-PST")];

impl Plan {
    /// Whether an input of this version has this code.
    pub fn has_input(code: &str) -> bool {
        LISTS.iter().any(|entry| entry.code == code)
            || SCOPED.iter().any(|entry| entry.code == code)
    }

    /// Exactly these inputs, by code, and the parents they hang on.
    ///
    /// # Errors
    ///
    /// [`UnknownInputs`] with every code that no input has.
    pub fn exactly<'c>(codes: impl IntoIterator<Item = &'c str>) -> Result<Self, UnknownInputs> {
        Self::new(&codes.into_iter().collect::<Vec<_>>(), false)
    }

    /// What a set of rules reads, by input code; an input may be replaced by its counterpart that
    /// holds the same facts and needs fewer requests.
    ///
    /// # Errors
    ///
    /// [`UnknownInputs`] with every code that no input has.
    pub fn for_inputs<'c>(codes: impl IntoIterator<Item = &'c str>) -> Result<Self, UnknownInputs> {
        Self::new(&codes.into_iter().collect::<Vec<_>>(), true)
    }

    /// The [device half](Preset::Devices).
    ///
    /// Every device is read, whatever it runs on. Rules judge Windows, macOS and Linux; the others are
    /// kept, and an evaluation lists them as left out with the reason.
    pub fn devices() -> Self {
        Self::preset(Preset::Devices)
    }

    /// The [identity half](Preset::Identities).
    pub fn identities() -> Self {
        Self::preset(Preset::Identities)
    }

    /// A set with a name.
    pub fn preset(preset: Preset) -> Self {
        let mut plan =
            Self { inputs: BTreeSet::new(), flexible: true, events: EventSpan::default() };
        match preset {
            Preset::Lean => plan.inputs.extend(LEAN),
            Preset::Integration => plan.inputs.extend(LEAN.iter().chain(&JOINS).chain(&POSTURE)),
            Preset::Devices => {
                plan.inputs.extend(COMMON.iter().chain(&DEVICES).chain(&POSTURE));
            }
            Preset::Identities => plan.inputs.extend(COMMON.iter().chain(&IDENTITIES)),
            Preset::Full => {
                plan.inputs.extend(LISTS.iter().map(|entry| entry.code));
                plan.inputs.extend(SCOPED.iter().map(|entry| entry.code));
                for (kept, spared) in COUNTERPARTS {
                    plan.inputs.insert(kept);
                    plan.inputs.remove(spared);
                }
            }
        }
        plan.with_parents()
    }

    /// Takes no type of its caller's, or each caller would compile every resource anew.
    fn new(codes: &[&str], flexible: bool) -> Result<Self, UnknownInputs> {
        let mut inputs = BTreeSet::new();
        let mut unknown = Vec::new();
        for code in codes {
            let lists = LISTS.iter().map(|entry| entry.code);
            let scoped = SCOPED.iter().map(|entry| entry.code);
            match lists.chain(scoped).find(|known| known == code) {
                Some(known) => {
                    inputs.insert(known);
                }
                None => unknown.push((*code).to_owned()),
            }
        }
        if unknown.is_empty() {
            Ok(Self { inputs, flexible, events: EventSpan::default() }.with_parents())
        } else {
            Err(UnknownInputs(unknown))
        }
    }

    /// Adds the lists that per-object inputs hang on, and those of a counterpart that might do.
    fn with_parents(mut self) -> Self {
        let mut wanted: Vec<&str> = self.inputs.iter().copied().collect();
        if self.flexible {
            for (one, other) in COUNTERPARTS {
                if self.inputs.contains(one) || self.inputs.contains(other) {
                    wanted.extend([one, other]);
                }
            }
        }
        for code in wanted {
            if let Some(entry) = SCOPED.iter().find(|entry| entry.code == code) {
                self.inputs.insert(entry.parent);
            }
        }
        self
    }

    /// How far back events are read, where the plan holds `DI` or `DIC`.
    #[must_use]
    pub fn events(self, span: EventSpan) -> Self {
        Self { events: span, ..self }
    }

    /// The code under which a snapshot holds an input of the plan: its own, or that of the counterpart
    /// that was read in its place.
    pub(crate) fn held_as(&self, code: &'static str, snapshot: &Snapshot) -> &'static str {
        let there = |code| snapshot.state(code).is_some_and(|own| own != InputState::NotCollected);
        if there(code) || !self.flexible {
            return code;
        }
        let other = COUNTERPARTS.iter().find_map(|(one, other)| match code {
            own if own == *one => Some(*other),
            own if own == *other => Some(*one),
            _ => None,
        });
        other.filter(|other| there(other)).unwrap_or(code)
    }

    /// Codes of the inputs, sorted.
    pub fn inputs(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.inputs.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_along() {
        let plan = Plan::exactly(["SGM"]).unwrap();
        assert_eq!(plan.inputs().collect::<Vec<_>>(), ["SG", "SGM"]);
        let plan = Plan::for_inputs(["SYS-USR"]).unwrap();
        assert_eq!(plan.inputs().collect::<Vec<_>>(), ["SYS", "SYS-USR", "USR"]);
    }

    #[test]
    fn every_unknown_code_is_named() {
        let error = Plan::exactly(["SYS", "NOPE", "SI.nope"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no input has the code `NOPE`, `SI.nope`, `collect::endpoints` lists those that there are"
        );
    }

    #[test]
    fn presets_ask_for_exactly_these() {
        let lists = "ADM APP AUTHN IPL MDM ORG ORGD POL SG SYS UG USR";
        let joins = "APP-ASC APP-ASC-UG APP-USR MDMD POL-SYS PST SGM SVA SYS-USR UGM";
        let tables = "SI.alf SI.apps SI.bitlocker_info SI.chassis_info SI.disk_encryption SI.launchd \
            SI.linux_packages SI.logical_drives SI.managed_policies SI.mounts SI.os_version \
            SI.programs SI.services SI.sip_config SI.system_info SI.uptime SI.users \
            SI.windows_security_center SI.windows_security_products";
        let devices = "MDM MDMD ORG ORGD POL POL-SYS PST SG SGM SYS SYS-USR USR";
        let identities = "ADM APP APP-ASC APP-ASC-UG APP-USR AUTHN IPL ORG ORGD SVA UG UGM USR";
        let sorted = |texts: &[&'static str]| {
            let codes = texts.iter().flat_map(|text| text.split_whitespace());
            codes.collect::<BTreeSet<_>>()
        };
        for (preset, expected) in [
            (Preset::Lean, sorted(&[lists])),
            (Preset::Integration, sorted(&[lists, joins, tables])),
            (Preset::Devices, sorted(&[devices, tables])),
            (Preset::Identities, sorted(&[identities])),
        ] {
            assert_eq!(Plan::preset(preset).inputs, expected, "{preset}");
        }
        // The halves are the whole, and meet in the organization and its people alone.
        let (one, other) = (Plan::devices().inputs, Plan::identities().inputs);
        assert_eq!(&one | &other, Plan::preset(Preset::Integration).inputs);
        assert_eq!(&one & &other, ["ORG", "ORGD", "USR"].into());
        // Everything, from the cheaper end alone where there are two.
        let every = LISTS.iter().map(|entry| entry.code);
        let mut every: BTreeSet<&str> =
            every.chain(SCOPED.iter().map(|entry| entry.code)).collect();
        for (_, spared) in COUNTERPARTS {
            every.remove(spared);
        }
        assert_eq!(Plan::preset(Preset::Full).inputs, every);
    }

    #[test]
    fn presets_name_inputs_that_exist() {
        for preset in Preset::ALL {
            let plan = Plan::preset(preset);
            assert_eq!(Plan::for_inputs(plan.inputs()).unwrap(), plan, "{preset}");
            assert_eq!(preset.as_str().parse(), Ok(preset));
        }
    }
}
