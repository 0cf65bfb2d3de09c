//! What changed since an earlier evaluation.

use std::vec::Vec;

use maud::{Markup, html};

use super::Page;
use super::page::Listing;
use super::words::{figure, kinds, plain};
use crate::drift::{Drift, DriftKind, DriftRow};
use crate::outcome::Outcome;

/// A list of the section: its name, its title, and the rows that belong to it.
type Group = (&'static str, &'static str, fn(&DriftRow) -> bool);

/// What a reader asks of a drift first; no row is in two of them.
const GROUPS: [Group; 4] = [
    ("drift-new", "New failures", |row| row.kind == DriftKind::NewFailure),
    // Also when nobody knew before, or the rule judges otherwise now: the row says which.
    ("drift-regressed", "Fails now and did not before", |row| {
        matches!(
            row.kind,
            DriftKind::Regressed | DriftKind::CoverageGained | DriftKind::Reclassified
        ) && row.after == Some(Outcome::Fail)
    }),
    ("drift-resolved", "Failed before and passes now", |row| row.kind == DriftKind::Resolved),
    ("drift-lost", "Lost from sight: no conclusion any more", |row| {
        matches!(row.kind, DriftKind::CoverageLost | DriftKind::PresenceUnknown)
    }),
];

/// The kinds that have no list of their own, in one more.
const REST: (&str, &str) = ("drift-rest", "Other changes");

/// Kinds in which nothing changed that a list would show.
const QUIET: [DriftKind; 2] = [DriftKind::Unchanged, DriftKind::EvidenceChanged];

pub(super) fn section(drift: &Drift) -> Markup {
    let count = |wanted: &dyn Fn(&DriftRow) -> bool| {
        u64::try_from(drift.rows.iter().filter(|row| wanted(row)).count()).unwrap_or(u64::MAX)
    };
    let rest = count(&is_rest);
    html! {
        section #drift aria-labelledby="drift-title" {
            h2 #drift-title { "What changed since the last evaluation" }
            dl.facts {
                @for (_, title, wanted) in GROUPS {
                    div { dt { (title) } dd { (figure(count(&wanted))) } }
                }
                div { dt { "Failures that stand" } dd { (figure(count(&|row| row.open))) } }
            }
            @if drift.rows.is_empty() { p { "Neither evaluation has a finding." } }
            @for (name, title, wanted) in GROUPS {
                @if count(&wanted) > 0 {
                    details data-table=(name) { summary { (title) " (" (figure(count(&wanted))) ")" } }
                }
            }
            @if rest > 0 {
                details data-table=(REST.0) {
                    summary { (REST.1) " (" (figure(rest)) ")" }
                }
            }
            details {
                summary { "All figures" }
                div.scroll tabindex="0" role="region" aria-label="All figures of what changed" {
                    table {
                        thead { tr { th scope="col" { "What happened" } th.num scope="col" { "Findings" } } }
                        tbody {
                            @for (kind, count) in &drift.counts {
                                tr { th scope="row" { (plain(kind.as_str())) } td.num { (figure(*count)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The lists of the section by name; those without rows are left out.
pub(super) fn tables<'a>(
    page: &Page<'a>,
    drift: &'a Drift,
) -> impl Iterator<Item = (&'static str, Listing<'a>)> {
    let page = *page;
    let of = move |name, wanted: &dyn Fn(&DriftRow) -> bool| {
        let rows: Vec<_> =
            drift.rows.iter().filter(|row| wanted(row)).map(|own| row(&page, own)).collect();
        (name, Listing { columns: COLUMNS.to_vec(), rows })
    };
    GROUPS
        .into_iter()
        .map(move |(name, _, wanted)| of(name, &wanted))
        .chain([of(REST.0, &is_rest)])
        .filter(|(_, listing)| !listing.rows.is_empty())
}

const COLUMNS: [&str; 9] =
    ["rule", "title", "kind", "name", "id", "before", "after", "what_happened", "also_changed"];

fn row<'a>(page: &Page<'a>, row: &'a DriftRow) -> Vec<std::borrow::Cow<'a, str>> {
    let subject = &row.subject;
    let name = subject.display_name.as_deref().or(subject.natural_key.as_deref());
    let also: Vec<&str> = row.attributes.iter().map(|own| own.as_str()).collect();
    let title = page.catalogue.get(&row.rule_id).map_or("", |rule| rule.meta().title);
    let stands = if row.open { " (stands)" } else { "" };
    std::vec![
        row.rule_id.as_str().into(),
        title.into(),
        kinds(subject.kind).into(),
        name.unwrap_or_default().into(),
        subject.id.as_str().into(),
        row.before.map_or("not there", |own| own.as_str()).into(),
        row.after.map_or("not there", |own| own.as_str()).into(),
        std::format!("{}{stands}", row.kind.as_str().replace('_', " ")).into(),
        also.join(", ").replace('_', " ").into(),
    ]
}

fn is_rest(row: &DriftRow) -> bool {
    !QUIET.contains(&row.kind) && GROUPS.iter().all(|(_, _, wanted)| !wanted(row))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::config::Config;
    use crate::export::Report;
    use crate::testing::{evaluation, inputs};

    fn device(id: &str, encrypted: bool) -> serde_json::Value {
        json!({"_id": id, "hostname": std::format!("host-{id}"), "os": "Mac OS X",
               "osFamily": "darwin", "active": true, "version": "26.1",
               "lastContact": "2026-11-23T10:00:00Z", "fde": {"active": encrypted}})
    }

    fn judged(devices: serde_json::Value) -> crate::Evaluation {
        evaluation(
            &inputs(
                json!({"SYS": devices, "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [],
                           "SI.mounts": []}),
            ),
            &json!({}),
        )
    }

    #[test]
    fn the_page_says_what_is_new_what_ended_and_what_is_lost() {
        let before = judged(json!([device("d1", false), device("d2", true), device("d3", true)]));
        let after = judged(json!({"state": "partial", "reason": "page_failed", "records":
            [device("d1", true), device("d2", false), device("d4", false)]}));
        let catalogue = Catalogue::builtin().unwrap();
        let drift = Drift::between(&before, &after, &catalogue).unwrap();
        let config = Config::default();
        let report = Report::new(&after, &catalogue, &config).unwrap().drift(&drift);
        let page = Page::new(&report).text().unwrap();
        for (table, id) in [
            ("drift-resolved", "d1"),
            ("drift-regressed", "d2"),
            ("drift-new", "d4"),
            ("drift-lost", "d3"),
        ] {
            assert!(page.contains(&std::format!("data-table=\"{table}\"")), "{table}");
            let (_, data) = page.split_once(&std::format!("id=\"table-{table}\">")).unwrap();
            let (data, _) = data.split_once("</script>").unwrap();
            let listing: serde_json::Value = serde_json::from_str(data).unwrap();
            let found = listing["rows"].as_array().unwrap().iter().any(|row| {
                row[0] == "JC-DEV-001" && row[4] == id && row.as_array().unwrap().len() == 9
            });
            assert!(found, "{table}: {listing:#}");
        }
        let without = Page::new(&Report::new(&after, &catalogue, &config).unwrap()).text().unwrap();
        assert!(!without.contains("id=\"drift\""));
    }

    #[test]
    fn a_drift_without_rows_is_said() {
        let text = section(&Drift::default()).into_string();
        assert!(text.contains("Neither evaluation has a finding."));
    }
}
