//! The one loop that sends: refuse, permit, credentials, transport, classify, decide.
//!
//! The parts decide and this file waits: nothing else in the crate sleeps or reads a monotonic
//! clock. Every await can be the last one: a dropped call gives back its place in the queue and its
//! permit, and leaves the cool-down as it is.

pub(crate) mod budget;
pub(crate) mod call;
pub(crate) mod classify;
mod failed;
pub(crate) mod lane;
pub(crate) mod limiter;
pub(crate) mod retry;

pub(crate) use call::{Answer, Call, Question};
pub use retry::Retry;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Instrument as _;
use url::Url;

use crate::counters::Tallies;
use crate::credentials::{AuthHeader, Credentials, CredentialsError};
use crate::endpoint::refused;
use crate::error::{Error, ErrorKind};
use crate::region::{Family, Hosts};
use crate::transport::{Request, Transport, TransportErrorKind, Verb};
use budget::{Deadline, RetryBudget};
use classify::{Again, Load};
use failed::{Failed, late, unanswered};
use lane::{Door, Lane, Permit};
use limiter::{Limits, Turn};

/// After a 429 nothing is sent for at least so long, whatever the draw says.
const SHORTEST_COOL_DOWN: Duration = Duration::from_secs(1);

/// The monotonic clock of the crate.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// What the builder has checked.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) hosts: Hosts,
    pub(crate) retry: Retry,
    pub(crate) limits: Limits,
    pub(crate) attempt_timeout: Duration,
    pub(crate) run_deadline: Option<Duration>,
    pub(crate) max_body_bytes: usize,
    pub(crate) user_agent: HeaderValue,
    pub(crate) organization: Option<HeaderValue>,
    pub(crate) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) random: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// What all clones of a client share.
pub(crate) struct Core {
    settings: Settings,
    credentials: Arc<dyn Credentials>,
    transport: Arc<dyn Transport>,
    v1: Base,
    v2: Base,
    events: Base,
    budget: Mutex<RetryBudget>,
    tallies: Tallies,
    epoch: Instant,
    deadline: Deadline,
    succeeded: AtomicBool,
    seen_organization: OnceLock<String>,
}

#[derive(Clone)]
struct Base {
    url: Url,
    lane: Arc<Lane>,
    door: Arc<Door>,
}

/// The run has no time left.
struct Late;

/// What a call has cost so far.
#[derive(Default)]
struct Cost {
    attempts: u32,
    retries: u32,
    waited: Duration,
}

enum Attempt {
    Done(Answer),
    Failed(Box<Failed>),
}

