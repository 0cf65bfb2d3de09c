//! Who is judged, and who is left out for which reason.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::resources::AppleMdmDevice;
use jumpcloud_client::{InputState, Record};
use serde::{Deserialize, Serialize};

use crate::config::{Config, UngroupedPolicy};
use crate::facts::{Device, Facts, Platform};
use crate::subject::SubjectKind;

vocabulary! {
    /// Why a subject is left out of the judgement.
    pub enum ExclusionReason {
        /// It runs a system that the rules do not judge, such as iPadOS or Android.
        UnsupportedPlatform = "unsupported_platform",
        /// Known to Apple MDM only: no agent reports about it.
        MdmOnly = "mdm_only",
        /// The configuration names it.
        ExcludedById = "excluded_by_id",
        /// It is in a group that the configuration leaves out.
        ExcludedByGroup = "excluded_by_group",
        /// It is in a group of retired devices.
        Retired = "retired",
        /// The configuration says that it belongs to a person.
        PersonalDevice = "personal_device",
        /// It is a server, and the configuration leaves servers out.
        Server = "server",
        /// It is in no device group, and the configuration leaves such devices out.
        Ungrouped = "ungrouped",
    }
}

/// A subject that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Excluded {
    /// Why.
    pub reason: ExclusionReason,
    /// Its id.
    pub id: String,
    /// A name for people; absent when names are not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is, in the record's word, such as `iPadOS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Everyone of one kind: judged, or left out with a reason.
///
/// `total` is always `in_scope` plus the number of `excluded`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// The kind.
    pub kind: SubjectKind,
    /// Different records that arrived.
    pub total: u64,
    /// Subjects that are judged.
    pub in_scope: u64,
    /// Whether the input that lists them is complete: else there may be more.
    pub complete: bool,
    /// Subjects that are left out, by reason, then id.
    pub excluded: Vec<Excluded>,
}

/// The ledger of an evaluation, and for each device whether and for which rules it is judged.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) ledger: Vec<Population>,
    /// For each device of the facts: why it is left out.
    devices: Vec<Option<ExclusionReason>>,
}

/// Rules that judge an ungrouped device even when it is left out, so that it can never vanish.
const JUDGE_UNGROUPED: [&str; 2] = ["JC-DEV-020", "JC-DEV-021"];

impl Scope {
    pub(crate) fn new(facts: &Facts<'_>, config: &Config) -> Self {
        let devices: Vec<_> =
            facts.devices().iter().map(|device| exclusion(facts, config, device)).collect();
        let mut excluded: Vec<Excluded> = facts
            .devices()
            .iter()
            .zip(&devices)
            .filter_map(|(device, reason)| {
                let detail = match &device.platform {
                    Platform::Unsupported(word) => Some(word.clone()),
                    _ => None,
                };
                let name = Some(device.name().to_string());
                Some(Excluded { reason: (*reason)?, id: device.id.clone(), name, detail })
            })
            .collect();
        let known = excluded.len();
        excluded.extend(mdm_only(facts));
        let extra = excluded.len().saturating_sub(known);
        excluded.sort();
        let complete = |input| facts.state(input) == InputState::Complete;
        let in_scope = devices.iter().filter(|reason| reason.is_none()).count();
        let plain = |kind, count: usize, complete| Population {
            kind,
            total: number(count),
            in_scope: number(count),
            complete,
            excluded: Vec::new(),
        };
        let ledger = alloc::vec![
            plain(SubjectKind::Organization, 1, true),
            plain(SubjectKind::Admin, facts.admins().len(), complete("ADM")),
            plain(SubjectKind::Application, facts.applications().len(), complete("APP")),
            plain(SubjectKind::Group, facts.groups().len(), complete("UG") && complete("SG")),
            plain(SubjectKind::User, facts.users().len(), complete("USR")),
            Population {
                kind: SubjectKind::Device,
                total: number(devices.len().saturating_add(extra)),
                in_scope: number(in_scope),
                complete: complete("SYS"),
                excluded,
            },
        ];
        Self { ledger, devices }
    }

