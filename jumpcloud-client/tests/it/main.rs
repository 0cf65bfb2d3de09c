//! Integration tests.

#[cfg(test)]
mod testkit;
