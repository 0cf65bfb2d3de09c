//! How long to wait before another attempt, and whether there is one.

use std::time::Duration;

use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use super::classify::Again;

/// How failed attempts are repeated.
///
/// Only reads are sent, so every request may be repeated. The defaults are a careful choice
/// `[inferred]`: the service documents no limits.
///
/// ```
/// use std::time::Duration;
/// use jumpcloud_client::Retry;
///
/// let patient = Retry::default().max_retries(8).longest_wait(Duration::from_secs(60));
/// let once = Retry::none();
/// # drop((patient, once));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    pub(crate) max_retries: u32,
    pub(crate) first_wait: Duration,
    pub(crate) longest_wait: Duration,
    pub(crate) longest_retry_after: Duration,
    pub(crate) budget: u32,
}

impl Default for Retry {
    /// Up to 5 retries; waits from 1 s doubled up to 30 s, each drawn between zero and that;
    /// `Retry-After` up to 120 s; a budget of 40 retries that each success refills by one.
    fn default() -> Self {
        Self {
            max_retries: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(120),
            budget: 40,
        }
    }
}

impl Retry {
    /// Repeats nothing.
    pub fn none() -> Self {
        Self { max_retries: 0, ..Self::default() }
    }

    /// How often one request is repeated at most.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The bound of the first wait; it doubles with every further retry.
    #[must_use]
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Where the bound of the waits stops to double.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// The longest wait that the service can ask for by `Retry-After`.
    #[must_use]
    pub fn longest_retry_after(mut self, wait: Duration) -> Self {
        self.longest_retry_after = wait;
        self
    }

    /// How many retries all requests together may spend ahead of successes.
    ///
    /// Each success gives one back, so a service that fails now and then is always retried while
    /// one that is down is soon left alone. Waiting for the rate limit costs nothing.
    #[must_use]
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// The wait before a retry: the longer of the drawn one and the one asked for.
    pub(crate) fn wait(&self, retries: u32, asked: Option<Duration>, random: u64) -> Duration {
        let doubled = 1_u32.checked_shl(retries).unwrap_or(u32::MAX);
        let bound = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        let asked = asked.unwrap_or_default().min(self.longest_retry_after);
        drawn(bound, random).max(asked)
    }

    /// Whether one more attempt is allowed after so many retries.
    pub(crate) const fn allows(&self, again: Again, retries: u32, refetched: bool) -> bool {
        retries < self.max_retries
            && match again {
                Again::Never => false,
                Again::Once => !refetched,
                Again::Later => true,
            }
    }
}

/// A share of the bound between zero and all of it, for a random number over its whole range.
fn drawn(bound: Duration, random: u64) -> Duration {
    let share = bound.as_nanos().saturating_mul(u128::from(random)) >> 64;
    u64::try_from(share).map_or(bound, Duration::from_nanos)
}

/// The wait that the service asks for: whole seconds or an HTTP date; anything else is ignored.
///
/// A date counts from the answer's own `Date` where it has one, so that clocks need not agree, and
/// to the end of its second.
/// Of several values the longest counts.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let theirs = headers.get(header::DATE).and_then(|date| http_date(date.to_str().ok()?));
    let now = theirs.unwrap_or(now);
    headers
        .get_all(header::RETRY_AFTER)
        .iter()
        .filter_map(|value| asked(value.to_str().ok()?.trim(), now))
        .max()
}

fn asked(text: &str, now: Timestamp) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number holds still mean a long wait.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::from(u32::MAX))));
    }
    // A date names a whole second; its end is waited for, so that nothing is sent too early.
    let end = http_date(text)?.checked_add(Duration::from_secs(1)).ok()?;
    Duration::try_from(end.duration_since(now)).ok()
}

fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        "1994-11-06T08:49:07Z".parse().unwrap()
    }

    fn header_asks(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        retry_after(&headers, now())
    }

    #[test]
    fn seconds_and_dates_are_understood_and_garbage_is_not() {
        for (value, wait) in [
            ("0", Some(0)),
            ("30", Some(30)),
            (" 7 ", Some(7)),
            ("99999999999999999999999", Some(u64::from(u32::MAX))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(31)),
            ("Mon, 06 Nov 1994 08:49:37 GMT", Some(31)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", None),
            ("", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("0x10", None),
            ("\u{e4}", None),
        ] {
            assert_eq!(header_asks(value), wait.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn a_date_counts_from_the_clock_of_the_service() {
        let mut headers = HeaderMap::new();
        let set = |headers: &mut HeaderMap, name, value| {
            headers.append(name, HeaderValue::from_static(value));
        };
        set(&mut headers, header::DATE, "Sun, 06 Nov 2033 08:00:00 GMT");
        set(&mut headers, header::RETRY_AFTER, "Sun, 06 Nov 2033 08:00:20 GMT");
        assert_eq!(retry_after(&headers, now()), Some(Duration::from_secs(21)));
        set(&mut headers, header::RETRY_AFTER, "25");
        set(&mut headers, header::RETRY_AFTER, "x");
        assert_eq!(retry_after(&headers, now()), Some(Duration::from_secs(25)));
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let retry = Retry::default();
        let longest: Vec<u64> = (0..8)
            .map(|retries| retry.wait(retries, None, u64::MAX).as_millis().try_into().unwrap())
            .collect();
        assert_eq!(longest, [999, 1999, 3999, 7999, 15999, 29999, 29999, 29999]);
        assert_eq!(retry.wait(3, None, 0), Duration::ZERO);
        assert_eq!(retry.wait(2, None, 1 << 63), Duration::from_secs(2));
        assert!(retry.wait(u32::MAX, None, u64::MAX) <= Duration::from_secs(30));
    }

    #[test]
    fn the_longer_wait_counts_and_the_service_cannot_ask_for_more_than_the_cap() {
        let retry = Retry::default();
        let seconds = Duration::from_secs;
        assert_eq!(retry.wait(0, Some(seconds(30)), u64::MAX), seconds(30));
        assert_eq!(retry.wait(0, Some(seconds(86_400)), 0), seconds(120));
        assert!(retry.wait(4, Some(seconds(1)), u64::MAX) > seconds(15));
    }

    #[test]
    fn retries_are_counted() {
        let retry = Retry::default();
        assert!(retry.allows(Again::Later, 4, true));
        assert!(!retry.allows(Again::Later, 5, false));
        assert!(retry.allows(Again::Once, 0, false));
        assert!(!retry.allows(Again::Once, 1, true));
        assert!(!retry.allows(Again::Never, 0, false));
        assert!(!Retry::none().allows(Again::Later, 0, false));
    }

    proptest! {
        #[test]
        fn a_wait_stays_within_its_bounds(
            retries in any::<u32>(),
            asked in proptest::option::of(0_u64..1_000_000),
            random in any::<u64>(),
        ) {
            let retry = Retry::default();
            let wait = retry.wait(retries, asked.map(Duration::from_secs), random);
            prop_assert!(wait <= Duration::from_secs(120));
            prop_assert!(wait >= Duration::from_secs(asked.unwrap_or(0).min(120)));
        }

        #[test]
        fn any_header_is_survived(value in proptest::collection::vec(0x20_u8..=0xff, 0..60)) {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.insert(header::RETRY_AFTER, value.clone());
                headers.insert(header::DATE, value);
            }
            let asked = retry_after(&headers, now());
            prop_assert!(asked.is_none_or(|wait| wait > Duration::ZERO || headers.contains_key("retry-after")));
        }
    }
}
