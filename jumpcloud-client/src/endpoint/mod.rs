//! Endpoints and the paths that are refused.

pub(crate) mod refused;
