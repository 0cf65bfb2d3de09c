//! A week of syncs with failures, a rotated key and restarts, on virtual time.
//!
//! The fake runs in a runtime of its own on real time; while a request is under way, virtual time
//! stands still. So every wait of the client and the monitor is exact, and a week takes seconds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use jumpcloud_client::collect::Plan;
use jumpcloud_client::monitor::{
    Event, Events, FileStore, Handle, Monitor, Schedule, Standing, State,
};
use jumpcloud_client::testkit::{DEMO_KEY, DeviceSpec, FakeJumpCloud, Fault, Faults, Organization};
use jumpcloud_client::transport::{HttpTransport, Request, Response, Transport, TransportError};
use jumpcloud_client::{Client, Snapshot};
use jumpcloud_compliance::drift::{Drift, DriftKind};
use jumpcloud_compliance::history::History;
use jumpcloud_compliance::{Catalogue, Config, Evaluation, FindingId, SubjectKind, evaluate};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::program::folder;

const RULE: &str = "JC-DEV-001";
const NEW_KEY: &str = "jca_0123456789abcdef0123456789abcdef01234567";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Carries requests to the real transport in another runtime, and holds virtual time meanwhile.
#[derive(Debug)]
struct Bridge {
    http: std::sync::Arc<HttpTransport>,
    real: tokio::runtime::Handle,
}

#[async_trait]
impl Transport for Bridge {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (tell, told) = mpsc::channel();
        let http = self.http.clone();
        self.real.spawn(async move { tell.send(http.send(request).await) });
        told.recv().expect("the other runtime lives as long as the test")
    }
}

/// What the host keeps: the last evaluation and the history, in files, and nothing in memory.
struct Host {
    folder: PathBuf,
    catalogue: Catalogue<'static>,
    config: Config,
}

/// What one sync brought to light about one rule.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    at: Timestamp,
    device: String,
    kind: DriftKind,
    open: bool,
}

impl Host {
    fn read<T: serde::de::DeserializeOwned>(&self, file: &str) -> Option<T> {
        let text = std::fs::read(self.folder.join(file)).ok()?;
        Some(serde_json::from_slice(&text).unwrap())
    }

    fn write<T: serde::Serialize>(&self, file: &str, value: &T) {
        std::fs::write(self.folder.join(file), serde_json::to_vec(value).unwrap()).unwrap();
    }

    fn history(&self) -> History {
        self.read("history.json").unwrap_or_default()
    }

    fn judge(&self, snapshot: &Snapshot, now: Timestamp) -> Vec<Change> {
        let mut history = self.history();
        let last: Option<Evaluation> = self.read("evaluation.json");
        let judged =
            evaluate(&self.catalogue, snapshot, &self.config, now, Some(&history)).unwrap();
        let drift = last.map(|last| Drift::between(&last, &judged, &self.catalogue).unwrap());
        history.follow(&judged, snapshot, drift.as_ref());
        self.write("history.json", &history);
        self.write("evaluation.json", &judged);
        let rows = drift.map(|drift| drift.rows).unwrap_or_default();
        rows.into_iter()
            .filter(|row| row.rule_id == RULE)
            .filter(|row| !matches!(row.kind, DriftKind::Unchanged | DriftKind::EvidenceChanged))
            .map(|row| Change { at: now, device: row.subject.id, kind: row.kind, open: row.open })
            .collect()
    }
}

/// The clock of the whole week: it goes on while the program is down.
struct Week {
    begin: Timestamp,
    start: Instant,
}

impl Week {
    fn clock(&self) -> impl Fn() -> Timestamp + Send + Sync + 'static + use<> {
        let (begin, start) = (self.begin, self.start);
        move || begin.checked_add(SignedDuration::try_from(start.elapsed()).unwrap()).unwrap()
    }

    async fn sleep_until(&self, when: &str) {
        let wait = at(when).duration_since((self.clock())());
        tokio::time::sleep(Duration::try_from(wait).unwrap()).await;
    }
}

/// The program that embeds the SDK, from a start to its end.
struct Program<'a> {
    host: &'a Host,
    week: &'a Week,
    handle: Handle,
    events: Events,
    standings: Vec<(Timestamp, Standing)>,
    latest: Option<Standing>,
    changes: Vec<Change>,
}

