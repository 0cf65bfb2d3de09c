//! Refreshes: what is proven unchanged is not asked for, and whatever is in doubt is read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jumpcloud_client::collect::{Anew, EventSpan, MemoryCheckpoint, Plan, Preset, Progress};
use jumpcloud_client::resources::{
    ApplicationUsers, PolicySystems, SystemGroupMembership, SystemUsers, UserGroupMembership,
};
use jumpcloud_client::testkit::{DeviceSpec, FakeJumpCloud, Fault, Faults, Organization, UserSpec};
use jumpcloud_client::{Client, ErrorKind, InputState, Snapshot};
use serde_json::json;

use crate::support::{builder, client, organization, well_behaved};

/// Inputs that a refresh may spare here.
const SPARED: [&str; 6] = ["APP-ASC", "APP-ASC-UG", "APP-USR", "POL-SYS", "SGM", "UGM"];

fn ago(seconds: i64) -> Timestamp {
    Timestamp::now().saturating_sub(SignedDuration::from_secs(seconds)).unwrap()
}

/// Events of the last seconds count as of before the read where they may be late, so not here.
fn plan() -> Plan {
    let codes = ["SYS", "USR", "POL", "SYS-USR", "SI.apps"];
    let plan = Plan::exactly(codes.into_iter().chain(SPARED)).unwrap();
    plan.events(EventSpan::default().lag(Duration::from_secs(3)))
}

fn event(kind: &str, at: Timestamp) -> serde_json::Value {
    json!({"event_type": kind, "service": "directory", "timestamp": at.to_string()})
}

/// An organization of whose past some event is kept.
fn company() -> Organization {
    let mut org = young_company();
    org.event(event("user_login_attempt", ago(40_000)));
    org
}

fn young_company() -> Organization {
    let mut org = organization(30);
    let (app, policy) = (
        org.application("mail", "Mail"),
        org.policy("Lock", "lock_screen_darwin", "Lock Screen", "darwin"),
    );
    let staff = org.id_of("/api/v2/usergroups", "name", "Staff").unwrap().to_owned();
    let macs = org.id_of("/api/v2/systemgroups", "name", "macOS laptops").unwrap().to_owned();
    org.bind(&staff, &app).bind(&policy, &macs);
    org
}

/// What a refresh did: its snapshot, what it took over, what it read anew and why, its requests.
struct Refreshed {
    snapshot: Snapshot,
    taken: BTreeMap<&'static str, usize>,
    anew: BTreeMap<&'static str, Anew>,
    requests: usize,
}

async fn refresh(fake: &FakeJumpCloud, client: &Client, earlier: Arc<Snapshot>) -> Refreshed {
    fake.reset_log();
    let (mut taken, mut anew) = (BTreeMap::new(), BTreeMap::new());
    let mut tell = |step| match step {
        Progress::TakenOver { input, lists, .. } => assert!(taken.insert(input, lists).is_none()),
        Progress::ReadAnew { input, reason } => assert!(anew.insert(input, reason).is_none()),
        _ => {}
    };
    let run = client.collect(plan()).refreshing(earlier).run(&mut tell);
    let snapshot = run.await.unwrap();
    well_behaved(fake);
    Refreshed { snapshot, taken, anew, requests: fake.requests().len() }
}

/// Reads everything, lets something happen, and refreshes.
async fn after(org: Organization, happens: impl FnOnce(&mut Organization)) -> Refreshed {
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let client = client(&fake);
    let earlier = client.collect(plan()).run(&mut |_| {}).await.unwrap();
    fake.with_organization(happens).unwrap();
    let refreshed = refresh(&fake, &client, Arc::new(earlier)).await;
    // Whatever it did, it is what a full read finds.
    let full = client.collect(plan()).run(&mut |_| {}).await.unwrap();
    same_records(&refreshed.snapshot, &full);
    refreshed
}

