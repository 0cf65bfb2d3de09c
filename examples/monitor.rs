//! An integration that keeps itself up to date: read, judge, compare with the last time, tell.
//!
//! `cargo run --example monitor` watches the demo organisation and stops after two rounds; with
//! `JUMPCLOUD_API_KEY` it watches yours, every six hours, and goes on where it stopped.

use std::time::Duration;

use futures::StreamExt as _;
use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::monitor::{Event, FileStore, MemoryStore, Monitor, Schedule};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, demo};
use jumpcloud_client::{Client, Region, Snapshot};
use jumpcloud_compliance::drift::{Drift, DriftKind};
use jumpcloud_compliance::{Catalogue, Config, Evaluation, evaluate};

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
            watch(monitor, client, &catalogue, &config, usize::MAX).await
        }
        Err(_) => {
            let fake = FakeJumpCloud::start(demo::organization(Timestamp::now())).await?;
            let client = Client::builder()
                .base_url(fake.url())
                .api_key(DEMO_KEY)
                .rate_limit(500, 500)
                .build()?;
            let monitor = Monitor::new(plan).store(MemoryStore::default());
            watch(monitor, client, &catalogue, &config, 2).await
        }
    }
}

/// Follows the events for so many rounds.
async fn watch(
    monitor: Monitor,
    client: Client,
    catalogue: &Catalogue<'_>,
    config: &Config,
    rounds: usize,
) -> Result<(), Failure> {
    let (handle, mut events) = monitor.start().await?;
    handle.connect(client);
    let mut last: Option<Evaluation> = None;
    let mut round = 0_usize;
    while let Some(event) = events.next().await {
        match event {
            Event::Standing(standing) => {
                let reason = standing.reason.map(|reason| format!(": {reason}"));
                println!("{}{}", standing.state, reason.unwrap_or_default());
            }
            Event::Synced(sync) => {
                last = Some(judge(&sync.snapshot, last.as_ref(), catalogue, config)?);
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

/// Judges a snapshot and tells what changed since the last one.
fn judge(
    snapshot: &Snapshot,
    last: Option<&Evaluation>,
    catalogue: &Catalogue<'_>,
    config: &Config,
) -> Result<Evaluation, Failure> {
    let evaluation = evaluate(catalogue, snapshot, config, Timestamp::now(), None)?;
    println!("{} findings at {}", evaluation.findings.len(), evaluation.evaluated_at);
    if let Some(last) = last {
        let drift = Drift::between(last, &evaluation, catalogue)?;
        for (kind, count) in &drift.counts {
            println!("  {kind}: {count}");
        }
        for row in drift.rows.iter().filter(|row| row.kind == DriftKind::Regressed) {
            println!("  {} of {} fails now", row.rule_id, row.subject.id);
        }
    }
    Ok(evaluation)
}
