//! A provider, its jobs, two workers of which one is killed, and what must hold afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_postgres::PostgresStorage;
use jiff::Timestamp;
use jumpcloud_client::collect::{Plan, Preset, endpoints};
use jumpcloud_client::fleet::{Job, JobReport, JobState};
use jumpcloud_client::testkit::{DEMO_KEY, DeviceSpec, FakeJumpCloud, LoggedRequest, Organization};
use jumpcloud_client::{Client, Family};
use jumpcloud_compliance::Evaluation;
use jumpcloud_compliance::SubjectKind;
use jumpcloud_compliance::pack::verify_folder;
use sqlx::{PgPool, Row as _};
use tokio::process::{Child, Command};

use crate::Failure;
use crate::worker::{CREDENTIAL, queue};

const TENANTS: u64 = 6;
const PATIENCE: Duration = Duration::from_secs(240);

fn must(holds: bool, what: &str) -> Result<(), Failure> {
    if holds {
        println!("ok: {what}");
        return Ok(());
    }
    Err(format!("this does not hold: {what}").into())
}

pub async fn check(database: &str, forgetful: bool) -> Result<(), Failure> {
    let folder = PathBuf::from(std::env::var("WORK_FOLDER")?);
    let mut builder = FakeJumpCloud::builder().latency(Duration::from_millis(40));
    let mut devices = BTreeMap::new();
    for number in 1..=TENANTS {
        let mut organization = Organization::with_seed(&format!("Tenant {number}"), number);
        for device in 0..number * 12 {
            organization.device(DeviceSpec::mac(&format!("mac-{number}-{device}")));
        }
        devices.insert(organization.id().to_owned(), number * 12);
        builder = builder.organization(organization);
    }
    let fake = builder.start().await?;

    // One job an organisation that the key sees.
    let provider = Client::builder().base_url(fake.url()).api_key(DEMO_KEY).build()?;
    let as_of = Timestamp::now();
    let plan = Plan::preset(Preset::Lean);
    let mut jobs = BTreeMap::new();
    for tenant in provider.tenants().await? {
        let job = Job::new(tenant.organization(), CREDENTIAL, plan.clone(), as_of)?;
        jobs.insert(job.id(), job);
    }
    must(jobs.len() == devices.len(), "every organisation of the provider has a job")?;
    let pool = PgPool::connect(database).await?;
    PostgresStorage::<()>::setup(&pool).await?;
    let mut queue = queue(&pool);
    for (id, job) in &jobs {
        let task = || TaskBuilder::new(job.clone()).idempotency_key(id).max_attempts(5).build();
        queue.push_task(task()).await?;
        must(queue.push_task(task()).await.is_err(), "the queue refuses a job that it has")?;
    }
    let carried: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT job FROM apalis.jobs").fetch_all(&pool).await?;
    let secret = |text: &[u8]| String::from_utf8_lossy(text).contains(DEMO_KEY);
    must(!carried.iter().any(|text| secret(text)), "no job carries the key")?;

    // Two workers; the first is killed once it has finished some lists of a job and not all.
    let worker = |name: &str| start(name, &fake.url(), forgetful);
    let mut first = worker("first")?;
    let second = worker("second")?;
    let killed = in_mid_job(&pool, &folder, &jobs, &fake, forgetful).await?;
    first.kill().await?; // SIGKILL
    let mut kept = finished_lists(&folder.join("checkpoints").join(killed.id()))?;
    if forgetful {
        // What would have been kept: the check below must notice that it is asked for again.
        kept = answered_lists(&fake.requests(), killed.organization());
    }
    must(kept.len() >= 3, "the killed worker had finished some lists")?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = fake.requests().len();
    println!("killed the first worker in {}, with {} lists kept", killed.id(), kept.len());
    let third = worker("third")?;

    all_done(&pool, jobs.len()).await?;
    let told = reports(&pool).await?;
    must(told.len() == jobs.len(), "every job is done, and told once")?;
    let evidence = subfolders(&folder.join("evidence"))?;
    must(evidence == jobs.keys().cloned().collect(), "one folder of evidence a job, and no other")?;
    for (id, job) in &jobs {
        let place = folder.join("evidence").join(id);
        must(verify_folder(&place)?.is_intact(), "the evidence is what was written")?;
        let evaluation: Evaluation =
            serde_json::from_slice(&fs::read(place.join("evaluation.json"))?)?;
        let report = told.get(id).ok_or("no report")?;
        must(report.state == JobState::Complete, "everything arrived")?;
        must(
            report.digest.as_deref() == Some(evaluation.digest.to_string().as_str()),
            "the queue and the evidence tell the same digest",
        )?;
        let judged =
            evaluation.subjects.iter().filter(|own| own.kind == SubjectKind::Device).count();
        must(evaluation.org.id == job.organization(), "the evidence is of that organisation")?;
        must(
            devices.get(job.organization()) == Some(&u64::try_from(judged)?),
            "each of its devices was judged",
        )?;
    }
    must(
        subfolders(&folder.join("checkpoints"))?.iter().all(|id| {
            finished_lists(&folder.join("checkpoints").join(id)).is_ok_and(|kept| kept.is_empty())
        }),
        "no checkpoint is left",
    )?;
    let attempts: i32 =
        sqlx::query_scalar("SELECT attempts FROM apalis.jobs WHERE idempotency_key = $1")
            .bind(killed.id())
            .fetch_one(&pool)
            .await?;
    must(attempts >= 2, "the job of the killed worker was given to another")?;
    let again = asked_again(&fake.requests()[before..], killed.organization(), &kept);
    must(again.is_empty(), &format!("no finished list was asked for again: {again:?}"))?;

    // A queue may deliver a job that is done: it costs nothing and changes nothing.
    let asked = fake.requests().len();
    sqlx::query("UPDATE apalis.jobs SET status = 'Pending', attempts = 0, lock_by = NULL, lock_at = NULL, done_at = NULL, last_result = NULL")
        .execute(&pool)
        .await?;
    all_done(&pool, jobs.len()).await?;
    must(reports(&pool).await? == told, "jobs that come again are told as before")?;
    must(fake.requests().len() == asked, "and ask the service for nothing")?;
    must(fake.violations().is_empty(), "nothing but reads was sent")?;

    for mut worker in [second, third] {
        worker.kill().await?;
    }
    println!("{} passed, 0 failed", jobs.len());
    Ok(())
}

