//! Charts as inline SVG; the figures stand beside them as text.

use std::string::String;
use std::vec::Vec;

use maud::{Markup, html};

use super::words::{self, STATUSES, count, figure};
use crate::control::StatusCounts;
use crate::outcome::EffectiveStatus;
use crate::period::PeriodSummary;

/// Width of a bar, in its own units.
const WIDTH: u64 = 1000;
/// Most evaluations in the trend; of more, the latest.
const POINTS: usize = 60;

/// Where a part of a bar begins and how long it is: every part that is not empty can be seen.
fn parts(counts: &StatusCounts, length: u64) -> Vec<(EffectiveStatus, u64, u64)> {
    let total = counts.total();
    let mut parts = Vec::new();
    let mut before: u64 = 0;
    let place = |sum: u64| sum.saturating_mul(length).checked_div(total).unwrap_or(0);
    for status in STATUSES {
        let number = count(counts, status);
        if number > 0 {
            let from = place(before);
            before = before.saturating_add(number);
            parts.push((status, from, place(before).saturating_sub(from).max(2)));
        }
    }
    parts
}

/// The counts in words, for those who do not see the bar.
fn spoken(counts: &StatusCounts) -> String {
    let words: Vec<String> = STATUSES
        .into_iter()
        .filter(|status| count(counts, *status) > 0)
        .map(|status| std::format!("{} {}", figure(count(counts, status)), words::status(status)))
        .collect();
    if words.is_empty() { String::from("no finding") } else { words.join(", ") }
}

/// One bar of findings by status.
pub(super) fn bar(counts: &StatusCounts) -> Markup {
    html! {
        svg.bar viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" role="img"
            aria-label=(spoken(counts)) {
            rect.track width=(WIDTH) height="10" {}
            @for (status, from, length) in parts(counts, WIDTH) {
                rect class={ "s-" (status) } x=(from) width=(length) height="10" {}
            }
        }
    }
}

/// What the colours mean.
pub(super) fn legend(counts: &StatusCounts) -> Markup {
    html! {
        ul.legend {
            @for status in STATUSES {
                li {
                    a href={ "#status=" (status) } {
                        span class={ "dot s-" (status) } aria-hidden="true" {}
                        (words::status(status)) " " b { (figure(count(counts, status))) }
                    }
                }
            }
        }
    }
}

/// Findings by status over the evaluations of a period, the latest to the right.
pub(super) fn trend(period: &PeriodSummary) -> Markup {
    let skipped = period.evaluations.len().saturating_sub(POINTS);
    let points: Vec<_> = period.evaluations.iter().skip(skipped).collect();
    let highest = points.iter().map(|point| open(&point.counts)).max().unwrap_or(0).max(1);
    let columns = u64::try_from(points.len()).unwrap_or(1).max(1);
    let step = WIDTH.checked_div(columns).unwrap_or(WIDTH);
    let width = step.saturating_mul(4).div_euclid(5).clamp(2, 60);
    let margin = step.saturating_sub(width).div_euclid(2);
    html! {
        figure.trend {
            figcaption {
                "Failures and unknown findings by evaluation; the highest column is "
                (figure(highest)) "."
            }
            ul.legend aria-hidden="true" {
                @for status in SHOWN {
                    li { span class={ "dot s-" (status) } {} (words::status(status)) }
                }
            }
            svg viewBox={ "0 0 " (WIDTH) " 200" } preserveAspectRatio="none" role="img" aria-label="Trend; the figures are in the table below" {
                @for line in [0_u64, 50, 100, 150, 199] {
                    rect.grid x="0" y=(line) width=(WIDTH) height="1" {}
                }
                @for (place, point) in (0_u64..).zip(&points) {
                    @for (status, y, height) in column(&point.counts, highest) {
                        rect class={ "s-" (status) } x=(place.saturating_mul(step).saturating_add(margin))
                            y=(y) width=(width) height=(height) {
                            title { (words::time(point.evaluated_at)) ": " (spoken(&point.counts)) }
                        }
                    }
                }
            }
            div.ends aria-hidden="true" {
                span { (points.first().map(|point| words::time(point.evaluated_at)).unwrap_or_default()) }
                span { (points.last().map(|point| words::time(point.evaluated_at)).unwrap_or_default()) }
            }
        }
    }
}

/// What the trend shows of an evaluation, from the bottom.
const SHOWN: [EffectiveStatus; 4] = [
    EffectiveStatus::Fail,
    EffectiveStatus::FailInGrace,
    EffectiveStatus::Exempt,
    EffectiveStatus::Unknown,
];

fn open(counts: &StatusCounts) -> u64 {
    SHOWN.into_iter().fold(0, |sum, status| sum.saturating_add(count(counts, status)))
}

fn column(counts: &StatusCounts, highest: u64) -> Vec<(EffectiveStatus, u64, u64)> {
    let mut below: u64 = 0;
    let height = |sum: u64| sum.saturating_mul(196).checked_div(highest).unwrap_or(0);
    let mut parts = Vec::new();
    for status in SHOWN {
        let number = count(counts, status);
        if number > 0 {
            let from = height(below);
            below = below.saturating_add(number);
            let to = height(below).max(from.saturating_add(1));
            parts.push((status, 200_u64.saturating_sub(to), to.saturating_sub(from)));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_follow_each_other_and_fill_it() {
        let counts = StatusCounts { pass: 3, fail: 1, unknown: 2, ..StatusCounts::default() };
        let parts = parts(&counts, 600);
        assert_eq!(
            parts,
            [
                (EffectiveStatus::Fail, 0, 100),
                (EffectiveStatus::Unknown, 100, 200),
                (EffectiveStatus::Pass, 300, 300),
            ]
        );
    }

    #[test]
    fn a_single_failure_among_thousands_is_seen() {
        let counts = StatusCounts { pass: 100_000, fail: 1, ..StatusCounts::default() };
        assert_eq!(parts(&counts, WIDTH)[0], (EffectiveStatus::Fail, 0, 2));
        assert_eq!(spoken(&counts), "1 Fail, 100,000 Pass");
        assert_eq!(spoken(&StatusCounts::default()), "no finding");
    }

    #[test]
    fn a_column_grows_from_the_bottom() {
        let counts = StatusCounts { fail: 1, unknown: 1, pass: 50, ..StatusCounts::default() };
        let parts = column(&counts, 2);
        assert_eq!(parts, [(EffectiveStatus::Fail, 102, 98), (EffectiveStatus::Unknown, 4, 98)]);
    }
}
