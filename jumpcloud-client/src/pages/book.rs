//! What a walk has seen so far: rows handed out, passes, and the coverage they add up to.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::echo::{Echo, Fingerprint, Likeness};
use super::tally::{Ending, Pass, judge};
use super::walk::{Answer, Gait, Leaf, Pick, Summary};
use crate::decode::{Key, Mark, shorten};
use crate::error::Error;
use crate::record::RecordDigest;
use crate::snapshot::{Coverage, CoverageNote, InputState, PartialReason};

/// Sets the identities of unreadable rows apart from those of the others.
const ODD: Key = 1 << 127;

/// What is known of the rows that share one identity, or one text where rows have none.
#[derive(Clone, Copy, Default)]
struct Trace {
    /// The last page that held one: the pass in the upper 8 bits, the page below; both count from 1.
    place: u32,
    /// How many the last pass saw, of those that saw any.
    count: u32,
    /// How many were given to the caller over all passes, twins included.
    given: u32,
    /// How many that page held.
    on_page: u16,
    /// How many one page held at most: so many different rows there are for certain.
    certain: u16,
}

const PAGE_BITS: u32 = 24;

/// What a row is to the caller.
#[derive(Clone, Copy)]
enum Sight {
    New,
    /// It looks like a row of another page: new if the list turns out whole.
    Twin,
    Known,
}

/// The books of one walk.
pub(super) struct Book {
    gait: Gait,
    traces: HashMap<Key, Trace>,
    /// Unreadable rows that were given to the caller.
    odd: HashSet<Key>,
    passes: Vec<Pass>,
    pass: Pass,
    page: u32,
    /// Positions of the page before; absent on the first page of a pass.
    page_before: Option<u64>,
    echo: Echo,
    given: u64,
    twins: u64,
    coverage: Coverage,
    notes: BTreeSet<CoverageNote>,
    ending: Option<Ending>,
    stop: Option<PartialReason>,
    failure: Option<Error>,
    failed_at: Option<u64>,
}

impl Book {
    pub(super) fn new(gait: Gait) -> Self {
        Self {
            gait,
            traces: HashMap::new(),
            odd: HashSet::new(),
            passes: Vec::new(),
            pass: Pass::default(),
            page: 0,
            page_before: None,
            echo: Echo::default(),
            given: 0,
            twins: 0,
            coverage: Coverage::default(),
            notes: BTreeSet::new(),
            ending: None,
            stop: None,
            failure: None,
            failed_at: None,
        }
    }

    /// Enters a page, asked for at this position with this limit, and picks its new rows.
    pub(super) fn take(&mut self, position: u64, limit: u32, answer: Answer) -> Leaf {
        let positions = answer.positions();
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
        self.page = self.page.saturating_add(1);
        self.pass.limit = limit;
        self.pass.reports(total);
        if answer.rows.null_list {
            self.notes.insert(CoverageNote::NullList);
        }
        let before = self.pass.unique();
        let repeats = self.pass.repeats();
        let mut fingerprint = Fingerprint::default();
        let mut copies: HashMap<RecordDigest, Key> = HashMap::new();
        for (place, mark) in answer.rows.marks.into_iter().enumerate() {
            match mark {
                Mark::Read { digest, key } => {
                    fingerprint.add(digest);
                    let key = key.filter(|_| self.gait.keyed).unwrap_or_else(|| shorten(digest));
                    let pick = Pick { place, key, digest };
                    self.see(key, limit);
                    match self.give(key) {
                        Sight::New => leaf.picks.push(pick),
                        Sight::Twin => leaf.twins.push(pick),
                        Sight::Known => {}
                    }
                }
                Mark::Odd(set_aside) => {
                    fingerprint.add(set_aside.digest);
                    // Equal rows of one page are two rows, whatever is wrong with them.
                    let copy = copies.entry(set_aside.digest).or_default();
                    let key = shorten(set_aside.digest).wrapping_add(*copy) ^ ODD;
                    *copy = copy.wrapping_add(1);
                    self.see(key, limit);
                    if self.odd.insert(key) {
                        leaf.set_aside.push(set_aside);
                    }
                }
                Mark::Null => {
                    self.pass.null();
                    leaf.nulls = leaf.nulls.saturating_add(1);
                }
            }
        }
        self.given = self.given.saturating_add(count(leaf.picks.len()));
        self.twins = self.twins.saturating_add(count(leaf.twins.len()));
        self.coverage.set_aside =
            self.coverage.set_aside.saturating_add(count(leaf.set_aside.len()));
        self.pass.page(positions);
        let wanted = match self.pass.total() {
            Some(total) => total.saturating_sub(position).min(u64::from(limit)),
            None => 0,
        };
        // Without a total a short page is a gap only when another row comes after it.
        let followed = self.pass.total().is_none()
            && self.pass.unique() > before
            && self.page_before.is_some_and(|before| before < u64::from(limit));
        if positions < wanted || followed {
            self.pass.gap();
        }
        let new = self.pass.unique().saturating_sub(before);
        let fresh = if self.gait.keyed {
            new > 0
        } else {
            new > self.pass.repeats().saturating_sub(repeats)
        };
        let likeness = match (self.gait.keyed, self.overlaps(limit)) {
            (true, false) => Likeness::Damning,
            (true, true) => Likeness::Overlap,
            (false, _) => Likeness::Equal,
        };
        self.echo.hear(&fingerprint, fresh || positions == 0, likeness);
        self.page_before = Some(positions);
        self.note_time(&leaf, answer.retries);
        leaf
    }

