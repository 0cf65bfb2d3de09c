//! The headline: what is open by severity, every rule with its bar, devices by system.

use std::collections::BTreeMap;
use std::vec::Vec;

use maud::{Markup, html};

use super::Page;
use super::charts::{bar, legend, trend};
use super::index::counts;
use super::words::{self, SEVERITIES, figure, shown};
use crate::control::StatusCounts;
use crate::finding::Finding;
use crate::outcome::{EffectiveStatus, Severity, UnknownCause};
use crate::period::PeriodSummary;

/// The rule whose findings tell whether a device is encrypted.
const ENCRYPTION: &str = "JC-DEV-001";

pub(super) fn headline(page: &Page<'_>) -> Markup {
    let findings = &page.evaluation.findings;
    let all = counts(findings);
    let open = |severity: Severity| {
        let fails = findings
            .iter()
            .filter(|own| own.effective_status == EffectiveStatus::Fail)
            .filter(|own| own.severity == severity);
        u64::try_from(fails.count()).unwrap_or(u64::MAX)
    };
    html! {
        section #headline aria-labelledby="headline-title" {
            h2 #headline-title { "Open failures by severity" }
            ul.tiles {
                @for severity in SEVERITIES {
                    @let number = open(severity);
                    li {
                        a.tile .{ "v-" (severity) } .none[number == 0]
                            href={ "#status=fail&severity=" (severity) } {
                            span.number { (figure(number)) }
                            span.label { (words::severity(severity)) }
                        }
                    }
                }
            }
            h3 { "All " (figure(all.total())) " findings" }
            (bar(&all))
            (legend(&all))
            @let causes = causes(findings);
            @if !causes.is_empty() {
                p.sub.after {
                    a href="#status=unknown" { "Unknown" } " because of "
                    @for (place, (count, cause)) in causes.iter().enumerate() {
                        @if place > 0 { ", " }
                        (words::plain(cause.as_str())) " " b { (figure(*count)) }
                    }
                    "."
                }
            }
        }
    }
}

/// Why findings are unknown, the most frequent cause first.
fn causes(findings: &[Finding]) -> Vec<(u64, UnknownCause)> {
    let mut causes: BTreeMap<UnknownCause, u64> = BTreeMap::new();
    for finding in findings {
        if finding.effective_status == EffectiveStatus::Unknown
            && let Some(cause) = finding.unknown_cause
        {
            let count = causes.entry(cause).or_default();
            *count = count.saturating_add(1);
        }
    }
    let mut causes: Vec<_> = causes.into_iter().map(|(cause, count)| (count, cause)).collect();
    causes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    causes
}

pub(super) fn rules(page: &Page<'_>, rules: &[(&str, Vec<&Finding>)]) -> Markup {
    let mut rows: Vec<(&str, StatusCounts, Severity, &str)> = rules
        .iter()
        .map(|(id, findings)| {
            let meta = page.catalogue.get(id).map(crate::Rule::meta);
            let severity = meta.map_or(Severity::Info, |meta| meta.severity);
            let title = meta.map_or("", |meta| meta.title);
            (*id, counts(findings.iter().copied()), severity, title)
        })
        .collect();
    // The worst failures first, then what is unknown, then the order of ids.
    rows.sort_by(|a, b| {
        let weight = |row: &(&str, StatusCounts, Severity, &str)| {
            ((row.1.fail > 0).then_some(row.2), row.1.fail, row.1.unknown)
        };
        weight(b).cmp(&weight(a)).then_with(|| a.0.cmp(b.0))
    });
    html! {
        section #rules aria-labelledby="rules-title" {
            h2 #rules-title { "By rule" }
            div.scroll tabindex="0" role="region" aria-labelledby="rules-title" {
                table.rules-table {
                    thead { tr {
                        th scope="col" { "Rule" } th scope="col" { "Severity" }
                        th.wide scope="col" { "Findings" } th.num scope="col" { "Fail" }
                        th.num scope="col" { "Unknown" } th.num scope="col" { "Exempt" }
                        th.num scope="col" { "Pass" }
                    } }
                    tbody {
                        @for (id, counts, severity, title) in &rows {
                            tr {
                                th scope="row" {
                                    a href={ "#status=any&rule=" (id) } { (id) } " "
                                    span.sub { (title) }
                                }
                                td { span class={ "tag v-" (severity) } { (words::severity(*severity)) } }
                                td.wide { (bar(counts)) }
                                td.num { (figure(counts.fail.saturating_add(counts.fail_in_grace))) }
                                td.num { (figure(counts.unknown)) }
                                td.num { (figure(counts.exempt)) }
                                td.num { (figure(counts.pass)) }
                            }
                        }
                    }
                }
            }
            @if !page.evaluation.rules_disabled.is_empty() {
                p.after { "Turned off by the configuration: " (page.evaluation.rules_disabled.join(", ")) "." }
            }
        }
    }
}