impl<'a> Program<'a> {
    async fn start(host: &'a Host, week: &'a Week) -> Self {
        let plan = Plan::for_inputs(host.catalogue.inputs_for(&host.config)).unwrap();
        let minute = Duration::from_secs(60);
        let (handle, events) = Monitor::new(plan)
            .schedule(Schedule::every(720 * minute).jitter(10 * minute).first_backoff(60 * minute))
            .store(FileStore::new(host.folder.join("standing.json")))
            .clock(week.clock())
            // Five of the ten minutes of jitter, each time.
            .random(|| 300_000)
            .start()
            .await
            .unwrap();
        Self {
            host,
            week,
            handle,
            events,
            standings: Vec::new(),
            latest: None,
            changes: Vec::new(),
        }
    }

    /// Follows the events until then; what is under way then is dropped with the next step.
    async fn until(&mut self, when: &str) {
        let clock = self.week.clock();
        loop {
            let left = Duration::try_from(at(when).duration_since(clock())).unwrap_or_default();
            let Ok(event) = tokio::time::timeout(left, self.events.next()).await else { return };
            match event.expect("the monitor goes on") {
                Event::Standing(standing) => {
                    self.latest = Some(standing.clone());
                    self.standings.push((clock(), standing));
                }
                Event::Synced(sync) => {
                    self.changes.extend(self.host.judge(&sync.snapshot, sync.began_at));
                }
                Event::NotSaved(error) => panic!("{error}"),
                _ => {}
            }
        }
    }

    fn last(&self) -> &Standing {
        self.latest.as_ref().unwrap()
    }

    /// When it changed to what, and when it would read next, to the minute.
    fn told(&mut self) -> Vec<String> {
        let minute = |at: Timestamp| at.strftime("%a %H:%M").to_string();
        let standings = std::mem::take(&mut self.standings);
        standings
            .into_iter()
            .map(|(at, now)| {
                let next = now.next_run.map_or_else(|| "-".to_owned(), minute);
                format!("{} {} {} next {next}", minute(at), now.state, now.failures)
            })
            .collect()
    }

    fn changes(&mut self) -> Vec<(DriftKind, String, String, bool)> {
        let changes = std::mem::take(&mut self.changes);
        let minute = |at: Timestamp| at.strftime("%a %H:%M").to_string();
        changes.into_iter().map(|own| (own.kind, own.device, minute(own.at), own.open)).collect()
    }
}

fn client(fake: &FakeJumpCloud, key: &str, week: &Week, real: &Runtime) -> Client {
    let patience = Duration::from_secs(30);
    let http = real.block_on(async { HttpTransport::new(patience, patience) }).unwrap();
    Client::builder()
        .base_url(fake.url())
        .api_key(key)
        .rate_limit(1000, 1000)
        .transport(Bridge { http: std::sync::Arc::new(http), real: real.handle().clone() })
        .clock(week.clock())
        .build()
        .unwrap()
}

fn finding(org: &str, device: &str) -> FindingId {
    let subject = jumpcloud_compliance::SubjectRef::new(org, SubjectKind::Device, device);
    FindingId::new(RULE, &subject, "")
}

#[test]
fn a_week_with_failures_a_rotated_key_and_restarts_ends_with_the_right_history() {
    let real = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let virtual_time =
        Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let folder = folder("week");
    virtual_time.block_on(week(&real, &folder));
}

