//! How far a collection is, for any front end to draw.

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
