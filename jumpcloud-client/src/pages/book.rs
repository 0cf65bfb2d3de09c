//! What a walk has seen so far: rows handed out, passes, and the coverage they add up to.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::tally::{Ending, Pass, Sight, judge};
use super::walk::{Answer, Gait, Leaf, Pick, Summary};
use crate::decode::{Key, Mark, key_of, shorten};
use crate::error::Error;
use crate::record::RecordDigest;
use crate::snapshot::{Coverage, CoverageNote, InputState, PartialReason};

/// The books of one walk.
pub(super) struct Book {
    keyed: bool,
    /// Rows handed out, over all passes.
    handed: HashSet<Key>,
    /// Texts set aside, over all passes.
    odd: HashSet<RecordDigest>,
    passes: Vec<Pass>,
    pass: Pass,
    pages_in_pass: u64,
    first_page: Option<Key>,
    previous_page: Option<Key>,
    repeats: bool,
    short_pages: bool,
    coverage: Coverage,
    notes: BTreeSet<CoverageNote>,
    ending: Option<Ending>,
    stop: Option<PartialReason>,
    failure: Option<Error>,
}

impl Book {
    pub(super) fn new(keyed: bool) -> Self {
        Self {
            keyed,
            handed: HashSet::new(),
            odd: HashSet::new(),
            passes: Vec::new(),
            pass: Pass::default(),
            pages_in_pass: 0,
            first_page: None,
            previous_page: None,
            repeats: false,
            short_pages: false,
            coverage: Coverage::default(),
            notes: BTreeSet::new(),
            ending: None,
            stop: None,
            failure: None,
        }
    }

    /// Enters a page and picks the rows that were not handed out before.
    pub(super) fn take(&mut self, position: u64, answer: Answer) -> Leaf {
        let total = answer.total();
        let fetched_at = answer.fetched_at;
        let mut leaf = Leaf {
            values: answer.rows.values,
            picks: Vec::new(),
            twins: Vec::new(),
            set_aside: Vec::new(),
            nulls: 0,
            total,
            position,
            fetched_at,
        };
        self.pass.total(total);
        if answer.rows.null_list {
            self.note(CoverageNote::NullList);
        }
        let mut fingerprint = Vec::new();
        let mut copies: HashMap<RecordDigest, u64> = HashMap::new();
        for (place, mark) in answer.rows.marks.into_iter().enumerate() {
            match mark {
                Mark::Read { digest, key } => {
                    fingerprint.extend_from_slice(&digest.to_bytes());
                    let key = key.filter(|_| self.keyed).unwrap_or_else(|| {
                        // Equal rows of one page are rows of their own; equal rows of two pages may
                        // be one row that moved.
                        let copy = copies.entry(digest).or_default();
                        let key = shorten(digest).wrapping_add(Key::from(*copy));
                        *copy = copy.saturating_add(1);
                        key
                    });
                    let pick = Pick { place, key, digest };
                    let sight = self.pass.row(key);
                    if self.handed.insert(key) {
                        leaf.picks.push(pick);
                    } else if !self.keyed && sight == Sight::Again && self.passes.is_empty() {
                        leaf.twins.push(pick);
                    }
                }
                Mark::Odd(set_aside) => {
                    fingerprint.extend_from_slice(&set_aside.digest.to_bytes());
                    self.pass.odd();
                    if self.odd.insert(set_aside.digest) {
                        leaf.set_aside.push(set_aside);
                    }
                }
                Mark::Null => {
                    self.pass.null();
                    leaf.nulls = leaf.nulls.saturating_add(1);
                }
            }
        }
        if !fingerprint.is_empty() {
            let page = Some(key_of(&fingerprint));
            self.repeats = page == self.previous_page || page == self.first_page;
            self.first_page = self.first_page.or(page);
            self.previous_page = page;
        }
        self.pages_in_pass = self.pages_in_pass.saturating_add(1);
        self.coverage.pages = self.coverage.pages.saturating_add(1);
        self.coverage.retries = self.coverage.retries.saturating_add(answer.retries);
        let first = self.coverage.first_fetched_at.get_or_insert(fetched_at);
        *first = (*first).min(fetched_at);
        let last = self.coverage.last_fetched_at.get_or_insert(fetched_at);
        *last = (*last).max(fetched_at);
        leaf
    }