    /// The number of this pass, from 1.
    fn pass_number(&self) -> u32 {
        u32::try_from(self.passes.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Enters a row.
    fn see(&mut self, key: Key, limit: u32) {
        let overlaps = self.overlaps(limit);
        let place = (self.pass_number() << PAGE_BITS) | self.page;
        let trace = self.traces.entry(key).or_default();
        let again = trace.place >> PAGE_BITS == place >> PAGE_BITS;
        let here = trace.place == place;
        let neighbour = trace.place.saturating_add(1) == place;
        trace.place = place;
        trace.count = if again { trace.count.saturating_add(1) } else { 1 };
        trace.on_page = if here { trace.on_page.saturating_add(1) } else { 1 };
        match (self.gait.keyed, again) {
            (true, true) if neighbour && overlaps => self.pass.overlapped(),
            (true, true) => self.pass.repeated(),
            (true, false) => self.pass.fresh(key),
            (false, _) => {
                self.pass.fresh(key);
                if trace.count > u32::from(trace.on_page) {
                    self.pass.repeated();
                }
            }
        }
    }

    /// Gives a row that was entered to the caller, unless the caller has it.
    fn give(&mut self, key: Key) -> Sight {
        let Some(trace) = self.traces.get_mut(&key) else { return Sight::New };
        let certain = trace.on_page > trace.certain;
        trace.certain = trace.certain.max(trace.on_page);
        let known = if self.gait.keyed { trace.given > 0 } else { trace.count <= trace.given };
        if known && (self.gait.keyed || !certain) {
            return Sight::Known;
        }
        trace.given = trace.given.saturating_add(1);
        if certain || self.gait.keyed { Sight::New } else { Sight::Twin }
    }

    /// Whether this page may begin with rows of the page before, which had gaps: without a total
    /// the walk goes on by what it received.
    fn overlaps(&self, limit: u32) -> bool {
        self.gait.gaps_allowed
            && self.pass.total().is_none()
            && self.page_before.is_some_and(|positions| positions < u64::from(limit))
    }

    fn note_time(&mut self, leaf: &Leaf, retries: u64) {
        let coverage = &mut self.coverage;
        coverage.pages = coverage.pages.saturating_add(1);
        coverage.retries = coverage.retries.saturating_add(retries);
        let first = coverage.first_fetched_at.get_or_insert(leaf.fetched_at);
        *first = (*first).min(leaf.fetched_at);
        let last = coverage.last_fetched_at.get_or_insert(leaf.fetched_at);
        *last = (*last).max(leaf.fetched_at);
    }

    pub(super) fn note(&mut self, note: CoverageNote) {
        self.notes.insert(note);
    }

    /// Whether pages of this pass repeat each other.
    pub(super) const fn echo(&self) -> &Echo {
        &self.echo
    }

    /// What this pass has seen so far.
    pub(super) const fn pass(&self) -> &Pass {
        &self.pass
    }

    /// Whether this is not the first pass.
    pub(super) const fn repairs(&self) -> bool {
        !self.passes.is_empty()
    }

    /// Ends the pass before the total that was reported.
    pub(super) const fn cut(&mut self) {
        self.pass.cut();
    }

    /// Pages in this pass.
    pub(super) const fn pages_in_pass(&self) -> u32 {
        self.page
    }

    /// Ends the walk because the page at this position failed.
    pub(super) fn fail(&mut self, position: u64, error: Error) {
        self.failed_at = Some(position);
        self.stop(PartialReason::PageFailed, error);
    }

    /// Ends the walk for another reason, with the error that a caller is to see.
    pub(super) fn stop(&mut self, reason: PartialReason, error: Error) {
        self.failure = Some(error);
        self.stop = Some(reason);
    }

    /// Ends the walk because it has gone far enough.
    pub(super) const fn cap(&mut self) {
        self.stop = Some(PartialReason::Capped);
    }

    pub(super) const fn stopped(&self) -> bool {
        self.stop.is_some()
    }

    /// Ends a pass and judges the list; `Some` is the limit of the next pass.
    pub(super) fn close_pass(&mut self) -> Option<u32> {
        self.passes.push(std::mem::take(&mut self.pass));
        self.page = 0;
        self.page_before = None;
        self.echo = Echo::default();
        let (ending, notes) = judge(&self.passes, count(self.traces.len()), &self.gait);
        self.ending = Some(ending);
        if ending == Ending::Again {
            return self.passes.last().map(|pass| pass.next_limit(pass.limit, &self.gait));
        }
        self.notes.extend(notes);
        None
    }

    /// What is to be thought of the list.
    pub(super) fn summary(mut self) -> Summary {
        if self.page > 0 || self.passes.is_empty() {
            self.passes.push(std::mem::take(&mut self.pass));
        }
        let mut coverage = self.coverage;
        let whole = self.ending.is_some_and(Ending::is_whole) && self.stop.is_none();
        let last = u32::try_from(self.passes.len()).unwrap_or(u32::MAX);
        // Only a list that was read again can hold what the last pass no longer saw.
        let settled = whole && self.ending == Some(Ending::Whole) && last > 1;
        let surplus = |trace: &Trace| {
            let there = if trace.place >> PAGE_BITS == last { trace.count } else { 0 };
            trace.given.saturating_sub(there)
        };
        let gone: HashMap<Key, u32> = if settled {
            let surplus = self.traces.iter().map(|(key, trace)| (*key, surplus(trace)));
            surplus.filter(|(_, surplus)| *surplus > 0).collect()
        } else {
            HashMap::new()
        };
        if let Some(last) = self.passes.last() {
            coverage.reported_total = last.total();
            coverage.received = last.received(self.gait.keyed);
            coverage.duplicates = last.dropped(self.gait.keyed);
            coverage.nulls = last.nulls;
            if self.gait.single && last.total().is_some_and(|total| total != last.unique()) {
                self.stop = self.stop.or(Some(PartialReason::CountMismatch));
            }
        }
        coverage.state = match (self.stop, self.ending) {
            (Some(reason), _) | (None, Some(Ending::Short(reason))) => {
                InputState::Partial { reason }
            }
            (None, Some(Ending::Again)) => InputState::Partial { reason: PartialReason::Moved },
            (None, Some(Ending::Whole | Ending::Union)) => InputState::Complete,
            (None, None) if self.gait.single => InputState::Complete,
            (None, None) => InputState::Partial { reason: PartialReason::CountMismatch },
        };
        if coverage.set_aside > 0 {
            coverage.state =
                coverage.state.worse(InputState::Partial { reason: PartialReason::Decode });
        }
        if !whole && self.twins > 0 {
            coverage.duplicates = coverage.duplicates.saturating_add(self.twins);
        }
        let twins = if whole { self.twins } else { 0 };
        let dropped = gone.values().fold(0_u64, |sum, n| sum.saturating_add(u64::from(*n)));
        coverage.unique = self.given.saturating_add(twins).saturating_sub(dropped);
        coverage.notes = self.notes.into_iter().collect();
        Summary {
            coverage,
            failure: self.failure,
            failed_at: self.failed_at,
            gone,
            keep_twins: whole,
        }
    }
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
