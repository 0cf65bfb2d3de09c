//! End-to-end tests of the SDK and its examples: see `e2e/`.
