//! How far a collection is, for any front end to draw.

use std::fmt;

use jiff::Timestamp;

use crate::snapshot::InputState;

/// One step of a collection.
///
/// The library prints nothing; a front end draws what it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// The collection begins.
    Started {
        /// Inputs to be read.
        inputs: usize,
    },
    /// The collection goes on from its checkpoint.
    Resumed {
        /// When it began.
        started_at: Timestamp,
    },
    /// A checkpoint was found that cannot be gone on from: it is cleared, and everything asked for.
    StartedAfresh {
        /// Why.
        reason: Afresh,
    },
    /// A list in the checkpoint is damaged or cannot be had: it is asked for again.
    NotRestored {
        /// Input code.
        input: &'static str,
    },
    /// A list that is done could not be kept in the checkpoint; the collection goes on.
    NotKept {
        /// Input code.
        input: &'static str,
    },
    /// Lists of a per-object input still hold as the earlier snapshot has them: they are not asked
    /// for.
    TakenOver {
        /// Input code.
        input: &'static str,
        /// Lists that are taken over; others of the input may be asked for.
        lists: usize,
        /// When the first of them was read.
        read_at: Timestamp,
    },
    /// A per-object input is asked for anew, although a refresh might have spared it.
    ReadAnew {
        /// Input code.
        input: &'static str,
        /// Why.
        reason: Anew,
    },
    /// Some raw records of an input could not be kept; told at the end, the snapshot has them all.
    RawNotKept {
        /// Input code.
        input: &'static str,
    },
    /// A page of a list arrived.
    Page {
        /// Input code.
        input: &'static str,
        /// New records on it.
        records: u64,
        /// Records in the list, as the service reports them.
        total: Option<u64>,
    },
    /// One of the lists of a per-object input arrived.
    Object {
        /// Input code.
        input: &'static str,
        /// Lists that have arrived.
        done: usize,
        /// Lists there are.
        of: usize,
    },
    /// An input is done.
    InputFinished {
        /// Input code.
        input: &'static str,
        /// How complete it is.
        state: InputState,
        /// Records that arrived.
        records: u64,
    },
    /// The collection is done.
    Finished {
        /// Inputs that are complete.
        complete: usize,
        /// Inputs that are not.
        incomplete: usize,
    },
}

/// Why an input of an earlier snapshot is not taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Anew {
    /// The earlier snapshot does not have it whole, or was read from another address.
    NotThere,
    /// It was read longer ago than the collector allows.
    TooOld,
    /// A list that it rests on is not part of the plan, so that nothing is there to check it by.
    Unchecked,
    /// Directory Insights cannot be asked: not licensed, not allowed, or out of order.
    NoEvents,
    /// No event from before the earlier read is left, so that later ones may be gone as well.
    Unwitnessed,
    /// The clocks of this machine and of the service are further apart than events arrive late.
    ClockOff,
    /// There was an event that changes it, or of a kind of which nobody knows what it changes.
    Changed,
    /// Objects came or went and no event tells of it: the events are not the whole story.
    Unannounced,
    /// It runs through a group whose members follow a query, or that does not say how they come.
    DynamicGroup,
}

impl Anew {
    /// The word for it, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotThere => "not_there",
            Self::TooOld => "too_old",
            Self::Unchecked => "unchecked",
            Self::NoEvents => "no_events",
            Self::Unwitnessed => "unwitnessed",
            Self::ClockOff => "clock_off",
            Self::Changed => "changed",
            Self::Unannounced => "unannounced",
            Self::DynamicGroup => "dynamic_group",
        }
    }
}

impl fmt::Display for Anew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a collection does not go on from the checkpoint that it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Afresh {
    /// Other inputs, events of another time or with other care.
    OtherPlan,
    /// It was written by another version of this crate.
    OtherVersion,
    /// It was read from another address.
    OtherService,
    /// It began longer ago than the collector allows, or in the future.
    TooOld,
    /// It is damaged.
    Unreadable,
}

impl Afresh {
    /// The word for it, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherPlan => "other_plan",
            Self::OtherVersion => "other_version",
            Self::OtherService => "other_service",
            Self::TooOld => "too_old",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for Afresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
