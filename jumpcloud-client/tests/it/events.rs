//! Events: the walk along the cursor, the window, the counts, and both as inputs of a collection.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::TryStreamExt as _;
use jiff::{SignedDuration, Timestamp};
use jumpcloud_client::collect::{EventSpan, Plan, Progress};
use jumpcloud_client::events::EventQuery;
use jumpcloud_client::resources::{Event, EventCount};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, Fault, Organization};
use jumpcloud_client::transport::scripted::{Reply, Scripted};
use jumpcloud_client::{
    Client, CoverageNote, ErrorKind, FailureClass, InputState, PartialReason, Retry, Snapshot,
};
use serde_json::{Value, json};

const EVENTS: &str = "/insights/directory/v1/events";
const EVENTS_FAULT: &str = "POST /insights/directory/v1/events";

fn ago(hours: i64) -> Timestamp {
    Timestamp::now().saturating_sub(SignedDuration::from_hours(hours)).unwrap()
}

/// `events` sign-ins, one an hour, the latest an hour ago.
fn hourly(events: i64) -> Organization {
    let mut org = Organization::new("Umbrellas & Sons");
    for hours in 1..=events {
        org.event(json!({"event_type": "user_login_attempt", "success": true,
            "timestamp": ago(hours).to_string(),
            "initiated_by": {"id": format!("u{}", hours % 3), "type": "user"}}));
    }
    org
}

fn client(server: &FakeJumpCloud) -> Client {
    Client::builder()
        .base_url(server.url())
        .api_key(DEMO_KEY)
        .rate_limit(500, 500)
        .retry(Retry::none())
        .build()
        .unwrap()
}

fn bodies(server: &FakeJumpCloud, path: &str) -> Vec<Value> {
    let requests = server.requests().into_iter().filter(|request| request.path == path);
    requests.map(|request| request.body.unwrap()).collect()
}

#[tokio::test]
async fn every_event_arrives_once_and_the_window_stays() {
    let server = FakeJumpCloud::start(hourly(25)).await.unwrap();
    let log =
        client(&server).events(EventQuery::since(ago(30))).page_size(10).collect().await.unwrap();
    let ids: BTreeSet<_> = log.records.iter().map(|own| own.value.id.text().unwrap()).collect();
    assert_eq!((log.records.len(), ids.len()), (25, 25));
    let times: Vec<_> = log.records.iter().map(|own| own.value.timestamp.text().unwrap()).collect();
    assert!(times.is_sorted(), "the oldest first");
    assert_eq!(log.coverage.state, InputState::Complete);
    assert_eq!((log.coverage.pages, log.coverage.reported_total), (3, Some(25)));
    let pages = bodies(&server, EVENTS);
    assert_eq!(
        pages.len(),
        3,
        "nothing but the pages: an unfiltered read needs no look for the oldest"
    );
    for body in &pages {
        assert_eq!(body["start_time"], pages[0]["start_time"]);
        assert_eq!(body["end_time"], pages[0]["end_time"]);
    }
    assert!(pages[0].get("search_after").is_none());
    assert!(pages[1]["search_after"][0].is_number() && pages[1]["search_after"][1].is_string());
    assert_eq!(bodies(&server, "/insights/directory/v1/events/count").len(), 1);
    assert!(server.violations().is_empty());
    let window = log.coverage.window.unwrap();
    assert_eq!(Some(window.start.to_string().as_str()), pages[0]["start_time"].as_str());
    assert_eq!(window.oldest, None);
}

#[tokio::test]
async fn a_full_last_page_is_looked_behind_and_pages_can_be_streamed() {
    let server = FakeJumpCloud::start(hourly(20)).await.unwrap();
    let mut pages = client(&server).events(EventQuery::since(ago(30))).page_size(10).pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        assert_eq!(page.total, Some(20));
        sizes.push(page.records.len());
    }
    assert_eq!(sizes, [10, 10, 0]);
    assert!(pages.coverage().unwrap().state.is_complete());
}

