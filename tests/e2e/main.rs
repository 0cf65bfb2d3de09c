//! Both crates together, as an embedder uses them.

mod browser;
mod demo;
mod exports;
mod page;
mod program;
mod service;
