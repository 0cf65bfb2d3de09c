//! An integration that keeps itself up to date: read, judge, compare with the last time, tell.
//!
//! `cargo run --example monitor` watches the demo organisation and stops after two rounds; with
//! `JUMPCLOUD_API_KEY` it watches yours, every six hours, and goes on where it stopped.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use futures::StreamExt as _;
use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::monitor::{Event, FileStore, MemoryStore, Monitor, Schedule};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, demo};
use jumpcloud_client::{Client, Region, Snapshot};
use jumpcloud_compliance::drift::{Drift, DriftKind};
use jumpcloud_compliance::history::History;
use jumpcloud_compliance::{Catalogue, Config, Evaluation, evaluate};
use serde::{Deserialize, Serialize};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let catalogue = Catalogue::builtin()?;
    let config = Config::default();
    let plan = Plan::for_inputs(catalogue.inputs_for(&config))?;
    match std::env::var("JUMPCLOUD_API_KEY") {
        Ok(key) => {
            let client = Client::builder().region(Region::Us).api_key(key).build()?;
            let monitor = Monitor::new(plan)
                .schedule(Schedule::every(Duration::from_secs(6 * 3600)))
                .store(FileStore::new("jumpcloud-standing.json"));
            let kept = Kept::load(Some("jumpcloud-kept.json".into()))?;
            watch(monitor, client, kept, &catalogue, &config, usize::MAX).await
        }
        Err(_) => {
            let fake = FakeJumpCloud::start(demo::organization(Timestamp::now())).await?;
            let client = Client::builder()
                .base_url(fake.url())
                .api_key(DEMO_KEY)
                .rate_limit(500, 500)
                .build()?;
            let monitor = Monitor::new(plan).store(MemoryStore::default());
            watch(monitor, client, Kept::default(), &catalogue, &config, 2).await
        }
    }
}

/// Follows the events for so many rounds.
async fn watch(
    monitor: Monitor,
    client: Client,
    mut kept: Kept,
    catalogue: &Catalogue<'_>,
    config: &Config,
    rounds: usize,
) -> Result<(), Failure> {
    let (handle, mut events) = monitor.start().await?;
    handle.connect(client);
    let mut round = 0_usize;
    while let Some(event) = events.next().await {
        match event {
            Event::Standing(standing) => {
                let reason = standing.reason.map(|reason| format!(": {reason}"));
                println!("{}{}", standing.state, reason.unwrap_or_default());
            }
            Event::Synced(sync) => {
                judge(&sync.snapshot, &mut kept, catalogue, config)?;
                kept.save()?;
                round = round.saturating_add(1);
                if round == rounds {
                    handle.stop();
                } else if rounds != usize::MAX {
                    handle.sync_now();
                }
            }
            Event::NotSaved(error) => eprintln!("{error}"),
            _ => {}
        }
    }
    Ok(())
}

/// What is kept between two rounds, and over a restart.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    last: Option<Evaluation>,
    history: History,
    #[serde(skip)]
    file: Option<PathBuf>,
}

impl Kept {
    fn load(file: Option<PathBuf>) -> Result<Self, Failure> {
        let kept = match &file {
            Some(file) if file.exists() => serde_json::from_slice(&fs::read(file)?)?,
            _ => Self::default(),
        };
        Ok(Self { file, ..kept })
    }

    /// Whole or not at all: a program that dies meanwhile finds the round before.
    fn save(&self) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(()) };
        let beside = file.with_extension("new");
        fs::write(&beside, serde_json::to_vec(self)?)?;
        Ok(fs::rename(beside, file)?)
    }
}

/// Judges a snapshot and tells what changed since the last one.
fn judge(
    snapshot: &Snapshot,
    kept: &mut Kept,
    catalogue: &Catalogue<'_>,
    config: &Config,
) -> Result<(), Failure> {
    let evaluation = evaluate(catalogue, snapshot, config, Timestamp::now(), Some(&kept.history))?;
    println!("{} findings at {}", evaluation.findings.len(), evaluation.evaluated_at);
    let last = kept.last.as_ref();
    let drift = last.map(|last| Drift::between(last, &evaluation, catalogue)).transpose()?;
    kept.history.follow(&evaluation, snapshot, drift.as_ref());
    kept.last = Some(evaluation);
    let Some(drift) = drift else { return Ok(()) };
    for (kind, count) in &drift.counts {
        println!("  {kind}: {count}");
    }
    for row in drift.rows.iter().filter(|row| row.kind == DriftKind::Regressed) {
        println!("  {} of {} fails now", row.rule_id, row.subject.id);
    }
    for row in drift.rows.iter().filter(|row| row.kind == DriftKind::Resolved) {
        println!("  {} of {} is resolved", row.rule_id, row.subject.id);
    }
    Ok(())
}