pub(super) fn devices(page: &Page<'_>) -> Markup {
    let mut families: BTreeMap<&str, StatusCounts> = BTreeMap::new();
    for finding in &page.evaluation.findings {
        if finding.rule_id == ENCRYPTION {
            let family = finding.subject.sub_kind.as_deref().unwrap_or("unknown");
            families.entry(family).or_default().add(finding.effective_status);
        }
    }
    html! {
        section #devices aria-labelledby="devices-title" {
            h2 #devices-title { "Devices by system and encryption" }
            @if families.is_empty() {
                p { "No device was judged for encryption." }
            } @else {
                div.scroll {
                    table {
                        caption.hidden { "Encryption of the boot volume by system" }
                        thead { tr {
                            th scope="col" { "System" } th.num scope="col" { "Judged" }
                            th.wide scope="col" { "Encryption" } th.num scope="col" { "Encrypted" }
                            th.num scope="col" { "Not encrypted" } th.num scope="col" { "Unknown" }
                        } }
                        tbody {
                            @for (family, counts) in &families {
                                @let fails = counts.fail.saturating_add(counts.fail_in_grace);
                                tr {
                                    th scope="row" {
                                        a href={ "#status=any&rule=" (ENCRYPTION) "&q=" (family) } { bdi { (system(family)) } }
                                    }
                                    td.num { (figure(counts.total())) }
                                    td.wide { (bar(counts)) }
                                    td.num { (figure(counts.pass)) }
                                    td.num { (figure(fails.saturating_add(counts.exempt))) }
                                    td.num { (figure(counts.unknown)) }
                                }
                            }
                        }
                    }
                }
                p.sub.after { "Exempt devices count as not encrypted; what does not apply is in no column but the first." }
            }
        }
    }
}

/// A system as people call it.
fn system(family: &str) -> std::borrow::Cow<'_, str> {
    match family {
        "darwin" => "macOS".into(),
        "windows" => "Windows".into(),
        "linux" => "Linux".into(),
        other => shown(other),
    }
}

pub(super) fn period(period: &PeriodSummary) -> Markup {
    let hours = |seconds: u64| std::format!("{} h", figure(seconds.div_euclid(3600)));
    let percent = period.complete_coverage_bp.div_euclid(100);
    html! {
        section #trend aria-labelledby="trend-title" {
            h2 #trend-title { "Over time" }
            (trend(period))
            dl.facts {
                div { dt { "Evaluations" } dd { (figure(u64::try_from(period.evaluations.len()).unwrap_or(0))) } }
                div { dt { "Expected at least every" } dd { (hours(period.expected_cadence_seconds)) } }
                div {
                    dt { "Longest gap" }
                    dd {
                        @if let Some(gap) = period.longest_gap {
                            (hours(gap.seconds)) ", from " (words::time(gap.from)) " to " (words::time(gap.to))
                        } @else { "none: one evaluation" }
                    }
                }
                div { dt { "Gaps that were too long" } dd { (figure(period.gaps_over_cadence)) } }
                div { dt { "Evaluations with complete coverage" } dd { (percent) "\u{a0}%" } }
                div { dt { "Findings that failed at least once" } dd { (figure(u64::try_from(period.time_in_fail.len()).unwrap_or(0))) } }
            }
            details {
                summary { "Figures by evaluation" }
                div.scroll tabindex="0" role="region" aria-label="Figures by evaluation" {
                    table {
                        thead { tr {
                            th scope="col" { "Evaluated at" }
                            @for status in words::STATUSES { th.num scope="col" { (words::status(status)) } }
                            th scope="col" { "Coverage" }
                        } }
                        tbody {
                            @for point in &period.evaluations {
                                tr {
                                    th scope="row" { (words::time(point.evaluated_at)) }
                                    @for status in words::STATUSES {
                                        td.num { (figure(words::count(&point.counts, status))) }
                                    }
                                    td { (words::plain(point.coverage_status.as_str())) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
