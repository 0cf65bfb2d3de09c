//! When Windows says that an update was installed.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::time;

/// The day in the text of an update's installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchDate {
    /// A day in a spelling that has one reading.
    Sure(Date),
    /// A day with slashes, read month first; the other order would be a day as well.
    MonthFirst(Date),
    /// A day with slashes that only exists with the day first.
    DayFirst(Date),
}

impl PatchDate {
    /// Reads `M/D/YYYY`, `YYYYMMDD`, `YYYY-MM-DD`, or sixteen hexadecimal digits: intervals of 100
    /// nanoseconds since 1601.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains('/') {
            return slashed(text);
        }
        let date = match text.len() {
            8 => eight_digits(text),
            16 => file_time(text),
            _ => time::parse_date(text),
        };
        date.map(Self::Sure)
    }
}

fn slashed(text: &str) -> Option<PatchDate> {
    let mut parts = text.split('/');
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (first, second, year) = (number(first)?, number(second)?, number(year)?);
    let month_first = day(year, first, second);
    let day_first = day(year, second, first);
    match (month_first, day_first) {
        (Some(date), Some(other)) if date == other => Some(PatchDate::Sure(date)),
        (Some(date), Some(_)) => Some(PatchDate::MonthFirst(date)),
        (Some(date), None) => Some(PatchDate::Sure(date)),
        (None, Some(date)) => Some(PatchDate::DayFirst(date)),
        (None, None) => None,
    }
}

fn number(text: &str) -> Option<i16> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn eight_digits(text: &str) -> Option<Date> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, date) = rest.split_at_checked(2)?;
    day(number(year)?, number(month)?, number(date)?)
}

/// Seconds from 1601-01-01 to 1970-01-01.
const EPOCH_SECS: i64 = 11_644_473_600;
/// Intervals of 100 nanoseconds in a second.
const INTERVALS: u64 = 10_000_000;

fn file_time(text: &str) -> Option<Date> {
    if !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let intervals = u64::from_str_radix(text, 16).ok()?;
    let seconds = i64::try_from(intervals.checked_div(INTERVALS)?).ok()?;
    let at = Timestamp::from_second(seconds.checked_sub(EPOCH_SECS)?).ok()?;
    Some(time::date_of(at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        time::parse_date(text).unwrap()
    }

    #[test]
    fn spellings_of_a_day() {
        for (text, expected) in [
            ("11/23/2026", PatchDate::Sure(date("2026-11-23"))),
            ("5/5/2026", PatchDate::Sure(date("2026-05-05"))),
            ("3/4/2026", PatchDate::MonthFirst(date("2026-03-04"))),
            ("03/04/2026", PatchDate::MonthFirst(date("2026-03-04"))),
            ("23/11/2026", PatchDate::DayFirst(date("2026-11-23"))),
            ("20261110", PatchDate::Sure(date("2026-11-10"))),
            (" 2026-11-10 ", PatchDate::Sure(date("2026-11-10"))),
            ("01d5b5e57c1e0000", PatchDate::Sure(date("2019-12-18"))),
        ] {
            assert_eq!(PatchDate::read(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "/",
            "13/13/2026",
            "2/30/2026",
            "1/2/26",
            "1/2/3/2026",
            "+1/2/2026",
            "20261310",
            "2026111",
            "01d5b5e57c1e000g",
            "ffffffffffffffff",
            "yesterday",
        ] {
            assert_eq!(PatchDate::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".{0,24}") {
            let _read = PatchDate::read(&text);
        }
    }
}
