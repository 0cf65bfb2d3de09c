//! The demo organisation.

use std::collections::{BTreeMap, BTreeSet};

use jumpcloud_client::testkit::demo::{self, SubjectKind};

use super::*;

fn now() -> jiff::Timestamp {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

fn texts(org: &Organization, path: &str, field: &str) -> BTreeMap<String, String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    org.records(path).iter().map(|row| (text(row, "id"), text(row, field))).collect()
}

/// Follows a V2 list to its end.
async fn all(fake: &FakeJumpCloud, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    loop {
        let reply = get(fake, &format!("{path}?limit=100&skip={}", rows.len())).await;
        rows.extend(reply.json().as_array().unwrap().iter().cloned());
        if u64::try_from(rows.len()).unwrap() >= reply.total().unwrap() {
            return rows;
        }
    }
}

#[test]
fn it_is_the_same_every_time_and_each_defect_has_its_subject() {
    let (one, two) = (demo::organization(now()), demo::organization(now()));
    for path in ["/api/systems", "/api/systemusers", "/api/v2/systeminsights/apps"] {
        assert_eq!(one.records(path), two.records(path));
    }
    assert_eq!(one.events(), two.events());
    let mut subjects = BTreeSet::new();
    for defect in demo::DEFECTS {
        assert!(defect.id(&one).is_some(), "{} is there", defect.subject);
        assert!(subjects.insert((defect.kind, defect.subject)), "{} twice", defect.subject);
    }
    assert_eq!(demo::policy_capabilities(&one).len(), demo::POLICY_CAPABILITIES.len());
    let admin = one.find("/api/users", "email", demo::INTEGRATION_ADMIN_EMAIL).unwrap();
    assert_eq!(admin["roleNames"], json!(["Read Only"]));
}

#[test]
fn no_time_lies_in_the_future_and_addresses_are_reserved_ones() {
    let org = demo::organization(now());
    for device in org.records("/api/systems") {
        for name in ["created", "lastContact"] {
            let at: jiff::Timestamp = device[name].as_str().unwrap().parse().unwrap();
            assert!(at < now(), "{name} of {}", device["hostname"]);
        }
        assert!(device["remoteIP"].as_str().unwrap().starts_with("203.0.113."));
    }
    for user in org.records("/api/systemusers") {
        assert!(user["email"].as_str().unwrap().ends_with("@example.com"));
    }
}

#[tokio::test]
async fn healthy_devices_are_grouped_owned_inventoried_and_covered_by_policies() {
    let org = demo::organization(now());
    let systems = texts(&org, "/api/systems", "hostname");
    let families = texts(&org, "/api/systems", "osFamily");
    let states = texts(&org, "/api/systemusers", "state");
    let groups = texts(&org, "/api/v2/systemgroups", "name");
    let defective: BTreeSet<&str> = demo::DEFECTS
        .iter()
        .filter(|defect| defect.kind == SubjectKind::Device)
        .map(|defect| defect.subject)
        .collect();
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let mut healthy = 0;
    for (id, hostname) in &systems {
        let users = all(&fake, &format!("/api/v2/systems/{id}/users")).await;
        let parents = all(&fake, &format!("/api/v2/systems/{id}/memberof")).await;
        let names: Vec<&str> =
            parents.iter().map(|row| groups[row["id"].as_str().unwrap()].as_str()).collect();
        let policies = all(&fake, &format!("/api/v2/systems/{id}/policies")).await;
        let results = all(&fake, &format!("/api/v2/systems/{id}/policystatuses")).await;
        let counters = fake
            .with_organization(|org| org.get("/api/systems", id).unwrap()["policyStats"].clone())
            .unwrap();
        assert_eq!(counters["total"], results.len(), "{hostname}");
        assert_eq!(policies.len(), results.len(), "{hostname}");
        if defective.contains(hostname.as_str()) {
            continue;
        }
        healthy += 1;
        assert_eq!(users.len(), 1, "{hostname} has one owner");
        assert_eq!(states[users[0]["id"].as_str().unwrap()], "ACTIVATED");
        let expected = match families[id].as_str() {
            "darwin" => ("macOS laptops", 3, "apps"),
            "windows" => ("Windows laptops", 3, "programs"),
            _ => ("Linux workstations", 2, "linux_packages"),
        };
        assert!(names.contains(&expected.0) && names.len() == 2, "{hostname}: {names:?}");
        assert_eq!(policies.len(), expected.1, "{hostname}");
        assert!(results.iter().all(|result| result["success"] == true), "{hostname}");
        let rows = fake
            .with_organization(|org| {
                let path = format!("/api/v2/systeminsights/{}", expected.2);
                let own = |row: &&Value| row["system_id"] == id.as_str();
                org.records(&path).iter().filter(own).cloned().collect::<Vec<_>>()
            })
            .unwrap();
        let sensor = ["com.crowdstrike.falcon.App", "CrowdStrike Windows Sensor", "falcon-sensor"];
        let protected = rows.iter().any(|row| {
            sensor.iter().any(|name| row["bundle_identifier"] == *name || row["name"] == *name)
        });
        assert!(protected, "{hostname} has a sensor");
    }
    assert_eq!(healthy, 24);
}

