//! Both crates together, as an embedder uses them.

mod browser;
mod demo;
mod page;
mod program;
mod service;
