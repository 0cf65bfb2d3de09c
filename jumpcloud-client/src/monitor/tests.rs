//! Days of an integration, on virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{
    Event, Events, FileStore, Handle, MemoryStore, Monitor, Schedule, Standing, State, Store,
};
use crate::client::Client;
use crate::collect::Plan;
use crate::transport::scripted::{Reply, Scripted};

const HOUR: Duration = Duration::from_secs(3600);
const REFUSAL: &str = r#"{"message": "no"}"#;
const DEVICES: &str = r#"{"totalCount": 1, "results": [{"_id": "5f00000000000000000000aa"}]}"#;
const BEGIN: &str = "2026-11-23T12:00:00Z";

/// A service that answers with what it is told, and counts.
struct Service {
    status: Arc<AtomicU16>,
    devices_status: Arc<AtomicU16>,
    organization: Arc<AtomicU64>,
    /// How long each answer takes, in seconds.
    takes: Arc<AtomicU64>,
    script: Scripted,
}

impl Service {
    fn new() -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let devices_status = Arc::new(AtomicU16::new(200));
        let organization = Arc::new(AtomicU64::new(1));
        let takes = Arc::new(AtomicU64::new(0));
        let (all, devices, org) = (status.clone(), devices_status.clone(), organization.clone());
        let slow = takes.clone();
        let script = Scripted::answering(move |request| {
            let slow = Duration::from_secs(slow.load(Ordering::SeqCst));
            let all = all.load(Ordering::SeqCst);
            let path = request.url().path();
            let devices = devices.load(Ordering::SeqCst);
            if all != 200 {
                return Reply::json(all, REFUSAL);
            }
            if path.ends_with("/organizations") {
                let id = org.load(Ordering::SeqCst);
                return Reply::json(
                    200,
                    &format!(
                        r#"{{"totalCount": 1, "results": [{{"_id": "{id:024}", "displayName": "Example"}}]}}"#
                    ),
                );
            }
            if devices != 200 {
                return Reply::json(devices, REFUSAL);
            }
            Reply::json(200, DEVICES).after(slow)
        });
        Self { status, devices_status, organization, takes, script }
    }

    fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    fn client(&self) -> Client {
        Client::builder()
            .base_url("http://127.0.0.1:9")
            .api_key("jca_0123456789abcdef")
            .transport(self.script.clone())
            .build()
            .unwrap()
    }

    fn asked(&self) -> usize {
        self.script.requests().len()
    }
}

/// A monitor that reads the devices every hour, on a clock that follows tokio's.
async fn monitor(store: impl Store + 'static) -> (Handle, Events) {
    monitor_from(store, BEGIN).await
}

async fn monitor_from(store: impl Store + 'static, begin: &str) -> (Handle, Events) {
    let begin: Timestamp = begin.parse().unwrap();
    let start = Instant::now();
    Monitor::new(Plan::exactly(["SYS"]).unwrap())
        .schedule(Schedule::every(HOUR).jitter(Duration::ZERO))
        .store(store)
        .clock(move || {
            begin.checked_add(SignedDuration::try_from(start.elapsed()).unwrap()).unwrap()
        })
        .random(|| 0)
        .start()
        .await
        .unwrap()
}

/// The next standing; syncs and progress on the way are passed over.
async fn standing(events: &mut Events) -> Standing {
    loop {
        match events.next().await.expect("the monitor goes on") {
            Event::Standing(standing) => return standing,
            Event::NotSaved(error) => panic!("{error}"),
            Event::Progress(_) | Event::Synced(_) => {}
        }
    }
}

