//! What fetching and decoding costs in processor time and memory, next to a bare loop.

use std::collections::VecDeque;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use jumpcloud_client::resources::System;
use serde::Deserialize;

use crate::fake::Fake;
use crate::process::Used;
use crate::sync;
use crate::world::PAGE;

/// Pages at once on each side.
const AT_ONCE: u32 = 8;

/// Runs of each side, of which the cheapest counts: what else runs on a machine only adds.
const RUNS: usize = 3;

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "totalCount")]
    total: usize,
    results: Vec<System>,
}

/// Prints the table.
pub fn table(devices: usize) {
    let fake = Fake::start("systems", devices, Duration::ZERO);
    println!(
        "| reader of {devices} devices | user CPU | system CPU | ratio of user CPU | peak memory | at the end |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    let mut bare = None;
    for side in ["bare loop", "this client"] {
        let runs = (0..RUNS).map(|_| Used::of_child(&["side", side, &fake.url]));
        let best = runs.min_by_key(|used| used.user_ms).expect("some runs");
        let floor = bare.get_or_insert(best).user_ms.max(1);
        println!(
            "| {side} | {} ms | {} ms | {}.{:02} | {} MB | {} MB |",
            best.user_ms,
            best.system_ms,
            best.user_ms / floor,
            best.user_ms * 100 / floor % 100,
            best.peak_kb / 1024,
            best.now_kb / 1024,
        );
    }
}

/// One side, in a process of its own.
pub fn side(side: &str, url: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    match side {
        "this client" => {
            let devices = runtime.block_on(async {
                sync::client(url, AT_ONCE, 10_000).list::<System>().collect().await
            });
            let devices = devices.expect("the devices are there");
            assert!(devices.state().is_complete(), "the list is complete");
            Used::now().say();
        }
        _ => {
            let devices = runtime.block_on(bare(url));
            assert!(devices.iter().all(|device| device.id.value().is_some()), "all were read");
            Used::now().say();
        }
    }
}

async fn bare(url: &str) -> Vec<System> {
    let client = reqwest::Client::new();
    let page = |skip: usize| {
        let client = client.clone();
        let url = format!("{url}/api/systems?limit={PAGE}&sort=_id&skip={skip}");
        async move {
            let body = client.get(url).send().await.expect("an answer");
            let body = body.bytes().await.expect("a body");
            serde_json::from_slice::<Page>(&body).expect("a page")
        }
    };
    let first = page(0).await;
    let mut devices = first.results;
    let at_once = usize::try_from(AT_ONCE).expect("a small number");
    let rest: VecDeque<usize> = (PAGE..first.total).step_by(PAGE).collect();
    let mut pages = stream::iter(rest).map(page).buffered(at_once);
    while let Some(page) = pages.next().await {
        devices.extend(page.results);
    }
    devices
}
