//! A fleet summary for people, tools and spreadsheets.

#[cfg(feature = "std")]
pub mod csv;

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt::{self, Write};

use super::text::{NAME_MAX, VALUE_MAX, markdown as text};
use crate::catalogue::Catalogue;
use crate::control::ControlStatus;
use crate::evidence::{CanonicalError, canonical};
use crate::fleet::{FleetNote, FleetSummary, Standing, TenantLine};
use crate::outcome::Severity;
use crate::rule::Rule;

/// The whole summary as canonical JSON (RFC 8785), followed by a line break.
///
/// # Errors
///
/// A [`CanonicalError`] when a number is beyond what JSON can carry exactly.
pub fn json(summary: &FleetSummary) -> Result<String, CanonicalError> {
    let mut text = canonical(summary)?;
    text.push('\n');
    Ok(text)
}

/// Writes the summary in Markdown: first who has no result, then rules that fail, controls with exceptions,
/// and every tenant.
///
/// # Errors
///
/// The error of the writer; a string has none.
pub fn markdown<W: Write>(
    summary: &FleetSummary,
    catalogue: &Catalogue<'_>,
    to: &mut W,
) -> fmt::Result {
    let all = summary.tenants.len();
    writeln!(to, "# Compliance of {all} organisations\n")?;
    writeln!(to, "{} judged, {} without a result.\n", summary.judged, summary.without_result)?;
    notes(summary, to)?;
    let missing: Vec<&TenantLine> =
        summary.tenants.iter().filter(|line| line.result.is_none()).collect();
    if !missing.is_empty() {
        writeln!(to, "## Without a result\n")?;
        for line in missing {
            let reason = line.reason.as_deref().unwrap_or("no reason is known");
            writeln!(to, "- {}: {}", name(line), text(reason, VALUE_MAX))?;
        }
        writeln!(to)?;
    }
    rules(summary, catalogue, to)?;
    controls(summary, to)?;
    tenants(summary, to)?;
    writeln!(to, "Summary `{}`", summary.digest)
}

fn notes<W: Write>(summary: &FleetSummary, to: &mut W) -> fmt::Result {
    for note in &summary.notes {
        let what = match note {
            FleetNote::TenantsWithoutResult => {
                "Not every organisation has a result: those without stand in every line of their own."
            }
            FleetNote::CoverageIncomplete => "Not all inputs of every organisation arrived.",
            FleetNote::DifferentRules => {
                "Organisations were judged by different rules or versions of them: numbers of one rule may \
                 not compare."
            }
            FleetNote::DifferentProfiles => "Organisations were judged by different profiles.",
        };
        writeln!(to, "> {what}")?;
    }
    if summary.notes.is_empty() { Ok(()) } else { writeln!(to) }
}

fn rules<W: Write>(summary: &FleetSummary, catalogue: &Catalogue<'_>, to: &mut W) -> fmt::Result {
    let weight = |rule: &str| {
        let meta = catalogue.get(rule).map(Rule::meta);
        (meta.map(|meta| meta.severity), meta.map_or("", |meta| meta.title))
    };
    let concern = |own: &&crate::fleet::RuleLine| {
        own.tenants(Standing::Failing) > 0 || own.tenants(Standing::Unknown) > 0
    };
    let mut lines: Vec<_> = summary.rules.iter().filter(concern).collect();
    if lines.is_empty() {
        return Ok(());
    }
    // The heaviest first, then what fails in most places; the rest stays in the order of the ids.
    lines.sort_by_key(|own| {
        Reverse((
            own.tenants(Standing::Failing) > 0,
            weight(&own.rule_id).0,
            own.tenants(Standing::Failing),
        ))
    });
    writeln!(to, "## Rules\n")?;
    writeln!(
        to,
        "| rule | | severity | tenants failing | unknown | passing | no result | findings failing |"
    )?;
    writeln!(to, "|---|---|---|---:|---:|---:|---:|---:|")?;
    for own in lines {
        let (severity, title) = weight(&own.rule_id);
        writeln!(
            to,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            text(&own.rule_id, NAME_MAX),
            text(title, VALUE_MAX),
            severity.map_or("", Severity::as_str),
            own.tenants(Standing::Failing),
            own.tenants(Standing::Unknown),
            own.tenants(Standing::Passing),
            own.tenants(Standing::NoResult),
            own.counts.fail,
        )?;
    }
    writeln!(to)
}

