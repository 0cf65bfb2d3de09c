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
mod drift;
mod embed;
mod evidence;
mod index;
mod overview;
mod page;
mod waivers;
mod words;

use std::io::{BufWriter, Write};
use std::string::String;
use std::vec::Vec;

use super::views::View;
use super::{ExportError, Report};
use crate::catalogue::Catalogue;
use crate::evaluation::Evaluation;
use crate::period::PeriodSummary;

/// Name of the page in an evidence pack.
pub const FILE_NAME: &str = "report.html";

/// A [`Report`] as one page for people, with what only people look at.
///
/// Like a [`Format`](super::Format) it is whole as [`text`](Self::text) or goes to a writer with
/// [`write`](Self::write).
///
/// # Examples
///
/// ```
/// use jumpcloud_client::Snapshot;
/// use jumpcloud_compliance::export::{Report, html::Page};
/// use jumpcloud_compliance::{Catalogue, Config, evaluate};
///
/// let snapshot = Snapshot::from_json(r#"{"schema": "jumpcloud-snapshot/1",
///     "organization_id": "o1", "taken_at": "2026-11-23T11:00:00Z", "inputs": {}}"#)?;
/// let now = "2026-11-23T12:00:00Z".parse()?;
/// let (catalogue, config) = (Catalogue::builtin()?, Config::default());
/// let evaluation = evaluate(&catalogue, &snapshot, &config, now, None)?;
/// let report = Report::new(&evaluation, &catalogue, &config)?;
/// assert!(Page::new(&report).text()?.starts_with("<!DOCTYPE html>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    report: &'a Report<'a>,
    evaluation: &'a Evaluation,
    catalogue: &'a Catalogue<'a>,
    views: &'a [View],
    period: Option<&'a PeriodSummary>,
}

impl<'a> Page<'a> {
    /// The page of a report: its evaluation, waivers, and what changed.
    pub const fn new(report: &'a Report<'a>) -> Self {
        let (evaluation, catalogue) = (report.evaluation, report.catalogue);
        Self { report, evaluation, catalogue, views: &[], period: None }
    }

    /// The report that the page tells.
    pub const fn report(&self) -> &'a Report<'a> {
        self.report
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

    /// The page, whole.
    ///
    /// # Errors
    ///
    /// [`ExportError::Write`] when a part of it cannot be written as JSON.
    pub fn text(&self) -> Result<String, ExportError> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes the page.
    ///
    /// # Errors
    ///
    /// [`ExportError::Write`] with the error of the writer.
    pub fn write<W: Write>(&self, to: W) -> Result<(), ExportError> {
        let mut to = BufWriter::new(to);
        page::write(self, &mut to)?;
        Ok(to.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Config;
    use crate::evidence::CoverageState;
    use crate::testing::{evaluation, inputs};

    /// Devices of which one is encrypted, one is not, and one does not say.
    fn devices() -> Evaluation {
        evaluation(
            &inputs(json!({"SYS": [
                {"_id": "d1", "hostname": "one", "os": "Mac OS X", "osFamily": "darwin",
                 "active": true, "fde": {"active": true}},
                {"_id": "d2", "hostname": "two", "os": "Mac OS X", "osFamily": "darwin",
                 "active": true, "fde": {"active": false}},
                {"_id": "d3", "hostname": "ipad", "os": "iPadOS"}
            ]})),
            &json!({}),
        )
    }

    fn page(evaluation: &Evaluation) -> String {
        let catalogue = Catalogue::builtin().unwrap();
        let config = Config::default();
        Page::new(&Report::new(evaluation, &catalogue, &config).unwrap()).text().unwrap()
    }

    #[test]
    fn the_same_evaluation_gives_the_same_bytes() {
        let one = devices();
        let mut other = one.clone();
        other.findings.reverse();
        assert_eq!(page(&one), page(&one));
        assert_eq!(page(&one), page(&other), "the order of findings does not matter");
    }

    #[test]
    fn nobody_is_called_compliant() {
        let page = page(&devices());
        assert!(!page.to_lowercase().contains("compliant"));
        for statement in crate::export::statements::STATEMENTS {
            assert!(page.contains(statement), "{statement}");
        }
    }

    #[test]
    fn nothing_is_fetched_from_anywhere() {
        let page = page(&devices());
        let markup = page.split("<script").next().unwrap();
        for word in ["http:", "https:", "src=", "url(", "@import", "style=\"", "onclick"] {
            assert!(!markup.contains(word), "{word}");
        }
        assert!(markup.contains("default-src 'none'") && !markup.contains("unsafe"));
    }

    #[test]
    fn what_is_missing_is_said_first() {
        let open = page(&devices());
        let warned = open.find("Something is missing").unwrap();
        assert!(warned < open.find("Open failures").unwrap());
        assert!(open.contains("may be longer"), "users were not read");
        // The absence of every list must not read as completeness.
        let mut none = devices();
        none.coverage.clear();
        assert!(page(&none).contains("Something is missing"));
        none.coverage_status = CoverageState::Complete;
        assert!(page(&none).contains("Something is missing"));
    }

    #[test]
    fn the_headline_says_why_findings_are_unknown() {
        let evaluation = devices();
        let page = page(&evaluation);
        let (_, why) = page.split_once(" because of ").unwrap();
        let (why, _) = why.split_once("</p>").unwrap();
        let count = |cause| {
            evaluation
                .findings
                .iter()
                .filter(|finding| finding.unknown_cause == Some(cause))
                .count()
        };
        let missing = count(crate::UnknownCause::InputNotCollected);
        assert!(missing > 0);
        assert!(why.contains(&alloc::format!("input not collected <b>{missing}</b>")), "{why}");
    }

    #[test]
    fn who_was_left_out_is_in_the_page() {
        let page = page(&devices());
        assert!(page.contains("unsupported platform"));
        assert!(page.contains(r#"["Devices","ipad","d3","unsupported_platform","iPadOS"]"#));
    }

    #[test]
    fn names_never_become_markup() {
        let mut hostile = devices();
        let name = "</script><img src=x onerror=alert(1)>";
        hostile.org.name = Some(name.into());
        hostile.profile = name.into();
        for finding in &mut hostile.findings {
            finding.subject.display_name = Some(name.into());
            finding.subject.sub_kind = Some(name.into());
        }
        let page = page(&hostile);
        assert!(!page.contains("<img"));
        assert_eq!(page.matches("</script").count(), page.matches("<script").count());
    }
}
