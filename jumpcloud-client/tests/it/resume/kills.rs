//! Runs that are killed at whatever request: the rest alone is asked for.

use std::collections::{BTreeMap, BTreeSet};

use jumpcloud_client::collect::{MemoryCheckpoint, Plan, Progress, endpoints};
use jumpcloud_client::testkit::{FakeJumpCloud, Organization, demo};
use jumpcloud_client::{Client, InputState};
use url::Url;

use super::life::{
    COMPLETE, Lived, client, devices_and_users, everything_that_rules_read, live, now,
    uninterrupted,
};
use crate::support::organization;

/// Names of the pieces that the answer to a request may belong to.
fn pieces(plan: &Plan, client: &Client, url: &Url) -> BTreeSet<String> {
    let counterparts = ["SYS-USR", "USR-SYS", "POL-SYS", "SYS-POL", "PST", "SYS-PST"];
    let codes: BTreeSet<&str> = plan.inputs().chain(counterparts).collect();
    let mut names = BTreeSet::new();
    if url.path().contains("/events") {
        return ["di", "dic"].map(str::to_owned).into();
    }
    for endpoint in endpoints().filter(|endpoint| codes.contains(endpoint.input())) {
        let base = Url::parse(client.hosts().base(endpoint.family())).unwrap();
        let template = format!("{}{}", base.path().trim_end_matches('/'), endpoint.path());
        let (asked, known) = (url.path().split('/'), template.split('/'));
        let asked: Vec<&str> = asked.collect();
        let known: Vec<&str> = known.collect();
        let hole = known.iter().position(|part| part.starts_with('{'));
        let alike = asked.len() == known.len()
            && (0..known.len()).all(|at| Some(at) == hole || asked[at] == known[at]);
        let fixed = endpoint.fixed_query().iter().all(|(name, value)| {
            url.query_pairs().any(|(own, text)| own == *name && text == *value)
        });
        if alike && fixed {
            let code = endpoint.input().to_lowercase();
            names.insert(hole.map_or(code.clone(), |at| format!("{code}.{}", asked[at])));
        }
    }
    assert!(!names.is_empty(), "{url} belongs to no input");
    names
}

/// What was told to be done is kept.
fn kept_before_told(lived: &Lived, kept: &BTreeSet<String>) {
    let mut objects = BTreeMap::new();
    for step in &lived.told {
        match step {
            Progress::InputFinished {
                input, state: COMPLETE | InputState::NotLicensed, ..
            } => {
                let prefix = format!("{}.", input.to_lowercase());
                let scoped = endpoints()
                    .any(|endpoint| endpoint.input() == *input && endpoint.path().contains('{'));
                let lists = kept.iter().filter(|name| name.starts_with(&prefix)).count();
                let known = kept.contains(&input.to_lowercase());
                assert!(known || scoped, "{input} is done and not kept");
                let most = objects.get(input).copied().unwrap_or_default();
                assert!(!scoped || lists >= most, "{input}: {lists} of {most}");
            }
            Progress::Object { input, done, .. } => {
                objects.insert(*input, *done);
                let prefix = format!("{}.", input.to_lowercase());
                let lists = kept.iter().filter(|name| name.starts_with(&prefix)).count();
                assert!(lists >= *done, "{input}: {lists} of {done} are kept");
            }
            _ => {}
        }
    }
}

/// Lives one life after the other until one sees the end; each is as long as `requests` says.
pub(super) async fn lives(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: &MemoryCheckpoint,
    mut requests: impl FnMut(usize) -> usize,
    replay: &str,
) -> (String, usize, usize) {
    let known = client(fake);
    let (mut sent, mut number) = (0, 0);
    loop {
        let kept: BTreeSet<String> = checkpoint.names().into_iter().collect();
        let lived = live(fake, plan, checkpoint.clone(), requests(number)).await;
        for url in &lived.sent {
            let asked = pieces(plan, &known, url);
            assert!(!asked.is_subset(&kept), "{replay}: {url} was done before life {number}");
        }
        let resumed = lived.told.contains(&Progress::Resumed { started_at: now() });
        assert_eq!(resumed, kept.contains("run"), "{replay}");
        for step in &lived.told {
            let fine = !matches!(
                step,
                Progress::NotKept { .. }
                    | Progress::NotRestored { .. }
                    | Progress::StartedAfresh { .. }
            );
            assert!(fine, "{replay}: {step:?}");
        }
        sent += lived.sent.len();
        if let Some(snapshot) = lived.snapshot {
            assert_eq!(checkpoint.names(), Vec::<String>::new(), "{replay}");
            return (snapshot.to_json().unwrap(), sent, number);
        }
        let kept = checkpoint.names().into_iter().collect();
        kept_before_told(&lived, &kept);
        number += 1;
    }
}

