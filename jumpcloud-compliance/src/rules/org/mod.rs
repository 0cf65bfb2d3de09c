//! x
mod org_015_connection_validated;
pub use org_015_connection_validated::ConnectionValidated;
