//! Integration tests.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that meets the unexpected is meant to stop"
)]

mod answers;
mod collector;
mod coverage;
mod estimate;
mod events;
mod faults;
mod lists;
mod names;
mod raw;
mod raw_records;
mod recordings;
mod redaction;
mod refresh;
mod resume;
mod storm;
mod support;
mod testkit;
mod trace;
mod wire;
