//! The loop over a scripted transport and a paused clock: every wait is exact.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::credentials::{ApiKey, Rotating, ServiceAccount};
use crate::transport::scripted::{Reply, Scripted};
use crate::{Client, ClientBuilder, Region};

const SECRET: &str = "jca_PLANTEDplantedPLANTED0123456789";

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A client without jitter: own waits are zero, so that only what is asked for counts.
fn builder(script: &Scripted) -> ClientBuilder {
    Client::builder().transport(script.clone()).random(|| 0)
}

fn client(script: &Scripted) -> Client {
    builder(script).api_key(SECRET).build().unwrap()
}

fn ok() -> Reply {
    Reply::json(200, "[]")
}

fn systems() -> Call {
    Call::get(Family::V1, "/systems")
}

async fn read(client: &Client) -> Result<Answer, Error> {
    client.core().send(systems()).await
}

#[tokio::test(start_paused = true)]
async fn an_answer_comes_back_with_its_cost() {
    let script = Scripted::new();
    script.push(Reply::json(200, "[1]").header("x-total-count", "1").after(ms(120)));
    let stamp: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
    let client = builder(&script).api_key(SECRET).clock(move || stamp).build().unwrap();
    let answer = read(&client).await.unwrap();
    assert_eq!((answer.status, answer.attempts), (StatusCode::OK, 1));
    assert_eq!((&answer.body[..], answer.received_at), (&b"[1]"[..], stamp));
    assert_eq!(answer.headers.get("x-total-count").unwrap(), "1");
    let counters = client.counters();
    assert_eq!((counters.requests(), counters.bytes(), counters.waits()), (1, 3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_throttle_waits_exactly_as_long_as_asked() {
    let script = Scripted::new();
    script.push(Reply::json(429, "{}").header("retry-after", "30"));
    script.push(ok());
    let client = client(&script);
    let start = Instant::now();
    let answer = read(&client).await.unwrap();
    assert_eq!(start.elapsed(), s(30));
    assert_eq!(answer.attempts, 2);
    let counters = client.counters();
    assert_eq!((counters.throttles(), counters.retries(), counters.waited()), (1, 1, s(30)));
}

#[tokio::test(start_paused = true)]
async fn a_date_is_a_wait_too_and_garbage_is_none() {
    let stamp: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
    for (value, wait) in [
        ("Wed, 02 Jan 2030 03:04:25 GMT", s(21)),
        ("Wed, 02 Jan 2030 03:00:00 GMT", s(1)),
        ("tomorrow", s(1)),
        ("86400", s(120)),
    ] {
        let script = Scripted::new();
        script.push(Reply::json(429, "{}").header("retry-after", value));
        script.push(ok());
        let client = builder(&script).api_key(SECRET).clock(move || stamp).build().unwrap();
        let start = Instant::now();
        read(&client).await.unwrap();
        assert_eq!(start.elapsed(), wait, "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_of_the_service_are_repeated_with_doubled_waits() {
    let script = Scripted::answering(|_| Reply::json(503, "{}"));
    let client = builder(&script).random(|| u64::MAX).api_key(SECRET).build().unwrap();
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transient, 6));
    assert!(error.is_retryable());
    let starts: Vec<_> = script.requests().iter().map(|seen| seen.at).collect();
    let gaps: Vec<_> = starts.windows(2).map(|w| (w[1] - w[0]).as_millis()).collect();
    assert_eq!(gaps, [1000, 2000, 4000, 8000, 16000]);
}

#[tokio::test(start_paused = true)]
async fn nothing_starts_inside_a_cool_down() {
    let script = Scripted::answering(|_| ok().after(ms(400)));
    script.push(ok().after(ms(400)));
    script.push(Reply::json(429, "{}").header("retry-after", "30").after(ms(100)));
    let client = client(&script);
    let start = Instant::now();
    let all = futures::future::join_all((0..8).map(|_| read(&client))).await;
    assert!(all.iter().all(Result::is_ok));
    let starts: Vec<_> = script.requests().iter().map(|seen| seen.at - start).collect();
    assert_eq!(starts.len(), 9);
    assert_eq!(starts[..4], [s(0); 4], "four were under way already");
    assert_eq!(starts[4], ms(30_100), "the first after the cool-down starts at its very end");
    assert!(starts[4..].iter().all(|at| *at >= ms(30_100)));
    // And then one by one at half the rate, not all at once.
    assert_eq!(starts[5], ms(30_600));
}

#[tokio::test(start_paused = true)]
async fn slow_credentials_do_not_smuggle_a_request_into_a_cool_down() {
    #[derive(Debug)]
    struct Slow;
    #[async_trait::async_trait]
    impl Credentials for Slow {
        async fn header(&self) -> Result<AuthHeader, CredentialsError> {
            tokio::time::sleep(ms(200)).await;
            AuthHeader::api_key(&ApiKey::new(SECRET)?)
        }
    }
    let script = Scripted::answering(|_| ok());
    script.push(Reply::json(429, "{}").header("retry-after", "10").after(ms(100)));
    let client = builder(&script).credentials(Slow).build().unwrap();
    let start = Instant::now();
    let late = async {
        tokio::time::sleep(ms(150)).await;
        read(&client).await
    };
    let (first, second) = tokio::join!(read(&client), late);
    assert!(first.is_ok() && second.is_ok());
    for seen in &script.requests()[1..] {
        assert!(seen.at - start >= ms(10_300), "{:?}", seen.at - start);
    }
}

#[tokio::test(start_paused = true)]
async fn the_rate_and_the_number_under_way_are_never_exceeded() {
    let script = Scripted::answering(|_| ok().after(s(2)));
    let client =
        builder(&script).api_key(SECRET).rate_limit(4, 8).max_in_flight(3).build().unwrap();
    let start = Instant::now();
    let all = futures::future::join_all((0..12).map(|_| read(&client))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(script.peak_in_flight(), 3);
    assert_eq!(start.elapsed(), s(8), "four rounds of three");

    let script = Scripted::answering(|_| ok());
    let client = builder(&script).api_key(SECRET).rate_limit(4, 8).build().unwrap();
    let clones: Vec<_> = (0..20).map(|_| client.clone()).collect();
    let start = Instant::now();
    futures::future::join_all(clones.iter().map(read)).await;
    assert_eq!(start.elapsed(), s(3), "eight at once, then twelve at four a second");
}

#[tokio::test(start_paused = true)]
async fn fewer_are_under_way_after_an_overload() {
    let script = Scripted::answering(|_| ok().after(s(1)));
    script.push(Reply::json(503, "{}"));
    let client = builder(&script).api_key(SECRET).rate_limit(1000, 1000).build().unwrap();
    read(&client).await.unwrap();
    let start = Instant::now();
    futures::future::join_all((0..8).map(|_| read(&client))).await;
    let at = |wait| script.requests().iter().skip(2).filter(|r| r.at - start == wait).count();
    assert_eq!(at(s(0)), 2, "halved");
    assert!(at(s(1)) <= 3 && script.peak_in_flight() <= 4);
}

#[tokio::test(start_paused = true)]
async fn the_budget_stops_a_storm() {
    let script = Scripted::answering(|_| Reply::json(503, "{}"));
    let retry = Retry::default().budget(10);
    let client =
        builder(&script).api_key(SECRET).rate_limit(1000, 1000).retry(retry).build().unwrap();
    let all = futures::future::join_all((0..100).map(|_| read(&client))).await;
    assert!(all.iter().all(|r| r.as_ref().unwrap_err().kind() == ErrorKind::Transient));
    assert_eq!(script.requests().len(), 110, "not 600");
    let text = all.into_iter().last().unwrap().unwrap_err().to_string();
    assert!(text.contains("no more retries"), "{text}");
    // A service that recovers earns its retries back.
    for _ in 0..2 {
        script.push(ok());
        read(&client).await.unwrap();
    }
    script.push(Reply::json(503, "{}"));
    script.push(ok());
    assert_eq!(read(&client).await.unwrap().attempts, 2);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_everything_back() {
    let script = Scripted::new();
    let client = builder(&script).api_key(SECRET).max_in_flight(1).build().unwrap();
    // Dropped while under way.
    script.push(Reply::never());
    assert!(tokio::time::timeout(s(5), read(&client)).await.is_err());
    assert_eq!(script.in_flight(), 0);
    script.push(ok());
    assert!(tokio::time::timeout(ms(1), read(&client)).await.unwrap().is_ok());
    // Dropped in the queue: the one at its head, and one behind it.
    script.push(ok().after(s(10)));
    let busy = read(&client);
    let queued = async {
        let head = tokio::time::timeout(s(1), read(&client));
        let behind = tokio::time::timeout(s(2), read(&client));
        tokio::join!(head, behind)
    };
    let (busy, (head, behind)) = tokio::join!(busy, queued);
    assert!(busy.is_ok() && head.is_err() && behind.is_err());
    script.push(ok());
    assert!(tokio::time::timeout(ms(1), read(&client)).await.unwrap().is_ok());
    // Dropped in a cool-down, which stays.
    script.push(Reply::json(429, "{}").header("retry-after", "30"));
    let start = Instant::now();
    assert!(tokio::time::timeout(s(5), read(&client)).await.is_err());
    script.push(ok());
    read(&client).await.unwrap();
    assert_eq!(start.elapsed(), s(30));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_answers_ends_in_a_timeout() {
    let script = Scripted::answering(|_| Reply::never());
    let client = builder(&script).api_key(SECRET).attempt_timeout(s(7)).build().unwrap();
    let start = Instant::now();
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 6));
    assert_eq!(start.elapsed(), s(42));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_the_run_is_kept() {
    let script = Scripted::new();
    let client = builder(&script).api_key(SECRET).run_deadline(s(20)).build().unwrap();
    let start = Instant::now();
    script.push(Reply::json(429, "{}").header("retry-after", "30"));
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, Some(s(30))));
    assert!(error.to_string().contains("the deadline of the run"), "{error}");
    assert_eq!(start.elapsed(), s(0), "a wait that cannot fit is not begun");
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    assert!(!error.is_retryable());

    let script = Scripted::answering(|_| Reply::never());
    let client = builder(&script).api_key(SECRET).run_deadline(s(20)).build().unwrap();
    let start = Instant::now();
    assert_eq!(read(&client).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(start.elapsed(), s(20), "the attempt was shortened");
}

#[tokio::test(start_paused = true)]
async fn a_broken_body_is_fetched_once_more() {
    let script = Scripted::new();
    let client = client(&script);
    script.push(Reply::json(200, "[{\"a\":"));
    script.push(ok());
    assert_eq!(read(&client).await.unwrap().attempts, 2);
    script.push(Reply::json(200, "[{\"a\":"));
    script.push(Reply::typed(200, "application/json", &b"[\"\xff\"]"[..]));
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 2));
    script.push(Reply::html(200, "<html>"));
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Contract, 1));
}

