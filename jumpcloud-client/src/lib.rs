//! Typed, read-only client for the JumpCloud API.

mod endpoint;
mod region;

pub use region::{Family, Hosts, InvalidBase, Region, UnknownRegion};
