//! Both crates together, as an embedder uses them.

mod demo;
mod program;
mod service;
