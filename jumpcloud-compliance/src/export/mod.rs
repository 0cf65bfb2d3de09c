//! Evaluations as text for people, tools and archives.
//!
//! Exporters see the evaluation, the words of the catalogue and the decisions of the configuration,
//! and nothing else. The same report gives the same bytes. [`Format`] tells a report in any format
//! by name; the projections behind it can be written piece by piece with a writer of the caller.
//!
//! Names and values of other people are shown on one line, of bounded length, with nothing hidden in
//! them; only the native form keeps every byte.

#[cfg(feature = "std")]
pub mod csv;
mod explain;
pub mod fleet;
mod format;
mod hdf;
#[cfg(feature = "html")]
pub mod html;
mod json;
mod markdown;
mod ocsf;
mod oscal;
#[cfg(feature = "parquet")]
pub mod parquet;
mod report;
mod sarif;
mod statements;
mod text;
pub mod views;

pub use explain::{Explanation, explain};
pub use format::{ExportError, Format};
pub use hdf::Hdf;
pub use json::{NATIVE_SCHEMA, findings_jsonl, native};
#[cfg(feature = "std")]
pub(crate) use json::{write_findings, write_native};
pub use markdown::markdown;
pub use ocsf::{OcsfEvent, OcsfVersion, ocsf};
pub use oscal::{Oscal, OscalVersion};
pub use report::Report;
pub use sarif::Sarif;
pub use statements::STATEMENTS;
