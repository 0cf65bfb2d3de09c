//! Typed, read-only client for the JumpCloud API.

#[cfg(feature = "testkit")]
pub mod testkit;
