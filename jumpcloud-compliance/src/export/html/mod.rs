//! The report for people: one HTML file that needs nothing else.
//!
//! No network, no font, no picture from elsewhere: the file holds its style, its one script and the
//! findings as data, and its content security policy lets nothing else run. Names from the directory
//! are text and nothing more, in the page as in the data. The same evaluation gives the same bytes.
//!
//! What a reader must know first comes first: what could not be read. Figures, charts, controls and
//! statements are plain HTML and stay readable without the script; lists that may be long (findings,
//! views, who was left out) are shown page by page.

mod charts;
mod controls;
mod coverage;
mod embed;
mod evidence;
mod index;
mod overview;
mod page;
mod words;

use std::io::{self, BufWriter, Write};

use super::views::View;
use crate::catalogue::Catalogue;
use crate::evaluation::Evaluation;
use crate::period::PeriodSummary;

/// A report to be written.
///
/// # Examples
///
/// ```
/// use jumpcloud_client::Snapshot;
/// use jumpcloud_compliance::export::html::Report;
/// use jumpcloud_compliance::{Catalogue, Config, evaluate};
///
/// let snapshot = Snapshot::from_json(r#"{"schema": "jumpcloud-snapshot/1",
///     "organization_id": "o1", "taken_at": "2026-11-23T11:00:00Z", "inputs": {}}"#)?;
/// let now = "2026-11-23T12:00:00Z".parse()?;
/// let catalogue = Catalogue::builtin()?;
/// let evaluation = evaluate(&catalogue, &snapshot, &Config::default(), now, None)?;
/// let mut page = Vec::new();
/// Report::new(&evaluation, &catalogue).write_to(&mut page)?;
/// assert!(page.starts_with(b"<!DOCTYPE html>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    evaluation: &'a Evaluation,
    catalogue: &'a Catalogue<'a>,
    views: &'a [View],
    period: Option<&'a PeriodSummary>,
}

impl<'a> Report<'a> {
    /// The report of an evaluation; `catalogue` is the one that judged.
    pub const fn new(evaluation: &'a Evaluation, catalogue: &'a Catalogue<'a>) -> Self {
        Self { evaluation, catalogue, views: &[], period: None }
    }

    /// Adds views, each as a section that opens on demand.
    #[must_use]
    pub const fn views(self, views: &'a [View]) -> Self {
        Self { views, ..self }
    }

    /// Adds the trend over a period; the last of its evaluations is best this one.
    #[must_use]
    pub const fn period(self, period: &'a PeriodSummary) -> Self {
        Self { period: Some(period), ..self }
    }

    /// Writes the report.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    pub fn write_to<W: Write>(&self, to: W) -> io::Result<()> {
        let mut to = BufWriter::new(to);
        page::write(self, &mut to)?;
        to.flush()
    }
}
