//! Joins against the truth: an organization whose direct edges are written down as it is made, so that
//! what is effective can be worked out without the fake and without the crates.
//!
//! `TRUTH_DEVICES` in the environment makes it larger; the requests are printed beside those of the
//! formula that docs/guides/collect.md tells.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jumpcloud_client::collect::Plan;
use jumpcloud_client::testkit::{DEMO_KEY, DeviceSpec, FakeJumpCloud, Organization, UserSpec};
use jumpcloud_client::{Client, InputState, Snapshot};
use jumpcloud_compliance::Config;
use jumpcloud_compliance::facts::{Facts, Key};

type Ids = BTreeSet<String>;
type Edges = BTreeMap<String, Vec<String>>;

/// What was made, edge by edge.
#[derive(Default)]
struct Truth {
    devices: Vec<String>,
    users: Vec<String>,
    device_groups: Vec<String>,
    user_groups: Vec<String>,
    applications: Vec<String>,
    policies: Vec<String>,
    /// Direct members, groups among them.
    members: Edges,
    /// Direct bindings, both ways.
    bindings: Edges,
    primary: BTreeMap<String, String>,
    /// Latest state by policy and device.
    results: BTreeMap<(String, String), String>,
}

impl Truth {
    fn join(&mut self, org: &mut Organization, group: &str, member: &str) {
        let members = self.members.entry(group.to_owned()).or_default();
        if !members.iter().any(|own| own == member) {
            members.push(member.to_owned());
            org.member(group, member);
        }
    }

    fn bind(&mut self, org: &mut Organization, one: &str, other: &str) {
        for (from, to) in [(one, other), (other, one)] {
            let bound = self.bindings.entry(from.to_owned()).or_default();
            if !bound.iter().any(|own| own == to) {
                bound.push(to.to_owned());
            }
        }
        org.bind(one, other);
    }

    /// Groups above an object, at whatever distance.
    fn above(&self, id: &str) -> Ids {
        let mut found = Ids::new();
        let mut open = vec![id.to_owned()];
        while let Some(below) = open.pop() {
            for (group, members) in &self.members {
                if members.contains(&below) && found.insert(group.clone()) {
                    open.push(group.clone());
                }
            }
        }
        found
    }

    /// Everything below a group, groups left out.
    fn below(&self, group: &str) -> Ids {
        let (mut seen, mut leaves) = (Ids::new(), Ids::new());
        let mut open = vec![group.to_owned()];
        while let Some(id) = open.pop() {
            for member in self.members.get(&id).into_iter().flatten() {
                if self.is_group(member) {
                    if seen.insert(member.clone()) {
                        open.push(member.clone());
                    }
                } else {
                    leaves.insert(member.clone());
                }
            }
        }
        leaves
    }

    fn is_group(&self, id: &str) -> bool {
        self.device_groups.iter().chain(&self.user_groups).any(|group| group == id)
    }

    /// People bound to a device by whatever way.
    fn people_of(&self, device: &str, above: &Ids) -> Ids {
        let ends = above.iter().map(String::as_str).chain([device]);
        let targets = ends.filter_map(|end| self.bindings.get(end)).flatten();
        let mut people = Ids::new();
        for target in targets {
            if self.users.binary_search(target).is_ok() {
                people.insert(target.clone());
            } else if self.user_groups.contains(target) {
                people.extend(self.below(target));
            }
        }
        people
    }

    /// Ways from an application to a user: the groups on each, the nearest to the application first.
    fn ways(&self, application: &str) -> BTreeMap<String, BTreeSet<Vec<String>>> {
        let mut ways: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
        let mut open: Vec<Vec<String>> = Vec::new();
        for target in self.bindings.get(application).into_iter().flatten() {
            if self.is_group(target) {
                open.push(vec![target.clone()]);
            } else {
                ways.entry(target.clone()).or_default().insert(Vec::new());
            }
        }
        while let Some(way) = open.pop() {
            for member in self.members.get(way.last().unwrap()).into_iter().flatten() {
                if !self.is_group(member) {
                    ways.entry(member.clone()).or_default().insert(way.clone());
                } else if !way.contains(member) {
                    open.push(way.iter().cloned().chain([member.clone()]).collect());
                }
            }
        }
        ways
    }
}