impl Core {
    /// Puts the parts together; fails when a base is no URL, which the builder has excluded.
    pub(crate) fn new(
        settings: Settings,
        credentials: Arc<dyn Credentials>,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, url::ParseError> {
        let parse = |family| Url::parse(settings.hosts.base(family));
        let (v1, v2, events) = (parse(Family::V1)?, parse(Family::V2)?, parse(Family::Events)?);
        let lane = Lane::new(settings.limits);
        // One limiter for each host: the families share it where they share the host.
        let beside = |url: &Url, other: &Url, lane: &Arc<Lane>| {
            if url.origin() == other.origin() {
                Arc::clone(lane)
            } else {
                Lane::new(settings.limits)
            }
        };
        let lane2 = beside(&v2, &v1, &lane);
        let lane3 = if events.origin() == v2.origin() {
            Arc::clone(&lane2)
        } else {
            beside(&events, &v1, &lane)
        };
        let base = |url, lane| Base { url, lane, door: Door::new() };
        Ok(Self {
            v1: base(v1, lane),
            v2: base(v2, lane2),
            events: base(events, lane3),
            budget: Mutex::new(RetryBudget::new(settings.retry.budget)),
            tallies: Tallies::default(),
            epoch: now(),
            deadline: Deadline::at(settings.run_deadline),
            succeeded: AtomicBool::new(false),
            seen_organization: OnceLock::new(),
            settings,
            credentials,
            transport,
        })
    }

    /// The same credential, transport and limits for another organization of the credential.
    ///
    /// The limits are shared, as the service counts by credential. What one organization must not
    /// spend of another's is its own: the retries, the time of the run, the counters.
    pub(crate) fn sibling(&self, organization: HeaderValue) -> Self {
        let settings = Settings { organization: Some(organization), ..self.settings.clone() };
        let base = |base: &Base| Base { door: Door::new(), ..base.clone() };
        let ends = settings.run_deadline.map(|time| self.elapsed().saturating_add(time));
        Self {
            v1: base(&self.v1),
            v2: base(&self.v2),
            events: base(&self.events),
            budget: Mutex::new(RetryBudget::new(settings.retry.budget)),
            tallies: Tallies::default(),
            // INVARIANT: the limiters count from the epoch of the first client.
            epoch: self.epoch,
            deadline: Deadline::at(ends),
            succeeded: AtomicBool::new(false),
            seen_organization: OnceLock::new(),
            settings,
            credentials: Arc::clone(&self.credentials),
            transport: Arc::clone(&self.transport),
        }
    }

    /// Whether both use one credential, and so one set of limits.
    pub(crate) fn shares_credential_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.credentials, &other.credentials)
    }

    pub(crate) fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time that so many requests take at least, at the rate of now.
    pub(crate) fn least_time(&self, requests: u64) -> Duration {
        self.v1.lane.limiter().least_time(requests)
    }

    /// The organization chosen in the builder, or else the only one that the credential sees.
    pub(crate) fn organization(&self) -> Option<&str> {
        let chosen = self.settings.organization.as_ref();
        let chosen = chosen.and_then(|id| id.to_str().ok());
        chosen.or_else(|| self.seen_organization.get().map(String::as_str))
    }

    /// Remembers the only organization that the credential sees; the first one counts.
    pub(crate) fn saw_organization(&self, id: &str) {
        self.seen_organization.get_or_init(|| id.to_owned());
    }

    /// The wall clock of the client.
    pub(crate) fn timestamp(&self) -> Timestamp {
        (self.settings.clock)()
    }

    fn elapsed(&self) -> Duration {
        now().saturating_duration_since(self.epoch)
    }

    const fn base(&self, family: Family) -> &Base {
        match family {
            Family::V1 => &self.v1,
            Family::V2 => &self.v2,
            Family::Events => &self.events,
        }
    }

    /// Sends a call and repeats it as the rules allow.
    ///
    /// # Errors
    ///
    /// Every kind but those of decoded records; see [`classify`].
    ///
    /// # Cancellation
    ///
    /// Safe at any await.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        let span = tracing::debug_span!(
            "jumpcloud.request",
            method = call.verb.method(),
            path = &*call.template,
            status = tracing::field::Empty,
            attempts = tracing::field::Empty,
            waited_ms = tracing::field::Empty,
        );
        let mut cost = Cost::default();
        let outcome = self.run(&call, &mut cost).instrument(span.clone()).await;
        let status = match &outcome {
            Ok(answer) => Some(answer.status),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        span.record("attempts", cost.attempts);
        span.record("waited_ms", millis(cost.waited));
        outcome.map_err(|error| {
            error.on(call.verb.method(), &call.template).after_attempts(cost.attempts)
        })
    }

    async fn run(&self, call: &Call, cost: &mut Cost) -> Result<Answer, Error> {
        let url = self.url(call)?;
        let base = self.base(call.family);
        let (mut refetched, mut renewed) = (false, false);
        loop {
            let failed = match self.attempt(call, &url, base, cost).await {
                Ok(Attempt::Done(answer)) => return Ok(answer),
                Ok(Attempt::Failed(failed)) => failed,
                Err(Late) => return Err(late()),
            };
            if failed.status == Some(StatusCode::UNAUTHORIZED)
                && !renewed
                && let Some(used) = &failed.used
            {
                renewed = true;
                if self.renewed(used).await {
                    continue;
                }
            }
            let failure = failed.failure;
            if !self.settings.retry.allows(failure.again, cost.retries, refetched) {
                return Err(self.give_up(*failed, None));
            }
            if !self.deadline.fits(self.elapsed(), failed.wait) {
                let advice = "the deadline of the run left no room for another attempt, allow more";
                return Err(self.give_up(*failed, Some(advice)));
            }
            // A throttle is paced by the cool-down, so it cannot become a storm.
            if failure.load != Load::Throttled && !self.spend() {
                let advice = "many requests failed and no more retries are made, try again later";
                return Err(self.give_up(*failed, Some(advice)));
            }
            refetched |= failure.again == Again::Once;
            cost.retries = cost.retries.saturating_add(1);
            let wait = failed.wait;
            drop(failed);
            tracing::debug!(
                kind = ?failure.kind,
                attempt = cost.attempts,
                wait_ms = millis(wait),
                "trying again"
            );
            self.sleep(wait).await;
            cost.waited = cost.waited.saturating_add(wait);
        }
    }

    /// One attempt, from the queue to the verdict.
    async fn attempt(
        &self,
        call: &Call,
        url: &Url,
        base: &Base,
        cost: &mut Cost,
    ) -> Result<Attempt, Late> {
        let lane = &base.lane;
        let (permit, header) = loop {
            let permit = self.permit(base, cost).await?;
            let header = match self.header().await {
                Ok(header) => header,
                Err(error) => {
                    drop(permit);
                    return Ok(Attempt::Failed(Box::new(self.without_credentials(error, cost))));
                }
            };
            // INVARIANT: nothing starts inside a cool-down, not even after slow credentials.
            if lane.limiter().cooling(self.elapsed()).is_none() {
                break (permit, header);
            }
        };
        let started = self.elapsed();
        let time = self.deadline.clip(started, self.settings.attempt_timeout).ok_or(Late)?;
        let request = self.request(call, url, &header, time);
        cost.attempts = cost.attempts.saturating_add(1);
        self.tallies.requested(cost.attempts > 1);
        let outcome = match tokio::time::timeout(time, self.transport.send(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(TransportErrorKind::Timeout.into()),
        };
        let mut failed = match outcome {
            Ok(response) => {
                self.tallies.received(response.body().len());
                match self.judge(call, &response, &header) {
                    None => {
                        lane.limiter().kept_up(started, self.elapsed());
                        drop(permit);
                        self.earn();
                        self.succeeded.store(true, Ordering::Relaxed);
                        let (status, headers, body) = response.into_parts();
                        return Ok(Attempt::Done(Answer {
                            status,
                            headers,
                            body,
                            attempts: cost.attempts,
                            received_at: self.timestamp(),
                        }));
                    }
                    Some(failed) => failed,
                }
            }
            Err(error) => unanswered(error),
        };
        failed.wait =
            self.settings.retry.wait(cost.retries, failed.asked, (self.settings.random)());
        failed.used = Some(header);
        self.react(&mut failed, lane, started, permit);
        tracing::debug!(
            kind = ?failed.failure.kind,
            status = failed.status.map(|status| status.as_u16()),
            attempt = cost.attempts,
            "attempt failed"
        );
        Ok(Attempt::Failed(Box::new(failed)))
    }

    /// Tells the limiter, before the permit makes room for the next request.
    fn react(&self, failed: &mut Failed, lane: &Lane, started: Duration, permit: Permit) {
        let now = self.elapsed();
        match failed.failure.load {
            Load::Throttled => {
                failed.wait = failed.wait.max(SHORTEST_COOL_DOWN);
                lane.limiter().throttled(started, now, failed.wait);
                self.tallies.throttled();
            }
            Load::Overloaded => lane.limiter().overloaded(started, now),
            Load::Fine if failed.status.is_some() => lane.limiter().kept_up(started, now),
            Load::Fine => {}
        }
        drop(permit);
    }

    /// Waits in the queue until the limiter lets a request start.
    async fn permit(&self, base: &Base, cost: &mut Cost) -> Result<Permit, Late> {
        let since = self.elapsed();
        let lane = &base.lane;
        let _first_of_its_own = self.in_time(base.door.first()).await?;
        let _head = self.in_time(lane.head()).await?;
        loop {
            match lane.take(self.elapsed()) {
                Ok(permit) => {
                    let waited = self.elapsed().saturating_sub(since);
                    cost.waited = cost.waited.saturating_add(waited);
                    return Ok(permit);
                }
                Err(Turn::Wait(left)) if self.deadline.fits(self.elapsed(), left) => {
                    self.sleep(left).await;
                }
                Err(Turn::Wait(_)) => return Err(Late),
                Err(Turn::Full | Turn::Go) => self.in_time(lane.freed()).await?,
            }
        }
    }

    async fn header(&self) -> Result<AuthHeader, CredentialsError> {
        let time = self.settings.attempt_timeout;
        match tokio::time::timeout(time, self.credentials.header()).await {
            Ok(header) => header,
            Err(_) => Err(CredentialsError::transient("the provider did not answer in time")),
        }
    }

    /// Whether another header than the rejected one is to be had.
    async fn renewed(&self, used: &AuthHeader) -> bool {
        // A failing provider is asked again by the next attempt, which reports its reason.
        let differs =
            |header: Result<AuthHeader, CredentialsError>| header.ok().as_ref() != Some(used);
        if differs(self.header().await) {
            return true;
        }
        let told = self.credentials.rejected();
        let told = tokio::time::timeout(self.settings.attempt_timeout, told).await;
        // Another request may have renewed it in between.
        matches!(told, Ok(true)) || differs(self.header().await)
    }

    async fn sleep(&self, wait: Duration) {
        if !wait.is_zero() {
            self.tallies.waited(wait);
            tokio::time::sleep(wait).await;
        }
    }

    async fn in_time<T>(&self, future: impl Future<Output = T> + Send) -> Result<T, Late> {
        match self.deadline.left(self.elapsed()) {
            None => Ok(future.await),
            Some(left) => tokio::time::timeout(left, future).await.or(Err(Late)),
        }
    }

    fn spend(&self) -> bool {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner).spend()
    }

    fn earn(&self) {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner).earn();
    }

    /// Refuses what is never sent, and builds the URL of the rest.
    fn url(&self, call: &Call) -> Result<Url, Error> {
        if let Some(reason) = refused::refuses(&call.path) {
            return Err(Error::new(ErrorKind::Refused)
                .what(format!("this client does not send such a request, {reason},")));
        }
        if matches!(call.verb, Verb::Query(_)) && !refused::is_query(call.family, &call.path) {
            return Err(Error::new(ErrorKind::Refused)
                .what("this client sends a POST to no other path than the documented reads,"));
        }
        if matches!(call.verb, Verb::Get) && refused::is_query(call.family, &call.path) {
            return Err(Error::new(ErrorKind::Refused)
                .what("this path answers a question and no GET,")
                .advice("ask for events with `Client::events` and its siblings"));
        }
        let base = &self.base(call.family).url;
        let whole = format!("{base}/{}", call.path.trim_start_matches('/'));
        let unusable =
            || Error::new(ErrorKind::Refused).what("the path cannot be written as a URL,");
        let Ok(mut url) = Url::parse(&whole) else { return Err(unusable()) };
        if url.origin() != base.origin() || !url.path().starts_with(base.path()) {
            return Err(unusable());
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
            // A plus sign means a space in forms only; written out it means one everywhere.
            let query = url.query().map(|query| query.replace('+', "%20"));
            url.set_query(query.as_deref());
        }
        Ok(url)
    }

    fn request(&self, call: &Call, url: &Url, header: &AuthHeader, timeout: Duration) -> Request {
        let mut headers = HeaderMap::new();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::ACCEPT, json.clone());
        headers.insert(header::USER_AGENT, self.settings.user_agent.clone());
        if matches!(call.verb, Verb::Query(_)) {
            headers.insert(header::CONTENT_TYPE, json);
        }
        if call.org_header
            && let Some(organization) = &self.settings.organization
        {
            headers.insert("x-org-id", organization.clone());
        }
        headers.insert(header.name(), header.value().clone());
        let max = self.settings.max_body_bytes;
        Request::new(call.verb.clone(), url.clone(), headers, max, timeout)
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core")
            .field("hosts", &self.settings.hosts)
            .field("limits", &self.settings.limits)
            .field("retry", &self.settings.retry)
            .finish_non_exhaustive()
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of a test")]
mod tests;
