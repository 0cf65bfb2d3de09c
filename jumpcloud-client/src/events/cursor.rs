//! Where the next page of events begins, told from headers alone.

use http::HeaderMap;
use serde_json::value::RawValue;

/// Rows that a service gives when it does not take the limit it was asked for `[spec]`.
const DEFAULT_LIMIT: u64 = 1_000;

/// Longest cursor that is carried on, in bytes; real ones have some fifty.
const MAX_CURSOR: usize = 4_096;

/// What follows a page.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing: it was the last one.
    End,
    /// A page that begins after this position.
    After(Box<RawValue>),
    /// There is more, or there may be, and the header that says where did not arrive.
    Lost,
    /// The page holds fewer rows than its header counts.
    Short,
}

/// What follows a page of `rows` rows that was asked for with a limit of `asked`.
///
/// The cursor comes with the last page too, so only the counts tell `[spec]`: there is more exactly
/// when the page is full. Where a proxy has dropped the counts, the walk goes on to an empty page.
pub(super) fn next(headers: &HeaderMap, rows: u64, asked: u32) -> Next {
    let number = |name| -> Option<u64> { headers.get(name)?.to_str().ok()?.trim().parse().ok() };
    match (number("x-result-count"), number("x-limit")) {
        (Some(count), _) if count > rows => Next::Short,
        (Some(_), Some(limit)) if rows < limit => Next::End,
        (Some(_), Some(_)) => cursor(headers).map_or(Next::Lost, Next::After),
        _ if rows == 0 => Next::End,
        _ => match cursor(headers) {
            Some(cursor) => Next::After(cursor),
            None if rows < DEFAULT_LIMIT.min(u64::from(asked)) => Next::End,
            None => Next::Lost,
        },
    }
}

/// The cursor as it came: its numbers and texts mean something to the service only.
fn cursor(headers: &HeaderMap) -> Option<Box<RawValue>> {
    let text = headers.get("x-search_after")?.to_str().ok()?;
    if text.len() > MAX_CURSOR {
        return None;
    }
    let parts: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    if parts.is_empty() {
        return None;
    }
    RawValue::from_string(text.trim().to_owned()).ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    const CURSOR: (&str, &str) = ("x-search_after", "[1576181718000,\"DZrPyW8B\"]");

    fn told(pairs: &[(&'static str, &'static str)], rows: u64, asked: u32) -> &'static str {
        match next(&headers(pairs), rows, asked) {
            Next::End => "end",
            Next::After(_) => "after",
            Next::Lost => "lost",
            Next::Short => "short",
        }
    }

    #[test]
    fn a_page_is_followed_exactly_when_it_is_full() {
        let full = [("x-result-count", "1000"), ("x-limit", "1000"), CURSOR];
        assert_eq!(told(&full, 1_000, 10_000), "after", "the limit of the service counts");
        let last = [("x-result-count", "999"), ("x-limit", "1000"), CURSOR];
        assert_eq!(told(&last, 999, 10_000), "end");
        let empty = [("x-result-count", "0"), ("x-limit", "1000"), CURSOR];
        assert_eq!(told(&empty, 0, 10_000), "end");
        let spelt = [("x-result-count", "99"), ("x-limit", "100"), CURSOR];
        assert_eq!(told(&spelt, 99, 100), "end", "numbers are compared, not texts");
    }

    #[test]
    fn a_lost_cursor_is_no_end() {
        let dropped = [("x-result-count", "10"), ("x-limit", "10")];
        assert_eq!(told(&dropped, 10, 10), "lost");
        for cursor in ["[]", "", "null", "{}", "12", "[1", "\"x\""] {
            let odd = [("x-result-count", "10"), ("x-limit", "10"), ("x-search_after", cursor)];
            assert_eq!(told(&odd, 10, 10), "lost", "{cursor}");
        }
    }

    #[test]
    fn without_counts_the_walk_goes_on_to_an_empty_page() {
        assert_eq!(told(&[CURSOR], 7, 10), "after");
        assert_eq!(told(&[CURSOR], 0, 10), "end");
        assert_eq!(told(&[], 7, 10), "end");
        assert_eq!(told(&[], 10, 10), "lost");
        assert_eq!(told(&[], 1_000, 10_000), "lost", "the limit may have been lowered in silence");
        assert_eq!(told(&[("x-result-count", "7"), CURSOR], 7, 10), "after");
    }

    #[test]
    fn rows_that_are_counted_and_not_there_are_noticed() {
        let short = [("x-result-count", "10"), ("x-limit", "1000"), CURSOR];
        assert_eq!(told(&short, 8, 1_000), "short");
    }

    #[test]
    fn the_cursor_goes_back_as_it_came() {
        let pairs =
            [("x-result-count", "1"), ("x-limit", "1"), ("x-search_after", " [1.50, \"a\"] ")];
        let Next::After(cursor) = next(&headers(&pairs), 1, 1) else { panic!("a cursor") };
        assert_eq!(cursor.get(), "[1.50, \"a\"]");
    }
}
