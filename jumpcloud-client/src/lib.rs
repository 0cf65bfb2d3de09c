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

pub use endpoint::{Endpoint, Shape};
pub use field::{AsScalar, Field, FieldSpec, FieldValue, Kind, Scalar, Schema};
pub use id::{Id, InvalidId};
pub use model::Model;
pub use record::{InvalidDigest, Record, RecordDigest, SetAside, SetAsideReason};
pub use redacted::Redacted;
pub use region::Family;
pub use resource::{Resource, ScopedResource};
pub use snapshot::{
    Coverage, CoverageNote, Dataset, FailureClass, InputState, InputView, Listed, ListedOf,
    PartialReason, RequestLine, SNAPSHOT_SCHEMA, Scoped, Snapshot,
};