/// Every record of every input is the same, taken over or not.
fn same_records(one: &Snapshot, other: &Snapshot) {
    let rows = |snapshot: &Snapshot| {
        let mut rows = Vec::new();
        snapshot.digests(|input, scope, id, digest| {
            rows.push((input, scope.map(str::to_owned), id.to_owned(), digest));
        });
        rows.sort();
        rows
    };
    assert_eq!(rows(one), rows(other));
}

fn all_anew(refreshed: &Refreshed, reason: Anew) {
    assert_eq!(refreshed.taken, BTreeMap::new());
    let inputs: Vec<&str> = refreshed.anew.keys().copied().collect();
    assert_eq!(inputs, ["APP-ASC", "APP-ASC-UG", "APP-USR", "POL-SYS", "SGM", "SYS-USR", "UGM"]);
    for (input, own) in &refreshed.anew {
        assert_eq!(*own, reason, "{input}");
    }
}

#[tokio::test]
async fn what_is_proven_unchanged_is_not_asked_for() {
    let fake = FakeJumpCloud::start(company()).await.unwrap();
    let client = client(&fake);
    let earlier = Arc::new(client.collect(plan()).run(&mut |_| {}).await.unwrap());
    let whole = fake.requests().len();
    tokio::time::sleep(Duration::from_millis(20)).await;
    // People sign in and devices report: no binding changes.
    fake.with_organization(|org| {
        org.event(event("sso_auth", ago(0))).event(event("policy_result", ago(0)));
    });
    let again = refresh(&fake, &client, Arc::clone(&earlier)).await;
    assert_eq!(again.anew, BTreeMap::new());
    assert_eq!(again.taken.get("SYS-USR"), Some(&30));
    assert_eq!(again.taken.len(), 7);
    // 36 lists are spared for seven questions; the first run asked which organization it is, too.
    assert_eq!((whole, again.requests), (1 + 7 + 36, 7 + 7));
    same_records(&again.snapshot, &earlier);
    for input in SPARED.into_iter().chain(["SYS-USR"]) {
        assert_eq!(again.snapshot.state(input), Some(InputState::Complete), "{input}");
    }
    // It is as old as it was, and says until when it is known to hold.
    let parts = |snapshot: &Snapshot| {
        let of = &snapshot.list_of::<SystemUsers>().of;
        of.values().map(|list| (list.coverage.read_at(), list.records.clone())).collect::<Vec<_>>()
    };
    assert_eq!(parts(&again.snapshot), parts(&earlier));
    assert_eq!(
        again.snapshot.started_at,
        earlier
            .inputs()
            .iter()
            .filter(|view| view.scope.is_some())
            .filter_map(|view| view.coverage.read_at())
            .min()
            .unwrap()
    );
    for view in again.snapshot.inputs() {
        let coverage = view.coverage;
        if view.scope.is_some() {
            let until = coverage.unchanged_until.unwrap();
            assert!(coverage.read_at().unwrap() <= until && until <= again.snapshot.finished_at);
            assert!(coverage.last_fetched_at <= Some(earlier.finished_at), "{}", view.input);
        } else {
            assert_eq!(coverage.unchanged_until, None);
            assert!(coverage.read_at() > Some(earlier.finished_at), "{}", view.input);
        }
    }
    // Saved and read again it says the same.
    let saved = again.snapshot.to_json().unwrap();
    let loaded = Snapshot::from_json(&saved).unwrap();
    assert_eq!(loaded.to_json().unwrap(), saved);
    assert_eq!(loaded.list_of::<SystemUsers>(), again.snapshot.list_of::<SystemUsers>());
    // A refresh of a refresh grows no younger.
    let third = refresh(&fake, &client, Arc::new(loaded)).await;
    assert_eq!(parts(&third.snapshot), parts(&earlier));
}

#[tokio::test]
async fn a_change_that_an_event_tells_is_read() {
    let changed = after(company(), |org| {
        let group = org.id_of("/api/v2/systemgroups", "name", "macOS laptops").unwrap().to_owned();
        let device = org.records("/api/systems")[0]["id"].as_str().unwrap().to_owned();
        org.leave(&group, &device).event(event("association_change", ago(0)));
    })
    .await;
    all_anew(&changed, Anew::Changed);
    let members = changed.snapshot.list_of::<SystemGroupMembership>();
    assert_eq!(members.of.values().map(|list| list.records.len()).sum::<usize>(), 29);
}

