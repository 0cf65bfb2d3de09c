//! The summary for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::summary::{FindingLine, Summary};

/// Subjects named for one rule and reason before the rest is counted.
const NAMED: usize = 8;

/// Frameworks whose controls are listed one by one; of the others only the counts are shown.
const LISTED: [&str; 2] = ["soc2-2017-2022", "iso-27001-2022"];

/// The summary as text.
pub fn text(summary: &Summary) -> String {
    let mut page = Page::default();
    head(&mut page, summary);
    coverage(&mut page, summary);
    population(&mut page, summary);
    rules(&mut page, summary);
    controls(&mut page, summary);
    findings(&mut page, "FAILURES", "what stands, the gravest first", &summary.failures);
    findings(&mut page, "ACCEPTED OR IN GRACE", "failures with a deadline", &summary.accepted);
    findings(&mut page, "UNKNOWN", "no conclusion: neither pass nor failure", &summary.unknown);
    page.line("");
    page.line(&format!(
        "Evidence  {}  (start with README.txt; findings.csv opens in a spreadsheet)",
        summary.evidence
    ));
    page.line(&format!("Digest    {}", summary.digest));
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    fn title(&mut self, title: &str, explained: &str) {
        self.line("");
        self.line(&format!("{title}  {explained}"));
    }
}

fn head(page: &mut Page, summary: &Summary) {
    let name =
        if summary.organization.is_empty() { "(without a name)" } else { &summary.organization };
    page.line(&format!("{name}  {}", summary.organization_id));
    page.line(&format!("Source    {}", summary.source));
    page.line(&format!("Judged    {}  profile {}", summary.evaluated_at, summary.profile));
    let worst = summary.worst_failure.map_or("none", |severity| severity.as_str());
    page.line(&format!(
        "Result    {} failures (gravest: {worst}), {} accepted or in grace, {} unknown",
        summary.failures.len(),
        summary.accepted.len(),
        summary.unknown.len()
    ));
}

fn coverage(page: &mut Page, summary: &Summary) {
    if summary.incomplete_inputs.is_empty() {
        page.line("Coverage  complete: everything that was asked for arrived");
        return;
    }
    page.title("INCOMPLETE INPUTS", "what depends on them is unknown, never passed");
    for input in &summary.incomplete_inputs {
        let lists =
            if input.lists > 1 { format!(" ({} lists)", input.lists) } else { String::new() };
        page.line(&format!("  {:<30} {}{lists}", input.input, input.state));
    }
}

fn population(page: &mut Page, summary: &Summary) {
    page.title("POPULATION", "who was judged");
    for line in &summary.population {
        let open = if line.complete { "" } else { "  (there may be more)" };
        page.line(&format!(
            "  {:<14}{:>6} judged{:>6} left out{open}",
            line.kind.as_str(),
            line.in_scope,
            line.excluded
        ));
    }
    for line in &summary.excluded {
        let name = if line.name.is_empty() { &line.id } else { &line.name };
        page.line(&format!("  left out: {name}  {} {}", line.reason, line.detail));
    }
}

fn rules(page: &mut Page, summary: &Summary) {
    page.title("RULES", "");
    page.line(&format!(
        "  {:<11} {:<8} {:>5} {:>5} {:>6} {:>6} {:>5} {:>8}  expectation",
        "rule", "severity", "pass", "fail", "grace", "exempt", "n/a", "unknown"
    ));
    for rule in &summary.rules {
        let counts = rule.counts;
        page.line(&format!(
            "  {:<11} {:<8} {:>5} {:>5} {:>6} {:>6} {:>5} {:>8}  {}",
            rule.id,
            rule.severity.as_str(),
            counts.pass,
            counts.fail,
            counts.fail_in_grace,
            counts.exempt,
            counts.not_applicable,
            counts.unknown,
            rule.title
        ));
    }
    if !summary.rules_disabled.is_empty() {
        page.line(&format!("  turned off: {}", summary.rules_disabled.join(" ")));
    }
}

fn controls(page: &mut Page, summary: &Summary) {
    page.title("CONTROLS", "results of automated tests that cover a part of each control");
    for framework in &summary.frameworks {
        let mut by_result: BTreeMap<&str, usize> = BTreeMap::new();
        for control in &framework.controls {
            *by_result.entry(control.result).or_default() += 1;
        }
        let counted: Vec<String> =
            by_result.iter().map(|(result, count)| format!("{count} {}", words(result))).collect();
        page.line(&format!("  {}: {}", framework.name, counted.join(", ")));
        if LISTED.contains(&framework.id.as_str()) {
            for control in &framework.controls {
                page.line(&format!(
                    "    {:<8} {:<20} {:>4} pass {:>4} fail {:>4} unknown  {}",
                    control.id,
                    words(control.result),
                    control.counts.pass,
                    control.counts.fail + control.counts.fail_in_grace,
                    control.counts.unknown,
                    control.title
                ));
            }
        }
    }
}

fn words(result: &str) -> String {
    result.replace('_', " ")
}

/// Findings by rule and reason, each with its remedy once.
fn findings(page: &mut Page, title: &str, explained: &str, lines: &[FindingLine]) {
    if lines.is_empty() {
        return;
    }
    page.title(title, explained);
    let mut groups: Vec<(&FindingLine, Vec<&str>)> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|(first, _)| {
            first.rule == line.rule
                && first.reason_code == line.reason_code
                && first.severity == line.severity
        }) {
            Some((_, subjects)) => subjects.push(&line.subject),
            None => groups.push((line, vec![&line.subject])),
        }
    }
    for (first, subjects) in groups {
        let mut named = subjects.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        if subjects.len() > NAMED {
            // Writing to a string cannot fail.
            let _written = write!(named, " and {} more in findings.csv", subjects.len() - NAMED);
        }
        page.line(&format!(
            "  {:<8} {} {}",
            first.severity.as_str(),
            first.rule,
            first.reason_code
        ));
        page.line(&format!("           {named}"));
        if !first.reason.is_empty() {
            page.line(&format!("           why: {}", first.reason));
        }
        if title != "UNKNOWN" {
            page.line(&format!("           fix: {}", first.remedy));
        }
    }
}
