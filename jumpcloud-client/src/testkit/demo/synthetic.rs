//! Organisations of any size: messy, but legal.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::dice::Dice;
use super::super::organization::{DeviceSpec, Organization, UserSpec, wire_time};
use super::Clock;

/// An organisation with `size` devices, as many users, and groups, applications, policies and
/// inventory in proportion.
///
/// The same size, seed and moment give the same organisation. The data is as untidy as real data:
/// fields are absent or null, dates are date-only, numbers are text, names repeat, mobile devices
/// turn up, memberships dangle. Nothing in it breaks the documented shapes.
pub fn organization_of(size: usize, seed: u64, now: Timestamp) -> Organization {
    let mut org = Organization::with_seed("Synthetic Industries", seed);
    let mut dice = Dice::at(seed, "synthetic", size);
    let clock = Clock(now);
    let share = |per: usize| size.checked_div(per).unwrap_or(0).max(1);

    let teams: Vec<String> =
        (0..share(25)).map(|number| org.user_group(&format!("Team {number}"))).collect();
    let users: Vec<String> =
        (0..size).map(|number| user(&mut org, clock, &mut dice, number)).collect();
    for user in &users {
        for _ in 0..dice.below(4) {
            if let Some(team) = dice.pick(&teams) {
                org.member(team, user);
            }
        }
    }
    // Some teams contain others, and some remember people who are gone.
    for pair in teams.chunks(5) {
        if let [outer, inner, ..] = pair {
            org.member(outer, inner).dangle(inner, dice.below(3));
        }
    }

    let families = ["macOS laptops", "Windows laptops", "Linux workstations", "Loaners"];
    let groups: Vec<String> = families.iter().map(|name| org.system_group(name)).collect();
    let policies: Vec<String> = (0..3)
        .map(|number| {
            let name = format!("Policy {number}");
            org.policy(&name, "lock_screen_darwin", "Lock Screen", "darwin")
        })
        .collect();
    for (policy, group) in policies.iter().zip(&groups) {
        org.bind(policy, group);
    }
    for number in 0..size {
        let family = dice.below(10);
        let id = device(&mut org, clock, &mut dice, number, family);
        if let (Some(group), true) = (groups.get(family_group(family)), dice.chance(97)) {
            org.member(group, &id);
        }
        for _ in 0..dice.below(3).max(usize::from(dice.chance(90))) {
            if let Some(user) = dice.pick(&users) {
                org.bind(&id, user);
            }
        }
        if let (Some(policy), true) = (policies.get(family_group(family)), dice.chance(90)) {
            let state = dice.pick(&["success", "success", "success", "failed", "pending"]);
            let state = state.copied().unwrap_or("success");
            org.policy_result(policy, &id, state, clock.hours_ago(5));
        }
        inventory(&mut org, clock, &mut dice, &id, family);
    }
    for number in 0..share(50) {
        let app = org.application(&format!("app-{number}"), &format!("Application {number}"));
        for _ in 0..dice.below(4) {
            if let Some(team) = dice.pick(&teams) {
                org.bind(team, &app);
            }
        }
        if let (Some(user), true) = (dice.pick(&users), dice.chance(10)) {
            org.bind(user, &app);
        }
    }
    org.admin("integration@example.com", "Read Only");
    org.admin("owner@example.com", "Administrator With Billing");
    org
}

/// Out of ten: five Macs, three Windows, one Linux, one mobile.
fn family_group(family: usize) -> usize {
    match family {
        0..=4 => 0,
        5..=7 => 1,
        8 => 2,
        _ => 3,
    }
}

fn user(org: &mut Organization, clock: Clock, dice: &mut Dice, number: usize) -> String {
    let days = u32::try_from(dice.below(1_500)).unwrap_or(0);
    let mut user = UserSpec::new(&format!("person{number}.example"))
        .name(&format!("Person{number}"), "Example")
        .created(clock.days_ago(days));
    user = match dice.below(20) {
        0 => user.suspended(),
        1 => user.staged(),
        2 => user.mfa_not_enrolled(),
        3 => user.mfa_unknown().without("state").without("organization"),
        4 => user.field("password_date", "2026-03-01"),
        5 => user.field("password_date", Value::Null).field("manager", ""),
        6 => user.field("lastname", "").field("unknownField", json!({"nested": [1, "two"]})),
        _ => user,
    };
    org.user(user)
}

fn device(
    org: &mut Organization,
    clock: Clock,
    dice: &mut Dice,
    number: usize,
    family: usize,
) -> String {
    let hours = u32::try_from(dice.below(200)).unwrap_or(0);
    let days = u32::try_from(dice.below(900)).unwrap_or(0);
    let hostname = format!("device-{number}");
    let mut device = match family_group(family) {
        0 => DeviceSpec::mac(&hostname),
        1 => DeviceSpec::windows(&hostname),
        2 => DeviceSpec::linux(&hostname),
        _ => DeviceSpec::apple_mobile(&hostname, "iPadOS"),
    };
    device = device.created(clock.days_ago(days)).last_seen(clock.hours_ago(hours));
    device = match dice.below(20) {
        0 => device.unencrypted(),
        1 => device.without("fde").without("osFamily"),
        2 => device.never_seen(),
        3 => device.field("osVersionDetail", json!({})).field("version", ""),
        4 => device.last_seen(clock.days_ago(120)),
        5 => device.field("systemTimezone", json!(-7.5)).field("fileSystem", Value::Null),
        6 => device.field("hostname", "localhost").serial(""),
        7 => device.without("mdm").without("policyStats").without("userMetrics"),
        8 => device.key_not_escrowed().field("systemToken", "planted-system-token"),
        _ => device,
    };
    org.device(device)
}

fn inventory(org: &mut Organization, clock: Clock, dice: &mut Dice, id: &str, family: usize) {
    if dice.chance(3) {
        return;
    }
    let hours = u32::try_from(dice.below(48)).unwrap_or(0);
    let collected = wire_time(clock.hours_ago(hours));
    let rows = dice.below(9).saturating_add(4);
    for row in 0..rows {
        let version = format!("{row}.{}", dice.below(30));
        match family_group(family) {
            0 => {
                let name = if row == 0 { "Falcon".to_owned() } else { format!("App {row}") };
                let bundle =
                    if row == 0 { "com.crowdstrike.falcon.App" } else { "com.example.app" };
                let row = json!({
                    "name": format!("{name}.app"), "bundle_name": name,
                    "bundle_identifier": bundle, "bundle_short_version": version,
                    "path": format!("/Applications/{name}.app"), "collection_time": collected,
                });
                org.insights_row("apps", id, row);
            }
            1 => {
                let date = dice.pick(&["20260912", "2026-09-12", "9/12/2026", "20202130"]);
                let row = json!({
                    "name": format!("Program {row}"), "publisher": "Example", "version": version,
                    "install_date": date, "collection_time": collected,
                });
                org.insights_row("programs", id, row);
            }
            2 => {
                let row = json!({
                    "name": format!("package-{row}"), "version": version, "arch": "amd64",
                    "package_format": "deb", "install_time": 1_757_660_400,
                });
                org.insights_row("linux_packages", id, row);
            }
            _ => return,
        }
    }
    if family_group(family) == 1 {
        // osquery speaks text, so numbers arrive as either.
        let one = if dice.chance(50) { json!(1) } else { json!("1") };
        let row = json!({
            "drive_letter": "C:", "conversion_status": one, "protection_status": one,
            "percentage_encrypted": "100", "collection_time": collected,
        });
        org.insights_row("bitlocker_info", id, row);
    }
}
