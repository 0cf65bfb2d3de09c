//! Results by control, framework by framework.

use std::vec::Vec;

use maud::{Markup, html};

use super::Page;
use super::charts::bar;
use super::words::{self, figure};
use crate::control::{ControlResult, ControlStatus};

/// Results from the one that needs a look most.
const RESULTS: [ControlStatus; 4] = [
    ControlStatus::ExceptionsNoted,
    ControlStatus::Indeterminate,
    ControlStatus::NoExceptionsNoted,
    ControlStatus::NotApplicable,
];

pub(super) fn section(page: &Page<'_>) -> Markup {
    let frameworks = page.catalogue.frameworks();
    let mut ids: Vec<&str> = Vec::new();
    for result in &page.evaluation.control_results {
        let id = result.control.framework.as_str();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    html! {
        section #controls aria-labelledby="controls-title" {
            h2 #controls-title { "By control" }
            p.lead {
                "Results of automated tests that cover part of a control. They support a judgement \
                 on the control and do not replace it."
            }
            @for id in ids {
                @let results: Vec<&ControlResult> = page
                    .evaluation
                    .control_results
                    .iter()
                    .filter(|result| result.control.framework == id)
                    .collect();
                @let framework = frameworks.get(id);
                details.framework {
                    summary {
                        span.name { (framework.map_or(id, |framework| framework.name())) }
                        span.tallies {
                            @for result in RESULTS {
                                @let count = results.iter().filter(|own| own.status == result).count();
                                @if count > 0 {
                                    span class={ "tally r-" (result) } {
                                        (figure(u64::try_from(count).unwrap_or(u64::MAX))) " "
                                        (words::result(result).to_lowercase())
                                    }
                                }
                            }
                        }
                    }
                    (table(page, id, &results))
                }
            }
        }
    }
}

fn table(page: &Page<'_>, framework: &str, results: &[&ControlResult]) -> Markup {
    let known = page.catalogue.frameworks().get(framework);
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Controls of " (framework) } {
            table {
                thead { tr {
                    th scope="col" { "Control" } th scope="col" { "Result" }
                    th scope="col" { "Findings" } th.num scope="col" { "Fail" }
                    th.num scope="col" { "Unknown" } th.num scope="col" { "Pass" }
                    th scope="col" { "Rules" }
                } }
                tbody {
                    @for result in results {
                        @let control = known.and_then(|known| known.control(&result.control.control));
                        @let counts = result.counts;
                        tr {
                            th scope="row" {
                                a href={ "#status=any&control=" (framework) ":" (result.control.control) } {
                                    (result.control.control)
                                }
                                " " span.sub { (control.map_or("", |control| control.title())) }
                            }
                            td {
                                span class={ "tag r-" (result.status) } { (words::result(result.status)) }
                                @if !result.notes.is_empty() {
                                    ul.notes {
                                        @for note in &result.notes { li { (words::note(*note)) } }
                                    }
                                }
                            }
                            td.wide { (bar(&counts)) }
                            td.num { (figure(counts.fail.saturating_add(counts.fail_in_grace))) }
                            td.num { (figure(counts.unknown)) }
                            td.num { (figure(counts.pass)) }
                            td.rules {
                                @for rule in &result.rules {
                                    a href={ "#status=any&rule=" (rule.rule_id) } { (rule.rule_id) } " "
                                }
                                @for rule in &result.rules_disabled { span.off { (rule) " (off)" } " " }
                            }
                        }
                    }
                }
            }
        }
    }
}
