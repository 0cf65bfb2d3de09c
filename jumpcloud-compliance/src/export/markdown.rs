//! A summary in Markdown, for a ticket, a pull request or a wiki page.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::STATEMENTS;
use super::report::Report;
use super::text::{NAME_MAX, VALUE_MAX, markdown as text, name};
use crate::control::StatusCounts;
use crate::finding::Finding;
use crate::outcome::{EffectiveStatus, Severity};

/// Subjects that are named for one rule; the rest is counted.
const NAMED: usize = 10;

/// Writes a summary: coverage warnings first, then results by severity, failures, unknowns,
/// controls, the population and what the report does not say.
///
/// # Errors
///
/// The error of the writer; a string has none.
pub fn markdown<W: Write>(report: &Report<'_>, to: &mut W) -> fmt::Result {
    let evaluation = report.evaluation;
    let org = evaluation.org.name.as_deref().unwrap_or(&evaluation.org.id);
    writeln!(to, "# Compliance of {}\n", text(org, NAME_MAX))?;
    writeln!(
        to,
        "As of {}, organisation {}, rules {} {}, profile {}.\n",
        crate::time::format(evaluation.evaluated_at),
        text(&evaluation.org.id, NAME_MAX),
        text(&evaluation.catalogue.name, NAME_MAX),
        text(&evaluation.catalogue.version, NAME_MAX),
        text(&evaluation.profile, NAME_MAX)
    )?;
    coverage(report, to)?;
    results(report, to)?;
    let (mut failing, mut open) = (Vec::new(), Vec::new());
    for (rule, findings) in report.by_rule() {
        let of = |wanted| -> Vec<&Finding> {
            findings.iter().copied().filter(|own| own.effective_status == wanted).collect()
        };
        failing.extend(Some((rule, of(EffectiveStatus::Fail))).filter(|(_, own)| !own.is_empty()));
        open.extend(Some((rule, of(EffectiveStatus::Unknown))).filter(|(_, own)| !own.is_empty()));
    }
    // The heaviest first; rules of one weight stay in the order of their ids.
    failing.sort_by_key(|(_, own)| core::cmp::Reverse(own.iter().map(|one| one.severity).max()));
    rules(report, "Failures", &failing, to)?;
    rules(report, "Without a conclusion", &open, to)?;
    waivers(report, to)?;
    controls(report, to)?;
    population(report, to)?;
    writeln!(to, "## How to read this\n")?;
    for statement in STATEMENTS {
        writeln!(to, "- {statement}")?;
    }
    writeln!(to, "\nEvaluation `{}`", evaluation.digest)
}

fn coverage<W: Write>(report: &Report<'_>, to: &mut W) -> fmt::Result {
    let inputs = report.evaluation.coverage.iter();
    let mut missing = inputs.filter(|own| !own.coverage.state.is_complete()).peekable();
    if missing.peek().is_none() {
        return Ok(());
    }
    writeln!(to, "> **Coverage is {}.** Not whole:\n>", report.evaluation.coverage_status)?;
    for input in missing {
        let (state, reason) = crate::case::coverage_state(input.coverage.state);
        write!(to, "> - {}", text(&input.input, NAME_MAX))?;
        if let Some(scope) = &input.scope {
            write!(to, " of {}", text(scope, NAME_MAX))?;
        }
        write!(to, ": {state}")?;
        if let Some(reason) = reason {
            write!(to, ", {reason}")?;
        }
        writeln!(to)?;
    }
    writeln!(to)
}

fn results<W: Write>(report: &Report<'_>, to: &mut W) -> fmt::Result {
    writeln!(to, "## Results\n")?;
    writeln!(to, "| severity | fail | in grace | exempt | unknown | pass | not applicable |")?;
    writeln!(to, "|---|---:|---:|---:|---:|---:|---:|")?;
    for severity in Severity::ALL.iter().rev() {
        let mut counts = StatusCounts::default();
        for finding in &report.evaluation.findings {
            if finding.severity == *severity {
                counts.add(finding.effective_status);
            }
        }
        writeln!(to, "| {severity} {}", row(counts))?;
    }
    writeln!(to)
}

