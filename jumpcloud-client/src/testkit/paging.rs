//! Limits, offsets and the cut of one page out of a list.

use std::borrow::Cow;

use serde_json::Value;

use super::answer::{Answer, Envelope, Page, Total};
use super::dice::Dice;
use super::field;
use super::query::Target;

/// The paging rules of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageRules {
    pub(super) default_limit: usize,
    pub(super) max_limit: usize,
    pub(super) offset: &'static str,
    pub(super) envelope: Envelope,
}

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) skip: usize,
    pub(super) limit: usize,
}

impl Window {
    pub(super) fn parse(target: &Target, rules: &PageRules) -> Result<Self, Answer> {
        let number = |name: &str, absent: usize| match target.value(name) {
            None => Ok(absent),
            Some(text) => text.parse::<usize>().map_err(|_ignored| {
                Answer::bad_request(&format!("request parameter \"{name}\" must be a number"))
            }),
        };
        let limit = number("limit", rules.default_limit)?;
        if limit > rules.max_limit {
            let text =
                format!("request parameter \"limit\" exceeds maximum value of {}", rules.max_limit);
            return Err(Answer::bad_request(&text));
        }
        if limit == 0 {
            return Err(Answer::bad_request("request parameter \"limit\" must be at least 1"));
        }
        Ok(Self { skip: number(rules.offset, 0)?, limit })
    }
}

/// One position of a list; a position may lack its record.
#[derive(Debug, Clone)]
pub(super) enum Row<'a> {
    Record(Cow<'a, Value>),
    /// A reference to something deleted: counted, then left out.
    Missing,
    /// The same, shown as `null`.
    Null,
}

/// How rows are shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown<'a> {
    /// The fields asked for; none means all.
    pub(super) fields: Vec<&'a str>,
    /// The request asked for an order.
    pub(super) sorted: bool,
}

/// How a list misbehaves; the default is not at all.
#[derive(Debug, Clone, Default)]
pub(super) struct ListFaults {
    pub(super) total: Option<TotalFault>,
    pub(super) nulls: usize,
    pub(super) missing: usize,
    pub(super) drop_last: usize,
    pub(super) ignore_skip: bool,
    pub(super) cap: Option<usize>,
    pub(super) shuffle: Option<u64>,
    pub(super) shuffle_sorted: bool,
    pub(super) overlap: bool,
    pub(super) rename_rows: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) enum TotalFault {
    Missing,
    Fixed(i64),
    Off(i64),
    Text(String),
}

/// Cuts one page out of all rows of a list.
pub(super) fn cut(
    mut rows: Vec<Row<'_>>,
    window: Window,
    rules: &PageRules,
    faults: &ListFaults,
    shown: &Shown<'_>,
) -> Answer {
    if let Some(seed) = faults.shuffle
        && (faults.shuffle_sorted || !shown.sorted)
    {
        Dice::new(seed).shuffle(&mut rows);
    }
    spread(&mut rows, faults.nulls, &Row::Null);
    spread(&mut rows, faults.missing, &Row::Missing);
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let total = match &faults.total {
        None => Total::Number(count),
        Some(TotalFault::Missing) => Total::Missing,
        Some(TotalFault::Fixed(number)) => Total::Number(*number),
        Some(TotalFault::Off(by)) => Total::Number(count.saturating_add(*by)),
        Some(TotalFault::Text(text)) => Total::Text(text.clone()),
    };
    let limit = faults.cap.map_or(window.limit, |cap| window.limit.min(cap));
    let skip = match (faults.ignore_skip, faults.overlap) {
        (true, _) => 0,
        (false, true) => {
            let pages = window.skip.checked_div(limit).unwrap_or(0);
            window.skip.saturating_sub(pages)
        }
        (false, false) => window.skip,
    };
    let mut page: Vec<String> = rows
        .iter()
        .skip(skip)
        .take(limit)
        .filter_map(|row| match row {
            Row::Record(record) if shown.fields.is_empty() => Some(record.to_string()),
            Row::Record(record) => Some(field::project(record, &shown.fields).to_string()),
            Row::Missing => None,
            Row::Null => Some("null".to_owned()),
        })
        .collect();
    page.truncate(page.len().saturating_sub(faults.drop_last));
    let envelope = match (&faults.rename_rows, &rules.envelope) {
        (Some(name), Envelope::Keyed { total, .. }) => Envelope::keyed(name, *total),
        (Some(name), _) => Envelope::keyed(name, Some("totalCount")),
        (None, envelope) => envelope.clone(),
    };
    Answer::page(Page { rows: page, envelope, total })
}

/// Puts `count` holes into a list at places that depend on its length only, so that every page
/// of one reading sees the same list.
fn spread<'a>(rows: &mut Vec<Row<'a>>, count: usize, hole: &Row<'a>) {
    let stride = rows.len().checked_div(count.saturating_add(1)).unwrap_or(0).max(1);
    for number in 1..=count {
        let place = number.saturating_mul(stride).saturating_add(number).saturating_sub(1);
        rows.insert(place.min(rows.len()), hole.clone());
    }
}
