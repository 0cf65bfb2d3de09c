//! What was accepted, by whom and until when.

use std::vec::Vec;

use maud::{Markup, html};

use super::Page;
use super::words::{figure, plain, shown, time};
use crate::waiver::{Waiver, WaiverUse};

pub(super) fn section(page: &Page<'_>) -> Markup {
    let uses: Vec<(&WaiverUse, Option<&Waiver>)> = page
        .evaluation
        .waiver_report
        .iter()
        .map(|used| (used, page.report.waiver(&used.waiver_id)))
        .collect();
    html! {
        @if !uses.is_empty() {
            section #waivers aria-labelledby="waivers-title" {
                h2 #waivers-title { "What was accepted" }
                div.scroll tabindex="0" role="region" aria-labelledby="waivers-title" {
                    table {
                        thead { tr {
                            th scope="col" { "Waiver" } th scope="col" { "State" }
                            th.num scope="col" { "Findings" } th scope="col" { "Accepted by" }
                            th scope="col" { "Until" } th scope="col" { "Reason" }
                        } }
                        tbody {
                            @for (used, waiver) in uses {
                                tr {
                                    th scope="row" { bdi { (shown(&used.waiver_id)) } }
                                    td { (plain(used.state.as_str())) }
                                    td.num { (figure(u64::try_from(used.findings.len()).unwrap_or(u64::MAX))) }
                                    @if let Some(waiver) = waiver {
                                        td { bdi { (shown(waiver.approved_by.as_deref().unwrap_or("nobody"))) } }
                                        td { (time(waiver.expires_at)) }
                                        td { bdi { (shown(&waiver.reason)) } }
                                    } @else {
                                        td { "see the configuration" } td {} td {}
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
