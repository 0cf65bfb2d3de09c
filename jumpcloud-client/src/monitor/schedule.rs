//! When the next sync begins.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// When syncs begin.
///
/// - The first begins at once.
/// - The next begin an interval after the last one *began*, and up to `jitter` later, so that many
///   integrations do not ask at the same moment.
/// - A sync that was due while nothing ran begins at once, and only once: runs that were missed are
///   not made up for, as a snapshot always shows the present.
/// - After a passing failure the wait begins at `first_backoff` and doubles up to `interval`; what the
///   service asks for in `Retry-After` is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    interval: Duration,
    jitter: Duration,
    first_backoff: Duration,
}

impl Schedule {
    /// Every `interval`, which is at least a minute, with a tenth of it as jitter.
    pub fn every(interval: Duration) -> Self {
        let interval = interval.max(Duration::from_secs(60));
        let jitter = interval.checked_div(10).unwrap_or_default();
        Self { interval, jitter, first_backoff: Duration::from_secs(60).min(interval) }
    }

    /// The most that a sync begins after its time.
    #[must_use]
    pub const fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// The wait after a first failure; never more than the interval.
    #[must_use]
    pub fn first_backoff(mut self, wait: Duration) -> Self {
        self.first_backoff = wait.min(self.interval);
        self
    }

    pub(super) const fn interval(&self) -> Duration {
        self.interval
    }

    /// After a sync that began then.
    pub(super) fn after_sync(&self, began: Timestamp, now: Timestamp, random: u64) -> Timestamp {
        let wait = self.interval.saturating_add(share(self.jitter, random));
        later(began, wait).max(now)
    }

    /// After so many failures in a row.
    pub(super) fn after_failure(
        &self,
        failures: u32,
        asked: Option<Duration>,
        now: Timestamp,
        random: u64,
    ) -> Timestamp {
        let doublings = failures.saturating_sub(1).min(16);
        let most = self.first_backoff.saturating_mul(1_u32.wrapping_shl(doublings));
        let most = most.min(self.interval);
        let half = most.checked_div(2).unwrap_or_default();
        let wait = half.saturating_add(share(half, random)).max(asked.unwrap_or_default());
        later(now, wait)
    }
}

/// A random part of a span: none of it to all of it.
fn share(span: Duration, random: u64) -> Duration {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(millis.checked_add(1).and_then(|n| random.checked_rem(n)).unwrap_or(0))
}

fn later(from: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait)
        .ok()
        .and_then(|wait| from.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn syncs_keep_their_distance_from_the_last_beginning() {
        let schedule = Schedule::every(HOUR).jitter(Duration::ZERO);
        let began = at("2026-11-23T12:00:00Z");
        let quick = schedule.after_sync(began, at("2026-11-23T12:05:00Z"), 7);
        assert_eq!(quick, at("2026-11-23T13:00:00Z"));
        let slow = schedule.after_sync(began, at("2026-11-23T13:30:00Z"), 7);
        assert_eq!(slow, at("2026-11-23T13:30:00Z"), "it is due at once, and once");
    }

    #[test]
    fn jitter_is_never_more_than_asked_for() {
        let schedule = Schedule::every(HOUR).jitter(Duration::from_secs(60));
        let began = at("2026-11-23T12:00:00Z");
        for random in [0, 1, 59_999, 60_000, 60_001, u64::MAX] {
            let next = schedule.after_sync(began, began, random);
            assert!(next >= at("2026-11-23T13:00:00Z") && next <= at("2026-11-23T13:01:00Z"));
        }
        assert_eq!(schedule.after_sync(began, began, 60_000), at("2026-11-23T13:01:00Z"));
    }

    #[test]
    fn waits_double_up_to_the_interval_and_heed_the_service() {
        let schedule = Schedule::every(HOUR).first_backoff(Duration::from_secs(60));
        let now = at("2026-11-23T12:00:00Z");
        let waits = |failures, half: u64| {
            [0, half * 1000].map(|random| {
                let next = schedule.after_failure(failures, None, now, random);
                next.duration_since(now).as_secs()
            })
        };
        assert_eq!(waits(1, 30), [30, 60]);
        assert_eq!(waits(2, 60), [60, 120]);
        assert_eq!(waits(3, 120), [120, 240]);
        assert_eq!(waits(40, 1800), [1800, 3600], "never more than the interval");
        let asked = schedule.after_failure(1, Some(Duration::from_secs(300)), now, 0);
        assert_eq!(asked, at("2026-11-23T12:05:00Z"));
    }
}