fn start(name: &str, url: &str, forgetful: bool) -> Result<Child, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["work", name]).env("JUMPCLOUD_URL", url).env("JUMPCLOUD_API_KEY", DEMO_KEY);
    if forgetful {
        command.env("FORGET", "1");
    }
    Ok(command.kill_on_drop(true).spawn()?)
}

/// Waits until the first worker is in the middle of a job.
async fn in_mid_job(
    pool: &PgPool,
    folder: &Path,
    jobs: &BTreeMap<String, Job>,
    fake: &FakeJumpCloud,
    forgetful: bool,
) -> Result<Job, Failure> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        let running: Vec<String> = sqlx::query_scalar(
            "SELECT idempotency_key FROM apalis.jobs WHERE status = 'Running' AND lock_by = 'first'",
        )
        .fetch_all(pool)
        .await?;
        for job in running.iter().filter_map(|id| jobs.get(id)) {
            let of = |own: &LoggedRequest| own.org_id.as_deref() == Some(job.organization());
            let asked = fake.requests().into_iter().filter(of).count();
            let kept = finished_lists(&folder.join("checkpoints").join(job.id()))?.len();
            let open = !folder.join("evidence").join(job.id()).exists();
            if open && asked >= 4 && (forgetful || (3..=8).contains(&kept)) {
                return Ok(job.clone());
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err("the first worker was never in the middle of a job".into())
}

/// Codes of the lists that a checkpoint holds.
fn finished_lists(checkpoint: &Path) -> Result<BTreeSet<String>, Failure> {
    let mut codes = BTreeSet::new();
    if !checkpoint.exists() {
        return Ok(codes);
    }
    for entry in fs::read_dir(checkpoint)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "json") {
            let piece: serde_json::Value = serde_json::from_slice(&fs::read(path)?)?;
            codes.extend(piece.get("input").and_then(|code| code.as_str()).map(String::from));
        }
    }
    Ok(codes)
}

/// The path of each list that can be read, by its code.
fn paths() -> impl Iterator<Item = (&'static str, String)> {
    endpoints().map(|own| {
        let base = if own.family() == Family::V1 { "/api" } else { "/api/v2" };
        (own.input(), format!("{base}{}", own.path()))
    })
}

/// Codes of the lists that were answered for an organisation.
fn answered_lists(requests: &[LoggedRequest], organization: &str) -> BTreeSet<String> {
    let own = requests.iter().filter(|own| own.org_id.as_deref() == Some(organization));
    let answered: BTreeSet<&str> =
        own.filter(|own| own.status == Some(200)).map(|own| own.path.as_str()).collect();
    let codes = paths().filter(|(_, path)| answered.contains(path.as_str()));
    codes.map(|(code, _)| code.to_owned()).collect()
}

/// Paths of finished lists that were asked for again for an organisation.
fn asked_again(
    requests: &[LoggedRequest],
    organization: &str,
    kept: &BTreeSet<String>,
) -> BTreeSet<String> {
    let finished = paths().filter(|(code, _)| kept.contains(*code));
    let finished: BTreeSet<String> = finished.map(|(_, path)| path).collect();
    let own = requests.iter().filter(|own| own.org_id.as_deref() == Some(organization));
    own.map(|own| own.path.clone()).filter(|path| finished.contains(path)).collect()
}

async fn all_done(pool: &PgPool, jobs: usize) -> Result<(), Failure> {
    let begin = Instant::now();
    let mut done = 0;
    while begin.elapsed() < PATIENCE {
        done =
            sqlx::query_scalar::<_, i64>("SELECT count(*) FROM apalis.jobs WHERE status = 'Done'")
                .fetch_one(pool)
                .await?;
        if usize::try_from(done)? == jobs {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("{done} of {jobs} jobs were done after {PATIENCE:?}").into())
}

/// What the queue keeps of each job, by its id.
async fn reports(pool: &PgPool) -> Result<BTreeMap<String, JobReport>, Failure> {
    let mut reports = BTreeMap::new();
    for row in sqlx::query("SELECT idempotency_key, last_result::text FROM apalis.jobs")
        .fetch_all(pool)
        .await?
    {
        let (id, result): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let result: Result<JobReport, String> = serde_json::from_str(&result)?;
        let report = result.map_err(|error| format!("job {id} failed: {error}"))?;
        must(report.job == id, "the report is of its job")?;
        reports.insert(id, report);
    }
    Ok(reports)
}

fn subfolders(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}
