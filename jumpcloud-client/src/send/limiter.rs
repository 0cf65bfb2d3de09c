//! How many requests may start, and when: arithmetic over a clock that is handed in.
//!
//! Times are distances from a fixed start, so nothing here reads a clock.

use std::time::Duration;

/// Full pace, in thousandths.
const FULL: u32 = 1000;
/// The slowest pace: about a sixteenth.
const SLOWEST: u32 = 62;
/// How much pace comes back at once.
const STEP: u32 = 100;
/// How long a pace is kept before some comes back.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the builder allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Time between two requests at full pace.
    pub(crate) interval: Duration,
    /// So many requests may start at once after a rest.
    pub(crate) burst: u32,
    /// So many requests may be under way at once.
    pub(crate) max_in_flight: u32,
}

/// Whether a request may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Now; it has been counted.
    Go,
    /// Not before this time has passed; never zero.
    Wait(Duration),
    /// Not before another request has ended.
    Full,
}

/// The limits of one host and credential: a bucket of requests, a number under way that adapts,
/// and one cool-down that holds back everything.
///
/// Pace and number are halved when the service asks for less and come back step by step. A
/// request that started before the last halving does not halve again.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: Limits,
    /// When the bucket would be full again, plus one interval for each request taken.
    booked_until: Duration,
    pace: u32,
    paced_at: Duration,
    ceiling: u32,
    good_in_a_row: u32,
    in_flight: u32,
    cool_until: Duration,
    slowed_at: Option<Duration>,
}

