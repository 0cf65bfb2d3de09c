//! Devices, their groups and their owners.

use serde_json::json;

use super::super::organization::{DeviceSpec, Organization};
use super::{Clock, inventory, people};

/// A family of computers with the groups that its devices belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Mac,
    Windows,
    Linux,
}

impl Family {
    /// The group whose name tells the operating system.
    pub(super) fn os_group(self) -> &'static str {
        match self {
            Self::Mac => "macOS laptops",
            Self::Windows => "Windows laptops",
            Self::Linux => "Linux workstations",
        }
    }

    /// The group that policies are bound to; its name says nothing about systems.
    pub(super) fn baseline(self) -> &'static str {
        match self {
            Self::Mac => "Apple baseline",
            Self::Windows => "Microsoft baseline",
            Self::Linux => "Open source baseline",
        }
    }

    fn spec(self, hostname: &str) -> DeviceSpec {
        match self {
            Self::Mac => DeviceSpec::mac(hostname),
            Self::Windows => DeviceSpec::windows(hostname),
            Self::Linux => DeviceSpec::linux(hostname),
        }
    }
}

use Family::{Linux, Mac, Windows};

/// Host name, family and owner of devices about which nothing is wrong.
const HEALTHY: &[(&str, Family, &str)] = &[
    ("mbp-ada-quill", Mac, "ada.quill"),
    ("mbp-ben-moss", Mac, "ben.moss"),
    ("mbp-cleo-hart", Mac, "cleo.hart"),
    ("mbp-dara-finch", Mac, "dara.finch"),
    ("mbp-faye-brook", Mac, "faye.brook"),
    ("mbp-hana-wolfe", Mac, "hana.wolfe"),
    ("mbp-kai-lund", Mac, "kai.lund"),
    ("mbp-lena-frost", Mac, "lena.frost"),
    ("mba-sam-birch", Mac, "sam.birch"),
    ("mba-tess-holt", Mac, "tess.holt"),
    ("mba-uma-flint", Mac, "uma.flint"),
    ("LL-W-OTIS", Windows, "otis.crane"),
    ("LL-W-PIA", Windows, "pia.dell"),
    ("LL-W-QUIN", Windows, "quin.ross"),
    ("LL-W-RHEA", Windows, "rhea.lake"),
    ("LL-W-VIC", Windows, "vic.dune"),
    ("LL-W-WREN", Windows, "wren.cole"),
    ("LL-W-XAN", Windows, "xan.reed"),
    ("LL-W-YARA", Windows, "yara.snow"),
    ("LL-W-ZANE", Windows, "zane.fox"),
    ("ws-eli-stone", Linux, "eli.stone"),
    ("ws-gus-vale", Linux, "gus.vale"),
    ("ws-ivo-marsh", Linux, "ivo.marsh"),
    ("ws-milo-thorn", Linux, "milo.thorn"),
];

/// The same for devices that have a defect.
const DEFECTIVE: &[(&str, Family, &str)] = &[
    ("mac-unencrypted", Mac, "june.ashby"),
    ("mac-no-antimalware", Mac, "amos.gale"),
    ("mac-no-inventory", Mac, "nora.pike"),
    ("mac-wrong-group", Mac, "xan.reed"),
    ("mac-two-owners", Mac, "yara.snow"),
    ("mac-owner-suspended", Mac, ""),
    ("mac-policy-pending", Mac, "wren.cole"),
    ("win-bitlocker-suspended", Windows, "cleo.hart"),
    ("win-key-not-escrowed", Windows, "dara.finch"),
    ("win-end-of-life", Windows, "pia.dell"),
    ("win-stale", Windows, "vic.dune"),
    ("win-no-owner", Windows, ""),
    ("win-policy-failed", Windows, "quin.ross"),
    ("win-no-policy", Windows, "sam.birch"),
    ("linux-flag-only", Linux, "ben.moss"),
    ("linux-ungrouped", Linux, "ada.quill"),
];

/// When the stale device was last seen.
const STALE_DAYS: u32 = 94;

pub(super) fn add(org: &mut Organization, clock: Clock) {
    for family in [Mac, Windows, Linux] {
        org.system_group(family.os_group());
        org.system_group(family.baseline());
    }
    org.system_group("Tablets and phones");
    for (number, (hostname, family, owner)) in (0_u32..).zip(HEALTHY.iter().chain(DEFECTIVE)) {
        computer(org, clock, hostname, *family, owner, number);
    }
    mobile(org, clock);
    if let (Some(device), Some(second)) =
        (device(org, "mac-two-owners"), people::user(org, "zane.fox"))
    {
        org.bind(&device, &second);
    }
}