async fn week(real: &Runtime, folder: &Path) {
    // A Monday.
    let week = Week { begin: at("2025-11-17T06:00:00Z"), start: Instant::now() };
    let host = Host {
        folder: folder.to_owned(),
        catalogue: Catalogue::builtin().unwrap(),
        config: Config::default(),
    };
    let mut org = Organization::new("Lumen & Ladder Ltd");
    let seen = at("2025-11-17T05:00:00Z");
    // Somebody signs in twice a day, so that events reach back as far as the rules look.
    for half_day in 0..24 {
        let hours = SignedDuration::from_hours(12 * half_day - 92 * 24);
        let event = serde_json::json!({
            "event_type": "user_login_attempt", "success": true,
            "timestamp": week.begin.checked_add(hours).unwrap().to_string(),
            "initiated_by": {"id": "u1", "type": "user"}
        });
        org.event(event);
    }
    let group = org.system_group("macOS laptops");
    let mac = |name: &str| DeviceSpec::mac(name).connected_since(seen);
    let fine = org.device(mac("mac-fine").encrypted());
    let open = org.device(mac("mac-open").unencrypted());
    org.device(DeviceSpec::apple_mobile("ipad-reception", "iPadOS"));
    for device in [&fine, &open] {
        org.member(&group, device);
    }
    let org_id = org.id().to_owned();
    let began = |device: &str| host.history().first_failed_at(&finding(&org_id, device));
    let excluded = || {
        let evaluation: Evaluation = host.read("evaluation.json").unwrap();
        let devices =
            evaluation.population.iter().find(|own| own.kind == SubjectKind::Device).unwrap();
        (devices.excluded.len(), devices.complete)
    };
    let fake = std::thread::scope(|scope| {
        scope.spawn(|| real.block_on(FakeJumpCloud::start(org))).join().unwrap().unwrap()
    });
    let connect = |key: &str| {
        std::thread::scope(|scope| scope.spawn(|| client(&fake, key, &week, real)).join().unwrap())
    };

    // Monday: connected, read at once, then every twelve hours.
    let mut program = Program::start(&host, &week).await;
    program.handle.connect(connect(DEMO_KEY));
    program.until("2025-11-18T00:00:00Z").await;
    assert_eq!(
        program.told(),
        [
            "Mon 06:00 unconfigured 0 next -",
            "Mon 06:00 connecting 0 next -",
            "Mon 06:00 active 0 next Mon 18:05",
            "Mon 18:05 active 0 next Tue 06:10",
        ]
    );
    assert_eq!(began(&open), Some(at("2025-11-17T06:00:00Z")));
    assert_eq!(began(&fine), None);
    assert_eq!(program.changes(), []);
    assert_eq!(excluded(), (1, true), "the iPad is left out and told");

    // Tuesday: a Mac comes that is not encrypted, and another iPad. Then the program is stopped.
    let new = fake
        .with_organization(|org| {
            let new = org.device(mac("mac-new").unencrypted());
            org.member(&group, &new);
            org.device(DeviceSpec::apple_mobile("ipad-lobby", "iPadOS"));
            new
        })
        .unwrap();
    program.until("2025-11-18T12:00:00Z").await;
    assert_eq!(program.told(), ["Tue 06:10 active 0 next Tue 18:15"]);
    let appeared = (DriftKind::NewFailure, new.clone(), "Tue 06:10".to_owned(), true);
    assert_eq!(program.changes(), [appeared]);
    assert_eq!(excluded(), (2, true));
    drop(program);

    // Wednesday: it comes back after two syncs were missed. One is made, at once; meanwhile the
    // first Mac was encrypted.
    fake.with_organization(|org| {
        org.update("/api/systems", &open, |device| {
            device["fde"] = serde_json::json!({"active": true, "keyPresent": true});
        });
    });
    week.sleep_until("2025-11-19T09:00:00Z").await;
    let mut program = Program::start(&host, &week).await;
    program.handle.connect(connect(DEMO_KEY));
    program.until("2025-11-19T12:00:00Z").await;
    assert_eq!(
        program.told(),
        ["Wed 09:00 active 0 next Tue 18:15", "Wed 09:00 active 0 next Wed 21:05"]
    );
    let resolved = (DriftKind::Resolved, open.clone(), "Wed 09:00".to_owned(), false);
    assert_eq!(program.changes(), [resolved]);
    assert_eq!(began(&open), None);
    let past = host.history().past(&finding(&org_id, &open)).copied().unwrap();
    assert_eq!(past.last_passed_at, Some(at("2025-11-19T09:00:00Z")));

    // Thursday: the service is down, from the evening before on. Waits grow; nothing is judged, so
    // nothing is closed.
    let before = host.history();
    fake.inject(Fault::on("* /**").status(503));
    program.until("2025-11-21T00:00:00Z").await;
    let waits: Vec<i64> = program
        .standings
        .iter()
        .map(|(at, now)| now.next_run.unwrap().duration_since(*at).as_mins())
        .collect();
    // Half of the wait, which doubles up to the interval, and the drawn part of the other half.
    assert_eq!(waits, [35, 65, 125, 245, 365, 365, 365, 365]);
    let failures: Vec<u32> = program.standings.iter().map(|(_, now)| now.failures).collect();
    assert_eq!(failures, [1, 2, 3, 4, 5, 6, 7, 8]);
    let day = program.told();
    assert!(day.iter().all(|line| line.contains("degraded")), "{day:#?}");
    assert!(program.last().reason.as_ref().unwrap().contains("the service failed"));
    assert_eq!(program.changes(), []);
    assert_eq!(host.history(), before);

    // Friday: it is back, but for the devices. Their failures are out of sight and stay open.
    fake.set_faults(Faults::none().and(Fault::on("GET /api/systems").status(500)));
    program.until("2025-11-21T16:00:00Z").await;
    let partly = program.last().clone();
    assert_eq!((partly.state, partly.failures), (State::Degraded, 0));
    assert!(partly.reason.unwrap().contains("SYS"));
    let lost: Vec<_> = program
        .changes()
        .into_iter()
        .filter(|own| [&fine, &open, &new].contains(&&own.1))
        .map(|own| (own.0, own.1, own.3))
        .collect();
    assert!(lost.contains(&(DriftKind::PresenceUnknown, new.clone(), true)), "{lost:?}");
    assert!(lost.iter().all(|own| own.0 == DriftKind::PresenceUnknown), "{lost:?}");
    assert_eq!(began(&new), Some(at("2025-11-18T06:10:00Z")), "no closing by lost coverage");
    assert!(!excluded().1);

    // The devices are back in the evening: the failure is as old as it was.
    fake.set_faults(Faults::none());
    program.handle.sync_now();
    program.until("2025-11-21T18:00:00Z").await;
    assert_eq!(program.last().state, State::Active);
    assert_eq!(began(&new), Some(at("2025-11-18T06:10:00Z")));
    program.told();
    program.changes();

    // Saturday: the key is rotated. One refusal, and then nothing is asked for, be it over a restart.
    fake.rotate_key(NEW_KEY);
    program.until("2025-11-22T12:00:00Z").await;
    let stopped = program.last().clone();
    assert_eq!((stopped.state, stopped.next_run), (State::NeedsKey, None));
    assert!(stopped.reason.unwrap().contains("rotated, revoked or expired"));
    let asked = fake.requests().len();
    program.until("2025-11-22T18:00:00Z").await;
    assert_eq!(fake.requests().len(), asked);
    drop(program);
    let mut program = Program::start(&host, &week).await;
    program.until("2025-11-22T20:00:00Z").await;
    assert_eq!(program.last().state, State::NeedsKey, "a restart does not forget it");
    assert_eq!(fake.requests().len(), asked);
    // The old key once more, by mistake; then the new one.
    program.told();
    program.handle.connect(connect(DEMO_KEY));
    program.until("2025-11-22T21:00:00Z").await;
    assert_eq!(program.told(), ["Sat 20:00 connecting 0 next -", "Sat 20:00 needs_key 1 next -"]);
    assert_eq!(fake.requests().len(), asked + 1, "a refused key costs one request");
    program.handle.connect(connect(NEW_KEY));
    program.until("2025-11-22T22:00:00Z").await;
    assert_eq!(
        program.told(),
        ["Sat 21:00 connecting 0 next -", "Sat 21:00 active 0 next Sun 09:05"]
    );
    assert_eq!(began(&new), Some(at("2025-11-18T06:10:00Z")));
    assert_eq!(program.changes(), []);

    // Sunday: the Mac that was never encrypted is gone, and an iPad with it.
    fake.with_organization(|org| {
        org.leave(&group, &new);
        org.remove("/api/systems", &new);
        let ipad = org.id_of("/api/systems", "hostname", "ipad-lobby").map(str::to_owned);
        if let Some(ipad) = ipad {
            org.remove("/api/systems", &ipad);
        }
    });
    program.until("2025-11-24T00:00:00Z").await;
    assert_eq!(
        program.told(),
        ["Sun 09:05 active 0 next Sun 21:10", "Sun 21:10 active 0 next Mon 09:15"]
    );
    let removed = (DriftKind::SubjectRemoved, new.clone(), "Sun 09:05".to_owned(), false);
    assert_eq!(program.changes(), [removed]);
    assert_eq!(excluded(), (1, true));

    // The week as it is remembered: nothing fails any more, and what passed is known by its day.
    let history = host.history();
    assert_eq!(history.past(&finding(&org_id, &new)), None);
    let failing: BTreeMap<&str, Option<Timestamp>> =
        [("fine", began(&fine)), ("open", began(&open)), ("new", began(&new))].into();
    assert!(failing.values().all(Option::is_none), "{failing:?}");
    assert_eq!(fake.violations().len(), 0, "a week, and nothing was written");
    let text = std::fs::read_to_string(folder.join("standing.json")).unwrap();
    assert!(!text.contains("jca_") && !text.contains(DEMO_KEY), "no key is kept: {text}");
    drop(program);
    std::thread::scope(|scope| {
        scope.spawn(|| real.block_on(fake.stop())).join().unwrap();
    });
}
