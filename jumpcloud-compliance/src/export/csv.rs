//! Tables for spreadsheets: findings, population, controls, coverage.
//!
//! A cell that a spreadsheet would take for a formula is written with an apostrophe before it; line
//! breaks and hidden characters are written as `\u000A` and the like.

use std::io::Write;
use std::string::{String, ToString as _};
use std::vec::Vec;

use csv::{Terminator, Writer, WriterBuilder};

use super::text::visible;
use crate::catalogue::Catalogue;
use crate::evaluation::Evaluation;
use crate::evidence::Digest;
use crate::sample::Sample;

/// Why a table could not be written: the writer's own error.
pub type Error = csv::Error;

/// Characters with which a spreadsheet begins a formula, the wide forms included.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Longest text of a cell, in characters; spreadsheets cut what is longer.
const CELL_MAX: usize = 32_000;

pub(super) fn writer<W: Write>(to: W) -> Writer<W> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(to)
}

/// A cell on one line that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = visible(text, CELL_MAX);
    if text.starts_with(FORMULA) && text.parse::<i64>().is_err() {
        std::format!("'{text}")
    } else {
        text
    }
}

pub(super) fn row<W: Write>(table: &mut Writer<W>, cells: &[&str]) -> Result<(), Error> {
    table.write_record(cells.iter().map(|text| cell(text)))
}

/// One row a finding.
///
/// # Errors
///
/// The error of the writer.
pub fn findings<W: Write>(
    evaluation: &Evaluation,
    catalogue: &Catalogue<'_>,
    to: W,
) -> Result<(), Error> {
    let mut table = writer(to);
    row(
        &mut table,
        &[
            "finding_id",
            "rule_id",
            "rule",
            "logic_version",
            "subject_kind",
            "subject_id",
            "subject",
            "natural_key",
            "discriminator",
            "outcome",
            "effective_status",
            "severity",
            "reason_code",
            "reason",
            "unknown_cause",
            "grace_until",
            "waiver_id",
            "notes",
            "responsible",
            "responsible_by",
            "controls",
            "remedy",
            "evaluated_at",
            "evidence_digest",
        ],
    )?;
    for finding in &evaluation.findings {
        let meta = catalogue.get(&finding.rule_id).map(crate::Rule::meta);
        let controls: Vec<String> = catalogue
            .frameworks()
            .controls_of(&finding.rule_id)
            .map(|(framework, control)| std::format!("{}:{}", framework.id(), control.id()))
            .collect();
        let reason = catalogue.reason_text(&finding.rule_id, &finding.reason_code);
        let responsible = finding.responsible.as_ref();
        let evidence = &finding.evidence;
        row(
            &mut table,
            &[
                &finding.finding_id.to_string(),
                &finding.rule_id,
                meta.map_or("", |meta| meta.title),
                &finding.logic_version.to_string(),
                finding.subject.kind.as_str(),
                &finding.subject.id,
                finding.subject.display_name.as_deref().unwrap_or_default(),
                finding.subject.natural_key.as_deref().unwrap_or_default(),
                &finding.discriminator,
                finding.outcome.as_str(),
                finding.effective_status.as_str(),
                finding.severity.as_str(),
                &finding.reason_code,
                reason,
                finding.unknown_cause.map_or("", crate::UnknownCause::as_str),
                &finding.grace_until.map(crate::time::format).unwrap_or_default(),
                finding.waiver_id.as_deref().unwrap_or_default(),
                &finding.notes.join(" "),
                responsible.and_then(|who| who.person.as_deref()).unwrap_or_default(),
                responsible.map_or("", |who| who.method.as_str()),
                &controls.join(" "),
                meta.map_or("", |meta| meta.remediation),
                &crate::time::format(evidence.evaluated_at),
                &evidence.digest.to_string(),
            ],
        )?;
    }
    table.flush()?;
    Ok(())
}

/// One row a drawn finding, in the order of the draw, with columns for what the auditor decides.
///
/// # Errors
///
/// The error of the writer.
pub fn sample<W: Write>(
    sample: &Sample<'_>,
    catalogue: &Catalogue<'_>,
    to: W,
) -> Result<(), Error> {
    let mut table = writer(to);
    row(
        &mut table,
        &[
            "draw",
            "seed",
            "frame",
            "evaluation",
            "sha256_of_seed_and_id",
            "finding_id",
            "rule_id",
            "rule",
            "subject_kind",
            "subject_id",
            "subject",
            "outcome",
            "effective_status",
            "reason",
            "evidence_digest",
            "decision",
            "reviewer",
            "remark",
        ],
    )?;
    for (place, finding) in sample.findings.iter().enumerate() {
        let title = catalogue.get(&finding.rule_id).map_or("", |rule| rule.meta().title);
        let drawn_by = std::format!("{}|{}", sample.seed, finding.finding_id);
        row(
            &mut table,
            &[
                &place.saturating_add(1).to_string(),
                &sample.seed,
                &sample.frame.to_string(),
                &sample.evaluation.to_string(),
                &Digest::of_bytes(drawn_by.as_bytes()).to_string(),
                &finding.finding_id.to_string(),
                &finding.rule_id,
                title,
                finding.subject.kind.as_str(),
                &finding.subject.id,
                finding.subject.display_name.as_deref().unwrap_or_default(),
                finding.outcome.as_str(),
                finding.effective_status.as_str(),
                catalogue.reason_text(&finding.rule_id, &finding.reason_code),
                &finding.evidence.digest.to_string(),
                "",
                "",
                "",
            ],
        )?;
    }
    table.flush()?;
    Ok(())
}

