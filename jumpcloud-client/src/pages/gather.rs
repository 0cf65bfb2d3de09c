//! Rows of a walk put together: what was handed out, without what turned out gone.

use std::any::Any;
use std::collections::HashMap;

use jiff::Timestamp;

use super::walk::{Leaf, Pick, Summary};
use crate::decode::Key;
use crate::error::Error;
use crate::record::{Record, SetAside};
use crate::shelf::Shelf;
use crate::snapshot::Coverage;

/// The rows of a list while it is walked.
#[derive(Debug)]
pub(crate) struct Gathering<'s, T> {
    shelf: &'s mut Shelf,
    /// Keeps once what a record says alike with others.
    share: fn(&mut T, &mut Shelf),
    pub(crate) records: Vec<Record<T>>,
    pub(crate) set_aside: Vec<SetAside>,
    keys: Vec<Key>,
    twins: Vec<Record<T>>,
    twin_keys: Vec<Key>,
}

impl<'s, T: 'static> Gathering<'s, T> {
    pub(crate) const fn new(shelf: &'s mut Shelf, share: fn(&mut T, &mut Shelf)) -> Self {
        Self {
            shelf,
            share,
            records: Vec::new(),
            set_aside: Vec::new(),
            keys: Vec::new(),
            twins: Vec::new(),
            twin_keys: Vec::new(),
        }
    }

    /// Adds a page; says how many records were new.
    pub(crate) fn page(&mut self, mut leaf: Leaf) -> usize {
        let mut records = pick::<T>(&mut *leaf.values, &leaf.picks, leaf.fetched_at);
        for record in &mut records {
            (self.share)(&mut record.value, self.shelf);
        }
        let new = records.len();
        self.keys.extend(leaf.picks.iter().map(|pick| pick.key));
        self.records.extend(records);
        let twins = pick::<T>(&mut *leaf.values, &leaf.twins, leaf.fetched_at);
        self.twin_keys.extend(leaf.twins.iter().map(|pick| pick.key));
        self.twins.extend(twins);
        self.set_aside.extend(leaf.set_aside);
        new
    }

    /// Settles which rows stay, at the end of the walk.
    pub(crate) fn end(&mut self, summary: Summary) -> End {
        let Summary { coverage, failure, failed_at, mut gone, keep_twins } = summary;
        if keep_twins {
            self.records.append(&mut self.twins);
            self.keys.append(&mut self.twin_keys);
        }
        if !gone.is_empty() {
            let mut keys = self.keys.iter();
            self.records.retain(|_| keys.next().is_none_or(|key| !take_one(&mut gone, *key)));
        }
        End { coverage, failure, failed_at }
    }
}

/// What is known of a list at its end, beside its rows.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) coverage: Coverage,
    pub(crate) failure: Option<Error>,
    pub(crate) failed_at: Option<u64>,
}

/// Takes one of the rows of this key off the count, if there are any left.
pub(super) fn take_one(rows: &mut HashMap<Key, u32>, key: Key) -> bool {
    match rows.get_mut(&key) {
        Some(left) if *left > 0 => {
            *left = left.saturating_sub(1);
            true
        }
        _ => false,
    }
}

/// Takes the picked rows out of a page's values.
pub(super) fn pick<T: 'static>(
    values: &mut (dyn Any + Send),
    picks: &[Pick],
    fetched_at: Timestamp,
) -> Vec<Record<T>> {
    let Some(values) = values.downcast_mut::<Vec<Option<T>>>() else { return Vec::new() };
    picks
        .iter()
        .filter_map(|pick| {
            let value = values.get_mut(pick.place)?.take()?;
            Some(Record { value, digest: pick.digest, fetched_at })
        })
        .collect()
}