#[tokio::test(start_paused = true)]
async fn a_body_over_the_cap_is_an_error_whatever_the_transport() {
    let script = Scripted::answering(|_| Reply::json(200, "[1,2,3]"));
    let client = builder(&script).api_key(SECRET).max_body_bytes(6).build().unwrap();
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Contract, 1));
}

#[tokio::test(start_paused = true)]
async fn a_refused_path_sends_nothing() {
    let script = Scripted::answering(|_| ok());
    let client = client(&script);
    for (template, path) in [
        ("/systems/{id}/fdekey", "/systems/5f0c1f2a3b4c5d6e7f809102/fdekey"),
        ("/systems/{id}", "/systems/5f0c1f2a3b4c5d6e7f809102/%66dekey"),
        ("/systems/{id}", "/systems/.."),
    ] {
        let mut call = systems();
        call.template = template.into();
        call.path = path.to_owned();
        let error = client.core().send(call).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Refused, 0));
        assert!(!error.to_string().contains("5f0c"), "{error}");
    }
    let mut call = systems();
    call.verb = Verb::Query(bytes::Bytes::from_static(b"{}"));
    assert_eq!(client.core().send(call).await.unwrap_err().kind(), ErrorKind::Refused);
    for question in Question::ALL {
        let call = Call::get(Family::Events, question.path());
        assert_eq!(client.core().send(call).await.unwrap_err().kind(), ErrorKind::Refused);
    }
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_question_is_one_of_the_documented_reads() {
    let script = Scripted::answering(|_| ok());
    let client = client(&script);
    for question in Question::ALL {
        let body = bytes::Bytes::from_static(b"{}");
        client.core().send(Call::ask(question, body)).await.unwrap();
    }
    let seen: Vec<_> = script
        .requests()
        .iter()
        .map(|seen| (seen.request.method(), seen.request.url().as_str().to_owned()))
        .collect();
    let base = "https://api.jumpcloud.com/insights/directory/v1/events";
    assert_eq!(
        seen,
        [
            ("POST", base.to_owned()),
            ("POST", format!("{base}/count")),
            ("POST", format!("{base}/distinct")),
        ]
    );
}

