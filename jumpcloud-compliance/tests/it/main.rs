//! Integration tests over the public surface.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that meets the unexpected is meant to stop"
)]

mod catalogue;
mod engine;
mod estate;
mod exports;
mod golden;
mod laws;
mod pack;
mod questions;
mod raw;
mod scenarios;
mod schemas;
mod walls;
