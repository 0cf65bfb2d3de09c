//! A service in memory that fails by schedule, and keeps a log of what it saw.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use jumpcloud_client::transport::{
    Request, Response, Transport, TransportError, TransportErrorKind,
};
use tokio::time::{Instant, sleep};

/// The wall clock of a run: it begins at the same moment each time.
pub(super) fn wall(start: Instant) -> Timestamp {
    let begin: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
    begin.checked_add(start.elapsed()).unwrap()
}

/// Which requests fail.
#[derive(Clone, Debug)]
pub(super) struct Storm {
    pub(super) seed: u64,
    /// Requests of a hundred that fail.
    pub(super) share: u32,
    /// From this request on, everything fails.
    pub(super) down_from: Option<usize>,
}

/// What the service saw.
#[derive(Clone, Default)]
pub(super) struct Log {
    /// When each request was sent.
    pub(super) starts: Vec<Instant>,
    /// From the arrival of each 429 to the end of the time it asked for.
    pub(super) silences: Vec<(Instant, Instant)>,
    pub(super) faults: u64,
    /// Successes that arrived.
    pub(super) good: u64,
    /// Answers 401.
    pub(super) rejected: u64,
    pub(super) peak: usize,
    in_flight: usize,
    clear: bool,
}

pub(super) struct Sky {
    storm: Storm,
    rows: usize,
    start: Instant,
    log: Mutex<Log>,
}

impl std::fmt::Debug for Sky {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sky").finish_non_exhaustive()
    }
}

/// A request leaves, however it ends.
struct Leaves<'a>(&'a Sky);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.lock().in_flight -= 1;
    }
}

impl Sky {
    pub(super) fn new(storm: Storm, rows: usize, start: Instant) -> Self {
        Self { storm, rows, start, log: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap()
    }

    pub(super) fn log(&self) -> Log {
        self.lock().clone()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.lock().in_flight
    }

    /// From now on nothing fails.
    pub(super) fn clear_up(&self) {
        self.lock().clear = true;
    }

    /// The page that was asked for.
    fn page(&self, request: &Request) -> Response {
        let url = request.url();
        let number = |name: &str| {
            let value = url.query_pairs().find(|(key, _)| key == name).unwrap().1;
            value.parse::<usize>().unwrap()
        };
        let insights = url.path().contains("systeminsights");
        let v2 = url.path().contains("/v2/");
        let rows: Vec<String> = (0..self.rows)
            .skip(number("skip"))
            .take(number("limit"))
            .map(|n| match (insights, v2) {
                (true, _) => {
                    format!(r#"{{"system_id":"5f0c1f2a3b4c5d6e7f809102","name":"a-{n}"}}"#)
                }
                (_, true) => format!(r#"{{"id":"{n:024x}","name":"group-{n}"}}"#),
                _ => format!(r#"{{"_id":"{n:024x}","hostname":"mac-{n}"}}"#),
            })
            .collect();
        let rows = rows.join(",");
        let body = if v2 {
            format!("[{rows}]")
        } else {
            format!(r#"{{"totalCount":{},"results":[{rows}]}}"#, self.rows)
        };
        let mut response = answer(200, &body);
        if v2 {
            response.1.insert("x-total-count", HeaderValue::from(self.rows));
        }
        response.done()
    }

    /// A 429, and how long it asks to be left alone.
    fn throttle(&self, dice: &mut fastrand::Rng) -> (Response, Duration) {
        let mut response = answer(429, "{}");
        let seconds = dice.u64(1..40);
        let (hint, cool) = match dice.u32(0..4) {
            0 => (seconds.to_string(), seconds),
            1 => {
                let date = wall(self.start).checked_add(Duration::from_secs(seconds)).unwrap();
                (DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap(), seconds)
            }
            2 => ("soon".to_owned(), 1),
            _ => (String::new(), 1),
        };
        if !hint.is_empty() {
            response.1.insert("retry-after", HeaderValue::try_from(hint).unwrap());
        }
        (response.done(), Duration::from_secs(cool))
    }
}

struct Parts(u16, HeaderMap, Bytes);

fn answer(status: u16, body: &str) -> Parts {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    Parts(status, headers, body.to_owned().into())
}

impl Parts {
    fn done(self) -> Response {
        Response::new(StatusCode::from_u16(self.0).unwrap(), self.1, self.2)
    }
}

#[async_trait]
impl Transport for Sky {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (turn, down) = {
            let mut log = self.lock();
            log.starts.push(Instant::now());
            log.in_flight += 1;
            log.peak = log.peak.max(log.in_flight);
            let turn = log.starts.len() - 1;
            (turn, self.storm.down_from.is_some_and(|from| turn >= from))
        };
        let leaves = Leaves(self);
        let place = self.storm.seed ^ ((turn as u64) << 32);
        let mut dice = fastrand::Rng::with_seed(place);
        let fails = !self.lock().clear && (down || dice.u32(0..100) < self.storm.share);
        sleep(Duration::from_millis(dice.u64(1..900))).await;
        if !fails {
            let page = self.page(&request);
            self.lock().good += 1;
            drop(leaves);
            return Ok(page);
        }
        self.lock().faults += 1;
        match dice.u32(0..if down { 4 } else { 13 }) {
            0 => Ok(answer(503, "{}").done()),
            1 => Ok(answer(500, "oops").done()),
            2 => Err(TransportErrorKind::Interrupted.into()),
            3 => std::future::pending().await,
            4..=8 => {
                let (response, cool) = self.throttle(&mut dice);
                let now = Instant::now();
                self.lock().silences.push((now, now + cool));
                Ok(response)
            }
            9 => Ok(answer(200, r#"{"totalCount":3,"results":[{"#).done()),
            10 => {
                let mut page = answer(200, "<html>maintenance</html>");
                page.1.insert("content-type", HeaderValue::from_static("text/html"));
                Ok(page.done())
            }
            11 => {
                self.lock().rejected += 1;
                Ok(answer(401, r#"{"message":"Unauthorized"}"#).done())
            }
            _ => Ok(answer(403, r#"{"message":"Forbidden"}"#).done()),
        }
    }
}