fn controls<W: Write>(summary: &FleetSummary, to: &mut W) -> fmt::Result {
    let open = |own: &&crate::fleet::ControlLine| own.tenants(ControlStatus::ExceptionsNoted) > 0;
    let mut lines = summary.controls.iter().filter(open).peekable();
    if lines.peek().is_none() {
        return Ok(());
    }
    writeln!(to, "## Controls with exceptions\n")?;
    writeln!(
        to,
        "| control | exceptions noted | indeterminate | no exceptions noted | no result |"
    )?;
    writeln!(to, "|---|---:|---:|---:|---:|")?;
    for own in lines {
        writeln!(
            to,
            "| {} {} | {} | {} | {} | {} |",
            text(&own.control.framework, NAME_MAX),
            text(&own.control.control, NAME_MAX),
            own.tenants(ControlStatus::ExceptionsNoted),
            own.tenants(ControlStatus::Indeterminate),
            own.tenants(ControlStatus::NoExceptionsNoted),
            own.without_result,
        )?;
    }
    writeln!(to)
}

fn tenants<W: Write>(summary: &FleetSummary, to: &mut W) -> fmt::Result {
    writeln!(to, "## Organisations\n")?;
    writeln!(to, "| organisation | as of | coverage | worst failure | fail | unknown | pass |")?;
    writeln!(to, "|---|---|---|---|---:|---:|---:|")?;
    for line in &summary.tenants {
        let Some(own) = &line.result else {
            writeln!(to, "| {} | no result | | | | | |", name(line))?;
            continue;
        };
        writeln!(
            to,
            "| {} | {} | {} | {} | {} | {} | {} |",
            name(line),
            crate::time::format(own.evaluated_at),
            own.coverage_status,
            own.worst_failure.map_or("none", Severity::as_str),
            own.counts.fail,
            own.counts.unknown,
            own.counts.pass,
        )?;
    }
    writeln!(to)
}

fn name(line: &TenantLine) -> String {
    text(line.org.name.as_deref().unwrap_or(&line.org.id), NAME_MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fleet::FleetTally;
    use crate::testing::evaluation;

    fn summary() -> FleetSummary {
        let inputs = json!({
            "ORG": [{"_id": "o1", "displayName": "North | <b>"}],
            "SYS": [{"_id": "d1", "osFamily": "darwin", "fde": {"active": false}}],
        });
        let mut tally = FleetTally::new();
        tally.judged(&evaluation(&inputs, &json!({}))).unwrap();
        tally.without_result("o2", Some("=South"), "the credential\nwas not accepted").unwrap();
        tally.summary().unwrap()
    }

    #[test]
    fn the_json_is_the_summary() {
        let text = json(&summary()).unwrap();
        let read: FleetSummary = serde_json::from_str(&text).unwrap();
        assert_eq!(read, summary());
        assert!(text.ends_with("}\n") && text.lines().count() == 1);
    }

    #[test]
    fn the_text_begins_with_who_is_missing() {
        let mut text = String::new();
        markdown(&summary(), &Catalogue::builtin().unwrap(), &mut text).unwrap();
        let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part:?} in {text}"));
        assert!(place("1 judged, 1 without a result.") < place("> Not every organisation"));
        assert!(place("- \\=South: the credential\\\\u000Awas not accepted") < place("## Rules"));
        assert!(place("| JC-DEV-001 |") < place("## Controls with exceptions"));
        assert!(place("| North \\| &lt;b&gt; |") < place("| \\=South | no result |"));
        let line = text.lines().find(|line| line.starts_with("| JC-DEV-001 |")).unwrap();
        assert!(line.ends_with("| 1 | 0 | 0 | 1 | 1 |"), "{line}");
    }

    #[cfg(feature = "std")]
    #[test]
    fn the_tables_hold_every_tenant_rule_and_control() {
        let (summary, catalogue) = (summary(), Catalogue::builtin().unwrap());
        let mut tenants = Vec::new();
        csv::tenants(&summary, &mut tenants).unwrap();
        let tenants = String::from_utf8(tenants).unwrap();
        let lines: Vec<&str> = tenants.lines().collect();
        assert_eq!(lines.len(), 3, "{tenants}");
        assert!(lines[2].starts_with("o2,'=South,no_result,"), "{tenants}");
        let mut rules = Vec::new();
        csv::rules(&summary, &catalogue, &mut rules).unwrap();
        let rules = String::from_utf8(rules).unwrap();
        assert_eq!(rules.lines().count(), summary.rules.len() + 1);
        let mut controls = Vec::new();
        csv::controls(&summary, &mut controls).unwrap();
        let controls = String::from_utf8(controls).unwrap();
        assert_eq!(controls.lines().count(), summary.controls.len() + 1);
    }
}
