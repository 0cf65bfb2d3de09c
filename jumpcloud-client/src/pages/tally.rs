//! What one pass over a list saw, and whether that adds up. Pure arithmetic.

use std::collections::HashSet;

use crate::decode::Key;
use crate::snapshot::{CoverageNote, PartialReason};

/// Counts of one pass over a list, from its first page to its end.
#[derive(Debug, Default)]
pub(super) struct Pass {
    /// Every row's identity.
    seen: HashSet<Key>,
    /// Rows that arrived, duplicates and unreadable ones included.
    pub(super) rows: u64,
    /// Rows whose identity had arrived before in this pass.
    pub(super) duplicates: u64,
    /// Rows that could not be read.
    pub(super) odd: u64,
    /// Positions answered with `null`.
    pub(super) nulls: u64,
    /// Totals in the order of the pages that reported one.
    first_total: Option<u64>,
    last_total: Option<u64>,
    moved: bool,
    /// Pages overlapped on purpose, so rows that arrived twice say nothing.
    overlapping: bool,
}

/// What a row is to its pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Not seen before in this pass.
    First,
    /// It arrived before.
    Again,
}

impl Pass {
    /// Takes note of a row.
    pub(super) fn row(&mut self, key: Key) -> Sight {
        self.rows = self.rows.saturating_add(1);
        if self.seen.insert(key) {
            return Sight::First;
        }
        self.duplicates = self.duplicates.saturating_add(1);
        Sight::Again
    }

    /// Takes note of a row that could not be read.
    pub(super) fn odd(&mut self) {
        self.rows = self.rows.saturating_add(1);
        self.odd = self.odd.saturating_add(1);
    }

    /// Takes note of a position without a row.
    pub(super) fn null(&mut self) {
        self.nulls = self.nulls.saturating_add(1);
    }

    /// Takes note of the total a page reported.
    pub(super) fn total(&mut self, total: Option<u64>) {
        let Some(total) = total else { return };
        if self.last_total.is_some_and(|last| last != total) {
            self.moved = true;
        }
        self.first_total.get_or_insert(total);
        self.last_total = Some(total);
    }

    /// Says that pages overlapped on purpose.
    pub(super) fn set_overlapping(&mut self, overlapping: bool) {
        self.overlapping = overlapping;
    }

    /// The last total reported.
    pub(super) const fn reported(&self) -> Option<u64> {
        self.last_total
    }

    /// Different rows that arrived.
    pub(super) fn unique(&self) -> u64 {
        self.rows.saturating_sub(self.duplicates)
    }

    /// Whether a row arrived in this pass.
    pub(super) fn saw(&self, key: Key) -> bool {
        self.seen.contains(&key)
    }

    fn same_rows(&self, other: &Self) -> bool {
        self.odd == other.odd
            && self.seen.len() == other.seen.len()
            && self.seen.is_subset(&other.seen)
    }

    /// Whether nothing moved and everything that the service counts has arrived.
    fn adds_up(&self) -> bool {
        !self.moved
            && (self.duplicates == 0 || self.overlapping)
            && self.last_total.is_none_or(|total| total == self.unique())
    }
}

/// What to do after a pass has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The list is whole.
    Whole {
        /// Rows of earlier passes that this pass did not see were deleted meanwhile.
        drop_unseen: bool,
        /// Rows dropped as duplicates are rows of their own: two passes saw the same.
        keep_twins: bool,
    },
    /// Read the list once more.
    Again,
    /// More passes would not help.
    Short(PartialReason),
}

