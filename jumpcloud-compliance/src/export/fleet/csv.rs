//! Tables of a fleet for spreadsheets: tenants, rules, controls.
//!
//! Cells are guarded as those of the [tables of an evaluation](crate::export::csv).

use std::io::Write;
use std::string::{String, ToString as _};
use std::vec::Vec;

use crate::catalogue::Catalogue;
use crate::control::{ControlStatus, StatusCounts};
use crate::export::csv::{Error, row, writer};
use crate::fleet::{FleetSummary, Standing};
use crate::outcome::Severity;
use crate::rule::Rule;

const COUNTS: [&str; 6] = ["pass", "fail", "fail_in_grace", "exempt", "not_applicable", "unknown"];

fn counts(own: StatusCounts) -> [String; 6] {
    let StatusCounts { pass, fail, fail_in_grace, exempt, not_applicable, unknown } = own;
    [pass, fail, fail_in_grace, exempt, not_applicable, unknown].map(|count| count.to_string())
}

fn line<W: Write>(table: &mut ::csv::Writer<W>, cells: Vec<String>) -> Result<(), Error> {
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    row(table, &cells)
}

/// One row a tenant, by id; one without a result says so and has no numbers.
///
/// # Errors
///
/// The error of the writer.
pub fn tenants<W: Write>(summary: &FleetSummary, to: W) -> Result<(), Error> {
    let mut table = writer(to);
    let head =
        ["org_id", "org_name", "state", "reason", "evaluated_at", "coverage", "worst_failure"];
    let tail = ["profile", "rules_version", "evaluation"];
    let columns = [head.as_slice(), &COUNTS, &tail].concat();
    row(&mut table, &columns)?;
    for tenant in &summary.tenants {
        let mut cells: Vec<String> = Vec::from([
            tenant.org.id.clone(),
            tenant.org.name.clone().unwrap_or_default(),
            if tenant.result.is_some() { "judged" } else { Standing::NoResult.as_str() }
                .to_string(),
            tenant.reason.clone().unwrap_or_default(),
        ]);
        match &tenant.result {
            Some(own) => {
                cells.push(crate::time::format(own.evaluated_at));
                cells.push(own.coverage_status.to_string());
                cells.push(own.worst_failure.map_or("", Severity::as_str).to_string());
                cells.extend(counts(own.counts));
                cells.push(own.profile.clone());
                cells.push(own.catalogue.version.clone());
                cells.push(own.evaluation.to_string());
            }
            None => cells.resize(columns.len(), String::new()),
        }
        line(&mut table, cells)?;
    }
    table.flush()?;
    Ok(())
}

/// One row a rule, by id: findings by status, and tenants by where they stand.
///
/// # Errors
///
/// The error of the writer.
pub fn rules<W: Write>(
    summary: &FleetSummary,
    catalogue: &Catalogue<'_>,
    to: W,
) -> Result<(), Error> {
    let mut table = writer(to);
    let mut head: Vec<String> = ["rule_id", "rule", "severity"].map(String::from).into();
    head.extend(COUNTS.map(String::from));
    head.extend(Standing::ALL.iter().map(|own| std::format!("tenants_{own}")));
    line(&mut table, head)?;
    for rule in &summary.rules {
        let meta = catalogue.get(&rule.rule_id).map(Rule::meta);
        let mut cells: Vec<String> = Vec::from([
            rule.rule_id.clone(),
            meta.map_or("", |meta| meta.title).to_string(),
            meta.map_or("", |meta| meta.severity.as_str()).to_string(),
        ]);
        cells.extend(counts(rule.counts));
        cells.extend(Standing::ALL.iter().map(|own| rule.tenants(*own).to_string()));
        line(&mut table, cells)?;
    }
    table.flush()?;
    Ok(())
}

/// One row a control, by framework and id: findings by status, and tenants by result.
///
/// # Errors
///
/// The error of the writer.
pub fn controls<W: Write>(summary: &FleetSummary, to: W) -> Result<(), Error> {
    let mut table = writer(to);
    let mut head: Vec<String> = ["framework", "control"].map(String::from).into();
    head.extend(COUNTS.map(String::from));
    head.extend(ControlStatus::ALL.iter().map(|own| std::format!("tenants_{own}")));
    head.push("tenants_no_result".to_string());
    line(&mut table, head)?;
    for own in &summary.controls {
        let mut cells: Vec<String> =
            Vec::from([own.control.framework.clone(), own.control.control.clone()]);
        cells.extend(counts(own.counts));
        cells.extend(ControlStatus::ALL.iter().map(|status| own.tenants(*status).to_string()));
        cells.push(own.without_result.to_string());
        line(&mut table, cells)?;
    }
    table.flush()?;
    Ok(())
}
