//! Fleets on virtual time: tenants that are slow, failing, huge, and a key that is rotated.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::{Instant, sleep};

use super::*;
use crate::collect::{MemoryCheckpoint, Plan};
use crate::credentials::{ApiKey, Rotating};
use crate::error::{Error, ErrorKind};
use crate::resources::System;
use crate::snapshot::Snapshot;
use crate::transport::Request;
use crate::transport::scripted::{Reply, Scripted};
use crate::{Client, ClientBuilder};

const KEY: &str = "jca_0123456789abcdef";
const REFUSAL: &str = r#"{"message": "no"}"#;

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn id(number: usize) -> String {
    format!("{number:024}")
}

fn builder(script: &Scripted) -> ClientBuilder {
    Client::builder().base_url("http://127.0.0.1:9").transport(script.clone()).random(|| 0)
}

fn provider(script: &Scripted) -> Client {
    builder(script).api_key(KEY).build().unwrap()
}

fn organizations(count: usize) -> Reply {
    let rows: Vec<String> = (1..=count)
        .rev()
        .map(|number| format!(r#"{{"_id": "{}", "displayName": "Example {number}"}}"#, id(number)))
        .collect();
    let body = format!(r#"{{"totalCount": {count}, "results": [{}]}}"#, rows.join(","));
    Reply::json(200, &body)
}

/// Answers `/organizations` with so many of them, and everything else by a function of the tenant.
fn service(
    count: usize,
    answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
) -> Scripted {
    Scripted::answering(move |request| {
        if request.url().path().ends_with("/organizations") {
            assert!(request.headers().get("x-org-id").is_none());
            return organizations(count);
        }
        let tenant = request.headers().get("x-org-id").map(|id| id.to_str().unwrap().to_owned());
        answer(tenant.map_or(0, |id| id.parse().unwrap()), request)
    })
}

/// Devices of one page each.
fn devices(tenant: usize) -> Reply {
    let body =
        format!(r#"{{"totalCount": 1, "results": [{{"_id": "{:024x}"}}]}}"#, 0xaa00 + tenant);
    Reply::json(200, &body)
}

fn query(request: &Request, name: &str) -> u64 {
    let pairs: BTreeMap<String, String> = request.url().query_pairs().into_owned().collect();
    pairs.get(name).map_or(0, |text| text.parse().unwrap())
}

/// A page of so many devices.
fn page_of(total: u64, request: &Request) -> Reply {
    let (skip, limit) = (query(request, "skip"), query(request, "limit"));
    let rows: Vec<String> =
        (skip..total.min(skip + limit)).map(|n| format!(r#"{{"_id": "{n:024x}"}}"#)).collect();
    let body = format!(r#"{{"totalCount": {total}, "results": [{}]}}"#, rows.join(","));
    Reply::json(200, &body)
}

async fn devices_of(tenant: Tenant) -> Result<usize, Error> {
    tenant.client().list::<System>().collect().await.map(|listing| listing.records.len())
}

async fn all<T, E: fmt::Display>(
    mut runs: Runs<'_, T, E>,
    summary: &mut Summary,
) -> Vec<TenantRun<T, E>> {
    let mut ended = Vec::new();
    while let Some(run) = runs.next().await {
        summary.add(&run);
        ended.push(run);
    }
    ended
}

#[tokio::test(start_paused = true)]
async fn a_provider_finds_its_organizations_and_each_is_read_as_itself() {
    let script = service(3, |tenant, _| devices(tenant));
    let tenants = provider(&script).tenants().await.unwrap();
    let names: Vec<_> = tenants.iter().map(|own| (own.organization(), own.name())).collect();
    let expected: Vec<_> = (1..4).map(|n| (id(n), format!("Example {n}"))).collect();
    let expected: Vec<_> =
        expected.iter().map(|(id, name)| (id.as_str(), Some(name.as_str()))).collect();
    assert_eq!(names, expected, "by id, whatever the order of the answer");

    let fleet = Fleet::new(tenants.clone().into_iter().chain(tenants));
    let mut summary = fleet.summary();
    assert_eq!((fleet.tenants().len(), summary.not_run()), (3, 3), "each of them once");
    let (_, runs) = fleet.run(devices_of);
    let runs = all(runs, &mut summary).await;
    assert!(runs.iter().all(|run| matches!(run.ended, Ended::Done(1)) && run.requests == 1));
    assert_eq!((summary.done(), summary.failed(), summary.not_run()), (3, 0, 0));
    assert_eq!(summary.requests(), 3);
    let asked: Vec<_> = script.requests().into_iter().skip(1).collect();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|seen| seen.request.headers().get("x-org-id").is_some()));
}

#[tokio::test(start_paused = true)]
async fn where_organizations_are_forbidden_those_of_the_provider_are_taken() {
    let provider_id = "5f0000000000000000000001";
    let script = Scripted::answering(move |request| {
        assert!(request.headers().get("x-org-id").is_none());
        match request.url().path() {
            path if path.ends_with(&format!("/providers/{provider_id}/organizations")) => {
                let row = format!(r#"{{"id": "{}", "name": "North"}}"#, id(7));
                Reply::json(200, &format!(r#"{{"totalCount": 1, "results": [{row}]}}"#))
            }
            path if path.ends_with("/providers") => Reply::json(
                200,
                &format!(r#"{{"totalCount": 1, "results": [{{"id": "{provider_id}"}}]}}"#),
            ),
            _ => Reply::json(403, REFUSAL),
        }
    });
    let tenants = provider(&script).tenants().await.unwrap();
    assert_eq!(tenants.len(), 1);
    assert_eq!((tenants[0].organization(), tenants[0].name()), (&*id(7), Some("North")));

    let script = Scripted::answering(|_| Reply::json(403, REFUSAL));
    let error = provider(&script).tenants().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.endpoint()),
        (ErrorKind::Forbidden, Some("GET /organizations"))
    );
}

#[tokio::test(start_paused = true)]
async fn an_organization_that_does_not_arrive_is_not_left_out_in_silence() {
    let body = format!(r#"{{"totalCount": 3, "results": [{{"_id": "{}"}}]}}"#, id(1));
    let script = Scripted::answering(move |request| {
        if query(request, "skip") == 0 {
            return Reply::json(200, &body);
        }
        Reply::json(200, r#"{"totalCount": 3, "results": []}"#)
    });
    let error = provider(&script).tenants().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    let rows =
        format!(r#"{{"totalCount": 2, "results": [{{"_id": "{}"}}, {{"name": 1}}]}}"#, id(1));
    let script = Scripted::answering(move |_| Reply::json(200, &rows));
    let error = provider(&script).tenants().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
}

#[tokio::test(start_paused = true)]
async fn all_tenants_of_a_credential_share_one_rate() {
    let script = service(12, |tenant, _| devices(tenant));
    let provider = builder(&script).api_key(KEY).rate_limit(2, 2).build().unwrap();
    let fleet = Fleet::new(provider.tenants().await.unwrap()).workers(12);
    sleep(s(60)).await;
    let begin = Instant::now();
    let (_, runs) = fleet.run(devices_of);
    assert_eq!(runs.count().await, 12);
    // Two at once, then ten at two a second: five seconds, however many tenants.
    assert_eq!(begin.elapsed(), s(5));

    // And one cool-down.
    let once = Arc::new(AtomicUsize::new(0));
    let (count, throttled) = (Arc::clone(&once), Arc::new(Mutex::new(None)));
    let at = Arc::clone(&throttled);
    let script = service(4, move |tenant, _| {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            *at.lock().unwrap() = Some(Instant::now());
            return Reply::json(429, "{}").header("retry-after", "30");
        }
        devices(tenant)
    });
    let tenants = self::provider(&script).tenants().await.unwrap();
    let (_, runs) = Fleet::new(tenants).workers(1).run(devices_of);
    assert_eq!(runs.count().await, 4);
    let throttled = throttled.lock().unwrap().unwrap();
    let later = script.requests().into_iter().filter(|seen| seen.at > throttled);
    assert!(
        later.clone().count() >= 4 && later.into_iter().all(|seen| seen.at >= throttled + s(30))
    );
}

#[tokio::test(start_paused = true)]
async fn a_huge_tenant_does_not_delay_the_requests_of_small_ones() {
    // The first has two hundred pages, and all that the client allows waiting at any time.
    let script = service(4, |tenant, request| match tenant {
        1 => page_of(20_000, request),
        _ => devices(tenant),
    });
    let provider = builder(&script).api_key(KEY).rate_limit(4, 1).max_in_flight(4).build().unwrap();
    let tenants = provider.tenants().await.unwrap();
    sleep(s(60)).await;
    let begin = Instant::now();
    let (_, runs) = Fleet::new(tenants).workers(4).run(async |tenant: Tenant| {
        let list = tenant.client().list::<System>().concurrency(100);
        list.collect().await.map(|listing| listing.records.len())
    });
    let ends: Vec<(String, Duration, usize)> = runs
        .map(|run| {
            let Ended::Done(devices) = run.ended else { panic!("{run:?}") };
            (run.organization, begin.elapsed(), devices)
        })
        .collect()
        .await;
    let (last, took, devices) = ends.last().unwrap();
    assert_eq!((last.as_str(), *devices), (&*id(1), 20_000));
    assert!(*took > s(45), "{ends:?}");
    for (small, took, _) in &ends[..3] {
        assert!(*took <= s(2), "{small} waited for {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_tenant_meets_ends_that_tenant_alone() {
    let script = service(6, |tenant, _| match tenant {
        2 => Reply::json(403, REFUSAL),
        3 => Reply::json(503, "{}"),
        4 => Reply::json(401, REFUSAL),
        5 => devices(tenant).after(s(50)),
        _ => devices(tenant),
    });
    let fleet = Fleet::new(provider(&script).tenants().await.unwrap());
    let mut summary = fleet.summary();
    let (_, runs) = fleet.run(devices_of);
    let mut runs = all(runs, &mut summary).await;
    runs.sort_by(|one, other| one.organization.cmp(&other.organization));
    let kinds: Vec<Option<ErrorKind>> = runs
        .iter()
        .map(|run| match &run.ended {
            Ended::Failed(error) => Some(error.kind()),
            _ => None,
        })
        .collect();
    let (forbidden, transient) = (Some(ErrorKind::Forbidden), Some(ErrorKind::Transient));
    let unauthorized = Some(ErrorKind::Unauthorized);
    assert_eq!(kinds, [None, forbidden, transient, unauthorized, None, None]);
    assert!(runs[4].took >= s(50) && runs[2].requests == 6, "{runs:?}");
    assert_eq!((summary.done(), summary.failed()), (3, 3));
    let reasons: Vec<bool> = summary.tenants().map(|line| line.reason.is_some()).collect();
    assert_eq!(reasons, [false, true, true, true, false, false]);
    let text = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
    assert!(!text.contains(KEY));
}

#[tokio::test(start_paused = true)]
async fn an_outage_at_one_tenant_spends_the_retries_of_no_other() {
    let tries: Arc<Mutex<BTreeMap<usize, u32>>> = Arc::default();
    let script = service(2, move |tenant, _| {
        let mut tries = tries.lock().unwrap();
        let tried = tries.entry(tenant).or_default();
        *tried += 1;
        if tenant == 1 || *tried == 1 { Reply::json(503, "{}") } else { devices(tenant) }
    });
    let retry = crate::Retry::default().budget(3);
    let provider = builder(&script).api_key(KEY).retry(retry).build().unwrap();
    let (_, runs) = Fleet::new(provider.tenants().await.unwrap()).workers(1).run(devices_of);
    let ended: Vec<bool> = runs.map(|run| matches!(run.ended, Ended::Done(1))).collect().await;
    assert_eq!(ended, [false, true]);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_rotated_meanwhile_is_fetched_once_for_all() {
    let fetched = Arc::new(AtomicUsize::new(0));
    let (fetches, current) = (Arc::clone(&fetched), Arc::new(AtomicUsize::new(1)));
    let valid = Arc::clone(&current);
    let script = service(8, move |tenant, request| {
        if tenant == 3 {
            valid.store(2, Ordering::SeqCst);
        }
        let key = format!("key-{}", valid.load(Ordering::SeqCst));
        let given = request.headers().get("x-api-key").unwrap();
        if given == &*key { devices(tenant).after(s(1)) } else { Reply::json(401, REFUSAL) }
    });
    let credentials = Rotating::new(move || {
        fetches.fetch_add(1, Ordering::SeqCst);
        let key = format!("key-{}", current.load(Ordering::SeqCst));
        async move { ApiKey::new(key) }
    });
    let provider = builder(&script).credentials(credentials).build().unwrap();
    let fleet = Fleet::new(provider.tenants().await.unwrap()).workers(2);
    let mut summary = fleet.summary();
    let (_, runs) = fleet.run(devices_of);
    all(runs, &mut summary).await;
    assert_eq!((summary.done(), summary.failed()), (8, 0), "{summary:?}");
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
}

/// Work that takes as long as the number of its tenant says.
fn sleeping(
    times: &'static [u64],
) -> impl Fn(Tenant) -> futures::future::BoxFuture<'static, Result<Instant, Error>> {
    move |tenant| {
        let number: usize = tenant.organization().parse().unwrap();
        let began = Instant::now();
        Box::pin(async move {
            sleep(s(times[number - 1])).await;
            Ok(began)
        })
    }
}

fn tenants(client: &Client, numbers: std::ops::RangeInclusive<usize>) -> Vec<Tenant> {
    numbers
        .map(|n| Tenant::new(id(n), client.for_organization(id(n)).unwrap()).named("Example"))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn workers_bound_what_is_under_way_and_large_tenants_step_aside() {
    let client = provider(&Scripted::new());
    let order = async |long: Duration| {
        let begin = Instant::now();
        let fleet = Fleet::new(tenants(&client, 1..=6)).workers(2).long_after(long);
        let (_, runs) = fleet.run(sleeping(&[1000, 1000, 5, 5, 5, 5]));
        runs.map(|run| {
            let number: usize = run.organization.parse().unwrap();
            (number, begin.elapsed().as_secs())
        })
        .collect::<Vec<_>>()
        .await
    };
    let ends = order(s(60)).await;
    assert_eq!(ends, [(3, 65), (4, 65), (5, 70), (6, 70), (1, 1000), (2, 1000)]);
    let ends = order(s(5000)).await;
    assert_eq!(ends, [(1, 1000), (2, 1000), (3, 1005), (4, 1005), (5, 1010), (6, 1010)]);

    // No more than twice the workers, however many are large.
    let under_way = Arc::new(AtomicUsize::new(0));
    let peak = Arc::new(AtomicUsize::new(0));
    let (_, runs) = Fleet::new(tenants(&client, 1..=9)).workers(2).long_after(s(1)).run(|_| {
        let (under_way, peak) = (Arc::clone(&under_way), Arc::clone(&peak));
        async move {
            peak.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(s(100)).await;
            under_way.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, Error>(())
        }
    });
    assert_eq!(runs.count().await, 9);
    assert_eq!(peak.load(Ordering::SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn a_credential_with_many_tenants_leaves_workers_to_one_with_few() {
    let script = Scripted::new();
    let many = tenants(&provider(&script), 1..=6);
    let few = tenants(&provider(&script), 7..=8);
    let begin = Instant::now();
    let (_, runs) = Fleet::new(many.into_iter().chain(few)).workers(2).run(sleeping(&[10; 8]));
    let ends: Vec<(usize, u64)> = runs
        .map(|run| (run.organization.parse().unwrap(), begin.elapsed().as_secs()))
        .collect()
        .await;
    let few = ends.iter().filter(|(number, _)| *number > 6).map(|(_, at)| *at).collect::<Vec<_>>();
    assert_eq!(few, [10, 20], "{ends:?}");
}

#[tokio::test(start_paused = true)]
async fn a_fleet_that_is_stopped_finishes_what_is_under_way_and_names_the_rest() {
    let client = provider(&Scripted::new());
    let fleet = Fleet::new(tenants(&client, 1..=5)).workers(2);
    let mut summary = fleet.summary();
    let (stop, mut runs) = fleet.run(sleeping(&[10, 20, 1, 1, 1]));
    let first = runs.next().await.unwrap();
    stop.stop();
    summary.add(&first);
    let rest = all(runs, &mut summary).await;
    let ended: Vec<(usize, bool)> = rest
        .iter()
        .map(|run| (run.organization.parse().unwrap(), matches!(run.ended, Ended::NotBegun)))
        .collect();
    // The third took the place of the first before the first was told.
    assert_eq!(first.organization, id(1));
    assert_eq!(ended.iter().filter(|(_, not_begun)| !not_begun).count(), 1, "{ended:?}");
    assert_eq!((summary.done(), summary.not_run()), (2, 3));
    assert_eq!(rest.iter().filter(|run| run.requests > 0).count(), 0);
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn job(credential: &str) -> Result<Job, InvalidJob> {
    let plan = Plan::exactly(["SYS", "SG"]).unwrap();
    Job::new(id(1), credential, plan, at("2026-11-23T00:00:00Z"))
}

#[test]
fn a_job_is_carried_as_plain_data_and_never_with_a_key() {
    let job = job("vault/provider-eu").unwrap();
    let text = serde_json::to_string(&job).unwrap();
    assert_eq!(serde_json::from_str::<Job>(&text).unwrap(), job);
    assert_eq!(job.id().len(), 64);
    for key in
        [KEY, "JCA_0", "0123456789abcdef0123456789abcdef01234567", "", "two words", "n\u{e4}"]
    {
        assert_eq!(self::job(key), Err(InvalidJob::Credential), "{key}");
        let smuggled = text.replace("vault/provider-eu", key);
        assert!(serde_json::from_str::<Job>(&smuggled).is_err(), "{key}");
    }
    let plan = job.plan().clone();
    assert_eq!(Job::new("a/b", "x", plan, job.as_of()), Err(InvalidJob::Organization));
}

#[test]
fn the_id_of_a_job_is_that_of_its_organization_plan_and_moment() {
    let one = job("one").unwrap();
    assert_eq!(one.id(), job("other").unwrap().id(), "a credential may be renamed");
    let plan = Plan::exactly(["SYS"]).unwrap();
    let different = [
        Job::new(id(2), "one", one.plan().clone(), one.as_of()).unwrap(),
        Job::new(id(1), "one", plan, one.as_of()).unwrap(),
        Job::new(id(1), "one", one.plan().clone(), at("2026-11-24T00:00:00Z")).unwrap(),
    ];
    for other in different {
        assert_ne!(one.id(), other.id(), "{other:?}");
    }
}

async fn collected(script: &Scripted, checkpoint: &MemoryCheckpoint) -> Result<Snapshot, Error> {
    let job = job("one").unwrap();
    let client = provider(script).for_organization(job.organization()).unwrap();
    let collector = client.collect(job.plan().clone());
    collector.checkpoint(checkpoint.clone()).run(&mut |_| {}).await
}

#[tokio::test(start_paused = true)]
async fn a_job_that_was_killed_goes_on_and_reports_what_arrived() {
    let script = service(1, |tenant, request| {
        let groups = request.url().path().ends_with("/systemgroups");
        if groups { Reply::json(200, "[]").after(s(30)) } else { devices(tenant) }
    });
    let checkpoint = MemoryCheckpoint::default();
    let killed = tokio::time::timeout(s(10), collected(&script, &checkpoint)).await;
    assert!(killed.is_err());
    let before = script.requests().len();
    let snapshot = collected(&script, &checkpoint).await.unwrap();
    let asked: Vec<_> = script.requests().into_iter().skip(before).collect();
    assert!(asked.iter().all(|seen| seen.request.url().path().ends_with("/systemgroups")));
    let report = JobReport::of(&job("one").unwrap(), &snapshot).with_evidence("there", "sha256:00");
    assert_eq!(
        (report.state, report.complete, report.reason.as_deref()),
        (JobState::Complete, 2, None)
    );
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<JobReport>(&text).unwrap(), report);
}

#[tokio::test(start_paused = true)]
async fn a_report_says_what_is_missing_and_who_has_to_act() {
    let report = async |status: u16| {
        let script = service(1, move |tenant, request| {
            let groups = request.url().path().ends_with("/systemgroups");
            if groups { Reply::json(status, REFUSAL) } else { devices(tenant) }
        });
        let snapshot = collected(&script, &MemoryCheckpoint::default()).await.unwrap();
        JobReport::of(&job("one").unwrap(), &snapshot)
    };
    let forbidden = report(403).await;
    assert_eq!(forbidden.state, JobState::Incomplete);
    assert_eq!((forbidden.complete, forbidden.incomplete), (1, vec!["SG".to_owned()]));
    let refused = report(401).await;
    assert_eq!(refused.state, JobState::Refused);
    assert!(refused.reason.unwrap().contains("give a new one"));

    let job = job("one").unwrap();
    for (kind, state) in [
        (ErrorKind::Unauthorized, JobState::Refused),
        (ErrorKind::WrongOrganization, JobState::Refused),
        (ErrorKind::Transient, JobState::Failed),
        (ErrorKind::Checkpoint, JobState::Failed),
    ] {
        let report = JobReport::failed(&job, &Error::new(kind));
        assert_eq!((report.state, report.complete), (state, 0));
        assert_eq!(report.state.is_worth_another_try(), state == JobState::Failed);
    }
}

#[test]
fn it_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    fn movable<T: Send>() {}
    shared::<Fleet>();
    shared::<Stop>();
    shared::<Job>();
    shared::<Summary>();
    movable::<Runs<'static, Snapshot, Error>>();
}

#[test]
fn an_id_that_is_none_makes_no_client() {
    let client = provider(&Scripted::new());
    for id in ["", "a b", "a/b", "a\nb", "\u{e4}"] {
        assert!(client.for_organization(id).is_err(), "{id:?}");
    }
    let derived = client.for_organization(id(1)).unwrap();
    assert!(!format!("{derived:?}").contains(KEY));
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_run_begins_with_its_own_client() {
    let script = service(1, |tenant, _| devices(tenant));
    let provider = builder(&script).api_key(KEY).run_deadline(s(60)).build().unwrap();
    sleep(s(600)).await;
    let late = provider.list::<System>().collect().await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout);
    let own = provider.for_organization(id(1)).unwrap();
    assert_eq!(own.list::<System>().collect().await.unwrap().records.len(), 1);
    sleep(s(61)).await;
    assert_eq!(own.list::<System>().collect().await.unwrap_err().kind(), ErrorKind::Timeout);
}
