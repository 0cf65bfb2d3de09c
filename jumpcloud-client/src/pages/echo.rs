//! Whether a list repeats itself instead of going on.

use crate::decode::{Key, key_of};
use crate::record::RecordDigest;

/// A list is stuck when it is so sure that it repeats one page.
const STUCK: u32 = 2;

/// Pages in a row without a new row before a list without end is given up.
const MAX_STALE: u32 = 5;

/// The rows of one page in their order, to notice a page that comes again.
#[derive(Default)]
pub(super) struct Fingerprint {
    bytes: Vec<u8>,
    last: Option<RecordDigest>,
    /// Not all rows are the same.
    varied: bool,
}

impl Fingerprint {
    pub(super) fn add(&mut self, digest: RecordDigest) {
        self.bytes.extend_from_slice(&digest.to_bytes());
        self.varied |= self.last.is_some_and(|last| last != digest);
        self.last = Some(digest);
    }
}

/// What it means that a page comes again.
#[derive(Clone, Copy)]
pub(super) enum Likeness {
    /// Its rows have identities and cannot be on two pages.
    Damning,
    /// Overlapping pages may hold the same few rows, once.
    Overlap,
    /// Rows without identity may be equal: two pages of them by right, three hardly.
    Equal,
}

/// The memory of one pass for pages that came before.
#[derive(Default)]
pub(super) struct Echo {
    first: Option<Key>,
    previous: Option<Key>,
    /// How sure it is, out of [`STUCK`], that the list repeats one page.
    sure: u32,
    /// Pages in a row with rows, none of which was new.
    stale: u32,
}

impl Echo {
    /// Takes note of a page; `fresh` when it holds a row that is new, or none at all.
    pub(super) fn hear(&mut self, page: &Fingerprint, fresh: bool, likeness: Likeness) {
        self.stale = if fresh { 0 } else { self.stale.saturating_add(1) };
        if page.bytes.is_empty() {
            return;
        }
        let key = Some(key_of(&page.bytes));
        if key != self.previous && key != self.first {
            self.sure = 0;
        } else {
            self.sure = self.sure.saturating_add(match likeness {
                Likeness::Damning => STUCK,
                Likeness::Equal if !page.varied => 0,
                Likeness::Equal | Likeness::Overlap => STUCK.div_ceil(2),
            });
        }
        self.first = self.first.or(key);
        self.previous = key;
    }

    /// Whether one page keeps coming.
    pub(super) const fn is_stuck(&self) -> bool {
        self.sure >= STUCK
    }

    /// Whether pages keep coming and bring nothing new.
    pub(super) const fn is_stale(&self) -> bool {
        self.stale >= MAX_STALE
    }
}
