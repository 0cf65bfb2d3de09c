//! Faults by script and by seed.

use super::*;

async fn with(fault: Fault) -> FakeJumpCloud {
    FakeJumpCloud::builder().organization(devices(25)).fault(fault).start().await.unwrap()
}

const PAGE: &str = "/api/systems?limit=10&skip=10&sort=_id";

fn page() -> Fault {
    Fault::on("GET /api/systems")
}

async fn broken(fake: &FakeJumpCloud) -> bool {
    try_raw(fake, "GET", PAGE, &key(DEMO_KEY), "").await.is_err()
}

#[tokio::test]
async fn scripts_match_by_method_path_turn_and_skip() {
    let fake = with(page().times(2).status(503)).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(get(&fake, PAGE).await.status);
    }
    assert_eq!(statuses, [503, 503, 200]);
    fake.set_faults(Faults::none().and(Fault::on("* /api/v2/*").nth(2).status(500)));
    assert_eq!(get(&fake, "/api/v2/usergroups").await.status, 200);
    assert_eq!(get(&fake, "/api/v2/systemgroups").await.status, 500);
    fake.set_faults(Faults::none().and(page().skip(10..=19).after(1).status(502).html()));
    let mut statuses = Vec::new();
    for target in ["/api/systems", PAGE, "/api/systems", PAGE] {
        statuses.push(get(&fake, target).await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 502]);
    assert_eq!(fake.requests().last().unwrap().status, Some(502));
}

#[tokio::test]
async fn throttling_carries_every_kind_of_hint() {
    for hint in [
        None,
        Some(RetryAfter::Seconds(7)),
        Some(RetryAfter::HttpDate(Duration::from_secs(7))),
        Some(RetryAfter::Text("in a while".to_owned())),
    ] {
        let mut fault = page().times(1).status(429);
        if let Some(hint) = &hint {
            fault = fault.retry_after(hint.clone());
        }
        let fake = with(fault).await;
        let reply = get(&fake, PAGE).await;
        assert_eq!(reply.status, 429);
        let value = reply.header("retry-after");
        match hint {
            None => assert_eq!(value, None),
            Some(RetryAfter::HttpDate(_)) => assert!(value.unwrap().ends_with(" GMT")),
            Some(RetryAfter::Seconds(_)) => assert_eq!(value, Some("7")),
            Some(_) => assert_eq!(value, Some("in a while")),
        }
        get(&fake, PAGE).await;
        let told = value.is_some_and(|text| text == "7" || text.ends_with(" GMT"));
        assert_eq!(fake.requests()[1].in_cooldown, told, "{value:?}");
    }
}

