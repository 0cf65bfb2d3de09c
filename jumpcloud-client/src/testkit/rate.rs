//! Rate limits and the hints that come with them.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// What a `Retry-After` header says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// Whole seconds.
    Seconds(u64),
    /// An HTTP date this long from now, rounded up to a whole second.
    HttpDate(Duration),
    /// Any text, for example garbage.
    Text(String),
}

impl RetryAfter {
    pub(super) fn value(&self, now: Timestamp) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Text(text) => text.clone(),
            Self::HttpDate(wait) => {
                let wait = i64::try_from(wait.as_millis()).unwrap_or(0).saturating_add(999);
                let at = now.as_millisecond().saturating_add(wait).checked_div(1000).unwrap_or(0);
                let at = Timestamp::from_second(at).unwrap_or(now);
                at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
            }
        }
    }
}

/// So many requests in each window of time; more are answered 429.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimit {
    requests: usize,
    window: Duration,
    retry_after: Option<RetryAfter>,
}

impl RateLimit {
    /// A limit without a `Retry-After` hint.
    pub fn new(requests: usize, window: Duration) -> Self {
        Self { requests, window, retry_after: None }
    }

    /// Adds a hint to each 429.
    #[must_use]
    pub fn retry_after(mut self, hint: RetryAfter) -> Self {
        self.retry_after = Some(hint);
        self
    }
}

/// The count of the current window.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    started: Option<Instant>,
    count: usize,
}

impl Meter {
    /// Counts one request; `Err` holds the hint when it is one too many.
    pub(super) fn count(
        &mut self,
        limit: &RateLimit,
        now: Instant,
    ) -> Result<(), Option<RetryAfter>> {
        let fresh = self
            .started
            .is_none_or(|started| now.saturating_duration_since(started) >= limit.window);
        if fresh {
            self.started = Some(now);
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        if self.count > limit.requests { Err(limit.retry_after.clone()) } else { Ok(()) }
    }
}

/// How long a `Retry-After` value asks a caller to be silent.
pub(super) fn silence(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let millis = at.as_millisecond().saturating_sub(now.as_millisecond());
    u64::try_from(millis).ok().map(Duration::from_millis)
}
