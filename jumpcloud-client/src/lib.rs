//! Typed, read-only client for the JumpCloud API.
