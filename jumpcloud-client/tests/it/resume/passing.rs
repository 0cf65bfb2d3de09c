//! Runs that come to an end with something missing: that alone is asked for again.

use jiff::Timestamp;
use jumpcloud_client::collect::{MemoryCheckpoint, Plan};
use jumpcloud_client::resources::{System, SystemGroupMembership};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, Fault, Faults};
use jumpcloud_client::{FailureClass, InputState};

use super::kills::lives;
use super::life::{COMPLETE, client, devices_and_users, live, now, patient, uninterrupted};
use crate::support::{builder, organization, quick};

#[tokio::test]
async fn only_what_failed_in_passing_is_asked_for_again() {
    let fake = FakeJumpCloud::start(organization(60)).await.unwrap();
    let plan = Plan::exactly(["SYS", "USR", "SG", "SGM", "UG", "UGM", "SYS-USR"]).unwrap();
    let (whole, _) = uninterrupted(&fake, &plan).await;
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/v2/usergroups").status(503));
    let hurried = patient(&fake).retry(quick().max_retries(1)).build().unwrap();
    let run = hurried.collect(plan.clone()).checkpoint(checkpoint.clone());
    let snapshot = run.run(&mut |_| {}).await.unwrap();
    let down = InputState::Failed { class: FailureClass::Server };
    assert_eq!((snapshot.state("UG"), snapshot.state("SYS")), (Some(down), Some(COMPLETE)));
    assert!(checkpoint.names().contains(&"sys".to_owned()), "it stays for the next run");
    fake.set_faults(Faults::default());
    let lived = live(&fake, &plan, checkpoint.clone(), usize::MAX).await;
    assert!(lived.sent.iter().all(|url| url.path().starts_with("/api/v2/usergroups")));
    assert!(lived.snapshot.unwrap().to_json().unwrap() == whole);
    assert_eq!(checkpoint.names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_key_that_dies_in_mid_run_is_replaced_and_the_run_goes_on() {
    let fake = FakeJumpCloud::start(organization(150)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/v2/systems/*/users").nth(100).rotate_key("jca_another"));
    let first = live(&fake, &plan, checkpoint.clone(), usize::MAX).await;
    let unread = InputState::Failed { class: FailureClass::Unauthorised };
    assert_eq!(first.snapshot.unwrap().state("USR-SYS"), Some(unread));
    // The dead key spoils nothing.
    let kept = checkpoint.names();
    let second = live(&fake, &plan, checkpoint.clone(), usize::MAX).await;
    assert_eq!(second.snapshot.unwrap().state("SYS"), Some(unread));
    assert_eq!((second.sent.len(), checkpoint.names()), (0, kept));
    fake.rotate_key(DEMO_KEY);
    let renewed = client(&fake);
    let run = renewed.collect(plan.clone()).checkpoint(checkpoint.clone());
    let before = fake.requests().len();
    let snapshot = run.run(&mut |_| {}).await.unwrap();
    assert!(snapshot.to_json().unwrap() == whole);
    let after = fake.requests().len() - before;
    assert!(after <= asked.len() - 100, "{after} of {}", asked.len());
}

#[tokio::test]
async fn a_refusal_is_not_asked_for_again() {
    let fake = FakeJumpCloud::start(organization(30)).await.unwrap();
    fake.inject(Fault::on("GET /api/v2/usergroups").status(403));
    fake.inject(Fault::on("GET /api/v2/systems/*/users").status(403));
    let plan = Plan::exactly(["SYS", "UG", "UGM", "SYS-USR", "SG", "SGM"]).unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    let checkpoint = MemoryCheckpoint::default();
    let once = |number| if number == 0 { asked.len() - 1 } else { usize::MAX };
    let (text, ..) = lives(&fake, &plan, &checkpoint, once, "refused").await;
    assert!(text == whole);
}

#[tokio::test]
async fn each_input_says_how_old_it_is() {
    let fake = FakeJumpCloud::start(organization(30)).await.unwrap();
    let plan = Plan::exactly(["SYS", "SG", "SGM"]).unwrap();
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/v2/systemgroups/*/membership").status(503));
    let hurried = patient(&fake).retry(quick().max_retries(0)).build().unwrap();
    let run = hurried.collect(plan.clone()).checkpoint(checkpoint.clone());
    run.run(&mut |_| {}).await.unwrap();
    fake.set_faults(Faults::default());
    let later: Timestamp = "2026-11-24T10:30:00Z".parse().unwrap();
    let client = builder(&fake).clock(move || later).build().unwrap();
    let collector = client.collect(plan.clone()).checkpoint(checkpoint.clone());
    let snapshot = collector.run(&mut |_| {}).await.unwrap();
    assert_eq!((snapshot.started_at, snapshot.finished_at), (now(), later));
    let devices = snapshot.list::<System>();
    assert_eq!(devices.coverage.last_fetched_at, Some(now()));
    assert!(devices.records.iter().all(|record| record.fetched_at == now()));
    let members = &snapshot.list_of::<SystemGroupMembership>().of;
    assert!(members.values().all(|list| list.coverage.first_fetched_at == Some(later)));
    assert!(!members.is_empty());
}
