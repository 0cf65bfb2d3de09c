//! The loop from connection to answer.

use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Collected, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::answer::Answer;
use super::auth::{self, Credentials};
use super::events;
use super::fault::{Body, Faults, Plan, deliver, refuse};
use super::lists::Limits;
use super::log::{LoggedRequest, Violation, ViolationKind};
use super::organization::Organization;
use super::query::Target;
use super::rate::{Meter, RateLimit, silence};
use super::refused;
use super::routes::Reading;
use super::search;
use super::world;

/// Larger request bodies are refused.
const MAX_BODY: usize = 1024 * 1024;

/// Settings that do not change while the fake runs.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) latency: Duration,
    pub(super) rate_limit: Option<RateLimit>,
    pub(super) limits: Limits,
    pub(super) dangling_as_null: bool,
    /// How long events are kept.
    pub(super) event_retention: Option<Duration>,
    pub(super) seed: u64,
}

/// What changes while the fake runs.
pub(super) struct State {
    pub(super) organizations: Vec<Organization>,
    pub(super) credentials: Credentials,
    faults: Faults,
    log: Vec<LoggedRequest>,
    violations: Vec<Violation>,
    meter: Meter,
    silent_until: Option<Instant>,
    requests: usize,
    /// Raised when the log is emptied, so that late answers find no wrong entry.
    epoch: usize,
}

impl State {
    pub(super) fn new(
        organizations: Vec<Organization>,
        credentials: Credentials,
        faults: Faults,
    ) -> Self {
        Self {
            organizations,
            credentials,
            faults,
            log: Vec::new(),
            violations: Vec::new(),
            meter: Meter::default(),
            silent_until: None,
            requests: 0,
            epoch: 0,
        }
    }

    pub(super) fn log(&self) -> &[LoggedRequest] {
        &self.log
    }

    pub(super) fn violations(&self) -> &[Violation] {
        &self.violations
    }

    pub(super) fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    pub(super) fn first_organization(&mut self) -> Option<&mut Organization> {
        self.organizations.first_mut()
    }

    pub(super) fn rotate_key(&mut self, new_key: &str) {
        new_key.clone_into(&mut self.credentials.api_key);
    }
}

/// State behind its lock, and the counters beside it.
pub(super) struct Shared {
    started: Instant,
    rules: Rules,
    state: Mutex<State>,
    in_flight: AtomicUsize,
    max_in_flight: AtomicUsize,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(rules: Rules, state: State) -> Self {
        Self {
            started: Instant::now(),
            rules,
            state: Mutex::new(state),
            in_flight: AtomicUsize::new(0),
            max_in_flight: AtomicUsize::new(0),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn max_in_flight(&self) -> usize {
        self.max_in_flight.load(Ordering::SeqCst)
    }

    pub(super) fn reset_log(&self) {
        let mut state = self.state();
        state.log.clear();
        state.violations.clear();
        state.epoch = state.epoch.saturating_add(1);
        self.max_in_flight.store(0, Ordering::SeqCst);
    }
}

/// Counts a request as long as it lives.
struct InFlight<'a> {
    shared: &'a Shared,
    count: usize,
}

impl<'a> InFlight<'a> {
    fn enter(shared: &'a Shared) -> Self {
        let count = shared.in_flight.fetch_add(1, Ordering::SeqCst).saturating_add(1);
        shared.max_in_flight.fetch_max(count, Ordering::SeqCst);
        Self { shared, count }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Accepts connections until the task is aborted, which ends the connections too.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "the fake runs with delayed small packets");
        }
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let service = service_fn(|request| handle(&shared, request));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            // A broken connection is the caller's business, or a fault that was asked for.
            if let Err(error) = connection.await {
                tracing::trace!(%error, "connection to the fake ended");
            }
        });
    }
}

/// Where the entry of a request is in the log.
#[derive(Clone, Copy)]
struct Entry {
    epoch: usize,
    position: usize,
    number: usize,
}

async fn handle(shared: &Shared, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
    let in_flight = InFlight::enter(shared);
    let arrived = Instant::now();
    let (head, body) = request.into_parts();
    let target = Target::new(head.uri.path(), head.uri.query());
    let body = read_body(body).await;
    let (entry, plan) = shared.arrive(&head, &target, &body, arrived, in_flight.count);

    let pause = shared.rules.latency.saturating_add(plan.delay());
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
    if plan.never_answers() {
        let never: Infallible = std::future::pending().await;
        match never {}
    }
    if plan.hangs_up() {
        return Err(refuse());
    }
    let answer = shared.answer(&head.method, &head.headers, &target, &body, &plan, entry.number);
    let now = Timestamp::now();
    let (response, hint) = deliver(answer, &plan, now);
    let mut state = shared.state();
    if let Some(silence) = hint.and_then(|hint| silence(&hint, now)) {
        let until = Instant::now().checked_add(silence);
        state.silent_until = state.silent_until.max(until);
    }
    if state.epoch == entry.epoch
        && let Some(logged) = state.log.get_mut(entry.position)
    {
        logged.status = Some(response.status().as_u16());
    }
    Ok(response)
}

