//! Evaluations as text for people, tools and archives.
//!
//! Exporters see the evaluation and nothing else. The same evaluation gives the same bytes.

#[cfg(feature = "std")]
pub mod csv;
mod json;

pub use json::{findings_jsonl, native};
