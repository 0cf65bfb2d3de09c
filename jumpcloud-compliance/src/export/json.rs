//! The native form: canonical JSON, whole or one finding a line.

use alloc::string::String;

#[cfg(feature = "std")]
use super::ExportError;
use crate::evaluation::Evaluation;
use crate::evidence::{CanonicalError, Lines, canonical};

/// JSON Schema (2020-12) of the native form.
pub const NATIVE_SCHEMA: &str = include_str!("../../schemas/jumpcloud-evaluation-1.schema.json");

/// The whole evaluation as canonical JSON (RFC 8785), followed by a line break.
///
/// This is the source of truth; every other form is a projection of it.
///
/// # Errors
///
/// A [`CanonicalError`] when an evaluation that was read from elsewhere holds a fraction.
pub fn native(evaluation: &Evaluation) -> Result<String, CanonicalError> {
    let mut text = canonical(evaluation)?;
    text.push('\n');
    Ok(text)
}

/// The findings as JSON Lines: canonical JSON, one finding a line, in the order of the evaluation.
///
/// # Errors
///
/// A [`CanonicalError`] when an evaluation that was read from elsewhere holds a fraction.
pub fn findings_jsonl(evaluation: &Evaluation) -> Result<String, CanonicalError> {
    let mut text = String::new();
    let mut lines = Lines::default();
    for finding in &evaluation.findings {
        text.push_str(lines.line(finding)?);
        text.push('\n');
    }
    Ok(text)
}

/// As [`findings_jsonl`], line by line to a writer; best through a buffer.
///
/// # Errors
///
/// [`ExportError::Write`] with the error of the writer, else [`ExportError::Canonical`].
#[cfg(feature = "std")]
pub(crate) fn write_findings<W: std::io::Write>(
    evaluation: &Evaluation,
    mut to: W,
) -> Result<(), ExportError> {
    let mut lines = Lines::default();
    for finding in &evaluation.findings {
        to.write_all(lines.line(finding)?.as_bytes())?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

/// As [`native`], finding by finding to a writer; best through a buffer.
///
/// # Errors
///
/// [`ExportError::Write`] with the error of the writer, else [`ExportError::Canonical`].
#[cfg(feature = "std")]
pub(crate) fn write_native<W: std::io::Write>(
    evaluation: &Evaluation,
    mut to: W,
) -> Result<(), ExportError> {
    // Every member by name, so that a new one cannot be forgotten here.
    let Evaluation {
        schema_version,
        catalogue,
        config_digest,
        profile,
        org,
        evaluated_at,
        snapshot,
        coverage_status,
        coverage,
        population,
        subjects,
        findings,
        control_results,
        waiver_report,
        attestations_used,
        rules_disabled,
        tables,
        parameter_contests,
        weaker_justification,
        digest,
    } = evaluation;
    let mut document = Document { lines: Lines::default(), to: &mut to, begun: false };
    document.member("attestations_used", attestations_used)?;
    document.member("catalogue", catalogue)?;
    document.member("config_digest", config_digest)?;
    document.list("control_results", control_results)?;
    document.list("coverage", coverage)?;
    document.member("coverage_status", coverage_status)?;
    document.member("digest", digest)?;
    document.member("evaluated_at", &crate::time::format(*evaluated_at))?;
    document.list("findings", findings)?;
    document.member("org", org)?;
    document.member("parameter_contests", parameter_contests)?;
    document.member("population", population)?;
    document.member("profile", profile)?;
    document.member("rules_disabled", rules_disabled)?;
    document.member("schema_version", schema_version)?;
    document.member("snapshot", snapshot)?;
    document.list("subjects", subjects)?;
    document.member("tables", tables)?;
    document.list("waiver_report", waiver_report)?;
    if let Some(weaker_justification) = weaker_justification {
        document.member("weaker_justification", weaker_justification)?;
    }
    Ok(to.write_all(b"}\n")?)
}

/// A canonical object while it is written, member by member in their order.
#[cfg(feature = "std")]
struct Document<'w, W> {
    lines: Lines,
    to: &'w mut W,
    begun: bool,
}

#[cfg(feature = "std")]
impl<W: std::io::Write> Document<'_, W> {
    fn name(&mut self, name: &str) -> Result<(), ExportError> {
        let before = if self.begun { "," } else { "{" };
        self.begun = true;
        Ok(write!(self.to, "{before}\"{name}\":")?)
    }

    fn member<T: serde::Serialize>(&mut self, name: &str, value: &T) -> Result<(), ExportError> {
        self.name(name)?;
        Ok(self.to.write_all(self.lines.line(value)?.as_bytes())?)
    }

    fn list<T: serde::Serialize>(&mut self, name: &str, items: &[T]) -> Result<(), ExportError> {
        self.name(name)?;
        self.to.write_all(b"[")?;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.to.write_all(b",")?;
            }
            self.to.write_all(self.lines.line(item)?.as_bytes())?;
        }
        Ok(self.to.write_all(b"]")?)
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{evaluation, inputs};

    #[test]
    fn written_piece_by_piece_it_is_the_same() {
        let devices = json!([{"_id": "d1", "osFamily": "darwin", "active": true},
            {"_id": "d2", "osFamily": "linux", "hostname": "\u{1f600}\"\\\n"}]);
        let mut judged = evaluation(&inputs(json!({"SYS": devices})), &json!({}));
        assert!(judged.findings.len() > 50, "{}", judged.findings.len());
        for weaker in [None, Some("why")] {
            judged.weaker_justification = weaker.map(String::from);
            let mut written = alloc::vec::Vec::new();
            write_native(&judged, &mut written).unwrap();
            assert!(native(&judged).unwrap().as_bytes() == written, "other bytes");
        }
        let mut lines = alloc::vec::Vec::new();
        write_findings(&judged, &mut lines).unwrap();
        assert!(findings_jsonl(&judged).unwrap().as_bytes() == lines, "other bytes");
    }
}