#[tokio::test]
async fn a_rate_limit_counts_requests_in_a_window() {
    let limit = RateLimit::new(2, Duration::from_millis(300)).retry_after(RetryAfter::Seconds(1));
    let builder = FakeJumpCloud::builder().organization(devices(1)).rate_limit(limit);
    let fake = builder.start().await.unwrap();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(get(&fake, "/api/systems").await.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(get(&fake, "/api/systems").await.status, 200);
}

#[tokio::test]
async fn foreign_answers() {
    let reply = get(&with(page().html()).await, PAGE).await;
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").unwrap().starts_with("text/html"));
    let reply = get(&with(page().content_type("text/plain")).await, PAGE).await;
    assert_eq!((reply.header("content-type"), reply.names("os").len()), (Some("text/plain"), 10));
    let reply = get(&with(page().redirect("http://127.0.0.1:9/steal")).await, PAGE).await;
    let place = reply.header("location");
    assert_eq!((reply.status, place), (302, Some("http://127.0.0.1:9/steal")));
    let reply = get(&with(page().body("{}").status(418).header("x-odd", "1")).await, PAGE).await;
    assert_eq!((reply.status, reply.json(), reply.header("x-odd")), (418, json!({}), Some("1")));
}

#[tokio::test]
async fn broken_bodies() {
    let reply = get(&with(page().truncate(100)).await, PAGE).await;
    assert_eq!(reply.bytes.len(), 100);
    assert!(serde_json::from_slice::<Value>(&reply.bytes).is_err());
    let reply = get(&with(page().invalid_utf8()).await, PAGE).await;
    assert!(String::from_utf8(reply.bytes).is_err());
    assert!(broken(&with(page().content_length_off_by(50)).await).await, "too long");
    let reply = get(&with(page().content_length_off_by(-50)).await, PAGE).await;
    assert!(serde_json::from_slice::<Value>(&reply.bytes).is_err(), "too short");
    assert!(broken(&with(page().reset_after(64)).await).await);
    assert!(broken(&with(page().hang_up()).await).await);
}

#[tokio::test]
async fn slow_and_silent_answers() {
    let start = std::time::Instant::now();
    let reply = get(&with(page().drip(2_000, Duration::from_millis(20))).await, PAGE).await;
    assert_eq!(reply.names("os").len(), 10);
    assert!(start.elapsed() >= Duration::from_millis(100));
    let start = std::time::Instant::now();
    get(&with(page().delay(Duration::from_millis(60))).await, PAGE).await;
    assert!(start.elapsed() >= Duration::from_millis(60));
    let fake = with(page().never_answer()).await;
    let wait = Duration::from_millis(100);
    assert!(tokio::time::timeout(wait, get(&fake, PAGE)).await.is_err());
    assert_eq!(fake.requests()[0].status, None);
}

#[tokio::test]
async fn large_and_deep_bodies() {
    let reply = get(&with(page().oversize(300_000)).await, PAGE).await;
    assert!(reply.bytes.len() >= 300_000);
    assert_eq!(reply.names("os").len(), 10, "the JSON stays right");
    let reply = get(&with(page().gzip_bomb(4_000_000)).await, PAGE).await;
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert!(reply.bytes.len() < 40_000);
    let reply = get(&with(page().huge_record(50_000)).await, PAGE).await;
    assert_eq!(reply.json()["results"][0]["padding"].as_str().unwrap().len(), 50_000);
    let reply = get(&with(page().nest(500)).await, PAGE).await;
    assert!(serde_json::from_slice::<Value>(&reply.bytes).is_err(), "deeper than serde_json goes");
    let reply = get(&with(page().duplicate_key()).await, PAGE).await;
    let text = String::from_utf8(reply.bytes).unwrap();
    assert_eq!(text.matches("\"_id\":").count(), 11);
}

#[tokio::test]
async fn a_gzip_bomb_inflates_to_the_size_it_says() {
    let fake = with(page().gzip_bomb(1_000_000)).await;
    let mut answer = reqwest::Client::new()
        .get(format!("{}{PAGE}", fake.url()))
        .header("x-api-key", DEMO_KEY)
        .send()
        .await
        .unwrap();
    let mut inflated = 0;
    while let Ok(Some(piece)) = answer.chunk().await {
        assert!(piece.iter().all(|byte| matches!(byte, b'[' | b' ')));
        inflated += piece.len();
    }
    assert!(inflated >= 900_000, "{inflated} bytes");
}

#[tokio::test]
async fn totals_that_lie() {
    let total = |reply: &Reply| reply.json().get("totalCount").cloned();
    assert_eq!(total(&get(&with(page().no_total()).await, PAGE).await), None);
    assert_eq!(total(&get(&with(page().total(-1)).await, PAGE).await), Some(json!(-1)));
    let fake = with(page().total_off_by(-5)).await;
    assert_eq!(total(&get(&fake, PAGE).await), Some(json!(20)));
    let fake = with(page().total_text("many")).await;
    assert_eq!(total(&get(&fake, PAGE).await), Some(json!("many")));
    let fake = with(page().moving_total(2)).await;
    assert_eq!(total(&get(&fake, PAGE).await), Some(json!(27)));
    assert_eq!(total(&get(&fake, PAGE).await), Some(json!(29)));
    let groups = with(Fault::on("GET /api/v2/usergroups").no_total()).await;
    assert_eq!(get(&groups, "/api/v2/usergroups").await.total(), None);
}

/// Reads all pages, trusting nothing but an empty page.
async fn hostnames(fake: &FakeJumpCloud) -> Vec<String> {
    let mut names = Vec::new();
    for skip in (0..60).step_by(10) {
        let target = format!("/api/systems?limit=10&skip={skip}&sort=_id");
        names.extend(get(fake, &target).await.names("hostname"));
    }
    names
}

fn distinct(mut names: Vec<String>) -> usize {
    names.retain(|name| name != "null");
    names.sort_unstable();
    names.dedup();
    names.len()
}

#[tokio::test]
async fn holes_in_lists_keep_their_places() {
    let names = hostnames(&with(page().null_items(3)).await).await;
    assert_eq!((names.len(), distinct(names)), (28, 25));
    let fake = with(page().dangling(3)).await;
    assert_eq!(get(&fake, PAGE).await.json()["totalCount"], 28);
    let names = hostnames(&fake).await;
    assert_eq!((names.len(), distinct(names)), (25, 25));
}

#[tokio::test]
async fn pages_that_disagree() {
    let names = hostnames(&with(page().short_page(2)).await).await;
    assert_eq!(names.len(), 19);
    let fake = with(page().ignore_skip()).await;
    assert_eq!(get(&fake, PAGE).await.names("hostname")[0], "mac-000");
    assert_eq!(get(&with(page().cap_limit(4)).await, PAGE).await.names("os").len(), 4);
    let names = hostnames(&with(page().overlap()).await).await;
    assert_eq!((names.len(), distinct(names)), (27, 25));
    let fake = with(page().unstable_order()).await;
    assert_eq!(distinct(hostnames(&fake).await), 25, "an order was asked for");
    let first = get(&fake, "/api/systems").await.names("hostname");
    assert_ne!(first, get(&fake, "/api/systems").await.names("hostname"));
    let names = hostnames(&with(page().ignore_sort()).await).await;
    assert!(names.len() == 25 && distinct(names) < 25);
    let reply = get(&with(page().unknown_wrapper()).await, PAGE).await.json();
    assert!(reply.get("results").is_none() && reply["entries"].is_array());
}

#[tokio::test]
async fn rows_come_and_go_between_pages() {
    let fake = with(page().nth(2).insert_rows(1)).await;
    let names = hostnames(&fake).await;
    assert_eq!((names.len(), distinct(names)), (26, 25), "one row is seen twice");
    let fake = with(page().nth(2).delete_rows(1)).await;
    assert_eq!(hostnames(&fake).await.len(), 24, "one row is lost");
    let left = fake.with_organization(|org| org.records("/api/systems").len());
    assert_eq!(left, Some(24));
}

#[tokio::test]
async fn keys_rotate_and_tokens_are_revoked() {
    let fake = with(page().nth(2).rotate_key("jca_new")).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(get(&fake, PAGE).await.status);
    }
    assert_eq!(statuses, [200, 401, 401]);
    assert_eq!(raw(&fake, "GET", PAGE, &key("jca_new"), "").await.status, 200);
    fake.rotate_key(DEMO_KEY);
    assert_eq!(get(&fake, PAGE).await.status, 200);
}

