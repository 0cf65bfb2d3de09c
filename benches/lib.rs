//! Benchmarks of the SDK, one file each beside this one, and what they measure; see `README.md`.

pub mod synthetic;
