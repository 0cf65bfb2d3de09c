//! What was asked and what arrived, and who was left out: the first thing a reader must know.

use std::collections::{BTreeMap, BTreeSet};
use std::string::String;
use std::vec::Vec;

use jiff::Timestamp;
use maud::{Markup, html};

use super::Page;
use super::words::{figure, kinds, plain, shown, time};
use crate::evaluation::Evaluation;
use crate::evidence::CoverageState;
use crate::{ExclusionReason, SubjectKind};

/// All lists of one input.
#[derive(Debug)]
struct Input {
    lists: u64,
    worst: CoverageState,
    /// Shortfalls with their numbers.
    shortfalls: BTreeMap<(CoverageState, String), u64>,
    received: u64,
    set_aside: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

fn inputs(evaluation: &Evaluation) -> BTreeMap<&str, Input> {
    let mut inputs: BTreeMap<&str, Input> = BTreeMap::new();
    for input in &evaluation.coverage {
        let coverage = &input.coverage;
        let (state, reason) = crate::case::coverage_state(coverage.state);
        let sum = inputs.entry(&input.input).or_insert_with(|| Input {
            lists: 0,
            worst: CoverageState::Complete,
            shortfalls: BTreeMap::new(),
            received: 0,
            set_aside: 0,
            first: None,
            last: None,
        });
        sum.lists = sum.lists.saturating_add(1);
        sum.worst = sum.worst.max(state);
        sum.received = sum.received.saturating_add(coverage.unique);
        sum.set_aside = sum.set_aside.saturating_add(coverage.set_aside);
        sum.first = [sum.first, coverage.first_fetched_at].into_iter().flatten().min();
        sum.last = sum.last.max(coverage.last_fetched_at);
        if state != CoverageState::Complete {
            let count = sum.shortfalls.entry((state, reason.unwrap_or_default())).or_default();
            *count = count.saturating_add(1);
        }
    }
    inputs
}

impl Input {
    fn shortfall(&self) -> String {
        let words: Vec<String> = self
            .shortfalls
            .iter()
            .map(|((state, reason), lists)| {
                let why = if reason.is_empty() {
                    String::new()
                } else {
                    std::format!(" ({})", plain(reason))
                };
                let lists = if self.lists == 1 {
                    String::new()
                } else {
                    std::format!(", {} of {} lists", figure(*lists), figure(self.lists))
                };
                std::format!("{}{why}{lists}", plain(state.as_str()))
            })
            .collect();
        words.join("; ")
    }
}

/// Inputs that come with the configuration.
const OWN: [&str; 2] = ["ATT", "CFG"];

/// Inputs that enabled rules may read and of which no list is there, each once, sorted.
fn absent<'a>(page: &Page<'a>, inputs: &BTreeMap<&str, Input>) -> BTreeSet<&'a str> {
    let disabled = &page.evaluation.rules_disabled;
    page.catalogue
        .metas()
        .filter(|meta| !disabled.iter().any(|id| id == meta.id))
        .flat_map(|meta| meta.inputs)
        .filter(|need| !need.beside)
        .map(|need| need.input)
        .filter(|input| !OWN.contains(input) && !inputs.contains_key(input))
        .collect()
}

