//! Whole clients in bad weather: thousands of seeded runs on virtual time.
//!
//! Each seed draws a list, its page size, the limits of the client and a schedule of faults, and
//! reads the list through everything but the network: limiter, retries, budget, deadline, walk.
//! `STORM_SEED=<seed>` repeats one run and prints it; `STORM_RUNS=<number>` runs more of them.

mod sky;

use std::collections::BTreeSet;
use std::env;
use std::sync::Arc;
use std::time::Duration;

use jumpcloud_client::resources::insights::App;
use jumpcloud_client::resources::{System, UserGroup};
use jumpcloud_client::{Client, Error, ErrorKind, Listing, Resource, Retry};
use tokio::time::Instant;

use self::sky::{Sky, Storm, wall};

const RUNS: u64 = 10_000;

/// What a run is allowed, and what it meets.
#[derive(Clone, Debug)]
struct Weather {
    rows: usize,
    page_size: u32,
    concurrency: usize,
    rate: u32,
    burst: u32,
    max_in_flight: u32,
    retries: u32,
    budget: u32,
    deadline: Option<Duration>,
    /// When the caller loses patience.
    dropped_after: Option<Duration>,
    storm: Storm,
}

const ATTEMPT: Duration = Duration::from_secs(20);

/// Nothing takes longer than this, but for a hang.
const FOREVER: Duration = Duration::from_secs(7 * 24 * 3600);

fn draw(seed: u64) -> Weather {
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut one_in = |n: u32| dice.u32(0..n) == 0;
    let (deadline, dropped, down) = (one_in(6), one_in(8), one_in(12));
    let page_size = dice.u32(1..12);
    let pages = dice.usize(0..10);
    let rows = match dice.u32(0..3) {
        0 => pages * page_size as usize,
        _ => dice.usize(0..60),
    };
    let share = [0, 0, 5, 15, 40][dice.usize(0..5)];
    Weather {
        rows,
        page_size,
        concurrency: [1, 2, 8][dice.usize(0..3)],
        rate: dice.u32(1..20),
        burst: dice.u32(1..9),
        max_in_flight: dice.u32(1..7),
        retries: dice.u32(0..7),
        budget: [2, 40][dice.usize(0..2)],
        deadline: deadline.then(|| Duration::from_millis(dice.u64(0..120_000))),
        dropped_after: dropped.then(|| Duration::from_millis(dice.u64(0..20_000))),
        storm: Storm { seed, share, down_from: down.then(|| dice.usize(0..12)) },
    }
}

/// Reads one list; what came of it, unless the caller lost patience.
async fn read<R: Resource>(
    weather: &Weather,
    client: &Client,
) -> Option<Result<Listing<R>, Error>> {
    let list = client.list::<R>().page_size(weather.page_size).concurrency(weather.concurrency);
    match weather.dropped_after {
        Some(time) => tokio::time::timeout(time, list.collect()).await.ok(),
        None => Some(list.collect().await),
    }
}

/// Rows in the order in which they arrived, by their numbers.
fn numbers<R: Resource>(listing: &Listing<R>, number: fn(&R::Record) -> &str) -> Vec<usize> {
    let number = |row| number(row).rsplit('-').next().unwrap().parse().unwrap();
    listing.values().map(number).collect()
}

