//! Benchmarks of the SDK, one file each beside this one; see `README.md`.