#[tokio::test]
async fn the_callers_own_type_and_filters() {
    #[derive(serde::Deserialize)]
    struct Own {
        event_type: String,
    }

    let mut org = hourly(4);
    org.event(json!({"event_type": "sso_auth", "success": false, "timestamp": ago(2).to_string()}));
    let server = FakeJumpCloud::start(org).await.unwrap();
    let client = client(&server);
    let query = EventQuery::since(ago(10)).event_types(["SSO_auth"]);
    let log = client.events_as::<Own>(query.clone()).collect().await.unwrap();
    assert_eq!(log.records.len(), 1);
    assert_eq!(log.records[0].value.event_type, "sso_auth");
    assert_eq!(client.count_events(&query).await.unwrap(), 1);
    assert_eq!(client.count_events(&query.clone().success(true)).await.unwrap(), 0);
    let who = EventQuery::since(ago(10)).matching("initiated_by.id", ["U1"]);
    assert_eq!(client.count_events(&who).await.unwrap(), 2);
    let kinds = client.distinct_events(&EventQuery::since(ago(10)), "event_type").await.unwrap();
    let kinds: Vec<_> = kinds.iter().map(|own| (own.value.as_str(), own.count)).collect();
    assert_eq!(kinds, [("sso_auth", 1), ("user_login_attempt", 4)]);
    let log = client.events(who).collect().await.unwrap();
    let asked = format!("{:?}", log.coverage.request);
    assert!(asked.contains("initiated_by.id") && !asked.contains("u1"), "{asked}");
}

#[tokio::test]
async fn a_service_that_remembers_less_says_so() {
    let day = Duration::from_secs(24 * 3600);
    let start = |kept: Option<Duration>| {
        let mut org = Organization::new("Umbrellas & Sons");
        for days in 0..60 {
            org.event(
                json!({"event_type": "system_update", "timestamp": ago(days * 24 + 1).to_string()}),
            );
        }
        let builder = FakeJumpCloud::builder().organization(org);
        match kept {
            Some(kept) => builder.event_retention(kept).start(),
            None => builder.start(),
        }
    };
    let gap = InputState::Partial { reason: PartialReason::RetentionGap };
    for query in
        [EventQuery::since(ago(50 * 24)), EventQuery::since(ago(50 * 24)).event_types(["sso_auth"])]
    {
        let server = start(None).await.unwrap();
        let log = client(&server).events(query.clone()).collect().await.unwrap();
        assert_eq!(log.coverage.state, InputState::Complete);
        let server = start(Some(30 * day)).await.unwrap();
        let log = client(&server).events(query).collect().await.unwrap();
        assert_eq!(log.coverage.state, gap);
        let window = log.coverage.window.unwrap();
        let reach = window.end.duration_since(window.covered_from());
        assert!((29 * 24..=30 * 24).contains(&reach.as_hours()), "{reach:?}");
    }
    let server = FakeJumpCloud::start(Organization::new("Silence")).await.unwrap();
    let log = client(&server).events(EventQuery::since(ago(50 * 24))).collect().await.unwrap();
    assert_eq!(log.coverage.state, gap);
    let window = log.coverage.window.unwrap();
    assert_eq!(window.covered_from(), window.end, "no event at all proves nothing");
}

#[tokio::test]
async fn a_page_that_fails_keeps_the_others() {
    let server = FakeJumpCloud::start(hourly(25)).await.unwrap();
    server.inject(Fault::on(EVENTS_FAULT).after(2).status(503));
    let client = client(&server);
    let error =
        client.events(EventQuery::since(ago(30))).page_size(10).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transient);
    let mut pages = client.events(EventQuery::since(ago(30))).page_size(10).pages();
    let first = pages.try_next().await.unwrap_err();
    assert_eq!(first.kind(), ErrorKind::Transient);
    assert!(pages.try_next().await.unwrap().is_none(), "ends after an error");
}

/// A scripted service: a count, then these pages.
async fn scripted(count: u64, pages: Vec<Reply>) -> (Result<usize, ErrorKind>, InputState) {
    let script = Scripted::new();
    script.push(Reply::json(200, &json!({"count": count}).to_string()));
    for page in pages {
        script.push(page);
    }
    let client = Client::builder()
        .api_key("jca_example")
        .transport(script)
        .retry(Retry::none())
        .build()
        .unwrap();
    let start = "2026-11-01T00:00:00Z".parse().unwrap();
    let end = "2026-11-02T00:00:00Z".parse().unwrap();
    let mut pages = client.events(EventQuery::between(start, end)).page_size(2).pages();
    let mut rows = 0;
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => rows += page.records.len(),
            Ok(None) => return (Ok(rows), pages.coverage().unwrap().state),
            Err(error) => return (Err(error.kind()), pages.coverage().unwrap().state),
        }
    }
}

