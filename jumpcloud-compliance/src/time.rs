//! Reading and comparing times: the accepted spellings, ages in whole days, calendar dates.
//!
//! All instants are UTC. Nothing here reads a clock.

use alloc::string::{String, ToString};

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// Seconds of a UTC day.
const DAY_SECS: i64 = 86_400;
/// Nanoseconds of a UTC day.
const DAY_NANOS: i128 = 86_400_000_000_000;
/// Nanoseconds of a millisecond.
const MILLI_NANOS: i128 = 1_000_000;

/// A time as a record spelled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// Empty text, or the zero date `0001-01-01` some services write for "never".
    Absent,
    /// Text in no accepted spelling.
    Unparseable,
    /// An instant.
    At(Timestamp),
}

impl Moment {
    /// Reads RFC 3339 (a missing offset means UTC) or `YYYY-MM-DD` (00:00 UTC).
    ///
    /// A blank may stand for the `T`. Up to nine digits of fraction are read.
    pub fn parse(text: &str) -> Self {
        if text.is_empty() {
            return Self::Absent;
        }
        let Some((date, rest)) = split_date(text) else { return Self::Unparseable };
        let instant = if rest.is_empty() { start_of_day(date) } else { clock(date, rest) };
        match instant {
            Some(_) if is_zero_date(date) => Self::Absent,
            Some(at) => Self::At(at),
            None => Self::Unparseable,
        }
    }

    /// As [`Moment::parse`], and whole seconds since 1970 in decimal digits as well.
    pub fn parse_or_epoch(text: &str) -> Self {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Self::parse(text);
        }
        let at = text.parse::<i64>().ok().and_then(|secs| Timestamp::from_second(secs).ok());
        at.map_or(Self::Unparseable, Self::At)
    }

    /// The instant, if there is one.
    pub const fn instant(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::Absent | Self::Unparseable => None,
        }
    }
}

/// Reads a calendar date `YYYY-MM-DD`; anything else gives nothing.
pub fn parse_date(text: &str) -> Option<Date> {
    let (date, rest) = split_date(text)?;
    rest.is_empty().then_some(date)
}

