//! Evaluations as text for people, tools and archives.
//!
//! Exporters see the evaluation and nothing else. The same evaluation gives the same bytes.

#[cfg(feature = "std")]
pub mod csv;
#[cfg(feature = "html")]
pub mod html;
mod json;
#[cfg(feature = "std")]
pub(crate) mod statements;
pub mod views;

pub use json::{findings_jsonl, native};