    pub(super) fn note(&mut self, note: CoverageNote) {
        self.notes.insert(note);
    }

    /// Whether the page just entered is one that had been entered before in this pass.
    pub(super) const fn repeats(&self) -> bool {
        self.repeats
    }

    pub(super) fn short_page(&mut self, short: bool) {
        self.short_pages |= short;
    }

    pub(super) const fn had_short_pages(&self) -> bool {
        self.short_pages
    }

    pub(super) const fn reported(&self) -> Option<u64> {
        self.pass.reported()
    }

    pub(super) const fn pages_in_pass(&self) -> u64 {
        self.pages_in_pass
    }

    /// Ends the walk because a page failed.
    pub(super) fn fail(&mut self, error: Error) {
        self.failure = Some(error);
        self.stop = Some(PartialReason::PageFailed);
    }

    /// Ends the walk for another reason, with the error that a caller is to see.
    pub(super) fn stop(&mut self, reason: PartialReason, error: Error) {
        self.failure = Some(error);
        self.stop = Some(reason);
    }

    /// Ends the walk because it has gone far enough.
    pub(super) fn cap(&mut self) {
        self.stop = Some(PartialReason::Capped);
    }

    pub(super) const fn stopped(&self) -> bool {
        self.stop.is_some()
    }

    /// Ends a pass and judges the list.
    pub(super) fn close_pass(&mut self, gait: Gait) -> Ending {
        let mut pass = std::mem::take(&mut self.pass);
        pass.set_overlapping(
            self.short_pages && !self.passes.is_empty()
                || pass.reported().is_none() && self.short_pages && gait.gaps_allowed,
        );
        self.passes.push(pass);
        self.pages_in_pass = 0;
        self.first_page = None;
        self.previous_page = None;
        let more = self.passes.len() < gait.max_passes;
        let (ending, notes) = judge(&self.passes, self.keyed, gait.gaps_allowed, more);
        if ending != Ending::Again {
            self.notes.extend(notes);
        }
        self.ending = Some(ending);
        ending
    }

    /// What is to be thought of the list.
    pub(super) fn summary(mut self, gait: Gait) -> Summary {
        if self.pages_in_pass > 0 || self.passes.is_empty() {
            let pass = std::mem::take(&mut self.pass);
            self.passes.push(pass);
        }
        let mut coverage = self.coverage;
        let mut gone = Vec::new();
        if let Some(last) = self.passes.last() {
            coverage.reported_total = last.reported();
            coverage.received = last.rows;
            coverage.duplicates = last.duplicates;
            coverage.nulls = last.nulls;
            if matches!(self.ending, Some(Ending::Whole { drop_unseen: true, .. })) {
                gone = self.handed.iter().copied().filter(|key| !last.saw(*key)).collect();
            }
        }
        coverage.set_aside = u64::try_from(self.odd.len()).unwrap_or(u64::MAX);
        coverage.unique =
            u64::try_from(self.handed.len().saturating_sub(gone.len())).unwrap_or(u64::MAX);
        coverage.state = match (self.stop, self.ending) {
            (Some(reason), _) | (None, Some(Ending::Short(reason))) => {
                InputState::Partial { reason }
            }
            (None, Some(Ending::Again)) => InputState::Partial { reason: PartialReason::Moved },
            (None, Some(Ending::Whole { .. })) => InputState::Complete,
            (None, None) if gait.single => InputState::Complete,
            (None, None) => InputState::Partial { reason: PartialReason::CountMismatch },
        };
        if coverage.set_aside > 0 {
            coverage.state =
                coverage.state.worse(InputState::Partial { reason: PartialReason::Decode });
        }
        coverage.notes = self.notes.into_iter().collect();
        let keep_twins = matches!(self.ending, Some(Ending::Whole { keep_twins: true, .. }));
        Summary { coverage, failure: self.failure, gone, keep_twins }
    }
}
