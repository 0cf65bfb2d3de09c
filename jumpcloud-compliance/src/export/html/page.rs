//! The page: head, sections in their order, the data at its end.

use std::borrow::Cow;
use std::io::{self, Write};
use std::vec::Vec;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;

use super::embed::{self, SCRIPT, STYLE};
use super::evidence::{Chunk, Failing};
use super::index::{Index, by_rule};
use super::words::{kinds, plain, shown, time};
use super::{Page, controls, coverage, drift, overview, waivers};
use crate::export::statements::STATEMENTS;
use crate::outcome::Outcome;

/// A table that the script shows page by page.
#[derive(Debug, Serialize)]
pub(super) struct Listing<'a> {
    pub(super) columns: Vec<&'a str>,
    pub(super) rows: Vec<Vec<Cow<'a, str>>>,
}

pub(super) fn write<W: Write>(page: &Page<'_>, to: &mut W) -> io::Result<()> {
    let rules = by_rule(page.evaluation);
    let sections = html! {
        (coverage::warnings(page))
        (overview::headline(page))
        (controls::section(page))
        @if let Some(changes) = page.report.changes() { (drift::section(changes)) }
        @if let Some(period) = page.period { (overview::period(period)) }
        (overview::rules(page, &rules))
        (overview::devices(page))
        (findings())
        (waivers::section(page))
        (coverage::population(page.evaluation))
        (views(page))
        (statements())
    };
    let failing: Failing = page
        .period
        .into_iter()
        .flat_map(|period| &period.time_in_fail)
        .filter(|course| course.last_outcome == Some(Outcome::Fail))
        .map(|course| (course.finding_id, course.failing_since.unwrap_or(course.first_failed_at)))
        .collect();
    let head = head(page);
    to.write_all(head.0.as_bytes())?;
    to.write_all(b"<body>\n")?;
    to.write_all(banner(page).0.as_bytes())?;
    to.write_all(b"<main id=\"main\">\n")?;
    to.write_all(sections.0.as_bytes())?;
    to.write_all(b"</main>\n")?;
    to.write_all(footer(page).0.as_bytes())?;
    embed::data(to, "index", &Index::new(page.evaluation, page.catalogue, &rules))?;
    for (place, (_, findings)) in rules.iter().enumerate() {
        embed::data(to, &std::format!("evidence-{place}"), &Chunk::new(findings, &failing))?;
    }
    embed::data(to, "table-excluded", &excluded(page))?;
    for (name, listing) in
        page.report.changes().into_iter().flat_map(|own| drift::tables(page, own))
    {
        embed::data(to, &std::format!("table-{name}"), &listing)?;
    }
    for view in page.views {
        let rows = view
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.as_str().into()).collect())
            .collect();
        let listing = Listing { columns: view.columns.to_vec(), rows };
        embed::data(to, &std::format!("table-{}", view.name), &listing)?;
    }
    write!(to, "<script>{SCRIPT}</script>\n</body>\n</html>\n")
}

fn title(page: &Page<'_>) -> std::string::String {
    let org = &page.evaluation.org;
    shown(org.name.as_deref().unwrap_or(&org.id)).into_owned()
}

fn head(page: &Page<'_>) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">\n"))
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(embed::policy());
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            title { (title(page)) " \u{2013} JumpCloud evidence report" }
            style { (PreEscaped(STYLE)) }
        }
        (PreEscaped("\n"))
    }
}

