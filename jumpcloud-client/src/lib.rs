//! Typed, read-only client for the JumpCloud API.

mod endpoint;
mod region;

#[cfg(feature = "http")]
mod builder;
#[cfg(feature = "http")]
mod client;
#[cfg(feature = "http")]
mod connection;
#[cfg(feature = "http")]
mod counters;
#[cfg(feature = "http")]
pub mod credentials;
#[cfg(feature = "http")]
mod error;
#[cfg(feature = "http")]
mod send;
#[cfg(feature = "http")]
pub mod transport;

pub use region::{Family, Hosts, InvalidBase, Region, UnknownRegion};

#[cfg(feature = "http")]
pub use builder::ClientBuilder;
#[cfg(feature = "http")]
pub use client::Client;
#[cfg(feature = "http")]
pub use connection::Connection;
#[cfg(feature = "http")]
pub use counters::Counters;
#[cfg(feature = "http")]
pub use error::{ConfigError, ConfigProblem, Error, ErrorKind};
#[cfg(feature = "http")]
pub use send::Retry;

/// Whether this build can speak TLS.
#[cfg(feature = "http")]
pub(crate) const TLS: bool = cfg!(feature = "rustls");
