//! One worker: takes a job, collects, judges, and leaves the evidence where the job's id says.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use apalis::prelude::*;
use apalis_postgres::{Config as QueueConfig, PostgresStorage};
use jumpcloud_client::collect::{Checkpoint as _, Collector, FolderCheckpoint};
use jumpcloud_client::fleet::{Job, JobReport, JobState};
use jumpcloud_client::{Client, Error, Snapshot};
use jumpcloud_compliance::pack::{Pack, verify_folder};
use jumpcloud_compliance::{Catalogue, Config, evaluate};
use sqlx::PgPool;

use crate::Failure;

pub const QUEUE: &str = "jumpcloud-audits";
/// The name of the only credential here; the key itself is in the environment of the workers.
pub const CREDENTIAL: &str = "env/JUMPCLOUD_API_KEY";
/// Workers that share the key, and so what the service allows it.
pub const WORKERS: u32 = 2;
const REPORT: &str = "report.json";

/// The queue; a job whose worker has been silent for eight seconds goes to another one.
pub fn queue(pool: &PgPool) -> PostgresStorage<Job> {
    let config = QueueConfig::default().queue(QUEUE).batch_size(1);
    let config = config.heartbeat_interval(Duration::from_secs(1)).missed_heartbeats(8);
    PostgresStorage::new(pool).with_config(config)
}

/// What a worker has at hand.
#[derive(Clone)]
pub struct Bench {
    client: Client,
    folder: PathBuf,
    forgetful: bool,
}

pub async fn work(database: &str, name: &str) -> Result<(), Failure> {
    let pool = PgPool::connect(database).await?;
    let client = Client::builder()
        .base_url(std::env::var("JUMPCLOUD_URL")?)
        .api_key(std::env::var("JUMPCLOUD_API_KEY")?)
        .rate_limit(16 / WORKERS, 2)
        .build()?;
    let folder = PathBuf::from(std::env::var("WORK_FOLDER")?);
    let forgetful = std::env::var_os("FORGET").is_some();
    WorkerBuilder::new(name)
        .backend(queue(&pool))
        .concurrency(1)
        .data(Bench { client, folder, forgetful })
        .build(audit)
        .run_until(tokio::signal::ctrl_c())
        .await?;
    Ok(())
}

/// Carries out a job. Trying again is the queue's part, and only for what may pass by itself.
async fn audit(job: Job, bench: Data<Bench>) -> Result<JobReport, BoxDynError> {
    if job.credential() != CREDENTIAL {
        return Err("this worker does not keep that credential".into());
    }
    let evidence = bench.folder.join("evidence").join(job.id());
    if let Some(report) = written(&evidence)? {
        return Ok(report); // a job that came again
    }
    let checkpoint = bench.folder.join("checkpoints").join(job.id());
    let checkpoint = FolderCheckpoint::new(checkpoint);
    let client = bench.client.for_organization(job.organization())?;
    let mut collector = client.collect(job.plan().clone());
    if !bench.forgetful {
        collector = collector.checkpoint(checkpoint.clone());
    }
    let snapshot = match collect(&client, collector).await {
        Ok(snapshot) => snapshot,
        Err(error) => {
            let report = JobReport::failed(&job, &error);
            return if report.state == JobState::Failed { Err(error.into()) } else { Ok(report) };
        }
    };
    // Judging keeps the processor busy: beside the heartbeat, not in its way.
    let unfinished = bench.folder.join("unfinished");
    let judging = move || prove(&job, &snapshot, &evidence, &unfinished);
    let report = tokio::task::spawn_blocking(judging).await??;
    checkpoint.clear().await?;
    Ok(report)
}

/// Judges, and puts the evidence in its place: whole or not at all, and once.
fn prove(
    job: &Job,
    snapshot: &Snapshot,
    evidence: &Path,
    unfinished: &Path,
) -> Result<JobReport, BoxDynError> {
    let catalogue = Catalogue::builtin()?;
    let config =
        Config { expected_org_id: Some(job.organization().to_owned()), ..Config::default() };
    let at = job.as_of().max(snapshot.finished_at);
    let evaluation = evaluate(&catalogue, snapshot, &config, at, None)?;
    let report = JobReport::of(job, snapshot)
        .with_evidence(format!("evidence/{}", job.id()), evaluation.digest.to_string());
    let pack = Pack::of(&evaluation, &catalogue, &config)?;
    let pack = pack.with_file(REPORT, serde_json::to_vec_pretty(&report)?)?;

    // Written elsewhere and moved to its place. Who comes second takes what is there.
    let beside = unfinished.join(format!("{}-{}", job.id(), std::process::id()));
    fs::create_dir_all(&beside)?;
    pack.write_to(&beside)?;
    if fs::rename(&beside, evidence).is_err() {
        fs::remove_dir_all(&beside)?;
        return written(evidence)?.ok_or_else(|| "the evidence cannot be put in its place".into());
    }
    Ok(report)
}

/// One request first: a tenant that left the provider is told as such, and not as a list of failures.
async fn collect(client: &Client, collector: Collector) -> Result<Snapshot, Error> {
    client.validate().await?;
    collector.run(&mut |_| {}).await
}

/// The report of a job whose evidence lies there already, and is what it was.
fn written(evidence: &Path) -> Result<Option<JobReport>, BoxDynError> {
    if !evidence.exists() {
        return Ok(None);
    }
    if !verify_folder(evidence)?.is_intact() {
        return Err("the evidence was changed after it was written".into());
    }
    Ok(Some(serde_json::from_slice(&fs::read(evidence.join(REPORT))?)?))
}
