//! Lives of a program: one that ends at some request, and the place where its work is kept.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jumpcloud_client::collect::{
    Checkpoint, FolderCheckpoint, MemoryCheckpoint, Plan, Preset, Progress,
};
use jumpcloud_client::testkit::FakeJumpCloud;
use jumpcloud_client::transport::{
    HttpTransport, Request, Response, TokenRequest, Transport, TransportError,
};
use jumpcloud_client::{Client, ClientBuilder, InputState, Snapshot};
use tokio::sync::Notify;
use url::Url;

use crate::support::builder;

pub(super) const NOW: &str = "2026-11-24T09:00:00Z";
pub(super) const COMPLETE: InputState = InputState::Complete;

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Lets so many requests through; the next one ends the life of the program.
#[derive(Debug)]
pub(super) struct Mortal {
    http: HttpTransport,
    life: Mutex<Life>,
    /// From the last request to the end: time for what is under way to arrive.
    grace: Duration,
    pub(super) dead: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Life {
    left: usize,
    sent: Vec<Url>,
}

impl Mortal {
    pub(super) fn new(requests: usize, grace: Duration) -> Arc<Self> {
        let http = HttpTransport::new(Duration::from_secs(5), Duration::from_secs(20)).unwrap();
        let life = Life { left: requests, ..Life::default() };
        Arc::new(Self { http, life: Mutex::new(life), grace, dead: Notify::new() })
    }

    /// What was asked for, the question which organization it is aside.
    pub(super) fn sent(&self) -> Vec<Url> {
        let mut sent = self.life.lock().unwrap().sent.clone();
        sent.retain(|url| !url.as_str().ends_with("/api/organizations?limit=2&skip=0"));
        sent
    }
}

#[async_trait]
impl Transport for Mortal {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let dies = {
            let mut life = self.life.lock().unwrap();
            let dies = life.left == 0;
            if !dies {
                life.left -= 1;
                life.sent.push(request.url().clone());
            }
            dies
        };
        if dies {
            tokio::time::sleep(self.grace).await;
            self.dead.notify_one();
            std::future::pending::<()>().await;
        }
        self.http.send(request).await
    }

    async fn exchange(&self, request: TokenRequest) -> Result<Response, TransportError> {
        self.http.exchange(request).await
    }
}

/// Waits for a busy machine; the clock stands still.
pub(super) fn patient(fake: &FakeJumpCloud) -> ClientBuilder {
    builder(fake).attempt_timeout(Duration::from_secs(30)).clock(now)
}

pub(super) fn client(fake: &FakeJumpCloud) -> Client {
    patient(fake).build().unwrap()
}

/// One life of a program: the snapshot, unless it ended before, and what it told and asked.
pub(super) struct Lived {
    pub(super) snapshot: Option<Snapshot>,
    pub(super) told: Vec<Progress>,
    pub(super) sent: Vec<Url>,
}

/// Ends at this request, with others under way.
pub(super) async fn live(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: impl Checkpoint + 'static,
    requests: usize,
) -> Lived {
    live_with(fake, plan, checkpoint, Mortal::new(requests, Duration::ZERO)).await
}

/// Ends when all requests before the last have been answered, so that most lists are done.
pub(super) async fn nearly(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: impl Checkpoint + 'static,
    asked: &[Url],
) {
    let mortal = Mortal::new(asked.len(), Duration::from_millis(300));
    let lived = live_with(fake, plan, checkpoint, mortal).await;
    assert!(lived.snapshot.is_none(), "the last request is never sent");
}

pub(super) async fn live_with(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: impl Checkpoint + 'static,
    mortal: Arc<Mortal>,
) -> Lived {
    let client = patient(fake).transport(Arc::clone(&mortal)).build().unwrap();
    let mut told = Vec::new();
    let mut tell = |step| told.push(step);
    let run = client.collect(plan.clone()).checkpoint(checkpoint).run(&mut tell);
    let snapshot = tokio::select! {
        biased;
        () = mortal.dead.notified() => None,
        snapshot = run => Some(snapshot.unwrap()),
    };
    Lived { snapshot, told, sent: mortal.sent() }
}

pub(super) async fn uninterrupted(fake: &FakeJumpCloud, plan: &Plan) -> (String, Vec<Url>) {
    let checkpoint = MemoryCheckpoint::default();
    let Lived { snapshot, sent, .. } = live(fake, plan, checkpoint.clone(), usize::MAX).await;
    assert_eq!(checkpoint.names(), Vec::<String>::new(), "a run that ends clears up");
    let plain = client(fake).collect(plan.clone()).run(&mut |_| {}).await.unwrap();
    let text = snapshot.unwrap().to_json().unwrap();
    assert!(text == plain.to_json().unwrap(), "a checkpoint changes nothing");
    (text, sent)
}

pub(super) fn devices_and_users() -> Plan {
    Plan::exactly(["SYS", "USR", "SG", "UG", "SGM", "UGM", "SYS-USR", "USR-SYS", "POL"]).unwrap()
}

pub(super) fn everything_that_rules_read() -> Plan {
    let codes: Vec<&str> =
        Plan::preset(Preset::Integration).inputs().chain(["DI", "DIC"]).collect();
    Plan::for_inputs(codes).unwrap()
}

/// A folder that is gone when the test is.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let name = format!("jumpcloud-resume-{name}-{}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        drop(std::fs::remove_dir_all(&folder.0));
        folder
    }

    pub(super) fn checkpoint(&self) -> FolderCheckpoint {
        FolderCheckpoint::new(&self.0)
    }

    pub(super) fn files(&self) -> BTreeSet<String> {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return BTreeSet::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.piece.json"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