/// Judges a list by its passes, the last one last.
pub(super) fn judge(
    passes: &[Pass],
    keyed: bool,
    gaps_allowed: bool,
    more_passes: bool,
) -> (Ending, Vec<CoverageNote>) {
    let Some((last, earlier)) = passes.split_last() else {
        return (Ending::Again, Vec::new());
    };
    let mut notes = Vec::new();
    if last.last_total.is_none() {
        notes.push(CoverageNote::NoTotal);
    }
    let whole = |drop_unseen| Ending::Whole { drop_unseen, keep_twins: false };
    if last.adds_up() {
        if !earlier.is_empty() {
            notes.push(CoverageNote::TotalMoved);
        }
        return (whole(true), notes);
    }
    let steady = !last.moved;
    if last.last_total.is_none() && keyed {
        // Without a total the list was read to an empty page, and overlaps are the price of
        // stepping by the rows received.
        notes.push(CoverageNote::DuplicatesDropped);
        return (whole(false), notes);
    }
    if let Some(before) = earlier.last() {
        let same = steady && !before.moved && last.same_rows(before);
        if same
            && last.rows == before.rows
            && !keyed
            && last.last_total.is_none_or(|total| total == last.rows)
        {
            return (Ending::Whole { drop_unseen: false, keep_twins: true }, notes);
        }
        if same
            && gaps_allowed
            && (last.duplicates == 0 || last.overlapping)
            && last.reported() > Some(last.unique())
        {
            notes.push(CoverageNote::DanglingReferences);
            return (whole(true), notes);
        }
        let steady_total =
            passes.iter().all(|pass| !pass.moved && pass.last_total == last.last_total);
        if steady_total && last.last_total == Some(union(passes)) {
            notes.push(CoverageNote::DuplicatesDropped);
            return (whole(false), notes);
        }
    }
    if more_passes {
        return (Ending::Again, notes);
    }
    let reason = if !steady || last.duplicates > 0 {
        PartialReason::Moved
    } else if gaps_allowed && last.reported() > Some(last.unique()) {
        PartialReason::PageGap
    } else {
        PartialReason::CountMismatch
    };
    (Ending::Short(reason), notes)
}

/// Different rows over all passes, unreadable ones counted once.
fn union(passes: &[Pass]) -> u64 {
    let keys: HashSet<Key> = passes.iter().flat_map(|pass| pass.seen.iter().copied()).collect();
    let odd = passes.iter().map(|pass| pass.odd).max().unwrap_or(0);
    u64::try_from(keys.len()).unwrap_or(u64::MAX).saturating_add(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(total: Option<u64>, keys: &[Key]) -> Pass {
        let mut pass = Pass::default();
        pass.total(total);
        for key in keys {
            pass.row(*key);
        }
        pass
    }

    const WHOLE: Ending = Ending::Whole { drop_unseen: true, keep_twins: false };
    const UNION: Ending = Ending::Whole { drop_unseen: false, keep_twins: false };

    #[test]
    fn a_pass_that_adds_up_is_enough() {
        assert_eq!(judge(&[pass(Some(2), &[1, 2])], true, false, true).0, WHOLE);
        assert_eq!(
            judge(&[pass(None, &[1, 2])], true, false, true),
            (WHOLE, vec![CoverageNote::NoTotal])
        );
    }

    #[test]
    fn a_gap_is_read_again_and_explained_only_where_gaps_are_normal() {
        let gap = || pass(Some(3), &[1, 2]);
        assert_eq!(judge(&[gap()], true, true, true).0, Ending::Again);
        let (ending, notes) = judge(&[gap(), gap()], true, true, true);
        assert_eq!((ending, notes), (WHOLE, vec![CoverageNote::DanglingReferences]));
        assert_eq!(
            judge(&[gap(), gap()], true, false, false).0,
            Ending::Short(PartialReason::CountMismatch)
        );
        let other = pass(Some(3), &[1, 3]);
        assert_eq!(judge(&[gap(), other], true, true, false).0, UNION);
    }

    #[test]
    fn unstable_order_is_settled_by_the_union_or_said() {
        let shaken = || pass(Some(3), &[1, 2, 2]);
        assert_eq!(judge(&[shaken()], true, false, true).0, Ending::Again);
        assert_eq!(judge(&[shaken(), pass(Some(3), &[1, 3, 3])], true, false, false).0, UNION);
        assert_eq!(
            judge(&[shaken(), shaken()], true, false, false).0,
            Ending::Short(PartialReason::Moved)
        );
    }

    #[test]
    fn rows_without_identity_may_be_twins() {
        let twins = || pass(Some(3), &[1, 2, 2]);
        assert_eq!(
            judge(&[twins(), twins()], false, false, true).0,
            Ending::Whole { drop_unseen: false, keep_twins: true }
        );
    }

    #[test]
    fn a_total_that_moved_needs_a_quiet_pass() {
        let mut moved = pass(Some(2), &[1, 2]);
        moved.total(Some(3));
        assert_eq!(judge(&[moved], true, false, true).0, Ending::Again);
        let mut moved = pass(Some(3), &[1, 2, 3]);
        moved.total(Some(2));
        let quiet = pass(Some(2), &[1, 2]);
        assert_eq!(
            judge(&[moved, quiet], true, false, true),
            (WHOLE, vec![CoverageNote::TotalMoved])
        );
    }
}