#[tokio::test]
async fn a_kind_of_event_that_nobody_knows_changes_everything() {
    for kind in ["group_update", "organization_update", "something_new", "access_management_update"]
    {
        let unknown = after(company(), |org| {
            org.event(event(kind, ago(0)));
        })
        .await;
        all_anew(&unknown, Anew::Changed);
    }
}

#[tokio::test]
async fn an_event_changes_what_its_objects_are_bound_to_and_no_more() {
    let inserted = after(company(), |org| {
        let user = org.user(UserSpec::new("newcomer"));
        let staff = org.id_of("/api/v2/usergroups", "name", "Staff").unwrap().to_owned();
        org.member(&staff, &user).event(event("user_create", ago(0)));
    })
    .await;
    let anew: Vec<&str> = inserted.anew.keys().copied().collect();
    assert_eq!(anew, ["APP-ASC", "APP-USR", "SYS-USR", "UGM"]);
    let taken: Vec<&str> = inserted.taken.keys().copied().collect();
    assert_eq!(taken, ["APP-ASC-UG", "POL-SYS", "SGM"]);
    let members = inserted.snapshot.list_of::<UserGroupMembership>();
    assert_eq!(members.of.values().map(|list| list.records.len()).sum::<usize>(), 31);
    let users = inserted.snapshot.list_of::<ApplicationUsers>();
    assert_eq!(users.of.values().map(|list| list.records.len()).sum::<usize>(), 31);
    let deleted = after(company(), |org| {
        let device = org.records("/api/systems")[3]["id"].as_str().unwrap().to_owned();
        org.remove("/api/systems", &device);
        org.event(event("system_delete", ago(0)));
    })
    .await;
    let anew: Vec<&str> = deleted.anew.keys().copied().collect();
    assert_eq!(anew, ["POL-SYS", "SGM", "SYS-USR"]);
    let bound = deleted.snapshot.list_of::<PolicySystems>();
    assert_eq!(bound.of.values().map(|list| list.records.len()).sum::<usize>(), 29);
}

#[tokio::test]
async fn objects_that_come_or_go_without_an_event_show_that_one_was_missed() {
    let silent = after(company(), |org| {
        let device = org.device(DeviceSpec::linux("stray"));
        let user = org.records("/api/systemusers")[0]["id"].as_str().unwrap().to_owned();
        org.bind(&device, &user);
    })
    .await;
    for input in ["POL-SYS", "SGM", "SYS-USR"] {
        assert_eq!(silent.anew.get(input), Some(&Anew::Unannounced), "{input}");
    }
    assert_eq!(silent.snapshot.list_of::<SystemUsers>().of.len(), 31);
    // One for one: the totals are as they were.
    let swapped = after(company(), |org| {
        let user = org.records("/api/systemusers")[0]["id"].as_str().unwrap().to_owned();
        org.remove("/api/systemusers", &user);
        org.user(UserSpec::new("replacement"));
    })
    .await;
    for input in ["APP-ASC", "APP-USR", "SYS-USR", "UGM"] {
        assert_eq!(swapped.anew.get(input), Some(&Anew::Unannounced), "{input}");
    }
}

#[tokio::test]
async fn members_of_a_query_change_without_an_event() {
    let mut org = company();
    let group = org.id_of("/api/v2/usergroups", "name", "Staff").unwrap().to_owned();
    org.update("/api/v2/usergroups", &group, |group| {
        group["membershipMethod"] = json!("DYNAMIC_AUTOMATED");
    });
    let dynamic = after(org, |org| {
        let group = org.id_of("/api/v2/usergroups", "name", "Staff").unwrap().to_owned();
        let user = org.records("/api/systemusers")[4]["id"].as_str().unwrap().to_owned();
        org.leave(&group, &user);
    })
    .await;
    let anew: Vec<&str> = dynamic.anew.keys().copied().collect();
    assert_eq!(anew, ["APP-USR", "SYS-USR", "UGM"]);
    assert!(dynamic.anew.values().all(|reason| *reason == Anew::DynamicGroup));
    // A group that does not say how its members come may be such a one.
    let mut org = company();
    let group = org.id_of("/api/v2/systemgroups", "name", "macOS laptops").unwrap().to_owned();
    org.update("/api/v2/systemgroups", &group, |group| {
        group.as_object_mut().unwrap().remove("membershipMethod");
    });
    let unsaid = after(org, |_| {}).await;
    let anew: Vec<&str> = unsaid.anew.keys().copied().collect();
    assert_eq!(anew, ["POL-SYS", "SGM", "SYS-USR"]);
}

