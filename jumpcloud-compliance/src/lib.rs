//! Pure compliance rules over JumpCloud models.
//!
//! Everything here is a function of its arguments: no clock, no network, no
//! environment, no hash maps, no floating point. The same arguments give the
//! same bytes.
#![no_std]
extern crate alloc;

#[cfg(any(test, feature = "std"))]
extern crate std;

#[macro_use]
mod vocabulary;

mod config;
mod finding;
mod outcome;
mod problem;
mod subject;

pub mod attestation;
pub mod capability;
pub mod control;
pub mod drift;
pub mod evidence;
pub mod frameworks;
pub mod history;
pub mod param;
pub mod pii;
pub mod tables;
pub mod time;
pub mod waiver;

pub use config::{
    AppOwner, Config, Leaver, PrivilegedGroup, Profile, ScopeConfig, ServiceAccount,
    UngroupedPolicy,
};
pub use finding::{Finding, FindingId, FindingIdParseError, Responsible, ResponsibleMethod};
pub use outcome::{Covers, EffectiveStatus, Outcome, Severity, UnknownCause};
pub use problem::{ConfigError, ConfigProblem, ProblemKind};
pub use subject::{AttributePair, SubjectKind, SubjectRef};
pub use vocabulary::UnknownWord;