impl Limiter {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            booked_until: Duration::ZERO,
            pace: FULL,
            paced_at: Duration::ZERO,
            ceiling: limits.max_in_flight,
            good_in_a_row: 0,
            in_flight: 0,
            cool_until: Duration::ZERO,
            slowed_at: None,
        }
    }

    fn interval(&self) -> Duration {
        let slowed = self.limits.interval.saturating_mul(FULL);
        slowed.checked_div(self.pace).unwrap_or(self.limits.interval)
    }

    /// How far the bookings may run ahead: the burst in time, the same at every pace, so that a
    /// slower pace never lets requests through that the faster one held back.
    fn slack(&self) -> Duration {
        self.limits.interval.saturating_mul(self.limits.burst.saturating_sub(1))
    }

    /// The time that so many requests take at least, from rest and at the pace of now.
    pub(crate) fn least_time(&self, requests: u64) -> Duration {
        let paced = requests.saturating_sub(u64::from(self.limits.burst));
        self.interval().saturating_mul(u32::try_from(paced).unwrap_or(u32::MAX))
    }

    /// How long the cool-down still lasts.
    pub(crate) fn cooling(&self, now: Duration) -> Option<Duration> {
        self.cool_until.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// Asks for a start, and counts it when it may.
    pub(crate) fn take(&mut self, now: Duration) -> Turn {
        if let Some(left) = self.cooling(now) {
            return Turn::Wait(left);
        }
        if self.in_flight >= self.ceiling {
            return Turn::Full;
        }
        let interval = self.interval();
        let earliest = self.booked_until.saturating_sub(self.slack());
        if let Some(left) = earliest.checked_sub(now).filter(|left| !left.is_zero()) {
            return Turn::Wait(left);
        }
        self.booked_until = self.booked_until.max(now).saturating_add(interval);
        self.in_flight = self.in_flight.saturating_add(1);
        Turn::Go
    }

    /// A request has ended, well or not.
    pub(crate) fn release(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// The service kept up with a request that started then.
    pub(crate) fn kept_up(&mut self, started: Duration, now: Duration) {
        if self.slowed_at.is_some_and(|at| started < at) {
            return;
        }
        if self.pace < FULL && now.saturating_sub(self.paced_at) >= PATIENCE {
            self.pace = self.pace.saturating_add(STEP).min(FULL);
            self.paced_at = now;
        }
        self.good_in_a_row = self.good_in_a_row.saturating_add(1);
        if self.ceiling < self.limits.max_in_flight && self.good_in_a_row >= self.ceiling {
            self.ceiling = self.ceiling.saturating_add(1);
            self.good_in_a_row = 0;
        }
    }

    /// The service did not keep up with a request that started then.
    pub(crate) fn overloaded(&mut self, started: Duration, now: Duration) {
        self.good_in_a_row = 0;
        if self.slowed_at.is_some_and(|at| started < at) {
            return;
        }
        self.pace = self.pace.checked_div(2).unwrap_or(SLOWEST).max(SLOWEST);
        self.paced_at = now;
        self.ceiling = self.ceiling.checked_div(2).unwrap_or(1).max(1);
        self.slowed_at = Some(now);
    }

    /// The service asked for fewer requests: nothing starts for this long, and then one by one.
    pub(crate) fn throttled(&mut self, started: Duration, now: Duration, cool: Duration) {
        self.overloaded(started, now);
        self.cool_until = self.cool_until.max(now.saturating_add(cool));
        self.booked_until = self.booked_until.max(self.cool_until.saturating_add(self.slack()));
        // Pace comes back after calm, not after waiting.
        self.paced_at = self.paced_at.max(self.cool_until);
    }

    #[cfg(test)]
    pub(crate) const fn state(&self) -> (u32, u32, u32) {
        (self.pace, self.ceiling, self.in_flight)
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of a test")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: Duration = Duration::from_millis(1);

    fn ms(n: u32) -> Duration {
        MS * n
    }

    fn limiter(max_in_flight: u32) -> Limiter {
        Limiter::new(Limits { interval: ms(250), burst: 8, max_in_flight })
    }

    #[test]
    fn a_burst_and_then_the_rate() {
        let mut limiter = limiter(1000);
        for _ in 0..8 {
            assert_eq!(limiter.take(ms(5)), Turn::Go);
        }
        assert_eq!(limiter.take(ms(5)), Turn::Wait(ms(250)));
        assert_eq!(limiter.take(ms(254)), Turn::Wait(ms(1)));
        assert_eq!(limiter.take(ms(255)), Turn::Go);
        assert_eq!(limiter.take(ms(255)), Turn::Wait(ms(250)));
        // After a rest the bucket is full, and not fuller than full.
        for _ in 0..8 {
            assert_eq!(limiter.take(ms(60_000)), Turn::Go);
        }
        assert_eq!(limiter.take(ms(60_000)), Turn::Wait(ms(250)));
    }

    #[test]
    fn no_more_than_allowed_are_under_way() {
        let mut limiter = limiter(2);
        assert_eq!((limiter.take(MS), limiter.take(MS)), (Turn::Go, Turn::Go));
        assert_eq!(limiter.take(MS), Turn::Full);
        limiter.release();
        assert_eq!(limiter.take(MS), Turn::Go);
    }

    #[test]
    fn a_slower_pace_lets_nothing_through_that_a_faster_one_held_back() {
        let mut limiter = limiter(1000);
        for _ in 0..8 {
            assert_eq!(limiter.take(MS), Turn::Go);
        }
        limiter.overloaded(MS, MS);
        assert_eq!(limiter.take(MS), Turn::Wait(ms(250)));
        assert_eq!(limiter.take(ms(251)), Turn::Go);
        assert_eq!(limiter.take(ms(251)), Turn::Wait(ms(500)));
    }

    #[test]
    fn a_throttle_stops_everything_and_then_lets_one_by_one_pass() {
        let mut limiter = limiter(4);
        assert_eq!(limiter.take(MS), Turn::Go);
        limiter.throttled(MS, ms(100), ms(30_000));
        limiter.release();
        assert_eq!(limiter.take(ms(100)), Turn::Wait(ms(30_000)));
        assert_eq!(limiter.take(ms(30_099)), Turn::Wait(ms(1)));
        assert_eq!(limiter.take(ms(30_100)), Turn::Go);
        assert_eq!(limiter.take(ms(30_100)), Turn::Wait(ms(500)), "half the pace");
        assert_eq!(limiter.state(), (500, 2, 1));
    }

    #[test]
    fn a_shorter_cool_down_does_not_shorten_a_longer_one() {
        let mut limiter = limiter(4);
        limiter.throttled(MS, ms(10), ms(5000));
        limiter.throttled(MS, ms(20), ms(10));
        assert_eq!(limiter.cooling(ms(20)), Some(ms(4990)));
        assert_eq!(limiter.cooling(ms(5010)), None);
    }

    #[test]
    fn one_wave_of_throttles_halves_once() {
        let mut limiter = limiter(4);
        for _ in 0..4 {
            limiter.throttled(ms(1), ms(100), ms(1000));
        }
        assert_eq!(limiter.state(), (500, 2, 0));
        limiter.throttled(ms(1200), ms(1300), ms(1000));
        assert_eq!(limiter.state(), (250, 1, 0));
        for at in 2..20 {
            limiter.overloaded(ms(at * 1000), ms(at * 1000));
        }
        assert_eq!(limiter.state(), (SLOWEST, 1, 0));
    }

    #[test]
    fn pace_and_number_come_back_step_by_step() {
        let mut limiter = limiter(4);
        limiter.overloaded(ms(1), ms(1));
        limiter.kept_up(ms(0), ms(20_000));
        assert_eq!(limiter.state(), (500, 2, 0), "an old request proves nothing");
        for _ in 0..2 {
            limiter.kept_up(ms(2), ms(3));
        }
        assert_eq!(limiter.state(), (500, 3, 0));
        for _ in 0..30 {
            limiter.kept_up(ms(2), ms(9_999));
        }
        assert_eq!(limiter.state(), (500, 4, 0));
        limiter.kept_up(ms(2), ms(10_001));
        limiter.kept_up(ms(2), ms(10_002));
        assert_eq!(limiter.state(), (600, 4, 0));
        for at in 2..20 {
            limiter.kept_up(ms(2), ms(at * 10_001));
        }
        assert_eq!(limiter.state(), (FULL, 4, 0));
    }

    proptest! {
        #[test]
        fn the_limits_hold_under_any_history(
            steps in proptest::collection::vec((0_u8..6, 0_u32..2000), 1..300),
        ) {
            let limits = Limits { interval: ms(250), burst: 8, max_in_flight: 4 };
            let mut limiter = Limiter::new(limits);
            let mut now = Duration::ZERO;
            let mut starts: Vec<Duration> = Vec::new();
            let mut under_way = 0_u32;
            let mut cool_until = Duration::ZERO;
            for (step, span) in steps {
                now += ms(span);
                match step {
                    0..=2 => match limiter.take(now) {
                        Turn::Go => {
                            prop_assert!(now >= cool_until);
                            starts.push(now);
                            under_way += 1;
                        }
                        Turn::Wait(left) => prop_assert!(!left.is_zero()),
                        Turn::Full => prop_assert!(under_way >= 1),
                    },
                    3 if under_way > 0 => {
                        under_way -= 1;
                        limiter.kept_up(now, now);
                        limiter.release();
                    }
                    4 if under_way > 0 => {
                        under_way -= 1;
                        limiter.throttled(now, now, ms(span));
                        cool_until = cool_until.max(now + ms(span));
                        limiter.release();
                    }
                    _ => limiter.overloaded(now, now),
                }
                prop_assert!(under_way <= 4);
            }
            // In any window of one second at most burst + rate requests start.
            for (at, start) in starts.iter().enumerate() {
                let within = starts[at..].iter().take_while(|s| **s < *start + ms(1000)).count();
                prop_assert!(within <= 12, "{within}");
            }
        }
    }
}
