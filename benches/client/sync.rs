//! How long a sync takes, next to the least that it can take.

use std::time::{Duration, Instant};

use jumpcloud_client::Client;
use jumpcloud_client::collect::Plan;

use crate::bare;
use crate::fake::{Count, Fake};
use crate::world::{ORGANIZATION, fewest, full_endings, organization};

const LATENCY: Duration = Duration::from_millis(50);

/// Requests a second that the clients may start: more than any case needs, or what binds.
const RATE: u32 = 2_000;

const LISTS: [&str; 2] = ["SYS", "USR"];
const INVENTORY: [&str; 9] = ["SYS", "USR", "UG", "SG", "APP", "UGM", "SGM", "APP-USR", "APP-UG"];

pub fn client(url: &str, at_once: u32, rate: u32) -> Client {
    Client::builder()
        .base_url(url)
        .api_key("1234567890123456789012345678901234567890")
        .organization(ORGANIZATION)
        .rate_limit(rate, at_once)
        .max_in_flight(at_once)
        .build()
        .expect("the client is configured")
}

/// Prints the table.
pub fn table(quick: bool) {
    println!(
        "| job | devices | C | L | R | fewest | limit | client | requests | repeated | at once | wall | ratio |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|");
    let sizes: &[usize] = if quick { &[1_000, 10_000] } else { &[1_000, 10_000, 100_000] };
    for kind in ["lists", "inventory"] {
        for devices in sizes {
            case(kind, *devices);
        }
    }
}

fn case(kind: &str, devices: usize) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let fake = Fake::start(kind, devices, LATENCY);
    let lists = organization(kind, devices);
    let fewest = fewest(&lists);
    let rows: usize = lists.values().map(Vec::len).sum();
    let beyond = full_endings(&lists);
    drop(lists);
    for at_once in [8, 16] {
        let one = Row { kind, devices, at_once, fewest, rate: RATE };
        one.print("this client", runtime.block_on(ours(&fake, one, rows, Some(beyond))));
        if at_once == 16 && devices == 10_000 {
            one.print("trusting totals", runtime.block_on(ours(&fake, one, rows, None)));
        }
        one.print("bare loop", runtime.block_on(theirs(&fake, kind, at_once)));
        if at_once == 16 && kind == "inventory" && devices == 10_000 {
            let slow = Row { rate: 200, ..one };
            slow.print("this client", runtime.block_on(ours(&fake, slow, rows, Some(beyond))));
        }
    }
    if fewest <= 2_000 && !(kind == "lists" && devices > 10_000) {
        let one = Row { kind, devices, at_once: 1, fewest, rate: RATE };
        one.print("one by one", runtime.block_on(theirs(&fake, kind, 1)));
    }
}

#[derive(Clone, Copy)]
struct Row<'a> {
    kind: &'a str,
    devices: usize,
    at_once: u32,
    fewest: usize,
    rate: u32,
}

impl Row<'_> {
    /// `max(n L / C, n / R)` and one first page, on which all others hang.
    fn limit(&self) -> Duration {
        let n = u32::try_from(self.fewest).expect("a small number");
        let by_latency = LATENCY * n / self.at_once;
        let by_rate = Duration::from_secs(1) * n.saturating_sub(self.at_once) / self.rate;
        by_latency.max(by_rate) + LATENCY
    }

    fn print(&self, who: &str, (count, wall): (Count, Duration)) {
        let Self { kind, devices, at_once, fewest, rate } = self;
        let limit = self.limit();
        println!(
            "| {kind} | {devices} | {at_once} | {} ms | {rate} | {fewest} | {:.2} s | {who} | {} | {} | {} | {:.2} s | {:.3} |",
            LATENCY.as_millis(),
            limit.as_secs_f64(),
            count.requests,
            count.repeated,
            count.most_at_once,
            wall.as_secs_f64(),
            wall.as_secs_f64() / limit.as_secs_f64(),
        );
    }
}

/// Looks beyond so many full last pages, or trusts totals.
async fn ours(fake: &Fake, row: Row<'_>, rows: usize, beyond: Option<usize>) -> (Count, Duration) {
    fake.seen().await;
    let client = client(&fake.url, row.at_once, row.rate);
    let plan = if row.kind == "lists" { Plan::exactly(LISTS) } else { Plan::exactly(INVENTORY) };
    let collector = client.collect(plan.expect("known inputs"));
    let collector = if beyond.is_none() { collector.trust_totals() } else { collector };
    let started = Instant::now();
    let snapshot = collector.run(&mut |_| {}).await.expect("the organisation is there");
    let wall = started.elapsed();
    let inputs = snapshot.inputs();
    assert!(inputs.iter().all(|input| input.coverage.state.is_complete()), "all is complete");
    let read: u64 = inputs.iter().map(|input| input.coverage.unique).sum();
    assert_eq!(read, rows as u64, "every row arrived");
    let count = fake.seen().await;
    assert_eq!(count.requests, row.fewest + beyond.unwrap_or(0), "none but the fewest");
    (count, wall)
}

async fn theirs(fake: &Fake, kind: &str, at_once: u32) -> (Count, Duration) {
    fake.seen().await;
    let at_once = usize::try_from(at_once).expect("a small number");
    let started = Instant::now();
    bare::read(&fake.url, kind, at_once).await;
    let wall = started.elapsed();
    (fake.seen().await, wall)
}
