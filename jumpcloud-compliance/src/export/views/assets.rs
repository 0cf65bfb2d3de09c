//! Every device with its owner, judged or not.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::{Sight, UNKNOWN, View, lacks};
use crate::facts::{Device, Ownership, Source};
use crate::time::{self, Moment};
use crate::{Excluded, SubjectKind};

const COLUMNS: &[&str] = &[
    "device",
    "device_id",
    "serial",
    "family",
    "system",
    "version",
    "owner",
    "owner_id",
    "ownership",
    "last_contact",
    "encryption",
    "vendor_support",
    "management",
    "judged",
    "left_out_because",
];

pub(super) fn view(sight: &Sight<'_>) -> View {
    let left_out: BTreeMap<&str, &Excluded> = sight
        .evaluation
        .population
        .iter()
        .filter(|population| population.kind == SubjectKind::Device)
        .flat_map(|population| &population.excluded)
        .map(|excluded| (excluded.id.as_str(), excluded))
        .collect();
    let mut known = BTreeSet::new();
    let mut rows: Vec<Vec<String>> = sight
        .facts
        .devices()
        .iter()
        .map(|device| {
            known.insert(device.id.as_str());
            row(sight, device, left_out.get(device.id.as_str()).copied())
        })
        .collect();
    // Devices that no agent reports about are known by the ledger only.
    rows.extend(left_out.values().filter(|own| !known.contains(own.id.as_str())).map(|own| {
        let mut cells =
            alloc::vec![own.name.clone().unwrap_or_default(), own.id.clone(), String::new()];
        cells.push(own.detail.clone().unwrap_or_default());
        cells.resize(13, UNKNOWN.to_string());
        cells.extend(["no".to_string(), own.reason.to_string()]);
        cells
    }));
    let source = |input| Source { input, scope: None, state: sight.facts.state(input) };
    let unknown = [
        lacks("There may be more devices", source("SYS")),
        lacks("An owner may be nobody known here", source("USR")),
    ];
    sight.view(
        "assets",
        "Assets and owners",
        COLUMNS,
        rows,
        unknown.into_iter().flatten().collect(),
    )
}

fn row(sight: &Sight<'_>, device: &Device<'_>, left_out: Option<&Excluded>) -> Vec<String> {
    let system = device.system();
    let text = |text: Option<&str>| text.unwrap_or(UNKNOWN).to_string();
    let (ids, ownership) = owner(sight, device);
    let names: Vec<String> = ids.iter().map(|id| sight.called(SubjectKind::User, id)).collect();
    let contact = match device.contact {
        Moment::At(at) => time::format(at),
        Moment::Absent | Moment::Unparseable => UNKNOWN.to_string(),
    };
    alloc::vec![
        device.name().to_string(),
        device.id.clone(),
        text(system.serial_number.filled()),
        device.platform.to_string(),
        text(system.os.filled()),
        text(system.version.filled()),
        names.join("; "),
        ids.join("; "),
        ownership.to_string(),
        contact,
        sight.ended("JC-DEV-001", &device.id),
        sight.ended("JC-DEV-004", &device.id),
        sight.ended("JC-DEV-019", &device.id),
        if left_out.is_none() { "yes" } else { "no" }.to_string(),
        left_out.map(|own| own.reason.to_string()).unwrap_or_default(),
    ]
}

/// The people a device may belong to, and how that is known.
fn owner(sight: &Sight<'_>, device: &Device<'_>) -> (Vec<String>, &'static str) {
    match sight.facts.ownership(device) {
        Ownership::Primary { user, .. } => (alloc::vec![user.to_string()], "primary user"),
        Ownership::UnknownPrimary(user) => {
            (alloc::vec![user.to_string()], "primary user who is not in the directory")
        }
        Ownership::Bound(people) => {
            let complete = sight.facts.bindings_of_device(device).state.is_complete();
            let how = match people.len() {
                _ if device.primary_is_unreadable() => "unknown: the primary user cannot be read",
                _ if !complete => "unknown: the bindings were not read in full",
                0 => "nobody is bound",
                1 => "the only person bound",
                _ => "several people are bound",
            };
            (people.into_iter().map(|(id, _)| id.to_string()).collect(), how)
        }
    }
}
