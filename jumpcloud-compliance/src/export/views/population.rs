//! The population in numbers: devices, users, applications and administrators by what matters of them.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};

use super::{Sight, UNKNOWN, View, access, lacks};
use crate::evidence::Observed;
use crate::facts::{EXTERNAL_TYPES, Source};
use crate::subject::SubjectKind;

const COLUMNS: &[&str] = &["kind", "by", "value", "number"];

/// Numbers by kind, aspect and value.
#[derive(Default)]
struct Numbers(BTreeMap<(SubjectKind, &'static str, String), u64>);

impl Numbers {
    fn add(&mut self, kind: SubjectKind, by: &'static str, value: impl Into<String>) {
        let number = self.0.entry((kind, by, value.into())).or_default();
        *number = number.saturating_add(1);
    }
}

pub(super) fn view(sight: &Sight<'_>) -> View {
    let mut numbers = Numbers::default();
    devices(sight, &mut numbers);
    users(sight, &mut numbers);
    for application in sight.facts.applications() {
        let kind = application.application().sso.then(|sso| &sso.kind);
        let kind = kind.filled().map_or_else(|| UNKNOWN.to_string(), str::to_ascii_lowercase);
        numbers.add(SubjectKind::Application, "federation", kind);
    }
    for admin in sight.facts.admins() {
        let mut roles = admin.role_names();
        roles.sort_unstable();
        roles.dedup();
        let roles = if roles.is_empty() { UNKNOWN.to_string() } else { roles.join(", ") };
        numbers.add(SubjectKind::Admin, "role", roles);
    }
    let rows = numbers
        .0
        .into_iter()
        .map(|((kind, by, value), number)| {
            alloc::vec![kind.to_string(), by.to_string(), value, number.to_string()]
        })
        .collect();
    let unknown = [
        ("There may be more devices", "SYS"),
        ("There may be more users", "USR"),
        ("There may be more applications", "APP"),
        ("There may be more administrators", "ADM"),
    ];
    let unknown = unknown
        .into_iter()
        .filter_map(|(what, input)| {
            let state = sight.facts.state(input);
            lacks(what, Source { input, scope: None, state })
        })
        .collect();
    sight.view("population_by_kind", "Population in numbers", COLUMNS, rows, unknown)
}

/// Every device that arrived, those that are left out too.
fn devices(sight: &Sight<'_>, numbers: &mut Numbers) {
    const KIND: SubjectKind = SubjectKind::Device;
    for device in sight.facts.devices() {
        numbers.add(KIND, "family", device.platform.to_string());
        let role = if device.is_server() { "server" } else { "workstation" };
        numbers.add(KIND, "role", role);
        numbers.add(KIND, "system_cycle", cycle(sight, &device.id));
        numbers.add(KIND, "owner", sight.ended("JC-DEV-022", &device.id));
        numbers.add(KIND, "management", sight.ended("JC-DEV-019", &device.id));
    }
}

/// The release line of a device, as the rule about support has resolved it.
fn cycle(sight: &Sight<'_>, device: &str) -> String {
    let finding = sight.finding("JC-DEV-004", device);
    let seen = finding.map(|finding| finding.evidence.observations.as_slice()).unwrap_or_default();
    let value = |path: &str| seen.iter().find(|seen| seen.path == path).map(|seen| &seen.value);
    let Some(Observed::Text(product)) = value("resolved.product") else {
        return UNKNOWN.to_string();
    };
    match value("resolved.cycles") {
        Some(Observed::List(cycles)) => match cycles.as_slice() {
            [Observed::Text(only)] => alloc::format!("{product} {only}"),
            _ => alloc::format!("{product}, release {UNKNOWN}"),
        },
        _ => alloc::format!("{product}, release {UNKNOWN}"),
    }
}

fn users(sight: &Sight<'_>, numbers: &mut Numbers) {
    const KIND: SubjectKind = SubjectKind::User;
    for user in sight.facts.users() {
        numbers.add(KIND, "state", access::word(user.standing));
        numbers.add(KIND, "second_factor", sight.ended("JC-USR-001", &user.id));
        let external = match user.is_of_type(EXTERNAL_TYPES) {
            Some(true) => "external",
            Some(false) => "internal or not said",
            None => UNKNOWN,
        };
        numbers.add(KIND, "employment", external);
        if user.service_account {
            numbers.add(KIND, "service_account", "yes");
        }
    }
}