/// An organization of so many devices and a tenth fewer people, with groups in groups in groups.
fn make(size: usize) -> (Organization, Truth) {
    let mut org = Organization::with_seed("Truth & Daughters", 11);
    let mut dice = fastrand::Rng::with_seed(11);
    let mut truth = Truth::default();
    let people = size - size / 10;
    truth.users = (0..people).map(|n| org.user(UserSpec::new(&format!("person{n}")))).collect();
    truth.users.sort();
    truth.user_groups = (0..people / 20).map(|n| org.user_group(&format!("Team {n}"))).collect();
    truth.device_groups = (0..size / 40).map(|n| org.system_group(&format!("Fleet {n}"))).collect();
    truth.applications =
        (0..size / 50).map(|n| org.application(&format!("app-{n}"), &format!("App {n}"))).collect();
    let lock = "lock_screen_darwin";
    truth.policies = (0..(size / 100).min(40))
        .map(|n| org.policy(&format!("Policy {n}"), lock, "Lock Screen", "darwin"))
        .collect();
    for number in 0..size {
        let spec = match number % 3 {
            0 => DeviceSpec::mac(&format!("mac-{number}")),
            1 => DeviceSpec::windows(&format!("win-{number}")),
            _ => DeviceSpec::linux(&format!("lin-{number}")),
        };
        let primary = (number % 4 == 0).then(|| dice.choice(&truth.users).unwrap().clone());
        let spec = match &primary {
            Some(user) => spec.primary_user(user),
            None => spec,
        };
        let device = org.device(spec);
        truth.primary.extend(primary.map(|user| (device.clone(), user)));
        truth.devices.push(device);
    }
    let (users, devices) = (truth.users.clone(), truth.devices.clone());
    let (teams, fleets) = (truth.user_groups.clone(), truth.device_groups.clone());
    for (groups, members) in [(&teams, &users), (&fleets, &devices)] {
        // Deeper and wider: most groups are in others, some in several, none in itself.
        for (number, inner) in groups.iter().enumerate().skip(1) {
            for _ in 0..dice.usize(0..3) {
                let outer = &groups[dice.usize(0..number)];
                let outer_number = groups.iter().position(|group| group == outer).unwrap();
                if outer_number + 12 > number {
                    truth.join(&mut org, outer, inner);
                }
            }
        }
        for member in members {
            for _ in 0..dice.usize(0..3) {
                truth.join(&mut org, dice.choice(groups).unwrap(), member);
            }
        }
    }
    for device in &devices {
        for _ in 0..dice.usize(0..3) {
            truth.bind(&mut org, device, dice.choice(&users).unwrap());
        }
    }
    for fleet in fleets.iter().step_by(7) {
        truth.bind(&mut org, fleet, dice.choice(&users).unwrap());
        truth.bind(&mut org, fleet, dice.choice(&teams).unwrap());
    }
    for application in truth.applications.clone() {
        for _ in 0..dice.usize(0..4) {
            truth.bind(&mut org, &application, dice.choice(&teams).unwrap());
        }
        for _ in 0..dice.usize(0..3) {
            truth.bind(&mut org, &application, dice.choice(&users).unwrap());
        }
    }
    for policy in truth.policies.clone() {
        let fleet = dice.choice(&fleets).unwrap();
        truth.bind(&mut org, &policy, fleet);
        for device in truth.below(fleet) {
            let state = *dice.choice(&["success", "failed", "pending"]).unwrap();
            org.policy_result(&policy, &device, state, "2026-11-24T08:00:00Z".parse().unwrap());
            truth.results.insert((policy.clone(), device), state.to_owned());
        }
    }
    for (number, device) in devices.iter().enumerate() {
        let row = serde_json::json!({"name": format!("tool-{number}"), "version": "1"});
        org.insights_row("programs", device, row);
    }
    org.admin("owner@example.com", "Administrator With Billing");
    (org, truth)
}

/// What the formula counts for these needs, and what each asks for.
const NEEDS: [&str; 18] = [
    "ORG",
    "ORGD",
    "SYS",
    "USR",
    "ADM",
    "APP",
    "SG",
    "UG",
    "POL",
    "AUTHN",
    "IPL",
    "MDM",
    "SGM",
    "UGM",
    "SYS-USR",
    "APP-USR",
    "PST",
    "SI.programs",
];

/// Rows of every list that is read page by page, by what the formula counts.
fn lists(truth: &Truth) -> Vec<usize> {
    let mut rows = vec![
        truth.users.len(),
        truth.devices.len(),
        truth.applications.len(),
        1,
        truth.user_groups.len(),
        truth.device_groups.len(),
        truth.policies.len(),
    ];
    let groups = truth.device_groups.iter().chain(&truth.user_groups);
    rows.extend(groups.map(|group| truth.below(group).len()));
    // Of people and devices the people are fewer: the devices of each.
    let mut devices: BTreeMap<String, usize> = BTreeMap::new();
    for device in &truth.devices {
        for person in truth.people_of(device, &truth.above(device)) {
            *devices.entry(person).or_default() += 1;
        }
    }
    rows.extend(truth.users.iter().map(|user| devices.get(user).copied().unwrap_or_default()));
    rows.extend(truth.applications.iter().map(|own| truth.ways(own).len()));
    for policy in &truth.policies {
        rows.push(truth.results.keys().filter(|(own, _)| own == policy).count());
    }
    rows
}

