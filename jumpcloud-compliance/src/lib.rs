//! Pure compliance rules over JumpCloud models: verdicts, evidence, controls.
//!
//! Everything here is a function of its arguments: no clock, no network, no
//! environment, no hash maps, no floating point. The same arguments give the
//! same bytes.
//!
//! ```
//! use jumpcloud_client::Snapshot;
//! use jumpcloud_compliance::{Catalogue, Config, evaluate};
//!
//! let snapshot = Snapshot::from_json(
//!     r#"{"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
//!         "taken_at": "2026-11-23T11:00:00Z",
//!         "inputs": {"ORG": [{"_id": "o1", "displayName": "Example"}],
//!             "SYS": [{"_id": "d1", "osFamily": "darwin", "fde": {"active": false}}]}}"#,
//! )?;
//! let catalogue = Catalogue::builtin()?;
//! let now = "2026-11-23T12:00:00Z".parse()?;
//! let evaluation = evaluate(&catalogue, &snapshot, &Config::default(), now, None)?;
//! for own in evaluation.findings.iter().filter(|own| own.subject.id == "d1") {
//!     println!("{} {} {}", own.rule_id, own.outcome, own.reason_code);
//! }
//! # assert!(evaluation.findings.iter().any(|own| own.reason_code == "not_encrypted"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The way through
//!
//! | step | item |
//! |---|---|
//! | what is judged by which rules, and in which words | [`Catalogue`], [`rules`], [`frameworks`] |
//! | limits, scope, owners, decisions of people | [`Config`], [`waiver`], [`attestation`] |
//! | the judgement | [`evaluate`] |
//! | what came of it | [`Evaluation`], [`Finding`], [`evidence`], [`control`], [`Population`] |
//! | what changed since | [`drift`], [`history`], [`period`] |
//! | many organisations in numbers | [`fleet`] |
//! | on the way out | [`export`], [`pii`], and with `std` the evidence pack |
//! | between two evaluations | [`history::History::follow`] |
//! | rules of your own | [`Rule`], [`Case`], [`Catalogue::with`] |
//!
//! # What it refuses
//!
//! A pass without proof: missing, partial, stale or unreadable data gives
//! [`Outcome::Unknown`] with an [`UnknownCause`]. Leaving somebody out in silence: whoever is not
//! judged stands in [`Evaluation::population`] with the reason. Judging under a wrong
//! configuration: a [`ConfigError`] names every fault of it, and nothing is judged.
//!
//! # Features
//!
//! | feature | brings | default |
//! |---|---|---|
//! | `std` | evidence packs, CSV, exports to a writer; without it the crate is `no_std` | yes |
//! | `html` | the report as one HTML file | no |
//! | `ed25519` | signatures over evidence packs, with keys from PEM files | no |
//! | `rayon` | all processors judge; the results are the same to the byte | no |
//! | `parquet` | findings and fleets as Parquet files | no |
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
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
mod roster;
mod rule;
mod sample;
mod scope;
mod selector;
mod snapshot_digest;
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
pub mod fleet;
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

// The front page of the crate is tested like every other example.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
mod readme {}

pub use case::{Case, Named, Prior, Reading, Row, Subject, Tally};
pub use catalogue::Catalogue;
pub use config::{
    AppOwner, Config, Leaver, PrivilegedGroup, Profile, ScopeConfig, ServiceAccount,
    UngroupedPolicy,
};
pub use engine::{evaluate, evaluate_into};
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
