//! Every format by name, whole as text.

use alloc::string::String;

use super::ocsf::ocsf;
use super::report::Report;
use super::{Hdf, OcsfVersion, Oscal, OscalVersion, Sarif, markdown};
use crate::evidence::CanonicalError;

vocabulary! {
    /// A form in which a report can be told.
    #[non_exhaustive]
    pub enum Format {
        /// Everything, as canonical JSON: the source of all other forms.
        Native = "native",
        /// One finding a line, as canonical JSON.
        JsonLines = "jsonl",
        /// OSCAL assessment results 1.1.3.
        Oscal = "oscal",
        /// OSCAL assessment results 1.2.3.
        Oscal12 = "oscal-1.2",
        /// OCSF compliance findings 1.5.0, one event a line.
        Ocsf = "ocsf",
        /// OCSF compliance findings 1.8.0, one event a line.
        Ocsf18 = "ocsf-1.8",
        /// Heimdall Data Format.
        Hdf = "hdf",
        /// SARIF 2.1.0.
        Sarif = "sarif",
        /// A summary for people.
        Markdown = "markdown",
    }
}

/// Why a report could not be told in a format.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A value has no canonical form.
    #[error("the evaluation has no canonical form: {0}")]
    Canonical(#[from] CanonicalError),
    /// A document could not be written as JSON.
    #[error("the document could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The summary could not be written.
    #[error("the summary could not be written")]
    Text(#[from] core::fmt::Error),
    /// The writer failed.
    #[cfg(feature = "std")]
    #[error("the export could not be written: {0}")]
    Write(#[from] std::io::Error),
}

impl Format {
    /// The name of a file in this format.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Native => "evaluation.json",
            Self::JsonLines => "findings.jsonl",
            Self::Oscal => "oscal-assessment-results-1.1.3.json",
            Self::Oscal12 => "oscal-assessment-results-1.2.3.json",
            Self::Ocsf => "ocsf-compliance-findings-1.5.0.jsonl",
            Self::Ocsf18 => "ocsf-compliance-findings-1.8.0.jsonl",
            Self::Hdf => "hdf.json",
            Self::Sarif => "findings.sarif",
            Self::Markdown => "summary.md",
        }
    }

    /// The report in this format, whole; it ends with a line break.
    ///
    /// For a large evaluation write [`Oscal`], [`Hdf`], [`Sarif`] or each event of [`ocsf`](ocsf())
    /// with a serde writer instead, as `Format::write` does with the feature `std`: they are made
    /// while they are written.
    ///
    /// # Errors
    ///
    /// [`ExportError::Canonical`] when an evaluation that was read from elsewhere holds a fraction.
    pub fn text(self, report: &Report<'_>) -> Result<String, ExportError> {
        let events = |version| {
            let mut text = String::new();
            for event in ocsf(report, version) {
                text.push_str(&line(&event)?);
            }
            Ok(text)
        };
        match self {
            Self::Native => Ok(super::native(report.evaluation)?),
            Self::JsonLines => Ok(super::findings_jsonl(report.evaluation)?),
            Self::Oscal => line(&Oscal::new(report, OscalVersion::V1_1_3)),
            Self::Oscal12 => line(&Oscal::new(report, OscalVersion::V1_2_3)),
            Self::Ocsf => events(OcsfVersion::V1_5_0),
            Self::Ocsf18 => events(OcsfVersion::V1_8_0),
            Self::Hdf => line(&Hdf::new(report)),
            Self::Sarif => line(&Sarif::new(report)),
            Self::Markdown => {
                let mut text = String::new();
                markdown(report, &mut text)?;
                Ok(text)
            }
        }
    }
}

#[cfg(feature = "std")]
impl Format {
    /// Writes the report in this format; best through a buffer.
    ///
    /// Findings are told one by one, so no second copy of a large evaluation is made.
    ///
    /// # Errors
    ///
    /// [`ExportError::Write`] with the error of the writer, else as [`Format::text`].
    pub fn write<W: std::io::Write>(
        self,
        report: &Report<'_>,
        mut to: W,
    ) -> Result<(), ExportError> {
        fn json<W: std::io::Write, T: serde::Serialize>(
            mut to: W,
            value: &T,
        ) -> Result<(), ExportError> {
            serde_json::to_writer(&mut to, value).map_err(std::io::Error::from)?;
            Ok(to.write_all(b"\n")?)
        }
        match self {
            Self::Oscal => json(to, &Oscal::new(report, OscalVersion::V1_1_3)),
            Self::Oscal12 => json(to, &Oscal::new(report, OscalVersion::V1_2_3)),
            Self::Ocsf => ocsf(report, OcsfVersion::V1_5_0).try_for_each(|own| json(&mut to, &own)),
            Self::Ocsf18 => {
                ocsf(report, OcsfVersion::V1_8_0).try_for_each(|own| json(&mut to, &own))
            }
            Self::Hdf => json(to, &Hdf::new(report)),
            Self::Sarif => json(to, &Sarif::new(report)),
            Self::JsonLines => super::json::write_findings(report.evaluation, to),
            Self::Native => super::json::write_native(report.evaluation, to),
            Self::Markdown => Ok(to.write_all(self.text(report)?.as_bytes())?),
        }
    }
}

fn line<T: serde::Serialize>(value: &T) -> Result<String, ExportError> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    Ok(text)
}