/// A POST can be written in one place: the one that takes a question.
#[test]
fn nothing_else_makes_a_post() {
    fn look(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
            } else if !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
                if code.contains("verb: Verb::Query(") || code.contains("= Verb::Query(") {
                    found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
                }
            }
        }
    }

    let mut found = Vec::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    look(&root, &mut found);
    assert_eq!(found, ["call.rs"]);
}

#[tokio::test(start_paused = true)]
async fn requests_carry_what_they_must_and_no_more() {
    let script = Scripted::answering(|_| ok());
    let client = builder(&script)
        .api_key(SECRET)
        .region(Region::Eu)
        .organization("aa11")
        .user_agent("audit/1")
        .build()
        .unwrap();
    let mut call = Call::get(Family::V1, "/systemusers/{id}");
    call.path = "systemusers/a%20b".to_owned();
    assert_eq!(client.core().send(call).await.unwrap_err().kind(), ErrorKind::Refused);
    let mut call = systems();
    call.query = vec![
        ("sort".to_owned(), "_id".to_owned()),
        ("fields".to_owned(), "os fde".to_owned()),
        ("filter".to_owned(), "a:$eq:x+y&z".to_owned()),
    ];
    client.core().send(call).await.unwrap();
    let mut call = Call::get(Family::V2, "/organizations");
    call.org_header = false;
    client.core().send(call).await.unwrap();
    let body = bytes::Bytes::from_static(b"{\"limit\":1}");
    client.core().send(Call::ask(Question::Events, body)).await.unwrap();
    let seen = script.requests();
    let url = seen[0].request.url().as_str();
    assert_eq!(
        url,
        "https://console.eu.jumpcloud.com/api/systems?sort=_id&fields=os%20fde\
         &filter=a%3A%24eq%3Ax%2By%26z"
    );
    let headers = seen[0].request.headers();
    assert_eq!(headers.get("x-api-key").unwrap(), SECRET);
    assert_eq!(headers.get("x-org-id").unwrap(), "aa11");
    assert_eq!(headers.get("user-agent").unwrap(), "audit/1");
    assert_eq!(headers.len(), 4);
    assert!(seen[1].request.headers().get("x-org-id").is_none());
    assert_eq!(seen[2].request.method(), "POST");
    assert_eq!(seen[2].request.url().host_str(), Some("api.eu.jumpcloud.com"));
    assert_eq!(seen[2].request.body().unwrap(), &b"{\"limit\":1}"[..]);
}

