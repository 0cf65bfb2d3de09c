//! Users and their groups.

use serde_json::json;

use super::super::organization::{Organization, UserSpec};
use super::Clock;

/// User name, group and job title of people about whom nothing is wrong.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("ada.quill", "Engineering", "Staff Engineer"),
    ("ben.moss", "Engineering", "Engineer"),
    ("cleo.hart", "Engineering", "Engineer"),
    ("dara.finch", "Engineering", "Engineer"),
    ("eli.stone", "Engineering", "Engineer"),
    ("faye.brook", "Engineering", "Engineering Manager"),
    ("gus.vale", "Engineering", "Data Engineer"),
    ("hana.wolfe", "Engineering", "Engineer"),
    ("ivo.marsh", "Engineering", "Engineer"),
    ("june.ashby", "Engineering", "Quality Engineer"),
    ("kai.lund", "Design", "Designer"),
    ("lena.frost", "Design", "Lead Designer"),
    ("milo.thorn", "Operations", "Systems Engineer"),
    ("nora.pike", "Operations", "Office Manager"),
    ("otis.crane", "Operations", "Head of IT"),
    ("pia.dell", "Finance", "Controller"),
    ("quin.ross", "Finance", "Accountant"),
    ("rhea.lake", "Finance", "Head of Finance"),
    ("sam.birch", "People", "Recruiter"),
    ("tess.holt", "People", "Head of People"),
    ("uma.flint", "Sales", "Account Executive"),
    ("vic.dune", "Sales", "Account Executive"),
    ("wren.cole", "Sales", "Head of Sales"),
    ("xan.reed", "Sales", "Sales Engineer"),
    ("yara.snow", "Support", "Support Lead"),
    ("zane.fox", "Support", "Support Engineer"),
    ("amos.gale", "Contractors", "Contract Engineer"),
];

/// The user groups; Contractors is nested in Engineering.
pub(super) const GROUPS: &[&str] = &[
    "Engineering",
    "Contractors",
    "Design",
    "Operations",
    "Finance",
    "People",
    "Sales",
    "Support",
];

pub(super) fn add(org: &mut Organization, clock: Clock) {
    for name in GROUPS {
        let ldap = name.to_lowercase();
        org.user_group_with(name, json!({"ldapGroups": [{"name": ldap}]}));
    }
    if let (Some(outer), Some(inner)) = (group(org, "Engineering"), group(org, "Contractors")) {
        org.member(&outer, &inner);
    }
    for (number, (username, team, title)) in (0_u32..).zip(PEOPLE) {
        let user = person(clock, username, title, number).field("department", *team);
        join(org, user, Some(team));
    }
    add_defects(org, clock);
}

fn person(clock: Clock, username: &str, title: &str, number: u32) -> UserSpec {
    let joined = number.saturating_mul(17).saturating_add(200);
    UserSpec::new(username)
        .created(clock.days_ago(joined))
        .field("jobTitle", title)
        .field("company", "Lumen & Ladder Ltd")
        .field("employeeType", "Employee")
        .field("employeeIdentifier", format!("LL-{:04}", number.saturating_add(1)))
        .field("location", "Riverside")
        .field("password_date", super::super::organization::wire_time(clock.days_ago(40)))
}

fn add_defects(org: &mut Organization, clock: Clock) {
    let staff = |username: &str, number| person(clock, username, "Associate", number);
    join(org, staff("bruno.sand", 30).mfa_not_enrolled(), Some("Sales"));
    join(org, staff("carla.mist", 31).mfa_unknown(), Some("Finance"));
    join(org, staff("dimitri.oak", 32).suspended(), Some("Contractors"));
    join(org, staff("erin.vance", 33), None);
    join(org, staff("felix.ward", 34), Some("Design"));
    join(org, staff("gloria", 35).name("Gloria", ""), Some("Support"));
    // Suspended, staged: present, and without any binding.
    join(org, staff("henrik.lowe", 36).suspended(), None);
    let starter = staff("ines.park", 37).staged().created(clock.days_ago(3));
    join(org, starter, None);
}

fn join(org: &mut Organization, user: UserSpec, team: Option<&str>) {
    let id = org.user(user);
    if let Some(team) = team.and_then(|name| group(org, name)) {
        org.member(&team, &id);
    }
}

/// The identifier of a user group.
pub(super) fn group(org: &Organization, name: &str) -> Option<String> {
    org.id_of("/api/v2/usergroups", "name", name).map(str::to_owned)
}

/// The identifier of a user.
pub(super) fn user(org: &Organization, username: &str) -> Option<String> {
    org.id_of("/api/systemusers", "username", username).map(str::to_owned)
}