/// Every law that one run broke.
async fn broken<R: Resource>(weather: &Weather, number: fn(&R::Record) -> &str) -> Vec<String> {
    let mut broken = BTreeSet::new();
    let mut law = |holds: bool, text: &str| {
        if !holds {
            broken.insert(text.to_owned());
        }
    };
    let start = Instant::now();
    let sky = Arc::new(Sky::new(weather.storm.clone(), weather.rows, start));
    let client = client(weather, &sky, start);
    let outcome = tokio::time::timeout(FOREVER, read::<R>(weather, &client)).await;
    law(outcome.is_ok(), "every run ends");
    let outcome = outcome.ok().flatten();
    let elapsed = start.elapsed();
    let log = sky.log();
    let counters = client.counters();

    if let Some(Ok(listing)) = &outcome {
        let got = numbers(listing, number);
        let all: Vec<usize> = (0..weather.rows).collect();
        law(listing.state().is_complete() == (got == all), "complete means every row, in order");
        let once: BTreeSet<_> = got.iter().collect();
        law(once.len() == got.len(), "no row is there twice");
    }
    if let Some(Err(error)) = &outcome {
        law(log.faults > 0 || weather.deadline.is_some(), "an error has a cause");
        let known = [
            ErrorKind::RateLimited,
            ErrorKind::Transient,
            ErrorKind::Transport,
            ErrorKind::Timeout,
            ErrorKind::Contract,
            ErrorKind::Decode,
            ErrorKind::Unauthorized,
            ErrorKind::Forbidden,
        ];
        law(
            known.contains(&error.kind()),
            &format!("{:?} is no error of this weather", error.kind()),
        );
    }
    if log.faults == 0 && weather.deadline.is_none() && weather.dropped_after.is_none() {
        let size = weather.page_size as usize;
        let full = weather.rows > 0 && weather.rows.is_multiple_of(size);
        let fewest = weather.rows.div_ceil(size).max(1) + usize::from(full);
        law(matches!(&outcome, Some(Ok(list)) if list.state().is_complete()), "calm is complete");
        law(log.starts.len() == fewest, "calm takes the fewest requests");
    }

    law(log.peak <= weather.max_in_flight as usize, "the number under way is kept");
    for (at, start) in log.starts.iter().enumerate() {
        let second = Duration::from_secs(1);
        let within = log.starts[at..].iter().take_while(|next| **next < *start + second).count();
        law(within <= (weather.burst + weather.rate) as usize, "the rate is kept");
        let silent = |(from, till): &(Instant, Instant)| from < start && start < till;
        law(!log.silences.iter().any(silent), "nothing is sent inside a cool-down");
    }
    if let Some(deadline) = weather.deadline {
        let late = deadline + Duration::from_millis(5);
        law(elapsed <= late, "the run ends by its deadline");
        law(log.starts.iter().all(|at| *at - start < late), "nothing is sent after the deadline");
    }
    let sent = log.starts.len() as u64;
    law(counters.requests() == sent, "requests are counted");
    law(counters.throttles() == log.silences.len() as u64, "throttles are counted");
    let unpaced = counters.retries().saturating_sub(log.silences.len() as u64);
    let earned = u64::from(weather.budget) + log.good;
    // Once for each page, a rejected key is asked for again at no cost.
    law(unpaced <= earned + log.rejected, "retries keep within their budget");

    // Whatever happened, the client is as good as new.
    sky.clear_up();
    if weather.deadline.is_none() {
        let again = tokio::time::timeout(FOREVER, client.list::<R>().collect()).await;
        let whole = matches!(&again, Ok(Ok(list)) if numbers(list, number).len() == weather.rows);
        law(whole, "the client is usable afterwards");
        law(sky.in_flight() == 0, "nothing stays under way");
    }
    broken.into_iter().collect()
}

fn client(weather: &Weather, sky: &Arc<Sky>, start: Instant) -> Client {
    let retry = Retry::default().max_retries(weather.retries).budget(weather.budget);
    let dice = std::sync::Mutex::new(fastrand::Rng::with_seed(!weather.storm.seed));
    let mut builder = Client::builder()
        .transport(Arc::clone(sky))
        .api_key("jca_PLANTEDplantedPLANTED0123456789")
        .rate_limit(weather.rate, weather.burst)
        .max_in_flight(weather.max_in_flight)
        .attempt_timeout(ATTEMPT)
        .retry(retry)
        .random(move || dice.lock().unwrap().u64(..))
        .clock(move || wall(start));
    if let Some(deadline) = weather.deadline {
        builder = builder.run_deadline(deadline);
    }
    builder.build().unwrap()
}

fn check(seed: u64, verbose: bool) -> Option<String> {
    let weather = draw(seed);
    if verbose {
        eprintln!("{weather:#?}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let broken = runtime.block_on(async {
        match seed % 3 {
            0 => broken::<System>(&weather, |row| row.hostname.text().unwrap()).await,
            1 => broken::<UserGroup>(&weather, |row| row.name.text().unwrap()).await,
            _ => broken::<App>(&weather, |row| row.name.text().unwrap()).await,
        }
    });
    (!broken.is_empty()).then(|| format!("seed {seed}: {broken:#?}\n{weather:?}\n"))
}

#[test]
fn every_run_keeps_its_limits_and_says_the_truth() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let wrong: Vec<String> = match number("STORM_SEED") {
        Some(seed) => check(seed, true).into_iter().collect(),
        None => (0..number("STORM_RUNS").unwrap_or(RUNS))
            .filter_map(|seed| check(seed, false))
            .take(5)
            .collect(),
    };
    assert!(
        wrong.is_empty(),
        "{}replay: STORM_SEED=<seed> cargo test -p jumpcloud-client --all-features --test it \
         storm -- --nocapture",
        wrong.join("\n"),
    );
}
