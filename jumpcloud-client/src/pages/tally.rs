//! What one pass over a list saw, and what that makes of the list. Pure arithmetic.

use std::collections::BTreeSet;

use super::walk::Gait;
use crate::decode::Key;
use crate::snapshot::{CoverageNote, PartialReason};

/// An odd number without a pattern, to mix the order of rows into one number.
const MIX: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// Counts of one pass over a list, from its first page to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Pass {
    /// Records a page that were asked for.
    pub(super) limit: u32,
    /// Rows that were new in this pass; of rows without identity, all of them.
    unique: u64,
    /// Rows that arrived again for no good reason; of rows without identity, those that look like
    /// a row of another page.
    repeats: u64,
    /// Rows that arrived again because pages overlapped on purpose.
    overlaps: u64,
    /// Positions answered with `null`.
    pub(super) nulls: u64,
    /// Pages that were not empty.
    filled: u64,
    /// Most positions that a page had.
    widest: u64,
    /// A page had fewer positions than it should have had.
    gaps: bool,
    /// The end came, or was taken for granted, before the total.
    cut: bool,
    total: Option<u64>,
    /// Two pages reported different totals.
    moved: bool,
    /// The rows and their order in one number.
    order: u128,
}

impl Pass {
    /// Takes note of a row that is new in this pass.
    pub(super) const fn fresh(&mut self, key: Key) {
        self.unique = self.unique.saturating_add(1);
        self.order = (self.order.rotate_left(7) ^ key).wrapping_mul(MIX);
    }

    /// Takes note of a row that arrived again.
    pub(super) const fn repeated(&mut self) {
        self.repeats = self.repeats.saturating_add(1);
    }

    /// Takes note of a row that arrived again because pages overlap.
    pub(super) const fn overlapped(&mut self) {
        self.overlaps = self.overlaps.saturating_add(1);
    }

    /// Takes note of a position without a row.
    pub(super) const fn null(&mut self) {
        self.nulls = self.nulls.saturating_add(1);
    }

    /// Takes note of the size of a page, in rows and nulls.
    pub(super) fn page(&mut self, positions: u64) {
        self.widest = self.widest.max(positions);
        self.filled = self.filled.saturating_add(u64::from(positions > 0));
    }

    /// Takes note of the total a page reported.
    pub(super) fn reports(&mut self, total: Option<u64>) {
        self.moved |= total.is_some() && self.total.is_some() && self.total != total;
        self.total = total.or(self.total);
    }

    /// Takes note of a page with fewer positions than it should have had.
    pub(super) const fn gap(&mut self) {
        self.gaps = true;
    }

    /// Takes note of an end before the total.
    pub(super) const fn cut(&mut self) {
        self.cut = true;
    }

    /// Whether the end came before the total.
    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }

    /// The last total reported.
    pub(super) const fn total(&self) -> Option<u64> {
        self.total
    }

    /// Rows that arrived again for no good reason.
    pub(super) const fn repeats(&self) -> u64 {
        self.repeats
    }

    /// Rows new in this pass.
    pub(super) const fn unique(&self) -> u64 {
        self.unique
    }

    /// Rows that arrived, those that arrived again included.
    pub(super) const fn received(&self, keyed: bool) -> u64 {
        self.unique.saturating_add(self.dropped(keyed))
    }

    /// Rows that arrived again and were dropped.
    pub(super) const fn dropped(&self, keyed: bool) -> u64 {
        if keyed { self.repeats.saturating_add(self.overlaps) } else { 0 }
    }

    /// Whether both passes saw the same rows in the same order under the same total.
    fn agrees(&self, other: &Self) -> bool {
        !self.moved
            && !other.moved
            && self.total == other.total
            && self.unique == other.unique
            && self.order == other.order
    }

    /// Records a page for the next pass: other page edges where this pass had trouble at its own.
    pub(super) fn next_limit(&self, limit: u32, gait: &Gait) -> u32 {
        if !self.gaps && self.nulls == 0 && self.repeats == 0 {
            return limit;
        }
        let capped = self.total.is_some() || !gait.gaps_allowed;
        let next = match u32::try_from(self.widest) {
            Ok(widest) if capped && 0 < widest && widest < limit => widest,
            _ => limit.saturating_sub(limit.div_ceil(4)),
        };
        next.max(gait.limit.div_ceil(10)).max(1)
    }
}

