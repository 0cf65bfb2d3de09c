//! Integration tests.

mod faults;
mod redaction;
mod wire;
