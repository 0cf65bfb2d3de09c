//! Typed, read-only client for the JumpCloud API.

mod endpoint;
mod region;

#[cfg(feature = "http")]
pub mod credentials;
#[cfg(feature = "http")]
mod error;
#[cfg(feature = "http")]
pub mod transport;

pub use region::{Family, Hosts, InvalidBase, Region, UnknownRegion};

#[cfg(feature = "http")]
pub use error::{ConfigError, ConfigProblem, Error, ErrorKind};