fn page(ids: &[&str], limit: u32, cursor: Option<&str>) -> Reply {
    let rows: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "event_type": "sso_auth", "timestamp": "2026-11-01T10:00:00Z"}))
        .collect();
    let reply = Reply::json(200, &Value::from(rows).to_string())
        .header("x-result-count", &ids.len().to_string())
        .header("x-limit", &limit.to_string());
    match cursor {
        Some(cursor) => reply.header("x-search_after", cursor),
        None => reply,
    }
}

fn partial(reason: PartialReason) -> InputState {
    InputState::Partial { reason }
}

#[tokio::test(start_paused = true)]
async fn the_walk_trusts_nothing_it_is_told() {
    let overlap = vec![
        page(&["a", "b"], 2, Some("[1,\"b\"]")),
        page(&["b", "c"], 2, Some("[2,\"c\"]")),
        page(&[], 2, Some("[2,\"c\"]")),
    ];
    assert_eq!(scripted(3, overlap).await, (Ok(3), InputState::Complete));
    let lost = vec![page(&["a", "b"], 2, None)];
    assert_eq!(
        scripted(3, lost).await,
        (Err(ErrorKind::Contract), partial(PartialReason::PageFailed))
    );
    let circle = || page(&["a", "b"], 2, Some("[1,\"b\"]"));
    assert_eq!(
        scripted(9, vec![circle(), circle()]).await,
        (Err(ErrorKind::Contract), partial(PartialReason::NoProgress))
    );
    let fewer = vec![page(&["a"], 2, Some("[1,\"a\"]")), Reply::json(200, r#"{"count": 3}"#)];
    assert_eq!(
        scripted(3, fewer).await,
        (Err(ErrorKind::Incomplete), partial(PartialReason::CountMismatch))
    );
    let forgotten = vec![page(&["a"], 2, Some("[1,\"a\"]")), Reply::json(200, r#"{"count": 1}"#)];
    assert_eq!(scripted(3, forgotten).await, (Ok(1), InputState::Complete));
    let late = vec![page(&["a"], 2, Some("[1,\"a\"]"))];
    assert_eq!(scripted(0, late).await, (Ok(1), InputState::Complete));
    let odd = vec![
        Reply::json(
            200,
            r#"[{"id": "a", "timestamp": "2026-11-01T10:00:00Z"}, {"event_type": "x"}]"#,
        )
        .header("x-result-count", "2")
        .header("x-limit", "10"),
    ];
    assert_eq!(scripted(2, odd).await, (Ok(1), partial(PartialReason::Decode)));
    let object = vec![Reply::json(200, "{}")];
    assert_eq!(
        scripted(2, object).await,
        (Err(ErrorKind::Contract), partial(PartialReason::PageFailed))
    );
}

#[tokio::test(start_paused = true)]
async fn events_of_another_organization_stop_the_read() {
    let script = Scripted::new();
    script.push(Reply::json(200, r#"{"count": 1}"#));
    script.push(Reply::json(200, r#"[{"id": "a", "organization": "other"}]"#));
    let client = Client::builder()
        .api_key("jca_example")
        .organization("mine")
        .transport(script.clone())
        .build()
        .unwrap();
    let query = EventQuery::since("2026-11-01T00:00:00Z".parse().unwrap());
    let error = client.events(query).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongOrganization);
    assert!(script.requests().iter().all(|seen| seen.request.headers().contains_key("x-org-id")));
}

async fn collected(server: &FakeJumpCloud, span: EventSpan) -> (Snapshot, Vec<Progress>) {
    let client = client(server);
    client.validate().await.unwrap();
    let plan = Plan::exactly(["DI", "DIC"]).unwrap().events(span);
    let mut steps = Vec::new();
    let snapshot = Box::pin(client.collect(plan).run(&mut |step| steps.push(step))).await.unwrap();
    (snapshot, steps)
}

#[tokio::test]
async fn a_collection_keeps_the_newest_of_each_and_counts_the_rest() {
    let mut org = hourly(24 * 95);
    org.event(json!({"event_type": "admin_create", "timestamp": ago(30).to_string()}));
    org.event(json!({"event_type": "admin_login_attempt", "success": false,
        "timestamp": ago(31).to_string(), "initiated_by": {"id": "x1", "type": "admin"}}));
    let server = FakeJumpCloud::start(org).await.unwrap();
    let (snapshot, steps) = Box::pin(collected(&server, EventSpan::default())).await;
    let events = snapshot.list::<Event>();
    assert_eq!(events.state(), InputState::Complete);
    assert_eq!(events.records.len(), 4, "three people and an administrator");
    let newest = events.records.last().unwrap();
    let latest = newest.value.timestamp.text().unwrap().parse::<Timestamp>().unwrap();
    assert!(Timestamp::now().duration_since(latest) < SignedDuration::from_hours(2));
    let coverage = &events.coverage;
    assert_eq!(coverage.received, coverage.unique + coverage.condensed);
    assert!(coverage.condensed > 2_000 && coverage.notes.contains(&CoverageNote::Condensed));
    assert!(coverage.window.as_ref().unwrap().asks_for("sso_auth"));
    let told =
        |step: &&Progress| matches!(step, Progress::Page { input: "DI", total: Some(_), .. });
    assert!(steps.iter().any(|step| told(&step)));

    let counts = snapshot.list::<EventCount>();
    assert_eq!(counts.state(), InputState::Complete);
    let count = |question: &str| {
        let own = counts.values().find(|own| own.question.text() == Some(question));
        own.unwrap_or_else(|| panic!("no {question}")).count.value().copied().unwrap()
    };
    assert!(count("recent") > 150);
    assert_eq!(count("retained"), 0);
    assert_eq!((count("reviewed:admin_create"), count("reviewed:user_lockout")), (1, 0));
    assert_eq!(count("reviewed:admin_login_failed"), 1);
    assert_eq!(counts.records.len(), 12);
    let sent = server.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!(sent, 7, "a count, a look for the oldest and a page; four counts");
    assert!(server.violations().is_empty());

    let saved = snapshot.to_json().unwrap();
    let again = Snapshot::from_json(&saved).unwrap();
    assert_eq!(again, snapshot);
    assert_eq!(again.to_json().unwrap(), saved);
}

#[tokio::test]
async fn a_refusal_is_a_state_of_the_input() {
    let server = FakeJumpCloud::start(hourly(3)).await.unwrap();
    server.inject(Fault::on("POST /insights/directory/v1/**").status(403));
    let (snapshot, _) = Box::pin(collected(&server, EventSpan::default())).await;
    let refused = Some(InputState::Failed { class: FailureClass::Forbidden });
    assert_eq!((snapshot.state("DI"), snapshot.state("DIC")), (refused, refused));
    let sent = server.requests().iter().filter(|request| request.method == "POST").count();
    assert!(sent <= 3, "{sent} requests after a refusal");

    let server = FakeJumpCloud::start(hourly(3)).await.unwrap();
    server.inject(Fault::on("POST /insights/directory/v1/events/distinct").status(500));
    let (snapshot, _) = Box::pin(collected(&server, EventSpan::default())).await;
    assert_eq!(snapshot.state("DIC"), Some(partial(PartialReason::PageFailed)));
    assert_eq!(snapshot.list::<EventCount>().records.len(), 3, "the other answers are kept");
}

#[test]
fn an_older_snapshot_was_never_asked_and_a_hand_made_one_has_a_window() {
    let read = |inputs: Value| {
        let text = json!({"schema": "jumpcloud-snapshot/1", "taken_at": "2026-11-23T12:00:00Z",
            "inputs": inputs});
        Snapshot::from_json(&text.to_string()).unwrap()
    };
    let old = read(json!({"SYS": []}));
    assert_eq!(old.state("DI"), Some(InputState::NotCollected));
    assert_eq!(old.state("DIC"), Some(InputState::NotCollected));
    let made = read(json!({"DI": {"records": [{"id": "e1", "event_type": "sso_auth"}],
        "window": {"start": "2026-08-25T00:00:00Z", "end": "2026-11-23T00:00:00Z"}}}));
    let events = made.list::<Event>();
    assert_eq!(events.state(), InputState::Complete);
    let window = events.coverage.window.as_deref().unwrap();
    assert_eq!(window.covered_from().to_string(), "2026-08-25T00:00:00Z");
}