/// Requests of the formula, and how many lists end with a full page, behind which one more request
/// looks so that a total that is too low loses no row.
///
/// Two for the organization and four for sign-in policies, address lists, directories and Apple MDM;
/// directories are not asked for here, and the organization once more, to know whose records come.
fn formula(truth: &Truth) -> (usize, usize) {
    let table = truth.devices.len();
    let lists = lists(truth);
    let pages: usize = lists.iter().map(|rows| rows.div_ceil(100).max(1)).sum();
    let full = |rows: usize, page: usize| rows > 0 && rows.is_multiple_of(page);
    let beyond = lists.iter().filter(|rows| full(**rows, 100)).count();
    let beyond = beyond + usize::from(full(table, 1_000));
    (2 + 4 + pages + table.div_ceil(1_000).max(1), beyond)
}

async fn read(fake: &FakeJumpCloud) -> Snapshot {
    let client = Client::builder()
        .base_url(fake.url())
        .api_key(DEMO_KEY)
        .rate_limit(10_000, 10_000)
        .max_in_flight(8)
        .attempt_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    client.collect(Plan::for_inputs(NEEDS).unwrap()).run(&mut |_| {}).await.unwrap()
}

fn ids<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Ids {
    keys.into_iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn every_join_is_the_truth_id_for_id() {
    let size = std::env::var("TRUTH_DEVICES").map_or(1_000, |size| size.parse().unwrap());
    let (org, truth) = make(size);
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let snapshot = read(&fake).await;
    for view in snapshot.inputs() {
        let state = view.coverage.state;
        assert_eq!(state, InputState::Complete, "{} {:?}", view.input, view.scope);
    }
    let requests = fake.requests().len();
    let (most, beyond) = formula(&truth);
    println!(
        "{size} devices: {requests} requests, {most} by the formula, {beyond} full last pages"
    );

    let now = "2026-11-24T09:00:00Z".parse().unwrap();
    let facts = Facts::new(&snapshot, &Config::default(), now);
    assert_eq!(facts.devices().len(), truth.devices.len());
    assert_eq!(facts.users().len(), truth.users.len());
    let (mut members, mut grants, mut owned) = (0, 0, 0);
    for group in facts.groups() {
        let found: Ids = facts
            .members(group)
            .iter()
            .map(|row| row.value().id.value().unwrap().to_string())
            .collect();
        members += found.len();
        assert_eq!(found, truth.below(&group.id), "members of {}", group.name);
    }
    for device in facts.devices() {
        let id = device.key.to_string();
        let above = truth.above(&id);
        assert_eq!(ids(facts.groups_of_device(&device.key)), above, "groups of {id}");
        let people = truth.people_of(&id, &above);
        let found = ids(facts.users_of_device(&device.key).map(|(user, _)| user));
        assert_eq!(found, people, "people of {id}");
        let owner = match truth.primary.get(&id) {
            Some(primary) => Some(primary.clone()),
            None if people.len() == 1 => people.first().cloned(),
            None => None,
        };
        owned += usize::from(owner.is_some());
        assert_eq!(facts.owner(device).map(|own| own.to_string()), owner, "owner of {id}");
        for bound in facts.policies_of_device(&device.key) {
            let state = bound.result.and_then(|row| row.value().state.text().map(str::to_owned));
            let pair = (bound.policy.to_string(), id.clone());
            assert_eq!(state.as_ref(), truth.results.get(&pair), "{pair:?}");
        }
        let results = truth.results.keys().filter(|(_, own)| *own == id).count();
        assert_eq!(facts.policies_of_device(&device.key).len(), results, "results of {id}");
    }
    let ways: BTreeMap<&String, _> =
        truth.applications.iter().map(|own| (own, truth.ways(own))).collect();
    for user in facts.users() {
        let id = user.key.to_string();
        let mut told: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
        for grant in facts.grants_of_user(&user.key) {
            let paths = grant.row.value().paths.value().unwrap();
            let hops = |path: &Vec<_>| -> Vec<String> {
                let mut hops: Vec<String> = path.iter().map(hop).collect();
                assert_eq!(hops.pop().as_ref(), Some(&id), "a path ends at its user");
                hops
            };
            let application = grant.application.to_string();
            told.entry(application).or_default().extend(paths.iter().map(hops));
        }
        let expected: BTreeMap<String, BTreeSet<Vec<String>>> = ways
            .iter()
            .filter_map(|(application, ways)| {
                Some(((*application).clone(), ways.get(&id)?.clone()))
            })
            .collect();
        grants += told.len();
        assert_eq!(told, expected, "applications of {id}");
    }
    println!("{members} members, {grants} grants, {owned} owners, as they were made");
    assert!(members > size && grants > size / 2 && owned > size / 3);
    assert!(requests <= most + beyond, "{requests} requests, {most} and {beyond} by the formula");
}

fn hop(hop: &jumpcloud_client::resources::GraphHop) -> String {
    hop.to.value().unwrap().id.value().unwrap().to_string()
}