fn computer(
    org: &mut Organization,
    clock: Clock,
    hostname: &str,
    family: Family,
    owner: &str,
    number: u32,
) {
    let owner_id = people::user(org, owner);
    let account = if owner.is_empty() { "localadmin" } else { owner };
    let address = format!("203.0.113.{}", number.saturating_add(20));
    let mut spec = family
        .spec(hostname)
        .created(clock.days_ago(number.saturating_mul(9).saturating_add(120)))
        .connected_since(clock.hours_ago(number.checked_rem(9).unwrap_or(0).saturating_add(1)))
        .field("remoteIP", address.as_str())
        .field(
            "networkInterfaces",
            json!([{"name": "en0", "address": address, "family": "IPv4", "internal": false}]),
        )
        .field("userMetrics", local_accounts(account));
    // Every fourth device is asleep, every third names its primary user.
    if number.checked_rem(4) == Some(3) {
        spec = spec.last_seen(clock.hours_ago(number.saturating_add(2)));
    }
    if let (Some(id), true) = (&owner_id, number.checked_rem(3) == Some(0)) {
        spec = spec.primary_user(id);
    }
    if family == Mac && number.checked_rem(4) == Some(1) {
        spec = spec.os_version("15.7.9");
    }
    let id = org.device(defective(org, clock, hostname, spec));
    if let Some(owner_id) = owner_id {
        org.bind_with(
            &id,
            &owner_id,
            json!({"sudo": {"enabled": false, "withoutPassword": false}}),
        );
    }
    for name in groups(hostname, family) {
        if let Some(group) = group(org, name) {
            org.member(&group, &id);
        }
    }
    let collected = match hostname {
        "mac-no-inventory" => return,
        "win-stale" => clock.days_ago(STALE_DAYS),
        _ => clock.hours_ago(number.checked_rem(6).unwrap_or(0).saturating_add(3)),
    };
    inventory::add(org, &id, family, hostname, account, collected);
}

fn defective(org: &Organization, clock: Clock, hostname: &str, spec: DeviceSpec) -> DeviceSpec {
    match hostname {
        "mac-unencrypted" | "linux-flag-only" => spec.unencrypted(),
        "win-key-not-escrowed" => spec.key_not_escrowed(),
        "win-end-of-life" => spec.os_version("10.0.19045").field("version", "10 Pro"),
        "win-stale" => spec.created(clock.days_ago(500)).last_seen(clock.days_ago(STALE_DAYS)),
        "mac-owner-suspended" => match people::user(org, "henrik.lowe") {
            Some(id) => spec.primary_user(&id),
            None => spec,
        },
        "mac-two-owners" | "win-no-owner" => spec.field("primarySystemUser", json!({"id": null})),
        _ => spec,
    }
}

fn groups(hostname: &str, family: Family) -> Vec<&'static str> {
    match hostname {
        "linux-ungrouped" => Vec::new(),
        "mac-wrong-group" => vec![Windows.os_group(), family.baseline()],
        "win-no-policy" => vec![family.os_group()],
        _ => vec![family.os_group(), family.baseline()],
    }
}

fn mobile(org: &mut Organization, clock: Clock) {
    let ipad = DeviceSpec::apple_mobile("ipad-reception", "iPadOS")
        .serial("DMPLL0042RCP")
        .created(clock.days_ago(300))
        .last_seen(clock.hours_ago(5));
    let phone = DeviceSpec::android("android-courier")
        .created(clock.days_ago(90))
        .last_seen(clock.hours_ago(8));
    let ids = [org.device(ipad), org.device(phone)];
    if let Some(group) = group(org, "Tablets and phones") {
        for id in &ids {
            org.member(&group, id);
        }
    }
}

fn local_accounts(account: &str) -> serde_json::Value {
    json!([{
        "userName": account, "admin": false, "managed": account != "localadmin",
        "suspended": false, "secureTokenEnabled": true,
    }])
}

/// The identifier of a device.
pub(super) fn device(org: &Organization, hostname: &str) -> Option<String> {
    org.id_of("/api/systems", "hostname", hostname).map(str::to_owned)
}

/// The identifier of a device group.
pub(super) fn group(org: &Organization, name: &str) -> Option<String> {
    org.id_of("/api/v2/systemgroups", "name", name).map(str::to_owned)
}
