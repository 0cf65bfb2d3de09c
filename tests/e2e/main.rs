//! Both crates together, as an embedder uses them.

mod demo;
mod exports;
mod program;
mod service;