#[tokio::test(start_paused = true)]
async fn the_events_host_has_a_limiter_of_its_own() {
    let script = Scripted::answering(|_| ok());
    script.push(Reply::json(429, "{}").header("retry-after", "60"));
    let client = client(&script);
    let start = Instant::now();
    let events = async {
        tokio::time::sleep(ms(5)).await;
        let body = bytes::Bytes::from_static(b"{}");
        client.core().send(Call::ask(Question::Count, body)).await.unwrap();
        start.elapsed()
    };
    let groups = async {
        tokio::time::sleep(ms(5)).await;
        client.core().send(Call::get(Family::V2, "/usergroups")).await.unwrap();
        start.elapsed()
    };
    let (_, events, groups) = tokio::join!(read(&client), events, groups);
    assert_eq!(events, ms(5));
    assert!(groups >= s(60));
}

#[tokio::test(start_paused = true)]
async fn a_rotated_key_is_fetched_and_the_run_goes_on() {
    let keys = Arc::new(Mutex::new(vec!["third", "second", "first"]));
    let provider = Rotating::new(move || {
        let next = keys.lock().unwrap().pop();
        async move { ApiKey::new(next.unwrap_or("last")) }
    });
    let script = Scripted::answering(|request| {
        let current = request.headers().get("x-api-key").unwrap() == "second";
        if current { ok().after(ms(50)) } else { Reply::json(401, "{}").after(ms(50)) }
    });
    let client = builder(&script).credentials(provider).build().unwrap();
    let all = futures::future::join_all((0..4).map(|_| read(&client))).await;
    assert!(all.iter().all(|r| r.as_ref().is_ok_and(|a| a.attempts == 2)), "{all:?}");
    assert_eq!(script.requests().len(), 8);
    assert_eq!(client.counters().throttles(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_stops_working_is_told_from_one_that_never_did() {
    let script = Scripted::new();
    let client = client(&script);
    script.push(Reply::json(401, "{}"));
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unauthorized, 1));
    assert!(error.to_string().starts_with("the credential was not accepted on"), "{error}");
    script.push(ok());
    read(&client).await.unwrap();
    script.push(Reply::json(401, "{}"));
    let error = read(&client).await.unwrap_err();
    assert!(error.to_string().contains("in mid-run"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_service_account_renews_its_token_once_after_a_rejection() {
    let script = Scripted::new();
    let account = ServiceAccount::new("client", SECRET).unwrap();
    let client = builder(&script).service_account(account).build().unwrap();
    let token =
        |t: &str| Reply::json(200, &format!("{{\"access_token\":\"{t}\",\"expires_in\":3600}}"));
    script.push_token(token("one"));
    script.push_token(token("two"));
    script.push(Reply::json(401, "{}"));
    script.push(ok());
    assert_eq!(read(&client).await.unwrap().attempts, 2);
    let seen = script.requests();
    assert_eq!(seen[0].request.headers().get("authorization").unwrap(), "Bearer one");
    assert_eq!(seen[1].request.headers().get("authorization").unwrap(), "Bearer two");
    assert!(seen[1].request.headers().get("x-api-key").is_none());
    for request in script.token_requests() {
        assert_eq!(request.url().host_str(), Some("admin-oauth.id.jumpcloud.com"));
    }
    // A token host that fails is waited for; one that says no is not.
    script.push_token(Reply::json(503, "{}"));
    script.push_token(token("three"));
    script.push(Reply::json(401, "{}"));
    script.push(ok());
    assert!(read(&client).await.is_ok());
    script.push_token(Reply::json(401, "{}"));
    script.push(Reply::json(401, "{}"));
    let error = read(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_does_not_hang_the_client() {
    let script = Scripted::new();
    let client = builder(&script)
        .credentials(Rotating::new(std::future::pending::<Result<ApiKey, CredentialsError>>))
        .retry(Retry::default().max_retries(1))
        .build()
        .unwrap();
    let start = Instant::now();
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 0));
    assert_eq!(start.elapsed(), s(120));
}

#[test]
fn futures_can_move_between_threads() {
    fn movable<T: Send>(_: T) {}
    let client = client(&Scripted::new());
    movable(read(&client));
    movable(client.validate());
}

/// Collects whatever tracing would print: names, fields and values of spans and events.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<String>>);

impl Printed {
    fn text(&self) -> std::sync::MutexGuard<'_, String> {
        self.0.lock().unwrap()
    }
}

struct Fields<'a>(&'a mut String);

impl tracing::field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0, "{field}={value:?}").unwrap();
    }
}