#[tokio::test]
async fn people_reach_applications_as_the_defects_say() {
    let org = demo::organization(now());
    let names = texts(&org, "/api/systemusers", "username");
    let states = texts(&org, "/api/systemusers", "state");
    let apps = texts(&org, "/api/applications", "displayLabel");
    let teams = texts(&org, "/api/v2/usergroups", "name");
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let (mut inactive, mut direct, mut unassigned) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (id, label) in &apps {
        let rows = all(&fake, &format!("/api/v2/applications/{id}/users")).await;
        if rows.is_empty() {
            unassigned.push(label.as_str());
        }
        for row in rows {
            let user = row["id"].as_str().unwrap();
            if states[user] != "ACTIVATED" {
                inactive.insert(names[user].clone());
            }
            if row["paths"].as_array().unwrap().iter().any(|p| p.as_array().unwrap().len() == 1) {
                direct.insert(names[user].clone());
            }
        }
    }
    assert_eq!(Vec::from_iter(inactive), ["dimitri.oak"]);
    assert_eq!(Vec::from_iter(direct), ["felix.ward"]);
    assert_eq!(unassigned, ["Legacy Wiki"]);
    let (mut grouped, mut stale) = (BTreeSet::new(), BTreeSet::new());
    for (id, team) in &teams {
        for row in all(&fake, &format!("/api/v2/usergroups/{id}/membership")).await {
            let user = row["id"].as_str().unwrap().to_owned();
            if states[&user] != "ACTIVATED" {
                stale.insert(team.clone());
            }
            grouped.insert(user);
        }
    }
    assert_eq!(Vec::from_iter(stale), ["Contractors", "Engineering"]);
    let lonely: BTreeSet<&str> = names
        .iter()
        .filter(|(id, _)| !grouped.contains(*id))
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(Vec::from_iter(lonely), ["erin.vance", "henrik.lowe", "ines.park"]);
}

#[tokio::test]
async fn large_organisations_are_quick_to_make_and_to_read() {
    let org = demo::organization_of(1_000, 5, now());
    assert_eq!(
        org.records("/api/systems"),
        demo::organization_of(1_000, 5, now()).records("/api/systems")
    );
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let mut ids = BTreeSet::new();
    for skip in (0..1_000).step_by(100) {
        let page = format!("/api/systems?limit=100&skip={skip}&sort=_id&fields=_id");
        ids.extend(get(&fake, &page).await.names("_id"));
    }
    assert_eq!(ids.len(), 1_000);
    let apps = get(&fake, "/api/v2/systeminsights/apps?limit=10000").await;
    assert!(apps.total() > Some(1_000));
}