    /// Whether a rule judges the device at this place of the facts.
    pub(crate) fn judges(&self, rule_id: &str, device: usize) -> bool {
        match self.devices.get(device) {
            Some(None) => true,
            Some(Some(ExclusionReason::Ungrouped)) => JUDGE_UNGROUPED.contains(&rule_id),
            Some(Some(_)) | None => false,
        }
    }

    /// Whether a device is in the judged population.
    pub(crate) fn contains(&self, device: &Device<'_>) -> bool {
        matches!(self.devices.get(device.place()), Some(None))
    }

    /// The population of a kind.
    pub(crate) fn population(&self, kind: SubjectKind) -> Option<&Population> {
        self.ledger.iter().find(|population| population.kind == kind)
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn exclusion(facts: &Facts<'_>, config: &Config, device: &Device<'_>) -> Option<ExclusionReason> {
    let scope = &config.scope;
    let in_any =
        |groups: &BTreeSet<String>| groups.iter().any(|id| facts.in_device_group(device, id));
    if matches!(device.platform, Platform::Unsupported(_)) {
        return Some(ExclusionReason::UnsupportedPlatform);
    }
    if scope.exclude_device_ids.contains(&device.id) {
        return Some(ExclusionReason::ExcludedById);
    }
    if in_any(&scope.exclude_group_ids) {
        return Some(ExclusionReason::ExcludedByGroup);
    }
    if in_any(&scope.retired_group_ids) {
        return Some(ExclusionReason::Retired);
    }
    let personal = scope.personal_attribute.as_ref().is_some_and(|pair| {
        device.system().attributes.value().is_some_and(|attributes| {
            attributes.iter().any(|attribute| {
                attribute.name.text() == Some(&pair.name)
                    && attribute.value.text() == Some(&pair.value)
            })
        })
    });
    if personal || in_any(&scope.personal_group_ids) {
        return Some(ExclusionReason::PersonalDevice);
    }
    if in_any(&scope.server_group_ids) {
        return Some(ExclusionReason::Server);
    }
    // Leaving out needs certainty: with incomplete memberships nobody is known to be ungrouped.
    let ungrouped = scope.ungrouped_policy == UngroupedPolicy::Exclude
        && facts.state("SG").is_complete()
        && facts.state("SGM").is_complete()
        && facts.groups_of_device(&device.key).is_empty();
    ungrouped.then_some(ExclusionReason::Ungrouped)
}

/// Devices that Apple MDM knows and no agent reports about.
fn mdm_only(facts: &Facts<'_>) -> Vec<Excluded> {
    let serials: BTreeSet<String> = facts
        .devices()
        .iter()
        .filter_map(|device| device.system().serial_number.filled())
        .map(str::to_ascii_uppercase)
        .collect();
    let lists = facts.snapshot().list_of::<AppleMdmDevice>();
    let mut only: Vec<Excluded> = lists
        .of
        .values()
        .flat_map(|list| &list.records)
        .filter_map(|Record { value, .. }| {
            let id = value.id.value()?.to_string();
            let serial = value.serial_number.filled().map(str::to_ascii_uppercase);
            if serial.is_some_and(|serial| serials.contains(&serial)) {
                return None;
            }
            let family = value.mdm_os_family.filled().or_else(|| value.model_family.filled());
            let mac = family.is_some_and(|family| {
                matches!(family.to_ascii_lowercase().as_str(), "macos" | "darwin" | "mac" | "osx")
            });
            let information = value.device_information.value();
            Some(Excluded {
                reason: if mac {
                    ExclusionReason::MdmOnly
                } else {
                    ExclusionReason::UnsupportedPlatform
                },
                id,
                name: information
                    .and_then(|information| information.device_name.filled())
                    .map(ToString::to_string),
                detail: family.map(ToString::to_string),
            })
        })
        .collect();
    only.sort();
    only.dedup_by(|a, b| a.id == b.id);
    only
}
