//! A transport that answers from a script, in process, under real or paused time.
//!
//! For exact tests of waits, limits and faults: nothing touches a socket, so tokio's paused clock
//! advances by exactly the waits of the client.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tokio::time::Instant;

use super::{Request, Response, TokenRequest, Transport, TransportError, TransportErrorKind};

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// Answers each request with the next reply of a queue, or by a function.
///
/// Clones share the script and the record of requests.
///
/// ```
/// use jumpcloud_client::transport::scripted::{Reply, Scripted};
///
/// let script = Scripted::new();
/// script.push(Reply::json(429, "{}").header("retry-after", "30"));
/// script.push(Reply::json(200, "[]"));
/// ```
#[derive(Clone, Default)]
pub struct Scripted {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<VecDeque<Reply>>,
    tokens: Mutex<VecDeque<Reply>>,
    handler: Option<Box<Handler>>,
    seen: Mutex<Vec<Seen>>,
    seen_tokens: Mutex<Vec<TokenRequest>>,
    in_flight: AtomicUsize,
    peak: AtomicUsize,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The request.
    pub request: Request,
    /// When it was sent, on tokio's clock.
    pub at: Instant,
}

impl Scripted {
    /// An empty script: every request fails until a reply is pushed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers by a function whenever the queue is empty.
    pub fn answering(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let shared = Shared { handler: Some(Box::new(handler)), ..Shared::default() };
        Self { shared: Arc::new(shared) }
    }

    /// Appends a reply for the next request.
    pub fn push(&self, reply: Reply) {
        lock(&self.shared.queue).push_back(reply);
    }

    /// Appends a reply for the next token exchange.
    pub fn push_token(&self, reply: Reply) {
        lock(&self.shared.tokens).push_back(reply);
    }

    /// The requests so far, in the order of their sending.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }

    /// The token exchanges so far.
    pub fn token_requests(&self) -> Vec<TokenRequest> {
        lock(&self.shared.seen_tokens).clone()
    }

    /// How many requests are under way.
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight.load(Ordering::SeqCst)
    }

    /// The most requests that were ever under way at once.
    pub fn peak_in_flight(&self) -> usize {
        self.shared.peak.load(Ordering::SeqCst)
    }

    async fn play(&self, reply: Option<Reply>) -> Result<Response, TransportError> {
        let Some(reply) = reply else { return Err(TransportErrorKind::Other.into()) };
        let now = self.shared.in_flight.fetch_add(1, Ordering::SeqCst).saturating_add(1);
        self.shared.peak.fetch_max(now, Ordering::SeqCst);
        let _leaves = Leaves(&self.shared.in_flight);
        if !reply.delay.is_zero() {
            tokio::time::sleep(reply.delay).await;
        }
        match reply.outcome {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Fail(kind) => Err(kind.into()),
            Outcome::Never => std::future::pending().await,
        }
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").finish_non_exhaustive()
    }
}

struct Leaves<'a>(&'a AtomicUsize);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let next = lock(&self.shared.queue).pop_front();
        let reply = next.or_else(|| self.shared.handler.as_ref().map(|answer| answer(&request)));
        lock(&self.shared.seen).push(Seen { request, at: Instant::now() });
        self.play(reply).await
    }

    async fn exchange(&self, request: TokenRequest) -> Result<Response, TransportError> {
        let next = lock(&self.shared.tokens).pop_front();
        lock(&self.shared.seen_tokens).push(request);
        self.play(next).await
    }
}

/// One reply of a script.
#[derive(Clone, Debug)]
pub struct Reply {
    delay: Duration,
    outcome: Outcome,
}

#[derive(Clone, Debug)]
enum Outcome {
    Answer(Response),
    Fail(TransportErrorKind),
    Never,
}

impl Reply {
    /// An answer of the type `application/json`.
    pub fn json(status: u16, body: &str) -> Self {
        Self::typed(status, "application/json", body.as_bytes().to_vec())
    }

    /// An answer of the type `text/html`.
    pub fn html(status: u16, body: &str) -> Self {
        Self::typed(status, "text/html; charset=utf-8", body.as_bytes().to_vec())
    }

    /// An answer of any type with any bytes; a status that is none becomes 500.
    pub fn typed(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        let answer = Response::new(status, headers, body.into());
        Self { delay: Duration::ZERO, outcome: Outcome::Answer(answer) }
    }

    /// No answer but a failure of the transport.
    pub fn fail(kind: TransportErrorKind) -> Self {
        Self { delay: Duration::ZERO, outcome: Outcome::Fail(kind) }
    }

    /// No answer, ever.
    pub fn never() -> Self {
        Self { delay: Duration::ZERO, outcome: Outcome::Never }
    }

    /// Lets the reply take its time.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Adds a header; a name or value that cannot be one is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Outcome::Answer(answer) = &mut self.outcome
            && let Ok(name) = HeaderName::try_from(name)
            && let Ok(value) = HeaderValue::try_from(value)
        {
            answer.headers.append(name, value);
        }
        self
    }
}
