//! What a client has done so far, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a client and all its clones have done so far.
///
/// A copy taken at one moment; the numbers only grow.
///
/// ```
/// # fn show(client: &jumpcloud_client::Client) {
/// let counters = client.counters();
/// println!("{} requests, {} retries", counters.requests(), counters.retries());
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    requests: u64,
    retries: u64,
    throttles: u64,
    waits: u64,
    waited: Duration,
    bytes: u64,
}

impl Counters {
    /// Requests sent, retries included, token exchanges not.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Requests that repeated a failed one.
    pub fn retries(&self) -> u64 {
        self.retries
    }

    /// Answers that asked for fewer requests (status 429).
    pub fn throttles(&self) -> u64 {
        self.throttles
    }

    /// Waits for the rate limit, a cool-down or a retry.
    pub fn waits(&self) -> u64 {
        self.waits
    }

    /// The sum of these waits; several at once count several times.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Bytes of bodies received, decompressed.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The numbers while they grow.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    requests: AtomicU64,
    retries: AtomicU64,
    throttles: AtomicU64,
    waits: AtomicU64,
    waited_us: AtomicU64,
    bytes: AtomicU64,
}

impl Tallies {
    pub(crate) fn requested(&self, retry: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.retries.fetch_add(u64::from(retry), Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttles.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn waited(&self, wait: Duration) {
        let micros = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
        self.waits.fetch_add(1, Ordering::Relaxed);
        self.waited_us.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counters {
        Counters {
            requests: self.requests.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            throttles: self.throttles.load(Ordering::Relaxed),
            waits: self.waits.load(Ordering::Relaxed),
            waited: Duration::from_micros(self.waited_us.load(Ordering::Relaxed)),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}
