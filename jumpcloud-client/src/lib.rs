//! Typed, read-only reader of the JumpCloud API: V1, V2, System Insights and Directory Insights.
//!
//! Made for programs that gather evidence: every list ends complete or says that it is not, every
//! answer keeps where and when it came from, and nothing can be written.
//!
//! ```
//! use futures::TryStreamExt as _;
//! use jumpcloud_client::collect::{Plan, Preset};
//! use jumpcloud_client::resources::System;
//! use jumpcloud_client::{Client, Region};
//!
//! # #[cfg(feature = "rustls")]
//! async fn read(key: String) -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::builder().region(Region::Us).api_key(key).build()?;
//!     client.validate().await?;
//!
//!     let mut devices = client.list::<System>().items();
//!     while let Some(device) = devices.try_next().await? {
//!         println!("{:?} runs {:?}", device.value.hostname.text(), device.value.os.text());
//!     }
//!
//!     let snapshot = client.collect(Plan::preset(Preset::Integration)).run(&mut |_| {}).await?;
//!     println!("{} inputs", snapshot.inputs().len());
//!     Ok(())
//! }
//! ```
//!
//! # The way through
//!
//! | to | use |
//! |---|---|
//! | connect: key or service account, region, limits, retries | [`ClientBuilder`], [`credentials`], [`Client::validate`] |
//! | read one kind of record, as a stream or whole | [`Client::list`], [`Client::list_of`], [`resources`] |
//! | read everything at once, with what is missing and why | [`Client::collect`], [`collect`], [`Snapshot`] |
//! | stay up to date | [`monitor`] |
//! | read events | [`Client::events`], [`events`] |
//! | read what has no model | [`Resource`] for a list of your own, [`Client::raw`] for one question |
//! | ask whether a field is absent, null or unreadable | [`Field`] |
//! | act on failures | [`Error::kind`], [`ErrorKind`], [`Error::hint`] |
//! | test all that without the service | `testkit`, a feature |
//!
//! # What it refuses
//!
//! There is no way to express a write: no type carries a method, the only requests that are not a
//! `GET` are the questions about [`events`], which are a closed list, and the constructors of
//! [`Endpoint`] refuse every `GET` that has a side effect or answers with a secret, at compile time
//! for constants and again before anything is sent. Redirects are never followed, so the key reaches
//! no other host. Fields that hold secrets are dropped while they are read. This protects against
//! mistakes; a hostile [`transport::Transport`] that you plug in yourself could do anything.
//!
//! # Five problems, and what you see
//!
//! | problem | what happens | what to do |
//! |---|---|---|
//! | the API key is invalid | [`Client::validate`] fails with [`ErrorKind::Unauthorized`]; a key of another region looks the same to the service | check the key, its region, and that API access is enabled for its administrator |
//! | 401 in the middle of a run | the provider of the key is asked once more; if that fails too, the run stops and everything not yet read is marked `failed: unauthorised` | the key was rotated or has expired: supply the new one and run again |
//! | 403 | [`ErrorKind::Forbidden`] names the path; in a collection only that input is marked `failed: forbidden` and the others go on | give the administrator a role that may read the path, or leave the input out |
//! | devices do not show up because groups are missing | nothing fails: devices without a group are read like all others, and the rules flag them | put them into a group, or accept the finding |
//! | temporary failures: 429, 5xx, resets, time-outs | retried with backoff under a shared budget; then [`ErrorKind::RateLimited`], [`ErrorKind::Transient`], [`ErrorKind::Transport`] or [`ErrorKind::Timeout`], and in a collection the input is `partial` or `failed` with what arrived kept | run again later; what was complete stays usable |
//!
//! The [table of faults](faults) has the rest, each with the test that proves it.
//!
//! # Features
//!
//! | feature | brings | default |
//! |---|---|---|
//! | `http` | the reader: client, paging, retries, limits, collection, monitor, fleet | yes |
//! | `rustls` | TLS with the platform's certificates | yes |
//! | `testkit` | a fake JumpCloud on loopback and a scripted transport, for tests of your own integration | no |
//!
//! Without any feature the models, [`Snapshot`] and its saved form remain, with no HTTP stack and no
//! async runtime in the tree.
//!
//! # Marks in these docs
//!
//! Facts about JumpCloud carry where they are known from: `[spec]` the published specification,
//! `[recorded]` a real answer, `[official code]` JumpCloud's own programs, `[third-party]` other
//! programs, `[inferred]` a conclusion of ours with a safe behaviour.
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod endpoint;
mod field;
mod id;
mod model;
mod open_enum;
mod raw_record;
mod record;
mod redacted;
mod region;
mod resource;
pub mod resources;
mod shelf;
mod snapshot;
mod table;
mod text;

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
pub mod events;
#[cfg(feature = "http")]
#[doc = include_str!("../FAULTS.md")]
pub mod faults {}
#[cfg(feature = "http")]
pub mod fleet;
#[cfg(feature = "http")]
mod get;
#[cfg(feature = "http")]
mod list;
#[cfg(feature = "http")]
pub mod monitor;
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

// The front page of the crate is tested like every other example.
#[cfg(all(doctest, feature = "rustls"))]
#[doc = include_str!("../README.md")]
mod readme {}

pub use endpoint::{Endpoint, Shape};
pub use field::{AsScalar, Excerpt, Field, FieldSpec, FieldValue, Kind, Scalar, Schema};
pub use id::{Id, InvalidId};
pub use model::Model;
pub use raw_record::RawRecord;
pub use record::{InvalidDigest, Record, RecordDigest, SetAside, SetAsideReason};
pub use redacted::Redacted;
pub use region::{Family, Hosts, InvalidBase, Region, UnknownRegion};
pub use resource::{Resource, ScopedResource};
pub use shelf::Shelf;
pub use snapshot::{
    Coverage, CoverageNote, Dataset, FailureClass, InputState, InputView, InvalidSnapshot, Listed,
    ListedOf, PartialReason, RequestLine, SNAPSHOT_SCHEMA, Scoped, Snapshot, Window,
};
pub use text::Text;

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
pub use raw::{Raw, RawList, RawListing, RawResponse};
#[cfg(feature = "http")]
pub use send::Retry;

/// Whether this build can speak TLS.
#[cfg(feature = "http")]
pub(crate) const TLS: bool = cfg!(feature = "rustls");
