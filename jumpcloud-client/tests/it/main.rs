//! Integration tests.

mod faults;
mod redaction;
#[cfg(test)]
mod testkit;
mod wire;
