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

mod case;
mod catalogue;
mod config;
mod engine;
mod evaluation;
mod event_days;
mod finding;
mod gate;
mod outcome;
mod problem;
mod rule;
mod sample;
mod scope;
mod selector;
mod subject;

#[cfg(test)]
mod testing;

pub mod attestation;
pub mod capability;
pub mod control;
pub mod drift;
pub mod evidence;
pub mod export;
pub mod facts;
pub mod frameworks;
pub mod history;
#[cfg(feature = "std")]
pub mod pack;
pub mod param;
pub mod period;
pub mod pii;
pub mod rules;
pub mod tables;
pub mod time;
pub mod waiver;

pub use case::{Case, Named, Prior, Reading, Row, Subject, Tally};
pub use catalogue::Catalogue;
pub use config::{
    AppOwner, Config, Leaver, PrivilegedGroup, Profile, ScopeConfig, ServiceAccount,
    UngroupedPolicy,
};
pub use engine::evaluate;
pub use evaluation::{
    CatalogueRef, EVALUATION_SCHEMA, Evaluation, InputCoverage, OrganizationRef, SnapshotRef,
};
pub use event_days::EventDays;
pub use finding::{Finding, FindingId, FindingIdParseError, Responsible, ResponsibleMethod};
pub use outcome::{Covers, EffectiveStatus, Outcome, Severity, UnknownCause};
pub use problem::{ConfigError, ConfigProblem, ProblemKind};
pub use rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
pub use sample::{Sample, sample, sample_of_rule};
pub use scope::{Excluded, ExclusionReason, Population};
pub use subject::{AttributePair, SubjectKind, SubjectRef};
pub use vocabulary::UnknownWord;
