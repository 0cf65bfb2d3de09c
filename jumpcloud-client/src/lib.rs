//! Typed, read-only client for the JumpCloud API.
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod endpoint;
mod field;
mod id;
mod model;
mod open_enum;
mod record;
mod redacted;
mod region;
mod resource;
pub mod resources;
mod snapshot;

#[cfg(feature = "http")]
mod builder;
#[cfg(feature = "http")]
mod client;
#[cfg(feature = "http")]
pub mod collect;
#[cfg(feature = "http")]
mod connection;
#[cfg(feature = "http")]
mod counters;
#[cfg(feature = "http")]
pub mod credentials;
#[cfg(feature = "http")]
mod decode;
#[cfg(feature = "http")]
mod error;
#[cfg(feature = "http")]
mod get;
#[cfg(feature = "http")]
mod list;
#[cfg(feature = "http")]
mod pages;
#[cfg(feature = "http")]
mod raw;
#[cfg(feature = "http")]
mod send;
#[cfg(feature = "http")]
pub mod transport;

#[cfg(feature = "testkit")]
pub mod testkit;

pub use endpoint::{Endpoint, Shape};
pub use field::{AsScalar, Field, FieldSpec, FieldValue, Kind, Scalar, Schema};
pub use id::{Id, InvalidId};
pub use model::Model;
pub use record::{InvalidDigest, Record, RecordDigest, SetAside, SetAsideReason};
pub use redacted::Redacted;
pub use region::{Family, Hosts, InvalidBase, Region, UnknownRegion};
pub use resource::{Resource, ScopedResource};
pub use snapshot::{
    Coverage, CoverageNote, Dataset, FailureClass, InputState, InputView, Listed, ListedOf,
    PartialReason, RequestLine, SNAPSHOT_SCHEMA, Scoped, Snapshot,
};

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
pub use list::{List, Listing};
#[cfg(feature = "http")]
pub use pages::{Items, Page, Pages, Tally};
#[cfg(feature = "http")]
pub use raw::{Raw, RawResponse};
#[cfg(feature = "http")]
pub use send::Retry;

/// Whether this build can speak TLS.
#[cfg(feature = "http")]
pub(crate) const TLS: bool = cfg!(feature = "rustls");