/// Runs that are killed at random requests, one fake for all of them.
///
/// `RESUME_RUNS` in the environment asks for more of them.
async fn killed_at_random(org: Organization, plan: Plan, runs: u64) {
    let more = std::env::var("RESUME_RUNS").ok();
    let runs = more.map_or(runs, |runs| runs.parse().unwrap());
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    for seed in 0..runs {
        let replay = format!("seed {seed}");
        let mut dice = fastrand::Rng::with_seed(seed);
        let first = dice.usize(0..=asked.len());
        let checkpoint = MemoryCheckpoint::default();
        let once = |number| if number == 0 { first } else { usize::MAX };
        let (text, sent, _) = lives(&fake, &plan, &checkpoint, once, &replay).await;
        assert!(text == whole, "{replay}: killed at request {first}, the snapshot differs");
        // What was under way is asked for again, and the pages of lists that were not done.
        let again = sent.saturating_sub(asked.len());
        assert!(again <= 40, "{replay}: {again} more than the {} of one life", asked.len());
    }
    documented_reads(&fake);
}

/// Requests that were cut off may still be under way, so that their number says nothing.
fn documented_reads(fake: &FakeJumpCloud) {
    assert_eq!(fake.violations(), []);
    for request in fake.requests() {
        let read = request.method == "GET" || request.path.contains("/events");
        assert!(read, "{} {}", request.method, request.path);
    }
}

#[tokio::test]
async fn killed_at_any_request_the_rest_alone_is_asked_for() {
    killed_at_random(organization(210), devices_and_users(), 12).await;
}

#[tokio::test]
async fn the_demo_killed_at_any_request_is_the_demo() {
    killed_at_random(demo::organization(now()), everything_that_rules_read(), 10).await;
}

#[tokio::test]
async fn an_untidy_organization_killed_at_any_request_is_the_same() {
    let org = demo::organization_of(300, 11, now());
    killed_at_random(org, everything_that_rules_read(), 3).await;
}

#[tokio::test]
async fn killed_again_and_again_it_comes_to_its_end() {
    let fake = FakeJumpCloud::start(organization(120)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    for seed in 0..6 {
        let replay = format!("seed {seed}");
        let mut dice = fastrand::Rng::with_seed(seed);
        let checkpoint = MemoryCheckpoint::default();
        // Long enough to be told the organization and to read the longest list.
        let often = |_| dice.usize(14..40);
        let (text, sent, killed) = lives(&fake, &plan, &checkpoint, often, &replay).await;
        assert!(text == whole, "{replay}: killed {killed} times, the snapshot differs");
        assert!(killed >= 5, "{replay}: {killed}");
        assert!(sent <= asked.len() + killed * 16, "{replay}: {sent} for {}", asked.len());
    }
    documented_reads(&fake);
}

#[tokio::test]
async fn the_end_with_fewer_requests_is_the_same_after_a_restart() {
    let fake = FakeJumpCloud::start(demo::organization(now())).await.unwrap();
    let plan = Plan::for_inputs(["SYS-USR", "PST", "POL-SYS"]).unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    for first in (0..asked.len()).step_by(3) {
        let checkpoint = MemoryCheckpoint::default();
        let once = |number| if number == 0 { first } else { usize::MAX };
        let replay = format!("request {first}");
        let (text, ..) = lives(&fake, &plan, &checkpoint, once, &replay).await;
        assert!(text == whole, "{replay}");
    }
}