/// One row a subject: judged, or left out with the reason.
///
/// # Errors
///
/// The error of the writer.
pub fn population<W: Write>(evaluation: &Evaluation, to: W) -> Result<(), Error> {
    let mut table = writer(to);
    row(
        &mut table,
        &["kind", "id", "name", "natural_key", "sub_kind", "in_scope", "reason", "detail"],
    )?;
    for subject in &evaluation.subjects {
        row(
            &mut table,
            &[
                subject.kind.as_str(),
                &subject.id,
                subject.display_name.as_deref().unwrap_or_default(),
                subject.natural_key.as_deref().unwrap_or_default(),
                subject.sub_kind.as_deref().unwrap_or_default(),
                "yes",
                "",
                "",
            ],
        )?;
    }
    for population in &evaluation.population {
        for excluded in &population.excluded {
            row(
                &mut table,
                &[
                    population.kind.as_str(),
                    &excluded.id,
                    excluded.name.as_deref().unwrap_or_default(),
                    "",
                    "",
                    "no",
                    excluded.reason.as_str(),
                    excluded.detail.as_deref().unwrap_or_default(),
                ],
            )?;
        }
    }
    table.flush()?;
    Ok(())
}

/// One row a control.
///
/// # Errors
///
/// The error of the writer.
pub fn controls<W: Write>(
    evaluation: &Evaluation,
    catalogue: &Catalogue<'_>,
    to: W,
) -> Result<(), Error> {
    let mut table = writer(to);
    row(
        &mut table,
        &[
            "framework",
            "control",
            "title",
            "result",
            "pass",
            "fail",
            "fail_in_grace",
            "exempt",
            "not_applicable",
            "unknown",
            "rules",
            "rules_disabled",
            "notes",
        ],
    )?;
    for result in &evaluation.control_results {
        let framework = catalogue.frameworks().get(&result.control.framework);
        let title = framework
            .and_then(|framework| framework.control(&result.control.control))
            .map_or("", |control| control.title());
        let counts = result.counts;
        let rules: Vec<&str> = result.rules.iter().map(|rule| rule.rule_id.as_str()).collect();
        let notes: Vec<&str> = result.notes.iter().map(|note| note.as_str()).collect();
        row(
            &mut table,
            &[
                &result.control.framework,
                &result.control.control,
                title,
                result.status.as_str(),
                &counts.pass.to_string(),
                &counts.fail.to_string(),
                &counts.fail_in_grace.to_string(),
                &counts.exempt.to_string(),
                &counts.not_applicable.to_string(),
                &counts.unknown.to_string(),
                &rules.join(" "),
                &result.rules_disabled.join(" "),
                &notes.join(" "),
            ],
        )?;
    }
    table.flush()?;
    Ok(())
}

/// One row an input and object.
///
/// # Errors
///
/// The error of the writer.
pub fn coverage<W: Write>(evaluation: &Evaluation, to: W) -> Result<(), Error> {
    let mut table = writer(to);
    row(
        &mut table,
        &[
            "input",
            "object",
            "state",
            "reason",
            "request",
            "pages",
            "reported_total",
            "received",
            "unique",
            "duplicates",
            "set_aside",
            "nulls",
            "retries",
            "first_fetched_at",
            "last_fetched_at",
            "unchanged_until",
        ],
    )?;
    for input in &evaluation.coverage {
        let coverage = &input.coverage;
        let (state, reason) = crate::case::coverage_state(coverage.state);
        let query: Vec<String> = coverage
            .request
            .query
            .iter()
            .map(|(name, value)| std::format!("{name}={value}"))
            .collect();
        let request = match (coverage.request.path.as_str(), query.join("&")) {
            (path, query) if query.is_empty() => path.to_string(),
            (path, query) => std::format!("{path}?{query}"),
        };
        let time = |at: Option<jiff::Timestamp>| at.map(crate::time::format).unwrap_or_default();
        row(
            &mut table,
            &[
                &input.input,
                input.scope.as_deref().unwrap_or_default(),
                state.as_str(),
                reason.as_deref().unwrap_or_default(),
                &request,
                &coverage.pages.to_string(),
                &coverage.reported_total.map(|total| total.to_string()).unwrap_or_default(),
                &coverage.received.to_string(),
                &coverage.unique.to_string(),
                &coverage.duplicates.to_string(),
                &coverage.set_aside.to_string(),
                &coverage.nulls.to_string(),
                &coverage.retries.to_string(),
                &time(coverage.first_fetched_at),
                &time(coverage.last_fetched_at),
                &time(coverage.unchanged_until),
            ],
        )?;
    }
    table.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        for text in ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        for text in ["", "plain", "-7", "a=b", "JC-DEV-001"] {
            assert_eq!(cell(text), text);
        }
        assert_eq!(cell("a\nb\u{202e}"), "a\\u000Ab\\u202E");
    }
}