impl tracing::Subscriber for Printed {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        // The HTTP stack's own traces are not ours to shape.
        metadata.target().starts_with("jumpcloud_client")
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        writeln!(self.text(), "span {}", span.metadata().name()).unwrap();
        span.record(&mut Fields(&mut self.text()));
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Fields(&mut self.text()));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Fields(&mut self.text()));
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn no_output_holds_the_secret_or_a_person() {
    const PERSON: &str = "ada.lovelace@example.com";
    let printed = Printed::default();
    let guard = tracing::subscriber::set_default(printed.clone());
    let echo = format!("{{\"message\":\"key {SECRET} of {PERSON} not found\"}}");
    let mut out = String::new();
    for status in [200_u16, 302, 400, 401, 403, 404, 418, 429, 500, 501, 503, 524] {
        let echo = echo.clone();
        // Another test's thread may have registered a callsite while the subscriber was set.
        tracing::callsite::rebuild_interest_cache();
        let script = Scripted::answering(move |_| {
            let body = if status == 200 { "{broken".to_owned() + &echo } else { echo.clone() };
            Reply::json(status, &body)
                .header("location", SECRET)
                .header("x-request-id", SECRET)
                .header("retry-after", SECRET)
        });
        let client = builder(&script).api_key(SECRET).organization("aa11").build().unwrap();
        let mut call = Call::get(Family::V1, "/systemusers/{id}");
        call.path = "/systemusers/5f0c1f2a3b4c5d6e7f809102".to_owned();
        call.query = vec![("filter".to_owned(), format!("email:$eq:{PERSON}"))];
        let error = client.core().send(call).await.unwrap_err();
        writeln!(out, "{error} {error:?} {:?} {client:?}", error.request_id()).unwrap();
        let excerpt = error.body_excerpt().unwrap_or_default();
        assert!(!excerpt.contains(SECRET), "{excerpt}");
        let mut next = error.source();
        while let Some(source) = next {
            writeln!(out, "{source} {source:?}").unwrap();
            next = source.source();
        }
        for seen in script.requests() {
            writeln!(out, "{seen:?}").unwrap();
        }
    }
    drop(guard);
    out.push_str(&printed.text());
    assert!(out.contains("span jumpcloud.request"), "{out}");
    assert!(out.contains("path=\"/systemusers/{id}\"") && out.contains("status=401"), "{out}");
    for word in [SECRET, "PLANTED", PERSON, "lovelace", "5f0c1f2a", "aa11", "$eq"] {
        assert!(!out.contains(word), "{word} in {out}");
    }
}
