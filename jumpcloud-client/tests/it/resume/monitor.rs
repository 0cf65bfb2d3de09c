//! A monitor whose program is killed in the middle of a sync.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use jumpcloud_client::Snapshot;
use jumpcloud_client::collect::{Checkpoint, FolderCheckpoint, MemoryCheckpoint, Plan, Progress};
use jumpcloud_client::monitor::{Event, FileStore, MemoryStore, Monitor, State, Store};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, Fault, Faults};
use url::Url;

use super::life::{Folder, Mortal, devices_and_users, patient, uninterrupted};
use crate::support::organization;

/// What one life of the program brought.
struct Synced {
    snapshot: Option<Snapshot>,
    resumed: bool,
    sent: Vec<Url>,
}

/// Watches until the first snapshot, or until it is killed at this request.
async fn watch(
    fake: &FakeJumpCloud,
    plan: &Plan,
    store: impl Store + 'static,
    checkpoint: impl Checkpoint + 'static,
    requests: usize,
) -> Synced {
    let mortal = Mortal::new(requests, Duration::ZERO);
    let client = patient(fake).transport(Arc::clone(&mortal)).build().unwrap();
    let monitor = Monitor::new(plan.clone()).store(store).checkpoint(checkpoint);
    let (handle, mut events) = monitor.start().await.unwrap();
    handle.connect(client);
    let mut resumed = false;
    let snapshot = loop {
        let event = tokio::select! {
            biased;
            () = mortal.dead.notified() => break None,
            event = events.next() => event.unwrap(),
        };
        match event {
            Event::Progress(Progress::Resumed { .. }) => resumed = true,
            Event::Synced(synced) => break Some(synced.snapshot),
            _ => {}
        }
    };
    Synced { snapshot, resumed, sent: mortal.sent() }
}

#[tokio::test]
async fn a_sync_that_is_killed_goes_on_when_the_program_comes_back() {
    let fake = FakeJumpCloud::start(organization(60)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    for seed in 0..8 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let (store, checkpoint) = (MemoryStore::default(), MemoryCheckpoint::default());
        let (mut sent, mut killed) = (0, 0);
        let text = loop {
            let requests = if killed < 3 { dice.usize(1..=asked.len() / 2) } else { usize::MAX };
            let begun = !checkpoint.names().is_empty();
            let life = watch(&fake, &plan, store.clone(), checkpoint.clone(), requests).await;
            // A life that ends before it is told the organization knows nothing of the one before.
            assert!(!life.resumed || begun, "seed {seed}");
            assert!(life.resumed || !begun || life.sent.is_empty(), "seed {seed}");
            sent += life.sent.len();
            match life.snapshot {
                Some(snapshot) => break snapshot.to_json().unwrap(),
                None => killed += 1,
            }
        };
        assert!(text == whole, "seed {seed}: killed {killed} times, the snapshot differs");
        assert!(sent <= asked.len() + killed * 16, "seed {seed}: {sent} for {}", asked.len());
        assert!(checkpoint.names().is_empty(), "the next sync reads everything as it is then");
    }
}

#[tokio::test]
async fn files_are_enough_for_the_next_life() {
    let folder = Folder::new("monitor");
    let fake = FakeJumpCloud::start(organization(60)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    std::fs::create_dir_all(&folder.0).unwrap();
    let store = || FileStore::new(folder.0.join("standing.json"));
    let kept = || FolderCheckpoint::new(&folder.0);
    let most = asked.len() - 5;
    assert!(watch(&fake, &plan, store(), kept(), most).await.snapshot.is_none());
    assert!(folder.files().len() > 100, "{:?}", folder.files());
    let life = watch(&fake, &plan, store(), kept(), usize::MAX).await;
    assert!(life.resumed && life.sent.len() < 30, "{}", life.sent.len());
    assert!(life.snapshot.unwrap().to_json().unwrap() == whole);
    assert_eq!(folder.files(), ["standing.json".to_owned()].into());
}

#[tokio::test]
async fn a_key_that_dies_leaves_its_work_and_an_outage_does_not() {
    let fake = FakeJumpCloud::start(organization(60)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    let checkpoint = MemoryCheckpoint::default();
    let monitor = Monitor::new(plan.clone()).checkpoint(checkpoint.clone());
    let (handle, mut events) = monitor.start().await.unwrap();
    fake.inject(Fault::on("GET /api/v2/systems/*/users").nth(50).rotate_key("jca_another"));
    handle.connect(patient(&fake).build().unwrap());
    let mut snapshots = Vec::new();
    let mut next = async |state: State| {
        loop {
            match events.next().await.unwrap() {
                Event::Standing(standing) if standing.state == state => break,
                Event::Synced(synced) => snapshots.push(synced.snapshot),
                _ => {}
            }
        }
    };
    next(State::NeedsKey).await;
    assert!(checkpoint.names().contains(&"sys".to_owned()));
    fake.rotate_key(DEMO_KEY);
    fake.reset_log();
    handle.connect(patient(&fake).build().unwrap());
    next(State::Active).await;
    assert!(fake.requests().len() < asked.len() - 50, "{}", fake.requests().len());
    // An input that was down in passing: the next sync is of its own time, all of it.
    fake.inject(Fault::on("GET /api/v2/usergroups").status(503));
    handle.sync_now();
    next(State::Degraded).await;
    assert!(checkpoint.names().is_empty());
    fake.set_faults(Faults::default());
    handle.sync_now();
    next(State::Active).await;
    let texts: Vec<String> = snapshots.iter().map(|own| own.to_json().unwrap()).collect();
    assert_eq!(
        texts.iter().map(|text| *text == whole).collect::<Vec<_>>(),
        [false, true, false, true]
    );
}
