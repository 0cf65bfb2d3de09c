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
pub(super) fn write_findings<W: std::io::Write>(
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