/// What to do after a pass has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The list is whole, and its rows are those of the last pass.
    Whole,
    /// The list is whole, and its rows are those of all passes together.
    Union,
    /// Read the list once more.
    Again,
    /// More passes would not help.
    Short(PartialReason),
}

impl Ending {
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, Self::Whole | Self::Union)
    }
}

/// Judges a list by its passes, the last one last; `distinct` counts different rows over all.
///
/// One pass is proof when the service counts as many rows as arrived, each once, and its count held
/// still; or when everything came on one page. Else two passes that saw the same rows in the same
/// order, the second with other page edges where the first had gaps, are proof of what is there: a
/// row that was lost at a page edge because another was added or removed before it shows in one of
/// the two. Last, passes that each had as many positions as the service counts, and together have
/// as many different rows, hold all of them.
pub(super) fn judge(
    passes: &[Pass],
    distinct: u64,
    gait: &Gait,
) -> (Ending, BTreeSet<CoverageNote>) {
    let mut notes = BTreeSet::new();
    let Some((last, earlier)) = passes.split_last() else { return (Ending::Again, notes) };
    if last.total.is_none() {
        notes.insert(CoverageNote::NoTotal);
    }
    let expected = last.total.map(|total| total.saturating_sub(gait.start_at));
    let before = earlier.last();
    let agreed = before.is_some_and(|before| before.agrees(last));
    let other_edges = before.is_some_and(|before| before.limit != last.limit);
    // A page size that the service ignores moves no edge.
    let full = |pass: &Pass| pass.widest == u64::from(pass.limit);
    let true_edges = other_edges && full(last) && before.is_some_and(full);

    // What came on one page, short of the limit, is all that there was at that moment.
    let one_page = last.filled <= 1
        && !last.gaps
        && match expected {
            Some(expected) => last.unique.saturating_add(last.nulls) == expected,
            None => last.widest < u64::from(last.limit) && earlier.is_empty(),
        };
    let counted = expected == Some(last.unique) && last.nulls == 0;
    let alone = !last.moved && last.repeats == 0 && (counted || one_page);
    let twice = agreed
        && (last.repeats == 0 || !gait.keyed && true_edges)
        && (expected.is_some() || !gait.gaps_allowed || distinct == last.unique);

    let holes = last.nulls > 0 || expected.is_some_and(|expected| last.unique < expected);
    let over = expected.is_some_and(|expected| last.unique > expected);
    let nothing = last.unique == 0 && expected > Some(u64::from(last.limit));
    let dangling = gait.gaps_allowed && !last.cut && !nothing && (one_page || other_edges);

    if (alone && !gait.confirm || twice) && !over && (!holes || dangling) {
        if earlier.iter().any(|pass| pass.moved || pass.total != last.total) {
            notes.insert(CoverageNote::TotalMoved);
        }
        if holes {
            notes.insert(CoverageNote::DanglingReferences);
        }
        return (Ending::Whole, notes);
    }
    let every_position = |pass: &Pass| {
        !pass.moved
            && pass.nulls == 0
            && pass.total == last.total
            && Some(pass.received(true)) == expected
    };
    if gait.keyed
        && !gait.confirm
        && expected == Some(distinct)
        && passes.iter().all(every_position)
    {
        notes.insert(CoverageNote::DuplicatesDropped);
        return (Ending::Union, notes);
    }
    let settled = agreed && last.repeats == 0 && (!last.gaps || other_edges);
    if passes.len() < gait.max_passes && !settled {
        return (Ending::Again, notes);
    }
    let reason = if last.moved || last.repeats > 0 || before.is_some() && !agreed {
        PartialReason::Moved
    } else if holes && (gait.gaps_allowed || last.nulls > 0) {
        PartialReason::PageGap
    } else {
        PartialReason::CountMismatch
    };
    (Ending::Short(reason), notes)
}
