//! Integration tests.

mod faults;
mod redaction;
mod wire;
#[cfg(test)]
mod testkit;