fn banner(page: &Page<'_>) -> Markup {
    let evaluation = page.evaluation;
    html! {
        a.skip href="#main" { "Skip to the report" }
        header.banner {
            div {
                p.kicker { "JumpCloud evidence report" }
                h1 { bdi { (title(page)) } }
                p.meta {
                    "Judged for " b { (time(evaluation.evaluated_at)) }
                    " \u{b7} read from " (time(evaluation.snapshot.started_at))
                    " to " (time(evaluation.snapshot.finished_at))
                    " \u{b7} profile " bdi { (shown(&evaluation.profile)) }
                    " \u{b7} coverage " (plain(evaluation.coverage_status.as_str()))
                }
            }
            button #theme type="button" hidden { "Theme: auto" }
        }
        nav.contents aria-label="Sections" {
            a href="#coverage" { "Coverage" }
            a href="#headline" { "Headline" }
            a href="#controls" { "Controls" }
            @if page.report.changes().is_some() { a href="#drift" { "What changed" } }
            @if page.period.is_some() { a href="#trend" { "Over time" } }
            a href="#rules" { "Rules" }
            a href="#devices" { "Devices" }
            a href="#findings" { "Findings" }
            a href="#population" { "Population" }
            @if !page.views.is_empty() { a href="#views" { "Views" } }
            a href="#statements" { "How to read this" }
        }
    }
}

fn findings() -> Markup {
    html! {
        section #findings aria-labelledby="findings-title" {
            h2 #findings-title tabindex="-1" { "Findings" }
            noscript { p { "The list needs the script of this page. The same findings are in findings.csv." } }
            form #filters role="search" aria-label="Filter the findings" hidden {
                label.search { span { "Search" } input #q type="search" autocomplete="off" spellcheck="false" placeholder="Name, serial, id, rule, reason"; }
                label { span { "Status" } select #status {} }
                label { span { "Severity" } select #severity {} }
                label { span { "Kind" } select #kind {} }
                label { span { "Rule" } select #rule {} }
                label { span { "Control" } select #control {} }
                label { span { "Order" } select #order {} }
                button #reset type="button" { "Reset" }
            }
            p #result role="status" aria-live="polite" {}
            div #list {}
        }
    }
}

fn views(page: &Page<'_>) -> Markup {
    html! {
        @if !page.views.is_empty() {
            section #views aria-labelledby="views-title" {
                h2 #views-title { "Views" }
                @for view in page.views {
                    details data-table=(view.name) {
                        summary { (view.title) }
                        @if !view.unknown.is_empty() {
                            ul.unknown { @for line in &view.unknown { li { (shown(line)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn excluded<'a>(page: &Page<'a>) -> Listing<'a> {
    let rows = page
        .evaluation
        .population
        .iter()
        .flat_map(|population| {
            population.excluded.iter().map(|excluded| {
                std::vec![
                    kinds(population.kind).into(),
                    excluded.name.as_deref().unwrap_or_default().into(),
                    excluded.id.as_str().into(),
                    excluded.reason.as_str().into(),
                    excluded.detail.as_deref().unwrap_or_default().into(),
                ]
            })
        })
        .collect();
    Listing { columns: std::vec!["kind", "name", "id", "reason", "detail"], rows }
}

fn statements() -> Markup {
    html! {
        section #statements aria-labelledby="statements-title" {
            h2 #statements-title { "How to read this" }
            ul { @for statement in STATEMENTS { li { (statement) } } }
        }
    }
}

fn footer(page: &Page<'_>) -> Markup {
    let evaluation = page.evaluation;
    html! {
        footer {
            dl.facts {
                div { dt { "Organisation" } dd { code { (shown(&evaluation.org.id)) } } }
                div { dt { "Evaluation" } dd { code { (evaluation.digest) } } }
                div { dt { "Snapshot" } dd { code { (evaluation.snapshot.digest) } } }
                div { dt { "Configuration" } dd { code { (evaluation.config_digest) } } }
                div { dt { "Rules" } dd { (evaluation.catalogue.name) " " (evaluation.catalogue.version) ", " code { (evaluation.catalogue.digest) } } }
                @for table in &evaluation.tables {
                    div { dt { "Table" } dd { (table.name) " as of " (table.as_of) ", " code { (table.digest) } } }
                }
            }
        }
        (PreEscaped("\n"))
    }
}