async fn until(events: &mut Events, state: State) -> Standing {
    loop {
        let standing = standing(events).await;
        if standing.state == state {
            return standing;
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn inactive_until_configured_then_at_once_then_each_hour() {
    let service = Service::new();
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    assert_eq!(standing(&mut events).await.state, State::Unconfigured);
    let day = tokio::time::timeout(24 * HOUR, events.next()).await;
    assert!(day.is_err() && service.asked() == 0, "nothing is asked for without a credential");

    handle.connect(service.client());
    assert_eq!(standing(&mut events).await.state, State::Connecting);
    let first = standing(&mut events).await;
    assert_eq!(first.state, State::Active);
    assert_eq!(first.last_sync, Some(at("2026-11-24T12:00:00Z")));
    assert_eq!(first.next_run, Some(at("2026-11-24T13:00:00Z")));
    assert_eq!(first.organization.as_deref(), Some("000000000000000000000001"));
    for hour in 13..17 {
        let next = standing(&mut events).await;
        assert_eq!(next.last_sync, Some(at(&format!("2026-11-24T{hour}:00:00Z"))));
    }
    assert_eq!(service.asked(), 5 * 2, "the organizations and the devices, five times");
}

#[tokio::test(start_paused = true)]
async fn a_sync_longer_than_the_interval_is_followed_by_the_next_and_never_joined_by_it() {
    let service = Service::new();
    service.takes.store(20, Ordering::SeqCst);
    let start = Instant::now();
    let (handle, mut events) = Monitor::new(Plan::exactly(["SYS"]).unwrap())
        .schedule(Schedule::every(Duration::from_secs(60)).jitter(Duration::ZERO))
        .clock(move || {
            let gone = SignedDuration::try_from(start.elapsed().saturating_mul(6)).unwrap();
            at(BEGIN).checked_add(gone).unwrap()
        })
        .random(|| 0)
        .start()
        .await
        .unwrap();
    handle.connect(service.client());
    let mut began = Vec::new();
    while began.len() < 3 {
        let active = until(&mut events, State::Active).await;
        began.push(active.last_sync.unwrap().duration_since(at(BEGIN)).as_secs());
        assert_eq!(service.script.in_flight(), 0);
    }
    assert_eq!(began, [0, 120, 240], "each sync takes two minutes of a clock that runs fast");
    assert_eq!(service.asked(), 3 * 2);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_comes_with_each_sync() {
    let service = Service::new();
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    let sync = loop {
        if let Event::Synced(sync) = events.next().await.unwrap() {
            break sync;
        }
    };
    assert_eq!(sync.snapshot.list::<crate::resources::System>().records.len(), 1);
    assert_eq!(sync.incomplete, Vec::<&str>::new());
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_stops_everything_until_another_one_comes() {
    for refusal in [401, 403] {
        let service = Service::new();
        service.answer(refusal);
        let (handle, mut events) = monitor(MemoryStore::default()).await;
        handle.connect(service.client());
        let stopped = until(&mut events, State::NeedsKey).await;
        assert_eq!(stopped.next_run, None);
        assert!(stopped.reason.is_some_and(|reason| reason.contains("credential")));
        let asked = service.asked();
        let week = tokio::time::timeout(7 * 24 * HOUR, events.next()).await;
        assert!(week.is_err() && service.asked() == asked, "a refused key is not tried again");

        service.answer(200);
        handle.connect(service.client());
        assert_eq!(until(&mut events, State::Active).await.failures, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_refused_in_the_middle_keeps_what_arrived() {
    let service = Service::new();
    service.devices_status.store(401, Ordering::SeqCst);
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    let mut incomplete = Vec::new();
    let stopped = loop {
        match events.next().await.unwrap() {
            Event::Synced(sync) => incomplete = sync.incomplete,
            Event::Standing(standing) if standing.state == State::NeedsKey => break standing,
            _ => {}
        }
    };
    assert_eq!(incomplete, ["SYS"]);
    assert_eq!(stopped.next_run, None);
}

#[tokio::test(start_paused = true)]
async fn a_passing_failure_is_tried_again_with_growing_waits() {
    let service = Service::new();
    service.answer(503);
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    let mut waits = Vec::new();
    let mut last: Option<Timestamp> = None;
    for failures in 1..=5 {
        let degraded = until(&mut events, State::Degraded).await;
        assert_eq!(degraded.failures, failures);
        if let Some(last) = last {
            waits.push(degraded.next_run.unwrap().duration_since(last).as_secs());
        }
        last = degraded.next_run;
    }
    assert!(waits.is_sorted() && waits[0] < waits[3], "{waits:?}");
    service.answer(200);
    let active = until(&mut events, State::Active).await;
    assert_eq!((active.failures, active.reason), (0, None));
}

#[tokio::test(start_paused = true)]
async fn an_input_that_fails_is_told_and_the_rest_goes_on() {
    let service = Service::new();
    service.devices_status.store(403, Ordering::SeqCst);
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    let degraded = until(&mut events, State::Degraded).await;
    assert_eq!(
        degraded.reason.as_deref(),
        Some("these inputs are incomplete: SYS (failed: forbidden)")
    );
    assert_eq!(degraded.next_run, Some(at("2026-11-23T13:00:00Z")));
}

#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_where_it_stopped() {
    let folder = std::env::temp_dir().join(format!("jumpcloud-monitor-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("standing.json");
    let service = Service::new();
    let (handle, mut events) = monitor(FileStore::new(&file)).await;
    handle.connect(service.client());
    until(&mut events, State::Active).await;
    drop((handle, events));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("jca_"), "no credential is kept");

    let (handle, mut events) = monitor_from(FileStore::new(&file), "2026-11-23T12:20:00Z").await;
    handle.connect(service.client());
    assert_eq!(standing(&mut events).await.state, State::Active);
    let next = standing(&mut events).await;
    assert_eq!(next.last_sync, Some(at("2026-11-23T13:00:00Z")), "not before its time");
    drop((handle, events));

    let (handle, mut events) = monitor_from(FileStore::new(&file), "2026-11-25T08:15:00Z").await;
    handle.connect(service.client());
    standing(&mut events).await;
    let overdue = standing(&mut events).await;
    assert_eq!(overdue.last_sync, Some(at("2026-11-25T08:15:00Z")));
    assert_eq!(
        overdue.next_run,
        Some(at("2026-11-25T09:15:00Z")),
        "missed syncs are not made up for"
    );
    drop((handle, events));

    std::fs::write(&file, "{").unwrap();
    let broken = Monitor::new(Plan::exactly(["SYS"]).unwrap()).store(FileStore::new(&file));
    let error = broken.start().await.err().unwrap().to_string();
    assert!(error.contains("standing.json"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_program_that_dies_over_a_snapshot_gets_another_one() {
    let service = Service::new();
    let store = MemoryStore::default();
    let (handle, mut events) = monitor(store.clone()).await;
    handle.connect(service.client());
    while !matches!(events.next().await.unwrap(), Event::Synced(_)) {}
    drop((handle, events));
    assert_eq!(store.load().await.unwrap().unwrap().last_sync, None);
}

#[tokio::test(start_paused = true)]
async fn paused_it_asks_for_nothing_and_resumed_it_goes_on() {
    let service = Service::new();
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    until(&mut events, State::Active).await;
    handle.pause();
    until(&mut events, State::Paused).await;
    let asked = service.asked();
    assert!(tokio::time::timeout(5 * HOUR, events.next()).await.is_err());
    assert_eq!(service.asked(), asked);
    handle.resume();
    let back = until(&mut events, State::Active).await;
    assert_eq!(back.last_sync, Some(at("2026-11-23T17:00:00Z")));
    handle.sync_now();
    let now = until(&mut events, State::Active).await;
    assert_eq!(now.last_sync, Some(at("2026-11-23T17:00:00Z")));
}

#[tokio::test(start_paused = true)]
async fn stop_ends_it_after_the_sync_and_drop_at_once() {
    let service = Service::new();
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    handle.stop();
    let rest: Vec<Event> = events.by_ref().collect().await;
    assert!(!rest.iter().any(|event| matches!(event, Event::Synced(_))), "none was under way");

    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    while !matches!(events.next().await.unwrap(), Event::Progress(_)) {}
    handle.stop();
    let rest: Vec<Event> = events.by_ref().collect().await;
    assert!(rest.iter().any(|event| matches!(event, Event::Synced(_))), "what was under way ends");
    assert!(matches!(rest.last(), Some(Event::Standing(last)) if last.state == State::Active));

    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    while !matches!(events.next().await.unwrap(), Event::Progress(_)) {}
    drop(events);
    assert_eq!(service.script.in_flight(), 0);
    handle.sync_now();
}

#[tokio::test(start_paused = true)]
async fn a_key_of_another_organization_is_refused() {
    let service = Service::new();
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    until(&mut events, State::Active).await;
    service.organization.store(2, Ordering::SeqCst);
    handle.connect(service.client());
    let stopped = until(&mut events, State::NeedsKey).await;
    assert!(stopped.reason.unwrap().contains("another organization"));
    assert_eq!(stopped.organization.as_deref(), Some("000000000000000000000001"));
}

#[tokio::test(start_paused = true)]
async fn without_handles_it_goes_on_and_ends_where_nothing_could_wake_it() {
    let service = Service::new();
    let (handle, mut events) = monitor(MemoryStore::default()).await;
    handle.connect(service.client());
    drop(handle);
    until(&mut events, State::Active).await;
    until(&mut events, State::Active).await;
    service.answer(401);
    until(&mut events, State::NeedsKey).await;
    assert!(events.next().now_or_never().is_some_and(|end| end.is_none()));
}
