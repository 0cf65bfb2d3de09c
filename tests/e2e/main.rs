//! Both crates together, as an embedder uses them.

mod agreement;
mod browser;
mod demo;
mod examples;
mod exports;
mod page;
mod program;
mod service;
mod truth;
mod week;