async fn read_body(body: Incoming) -> Bytes {
    Limited::new(body, MAX_BODY).collect().await.map(Collected::to_bytes).unwrap_or_default()
}

impl Shared {
    /// Writes the request down and decides what shall happen to it.
    fn arrive(
        &self,
        head: &Parts,
        target: &Target,
        body: &[u8],
        arrived: Instant,
        in_flight: usize,
    ) -> (Entry, Plan) {
        let mut state = self.state();
        let state = &mut *state;
        let method = head.method.as_str();
        let json = (target.path != "/oauth2/token").then(|| serde_json::from_slice(body).ok());
        state.requests = state.requests.saturating_add(1);
        state.log.push(LoggedRequest {
            method: method.to_owned(),
            path: target.path.clone(),
            query: target.pairs.clone(),
            headers: head.headers.keys().map(|name| name.as_str().to_owned()).collect(),
            org_id: auth::text(&head.headers, "x-org-id").map(str::to_owned),
            body: json.flatten(),
            at: arrived.saturating_duration_since(self.started),
            in_flight,
            in_cooldown: state.silent_until.is_some_and(|until| arrived < until),
            status: None,
        });
        for kind in broken_rules(&head.method, &head.headers, &target.path) {
            state.violations.push(Violation {
                kind,
                method: method.to_owned(),
                path: target.path.clone(),
            });
        }
        let plan = state.faults.plan(method, target, head.uri.query().unwrap_or_default());
        world::apply(state, &plan, target);
        let entry = Entry {
            epoch: state.epoch,
            position: state.log.len().saturating_sub(1),
            number: state.requests,
        };
        (entry, plan)
    }

    /// The answer as JumpCloud would give it, list faults included.
    fn answer(
        &self,
        method: &Method,
        headers: &HeaderMap,
        target: &Target,
        body: &[u8],
        plan: &Plan,
        number: usize,
    ) -> Answer {
        let mut state = self.state();
        let state = &mut *state;
        let now = Instant::now();
        let path = target.path.trim_end_matches('/');
        if let Some(limit) = &self.rules.rate_limit
            && let Err(hint) = state.meter.count(limit, now)
        {
            let answer = Answer::message(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
            let hint = hint.map(|hint| hint.value(Timestamp::now()));
            return match hint {
                Some(hint) => answer.with_header("retry-after", hint),
                None => answer,
            };
        }
        match (method.as_str(), path) {
            ("GET", "/login") => return Answer::html(StatusCode::OK, "JumpCloud Login"),
            ("POST", "/oauth2/token") => return state.credentials.token(headers, body, now),
            _ => {}
        }
        if let Err(answer) = state.credentials.admit(headers, now) {
            return answer;
        }
        if method == Method::GET && refused::is_refused_read(path) {
            return Answer::message(StatusCode::FORBIDDEN, "refused to a reader");
        }
        if method != Method::GET && !(method == Method::POST && refused::is_reading_post(path)) {
            return Answer::message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        }
        let org_id = auth::text(headers, "x-org-id");
        let organization = match auth::choose(&state.organizations, path, org_id) {
            Ok(organization) => organization,
            Err(answer) => return answer,
        };
        let reading = Reading {
            organizations: &state.organizations,
            organization,
            target,
            limits: &self.rules.limits,
            faults: &plan.list_faults(self.rules.seed, target),
            dangling_as_null: self.rules.dangling_as_null,
            wants_unfiltered_total: auth::text(headers, "x-unfiltered-total-count")
                .is_some_and(|text| !text.is_empty()),
        };
        let event_path = path.strip_prefix("/insights/directory/v1/");
        match (method == Method::POST, event_path) {
            (false, None) => reading.answer(),
            (false, Some(_)) => {
                organization.object(path).map_or_else(Answer::not_found, Answer::ok)
            }
            (true, event_path) => match (parse(body), event_path) {
                (None, _) => Answer::bad_request("the body is not JSON"),
                (Some(body), None) => search::search(&reading, &body),
                (Some(body), Some(event_path)) => {
                    let kind = event_path.strip_prefix("events/").unwrap_or_default();
                    let request_id = format!("fake-{number}");
                    let clock = events::Clock::new(Timestamp::now(), self.rules.event_retention);
                    events::events(organization, kind, &body, &request_id, clock)
                }
            },
        }
    }
}

/// A JSON body; an empty one counts as `{}`.
fn parse(body: &[u8]) -> Option<Value> {
    if body.is_empty() {
        return Some(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body).ok()
}

fn broken_rules(method: &Method, headers: &HeaderMap, path: &str) -> Vec<ViolationKind> {
    let path = path.trim_end_matches('/');
    let mut kinds = Vec::new();
    if method == Method::GET {
        if refused::is_refused_read(path) {
            kinds.push(ViolationKind::RefusedRead);
        }
    } else if !(method == Method::POST && refused::is_reading_post(path)) {
        kinds.push(ViolationKind::Write);
    }
    if auth::has_two_credentials(headers) {
        kinds.push(ViolationKind::TwoCredentials);
    }
    kinds
}