fn row(counts: StatusCounts) -> String {
    let StatusCounts { pass, fail, fail_in_grace, exempt, not_applicable, unknown } = counts;
    alloc::format!(
        "| {fail} | {fail_in_grace} | {exempt} | {unknown} | {pass} | {not_applicable} |"
    )
}

fn rules<W: Write>(
    report: &Report<'_>,
    heading: &str,
    rules: &[(&str, Vec<&Finding>)],
    to: &mut W,
) -> fmt::Result {
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(to, "## {heading}\n")?;
    for (rule, findings) in rules {
        let severity = findings.iter().map(|finding| finding.severity).max();
        writeln!(
            to,
            "### {rule} {} ({})\n",
            text(report.title(rule), VALUE_MAX),
            severity.map_or("", Severity::as_str)
        )?;
        for finding in findings.iter().take(NAMED) {
            writeln!(
                to,
                "- {} {}: {}",
                finding.subject.kind,
                text(name(&finding.subject), NAME_MAX),
                text(report.reason(finding), VALUE_MAX)
            )?;
        }
        let rest = findings.len().saturating_sub(NAMED);
        if rest > 0 {
            writeln!(to, "- and {rest} more")?;
        }
        if let Some(rule) = report.rule(rule) {
            writeln!(to, "\n{}", text(rule.meta.remediation, VALUE_MAX))?;
        }
        writeln!(to)?;
    }
    Ok(())
}

fn waivers<W: Write>(report: &Report<'_>, to: &mut W) -> fmt::Result {
    if report.evaluation.waiver_report.is_empty() {
        return Ok(());
    }
    writeln!(to, "## Waivers\n\n| waiver | state | findings | until | approved by | reason |")?;
    writeln!(to, "|---|---|---:|---|---|---|")?;
    for used in &report.evaluation.waiver_report {
        let waiver = report.waiver(&used.waiver_id);
        let approver = waiver.and_then(|own| own.approved_by.as_deref());
        writeln!(
            to,
            "| {} | {} | {} | {} | {} | {} |",
            text(&used.waiver_id, NAME_MAX),
            used.state,
            used.findings.len(),
            waiver.map(|own| crate::time::format(own.expires_at)).unwrap_or_default(),
            text(approver.unwrap_or_default(), NAME_MAX),
            text(waiver.map_or("", |own| &own.reason), VALUE_MAX)
        )?;
    }
    writeln!(to)
}

fn controls<W: Write>(report: &Report<'_>, to: &mut W) -> fmt::Result {
    for framework in report.catalogue.frameworks().iter() {
        let results = report.evaluation.control_results.iter();
        let mut results =
            results.filter(|result| result.control.framework == framework.id()).peekable();
        if results.peek().is_none() {
            continue;
        }
        writeln!(
            to,
            "## {} {}\n",
            text(framework.name(), NAME_MAX),
            text(framework.version(), NAME_MAX)
        )?;
        writeln!(
            to,
            "| control | result | fail | in grace | exempt | unknown | pass | not applicable |"
        )?;
        writeln!(to, "|---|---|---:|---:|---:|---:|---:|---:|")?;
        for result in results {
            let title = framework.control(&result.control.control).map_or("", |own| own.title());
            writeln!(
                to,
                "| {} {} | {} {}",
                text(&result.control.control, NAME_MAX),
                text(title, NAME_MAX),
                result.status.as_str().replace('_', " "),
                row(result.counts)
            )?;
        }
        writeln!(to)?;
    }
    Ok(())
}

fn population<W: Write>(report: &Report<'_>, to: &mut W) -> fmt::Result {
    writeln!(
        to,
        "## Who was judged\n\n| kind | all | judged | left out | |\n|---|---:|---:|---:|---|"
    )?;
    for population in &report.evaluation.population {
        let mut reasons: Vec<&str> =
            population.excluded.iter().map(|own| own.reason.as_str()).collect();
        reasons.dedup();
        let open = if population.complete { "" } else { "there may be more " };
        writeln!(
            to,
            "| {} | {} | {} | {} | {open}{} |",
            population.kind,
            population.total,
            population.in_scope,
            population.excluded.len(),
            text(&reasons.join(", "), VALUE_MAX)
        )?;
    }
    writeln!(to)
}