#[tokio::test]
async fn without_the_events_of_the_whole_time_everything_is_read() {
    // Nothing from before the earlier read: who knows how much is kept.
    all_anew(&after(young_company(), |_| {}).await, Anew::Unwitnessed);
    // The service keeps less than the time since.
    let fake = FakeJumpCloud::builder()
        .organization(company())
        .event_retention(Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let client = client(&fake);
    let earlier = Arc::new(client.collect(plan()).run(&mut |_| {}).await.unwrap());
    all_anew(&refresh(&fake, &client, Arc::clone(&earlier)).await, Anew::Unwitnessed);
    // Not licensed, not allowed, out of order.
    for status in [402, 403, 404, 500] {
        let fake = FakeJumpCloud::start(company()).await.unwrap();
        let hasty = builder(&fake).build().unwrap();
        let earlier = Arc::new(hasty.collect(plan()).run(&mut |_| {}).await.unwrap());
        fake.inject(Fault::on("POST /insights/directory/v1/events/**").status(status));
        all_anew(&refresh(&fake, &hasty, earlier).await, Anew::NoEvents);
    }
}

#[tokio::test]
async fn only_a_whole_and_recent_snapshot_of_this_service_is_gone_on_from() {
    let fake = FakeJumpCloud::start(company()).await.unwrap();
    let client = client(&fake);
    let earlier = client.collect(plan()).run(&mut |_| {}).await.unwrap();
    // Nothing there, or of somewhere else.
    let id = earlier.organization_id.clone();
    let nothing = Snapshot::new(id.clone(), earlier.started_at);
    all_anew(&refresh(&fake, &client, Arc::new(nothing)).await, Anew::NotThere);
    let mut elsewhere = earlier.clone();
    elsewhere.source = "https://console.eu.jumpcloud.com".to_owned();
    all_anew(&refresh(&fake, &client, Arc::new(elsewhere)).await, Anew::NotThere);
    // Read in what this machine takes for the future, or too long ago.
    let moved = |seconds: i64| {
        let mut text = earlier.clone();
        for list in text.list_of_mut::<SystemUsers>().of.values_mut() {
            list.coverage.first_fetched_at = Some(ago(seconds));
        }
        text
    };
    for (seconds, taken) in [(-60, None), (86_500, None), (86_000, None), (30_000, Some(30))] {
        // The event that shows how far they reach back is 40 000 seconds old.
        let again = refresh(&fake, &client, Arc::new(moved(seconds))).await;
        if seconds == 86_000 {
            all_anew(&again, Anew::Unwitnessed);
        } else {
            assert_eq!(again.taken.get("SYS-USR").copied(), taken, "{seconds}");
            assert_eq!(again.taken.get("SGM"), Some(&1), "{seconds}");
        }
    }
    // A list that was not whole is read, the others are not.
    let mut torn = earlier.clone();
    let list = torn.list_of_mut::<SystemUsers>().of.values_mut().next().unwrap();
    list.coverage.state = InputState::NotCollected;
    let again = refresh(&fake, &client, Arc::new(torn)).await;
    assert_eq!(again.taken.get("SYS-USR"), Some(&29));
    assert_eq!(again.snapshot.state("SYS-USR"), Some(InputState::Complete));
    // Too old for this collector.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let strict = client.collect(plan()).refreshing(earlier.clone());
    let mut reasons = Vec::new();
    let mut tell = |step| {
        if let Progress::ReadAnew { reason, .. } = step {
            reasons.push(reason);
        }
    };
    strict.refreshed_within(Duration::from_secs(1)).run(&mut tell).await.unwrap();
    assert_eq!(reasons, [Anew::TooOld; 7]);
    // Of another organization: refused before anything is asked for.
    let mut foreign = earlier.clone();
    foreign.organization_id = Some("5f0000000000000000000bad".to_owned());
    fake.reset_log();
    let run = client.collect(plan()).refreshing(foreign).run(&mut |_| {}).await;
    assert_eq!(run.unwrap_err().kind(), ErrorKind::WrongOrganization);
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn a_clock_that_is_off_proves_nothing() {
    let fake = FakeJumpCloud::start(company()).await.unwrap();
    let earlier = client(&fake).collect(plan()).run(&mut |_| {}).await.unwrap();
    let fast = builder(&fake).clock(|| ago(-60)).build().unwrap();
    fast.validate().await.unwrap();
    all_anew(&refresh(&fake, &fast, Arc::new(earlier)).await, Anew::ClockOff);
}

#[tokio::test]
async fn without_the_lists_to_check_by_everything_is_read() {
    let fake = FakeJumpCloud::start(company()).await.unwrap();
    let client = client(&fake);
    let plan = || {
        let plan = Plan::exactly(["SG", "SGM"]).unwrap();
        plan.events(EventSpan::default().lag(Duration::from_secs(3)))
    };
    let earlier = client.collect(plan()).run(&mut |_| {}).await.unwrap();
    let mut told = Vec::new();
    let run = client.collect(plan()).refreshing(earlier);
    run.run(&mut |step| told.push(step)).await.unwrap();
    assert!(told.contains(&Progress::ReadAnew { input: "SGM", reason: Anew::Unchecked }));
}

#[tokio::test]
async fn the_cheaper_end_is_taken_over_as_well() {
    let mut org = company();
    for number in 0..20 {
        org.device(DeviceSpec::linux(&format!("spare-{number}")));
    }
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let client = client(&fake);
    let plan = Plan::preset(Preset::Integration);
    let plan = plan.events(EventSpan::default().lag(Duration::from_secs(3)));
    let earlier = client.collect(plan.clone()).run(&mut |_| {}).await.unwrap();
    assert_eq!(earlier.state("USR-SYS"), Some(InputState::Complete));
    let mut taken = BTreeMap::new();
    let mut tell = |step| {
        if let Progress::TakenOver { input, lists, .. } = step {
            taken.insert(input, lists);
        }
    };
    let run = client.collect(plan).refreshing(earlier.clone()).run(&mut tell);
    same_records(&run.await.unwrap(), &earlier);
    assert_eq!(taken.get("USR-SYS"), Some(&30), "{taken:?}");
}

#[tokio::test]
async fn a_refresh_that_was_stopped_goes_on() {
    let fake = FakeJumpCloud::start(company()).await.unwrap();
    let client = client(&fake);
    let earlier = client.collect(plan()).run(&mut |_| {}).await.unwrap();
    // The people cannot be read in the first life: what hangs on them is read, the rest taken over.
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/systemusers").status(503));
    let refresh =
        || client.collect(plan()).refreshing(earlier.clone()).checkpoint(checkpoint.clone());
    let first = refresh().run(&mut |_| {}).await.unwrap();
    assert!(first.state("USR") != Some(InputState::Complete), "{:?}", first.state("USR"));
    assert!(checkpoint.names().contains(&"sys".to_owned()));
    fake.set_faults(Faults::default());
    fake.reset_log();
    let second = refresh().run(&mut |_| {}).await.unwrap();
    same_records(&second, &earlier);
    let asked: Vec<String> = fake.requests().into_iter().map(|own| own.path).collect();
    assert!(asked.iter().all(|path| !path.starts_with("/api/systems")), "{asked:?}");
    assert!(asked.len() < 20 && checkpoint.names().is_empty(), "{asked:?}");
}