/// Reads a UTC offset: `Z`, `+HH:MM` or `-HH:MM`, at most 23:59 either way.
pub fn parse_offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1_i32, rest),
        None => (-1_i32, text.strip_prefix('-')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let hours = i32::from(number::<i8>(hours, 2)?);
    let minutes = i32::from(number::<i8>(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?;
    Offset::from_seconds(seconds.checked_mul(sign)?).ok()
}

/// Whole days from `at` to `evaluated_at`, rounded down; negative when `at` lies ahead.
pub fn age_days(at: Timestamp, evaluated_at: Timestamp) -> i64 {
    let nanos = evaluated_at.as_nanosecond().saturating_sub(at.as_nanosecond());
    i64::try_from(nanos.div_euclid(DAY_NANOS)).unwrap_or(i64::MAX)
}

/// Whole days between two calendar dates; negative when `from` is the later one.
pub fn days_between(from: Date, to: Date) -> i64 {
    let from = start_of_day(from).map_or(0, Timestamp::as_second);
    let to = start_of_day(to).map_or(0, Timestamp::as_second);
    to.saturating_sub(from).div_euclid(DAY_SECS)
}

/// The UTC calendar date of an instant.
pub fn date_of(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// Whether the UTC day `date` is over at `at`; on the day itself it is not.
pub fn is_past(date: Date, at: Timestamp) -> bool {
    date < date_of(at)
}

/// Midnight UTC at which `date` begins; nothing at the edge of the calendar.
pub fn start_of_day(date: Date) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok()
}

/// Last millisecond of the UTC day in which `at` lies.
pub fn end_of_day(at: Timestamp) -> Timestamp {
    let next = date_of(at).tomorrow().ok().and_then(start_of_day);
    let end = next.and_then(|next| next.checked_sub(SignedDuration::from_millis(1)).ok());
    end.unwrap_or(at)
}

/// `at` moved by whole days; stays at the edge of the calendar on overflow.
pub fn plus_days(at: Timestamp, days: i64) -> Timestamp {
    let seconds = days.saturating_mul(DAY_SECS);
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(if days < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// Whether `at` lies more than `skew_secs` seconds after `evaluated_at`.
pub fn is_future(at: Timestamp, evaluated_at: Timestamp, skew_secs: i64) -> bool {
    let limit = SignedDuration::from_secs(skew_secs.max(0));
    evaluated_at.checked_add(limit).is_ok_and(|limit| at > limit)
}

/// The instant without anything below a millisecond, towards the past.
pub fn truncate(at: Timestamp) -> Timestamp {
    if at.subsec_nanosecond().rem_euclid(1_000_000) == 0 {
        return at;
    }
    let nanos = at.as_nanosecond();
    let whole = nanos.saturating_sub(nanos.rem_euclid(MILLI_NANOS));
    Timestamp::from_nanosecond(whole).unwrap_or(at)
}

/// RFC 3339 in UTC, truncated to milliseconds, ending in `Z`; no fraction when it is zero.
pub fn format(at: Timestamp) -> String {
    truncate(at).to_string()
}

/// Serde form of an instant in reports: the text of [`format()`].
pub(crate) mod millis {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Timestamp;

    pub(crate) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        super::truncate(*at).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        Timestamp::deserialize(from)
    }
}

/// As [`millis`], for an instant that may be absent.
pub(crate) mod millis_opt {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Timestamp;

    #[expect(clippy::ref_option, reason = "serde passes fields by reference")]
    pub(crate) fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(super::truncate).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::<Timestamp>::deserialize(from)
    }
}

fn is_zero_date(date: Date) -> bool {
    (date.year(), date.month(), date.day()) == (1, 1, 1)
}

/// A number of exactly `width` ASCII digits.
fn number<N: core::str::FromStr>(text: &str, width: usize) -> Option<N> {
    let shaped = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if shaped { text.parse().ok() } else { None }
}

fn split_date(text: &str) -> Option<(Date, &str)> {
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.splitn(3, '-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    Some((Date::new(year, month, day).ok()?, rest))
}

/// Reads `THH:MM:SS[.fraction][offset]` after a date.
fn clock(date: Date, rest: &str) -> Option<Timestamp> {
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let mut parts = clock.splitn(3, ':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let second: i8 = number(parts.next()?, 2)?;
    // RFC 3339 allows second 60; it is read as the second before.
    let second = if second == 60 { 59 } else { second };
    let (nanos, offset) = fraction(rest)?;
    let time = jiff::civil::Time::new(hour, minute, second, nanos).ok()?;
    let offset = if offset.is_empty() { Offset::UTC } else { parse_offset(offset)? };
    offset.to_timestamp(DateTime::from_parts(date, time)).ok()
}

fn fraction(rest: &str) -> Option<(i32, &str)> {
    let Some(after) = rest.strip_prefix('.') else { return Some((0, rest)) };
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, offset) = after.split_at_checked(length)?;
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let mut nanos: i32 = digits.parse().ok()?;
    for _ in digits.len()..9 {
        nanos = nanos.checked_mul(10)?;
    }
    Some((nanos, offset))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_a_millisecond_before_the_next() {
        for text in ["2026-11-23T00:00:00Z", "2026-11-23T23:59:59.999Z"] {
            assert_eq!(end_of_day(at(text)), at("2026-11-23T23:59:59.999Z"));
        }
        assert_eq!(end_of_day(Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn accepted_spellings() {
        for (text, same) in [
            ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"),
            ("2026-11-23t12:00:00z", "2026-11-23T12:00:00Z"),
            ("2026-11-23T12:00:00", "2026-11-23T12:00:00Z"),
            ("2026-11-23 12:00:00", "2026-11-23T12:00:00Z"),
            ("2026-11-23T12:00:00.5", "2026-11-23T12:00:00.5Z"),
            ("2026-11-23T12:00:00.123456789+02:00", "2026-11-23T10:00:00.123456789Z"),
            ("2026-11-23T00:30:00-23:59", "2026-11-24T00:29:00Z"),
            ("2026-06-30T23:59:60Z", "2026-06-30T23:59:59Z"),
            ("2026-11-23", "2026-11-23T00:00:00Z"),
        ] {
            assert_eq!(Moment::parse(text), Moment::At(at(same)), "{text}");
        }
    }

    #[test]
    fn nothing_and_nonsense_differ() {
        assert_eq!(Moment::parse(""), Moment::Absent);
        assert_eq!(Moment::parse("0001-01-01T00:00:00Z"), Moment::Absent);
        assert_eq!(Moment::parse("0001-01-01"), Moment::Absent);
        for text in [
            "0001-01-01x",
            "2026-02-30",
            "2026-13-01T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T12:00Z",
            "2026-11-23T12:00:00.Z",
            "2026-11-23T12:00:00.1234567890Z",
            "2026-11-23T12:00:00+0200",
            "2026-11-23T12:00:00+24:00",
            "11/23/2026",
            "1700000000",
            " 2026-11-23",
            "2026-11-2é",
        ] {
            assert_eq!(Moment::parse(text), Moment::Unparseable, "{text}");
        }
    }

    #[test]
    fn epoch_only_where_asked_for() {
        assert_eq!(Moment::parse_or_epoch("1700000000"), Moment::At(at("2023-11-14T22:13:20Z")));
        assert_eq!(Moment::parse_or_epoch("2026-11-23"), Moment::parse("2026-11-23"));
        assert_eq!(Moment::parse_or_epoch(""), Moment::Absent);
        assert_eq!(Moment::parse_or_epoch("-"), Moment::Unparseable);
        assert_eq!(Moment::parse_or_epoch("1700000000000"), Moment::Unparseable);
    }

    #[test]
    fn ages_are_floored() {
        let now = at("2026-11-23T12:00:00Z");
        assert_eq!(age_days(at("2026-11-22T12:00:00Z"), now), 1);
        assert_eq!(age_days(at("2026-11-22T12:00:00.001Z"), now), 0);
        assert_eq!(age_days(at("2026-11-23T12:00:00.001Z"), now), -1);
        assert_eq!(age_days(Timestamp::MIN, Timestamp::MAX), 7_304_481);
    }

    #[test]
    fn a_date_ends_with_its_utc_day() {
        let end = parse_date("2026-10-13").unwrap();
        assert!(!is_past(end, at("2026-10-13T23:59:59.999Z")));
        assert!(is_past(end, at("2026-10-14T00:00:00Z")));
        assert_eq!(
            days_between(parse_date("2026-08-22").unwrap(), parse_date("2026-11-23").unwrap()),
            93
        );
        assert_eq!(parse_date("2026-10-13T00:00:00Z"), None);
    }

    #[test]
    fn skew_is_inclusive() {
        let now = at("2026-11-23T12:00:00Z");
        assert!(!is_future(at("2026-11-23T12:05:00Z"), now, 300));
        assert!(is_future(at("2026-11-23T12:05:00.001Z"), now, 300));
    }

    #[test]
    fn report_form_is_cut_not_rounded() {
        assert_eq!(format(at("2026-11-23T12:00:00.9999Z")), "2026-11-23T12:00:00.999Z");
        assert_eq!(format(at("1969-12-31T23:59:59.9999Z")), "1969-12-31T23:59:59.999Z");
        assert_eq!(format(at("2026-11-23T12:00:00.0001Z")), "2026-11-23T12:00:00Z");
    }

    #[test]
    fn adding_days_stops_at_the_edge() {
        assert_eq!(plus_days(at("2026-02-28T00:00:00Z"), 1), at("2026-03-01T00:00:00Z"));
        assert_eq!(plus_days(Timestamp::MAX, 1), Timestamp::MAX);
        assert_eq!(plus_days(Timestamp::MAX, i64::MIN), Timestamp::MIN);
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,40}") {
            let _read = Moment::parse_or_epoch(&text);
            let _offset = parse_offset(&text);
        }

        #[test]
        fn formatted_instants_are_read_back(ms in -62_000_000_000_000_i64..253_000_000_000_000) {
            let instant = Timestamp::from_millisecond(ms).unwrap();
            prop_assert_eq!(Moment::parse(&format(instant)), Moment::At(instant));
        }
    }

    #[test]
    fn a_sign_is_no_digit() {
        for text in ["+026-11-23", "2026-+1-23", "2026-11-+3", "2026-11-23T+2:00:00Z"] {
            assert_eq!(Moment::parse(text), Moment::Unparseable, "{text}");
        }
    }
}