#[tokio::test]
async fn faults_add_up() {
    let fake = with(page().null_items(1).no_total().delay(Duration::from_millis(20))).await;
    fake.inject(page().content_type("text/plain"));
    let reply = get(&fake, "/api/systems?limit=100").await;
    assert_eq!(reply.header("content-type"), Some("text/plain"));
    assert_eq!(reply.json()["results"].as_array().unwrap().len(), 26);
    assert!(reply.json().get("totalCount").is_none());
}

#[tokio::test]
async fn a_seed_replays_and_lets_patience_win() {
    async fn run(seed: u64) -> Vec<u16> {
        let fake = FakeJumpCloud::builder()
            .organization(devices(25))
            .faults(Faults::seeded(seed, 60).including_lists())
            .start()
            .await
            .unwrap();
        let mut statuses = Vec::new();
        for skip in (0..30).step_by(10) {
            let target = format!("/api/systems?limit=10&skip={skip}&sort=_id");
            for attempt in 1..=3 {
                let reply = try_raw(&fake, "GET", &target, &key(DEMO_KEY), "").await;
                let status = reply.map_or(0, |reply| reply.status);
                statuses.push(status);
                if status == 200 {
                    break;
                }
                assert!(attempt < 3, "the third try succeeds");
            }
        }
        statuses
    }
    let mut all = Vec::new();
    for seed in 0..12 {
        let statuses = run(seed).await;
        assert_eq!(statuses, run(seed).await, "seed {seed}");
        all.extend(statuses);
    }
    assert!(all.iter().any(|status| *status != 200), "something went wrong on the way");
}

#[tokio::test]
async fn requests_in_flight_are_counted() {
    let latency = Duration::from_millis(50);
    let builder = FakeJumpCloud::builder().organization(devices(1)).latency(latency);
    let fake = builder.start().await.unwrap();
    let one = || get(&fake, "/api/systems");
    tokio::join!(one(), one(), one());
    assert_eq!(fake.max_in_flight(), 3);
    assert_eq!(fake.requests()[2].in_flight, 3);
    drop(fake);
}