/// What could not be read, before anything else is said.
pub(super) fn warnings(page: &Page<'_>) -> Markup {
    let evaluation = page.evaluation;
    let inputs = inputs(evaluation);
    let absent = absent(page, &inputs);
    // A feature that the plan lacks or that nobody asked for is told apart from a broken read.
    let broken: Vec<_> = inputs
        .iter()
        .filter(|(_, input)| matches!(input.worst, CoverageState::Partial | CoverageState::Failed))
        .collect();
    let unread: Vec<_> = inputs
        .iter()
        .filter(|(_, input)| {
            matches!(input.worst, CoverageState::NotCollected | CoverageState::NotLicensed)
        })
        .collect();
    let open: Vec<_> =
        evaluation.population.iter().filter(|population| !population.complete).collect();
    let complete = broken.is_empty()
        && unread.is_empty()
        && open.is_empty()
        && absent.is_empty()
        && evaluation.coverage_status == CoverageState::Complete;
    html! {
        section.coverage #coverage aria-labelledby="coverage-title" .warn[!complete] {
            h2 #coverage-title { "What could be read" }
            @if complete {
                p { "Every input that was asked for arrived in full." }
            } @else {
                p.lead {
                    "Something is missing. Findings that need it are " b { "unknown" }
                    ": neither a pass nor a failure."
                }
                ul {
                    @for population in &open {
                        li { b { (kinds(population.kind)) } ": there may be more than the " (figure(population.total)) " that arrived." }
                    }
                    @for (code, input) in &broken {
                        li { code { (code) } ": " (input.shortfall()) "." }
                    }
                    @if !unread.is_empty() {
                        li {
                            "Not read: "
                            @for (place, (code, input)) in unread.iter().enumerate() {
                                @if place > 0 { ", " }
                                code { (code) }
                                @if input.worst == CoverageState::NotLicensed { " (not licensed)" }
                            }
                            "."
                        }
                    }
                    @if !absent.is_empty() {
                        li {
                            "Enabled rules may also read "
                            @for (place, code) in absent.iter().enumerate() {
                                @if place > 0 { ", " }
                                code { (code) }
                            }
                            ", of which no list is there: not collected, or nothing to list."
                        }
                    }
                }
            }
            details {
                summary { "All inputs (" (figure(u64::try_from(inputs.len()).unwrap_or(0))) ")" }
                div.scroll tabindex="0" role="region" aria-label="All inputs" {
                    table {
                        thead { tr {
                            th scope="col" { "Input" } th scope="col" { "State" }
                            th.num scope="col" { "Lists" } th.num scope="col" { "Records" }
                            th.num scope="col" { "Unreadable" }
                            th scope="col" { "First read" } th scope="col" { "Last read" }
                        } }
                        tbody {
                            @for (code, input) in &inputs {
                                tr {
                                    th scope="row" { code { (code) } }
                                    td { @if input.shortfalls.is_empty() { "complete" } @else { (input.shortfall()) } }
                                    td.num { (figure(input.lists)) }
                                    td.num { (figure(input.received)) }
                                    td.num { (figure(input.set_aside)) }
                                    td { (input.first.map(time).unwrap_or_default()) }
                                    td { (input.last.map(time).unwrap_or_default()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Who was judged, and who was left out for which reason.
pub(super) fn population(evaluation: &Evaluation) -> Markup {
    let mut reasons: BTreeMap<(SubjectKind, ExclusionReason, &str), u64> = BTreeMap::new();
    for population in &evaluation.population {
        for excluded in &population.excluded {
            let detail = excluded.detail.as_deref().unwrap_or_default();
            let count = reasons.entry((population.kind, excluded.reason, detail)).or_default();
            *count = count.saturating_add(1);
        }
    }
    html! {
        section #population aria-labelledby="population-title" {
            h2 #population-title { "Who was judged, and who was left out" }
            div.columns {
                div.scroll {
                    table {
                        caption.hidden { "Population by kind" }
                        thead { tr {
                            th scope="col" { "Kind" } th.num scope="col" { "Arrived" }
                            th.num scope="col" { "Judged" } th.num scope="col" { "Left out" }
                            th scope="col" { "List" }
                        } }
                        tbody {
                            @for population in &evaluation.population {
                                tr {
                                    th scope="row" { (kinds(population.kind)) }
                                    td.num { (figure(population.total)) }
                                    td.num { (figure(population.in_scope)) }
                                    td.num { (figure(u64::try_from(population.excluded.len()).unwrap_or(u64::MAX))) }
                                    td { @if population.complete { "complete" } @else { b.open { "may be longer" } } }
                                }
                            }
                        }
                    }
                }
                @if reasons.is_empty() {
                    p { "Nobody was left out." }
                } @else {
                    div.scroll {
                        table {
                            caption.hidden { "Left out, by reason" }
                            thead { tr {
                                th scope="col" { "Left out because" } th scope="col" { "Which" }
                                th.num scope="col" { "Number" }
                            } }
                            tbody {
                                @for ((kind, reason, detail), count) in &reasons {
                                    tr {
                                        th scope="row" { (plain(reason.as_str())) }
                                        td { (kinds(*kind)) @if !detail.is_empty() { ", " bdi { (shown(detail)) } } }
                                        td.num { (figure(*count)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if !reasons.is_empty() {
                details data-table="excluded" {
                    summary { "Everyone who was left out" }
                }
            }
        }
    }
}
