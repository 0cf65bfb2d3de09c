//! Organisations of a given size, as the JSON that the service would answer with.

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub const ORGANIZATION: &str = "5f77817549b29ae139dcefd8";

/// Records a page: what the service gives at most.
pub const PAGE: usize = 100;

/// Lists by path, each row in its own text.
pub type Lists = BTreeMap<String, Vec<String>>;

/// `lists`: devices and users. `inventory`: these, groups with members, applications with theirs.
pub fn organization(kind: &str, devices: usize) -> Lists {
    let mut lists = Lists::new();
    lists.insert("/api/systems".to_owned(), (0..devices).map(system).collect());
    if kind == "systems" {
        return lists;
    }
    lists.insert("/api/systemusers".to_owned(), (0..devices).map(user).collect());
    if kind == "lists" {
        return lists;
    }
    // At 10 000: 80 groups of people, 40 of devices and 40 applications; ever fewer below.
    let groups = |most: usize| most.min(devices * most / 10_000).max(2);
    let (people, machines, applications) = (groups(80), groups(40), groups(40));
    let node = |kind: &str, at: usize| {
        json!({
            "id": id(kind, at), "type": if kind == "a" { "system" } else { "user" },
            "compiledAttributes": null,
            "paths": [[{"attributes": null, "to": {"attributes": null, "id": id(kind, at), "type": "user"}}]],
        })
        .to_string()
    };
    let members = |kind: &str, offset: usize, count: usize| -> Vec<String> {
        (0..count.min(devices)).map(|at| node(kind, (offset * 37 + at) % devices)).collect()
    };
    let all = |code: &str, count: usize| -> Vec<String> {
        (0..count)
            .map(|at| json!({"id": id(code, at), "name": format!("Group {at}"), "type": "group", "description": "An example.", "attributes": null}).to_string())
            .collect()
    };
    lists.insert("/api/v2/usergroups".to_owned(), all("c", people));
    for at in 0..people {
        let path = format!("/api/v2/usergroups/{}/membership", id("c", at));
        lists.insert(path, members("b", at, if at < 20 { 1_350 } else { 1_250 }));
    }
    lists.insert("/api/v2/systemgroups".to_owned(), all("d", machines));
    for at in 0..machines {
        let path = format!("/api/v2/systemgroups/{}/membership", id("d", at));
        lists.insert(path, members("a", at, 450));
    }
    let apps = (0..applications).map(|at| {
        json!({"_id": id("e", at), "id": id("e", at), "name": format!("app{at}"), "displayName": format!("Application {at}"), "organization": ORGANIZATION, "active": true})
            .to_string()
    });
    lists.insert("/api/applications".to_owned(), apps.collect());
    for at in 0..applications {
        let path = format!("/api/v2/applications/{}", id("e", at));
        lists.insert(format!("{path}/users"), members("b", at, 250));
        let groups = (0..3.min(people)).map(|group| node("c", group)).collect();
        lists.insert(format!("{path}/usergroups"), groups);
    }
    lists
}

/// An id of 24 digits, the first of which says what it is of.
pub fn id(kind: &str, at: usize) -> String {
    format!("{kind}f{at:022x}")
}

/// A device of some 2.6 kB, as large as real ones.
pub fn system(at: usize) -> String {
    let text = include_str!("../../jumpcloud-client/tests/fixtures/system/full.json");
    let mut system: Value = serde_json::from_str(text).expect("the fixture is JSON");
    let own = id("a", at);
    for (key, value) in [
        ("_id", json!(own)),
        ("id", json!(own)),
        ("organization", json!(ORGANIZATION)),
        ("displayName", json!(format!("Laptop of person {at}"))),
        ("hostname", json!(format!("host{at}.example.com"))),
        ("serialNumber", json!(format!("C02{at:09}"))),
        ("remoteIP", json!(format!("203.0.113.{}", at % 250))),
        ("active", json!(at.is_multiple_of(3))),
        ("userMetrics", repeat(&system["userMetrics"], 3)),
        ("networkInterfaces", repeat(&system["networkInterfaces"], 4)),
        ("sshdParams", repeat(&system["sshdParams"], 3)),
    ] {
        system[key] = value;
    }
    system.to_string()
}

/// A person of the directory.
pub fn user(at: usize) -> String {
    let text = include_str!("../../jumpcloud-client/tests/fixtures/system_user/full.json");
    let mut user: Value = serde_json::from_str(text).expect("the fixture is JSON");
    let own = id("b", at);
    for (key, value) in [
        ("_id", json!(own)),
        ("id", json!(own)),
        ("organization", json!(ORGANIZATION)),
        ("username", json!(format!("person{at}"))),
        ("email", json!(format!("person{at}@example.com"))),
    ] {
        user[key] = value;
    }
    user.to_string()
}

fn repeat(list: &Value, times: usize) -> Value {
    let first = list.get(0).cloned().unwrap_or(Value::Null);
    Value::Array(vec![first; times])
}

/// Fewest requests that read these lists.
pub fn fewest(lists: &Lists) -> usize {
    lists.values().map(|rows| rows.len().div_ceil(PAGE).max(1)).sum()
}

/// How many lists have a last page that is full, behind which more could hide.
pub fn full_endings(lists: &Lists) -> usize {
    lists.values().filter(|rows| !rows.is_empty() && rows.len() % PAGE == 0).count()
}
