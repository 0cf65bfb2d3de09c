//! A list in memory that can misbehave in every way that lists of the service are known to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use jiff::Timestamp;

use super::dice::Dice;
use crate::decode::{Mark, Rows, key_of};
use crate::error::{Error, ErrorKind};
use crate::pages::walk::{Answer, PageSource};
use crate::record::{RecordDigest, SetAside, SetAsideReason};

/// What kind of list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Every position has a row with an identity.
    Solid,
    /// Positions may lack their row.
    Graph,
    /// Rows have no identity, and equal rows are legal.
    Table,
}

/// One position of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A row: its text, unique unless the list is a table.
    Row(u64, RecordDigest),
    /// A row that cannot be read.
    Odd(RecordDigest),
    /// Counted and left out.
    Hole,
    /// Counted and shown as `null`.
    Null,
}

impl Slot {
    pub(super) fn row(text: u64) -> Self {
        Self::Row(text, RecordDigest::of(&text.to_be_bytes()))
    }
}

/// What the total does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Total {
    Honest,
    Missing,
    /// Only the first pages tell it.
    MissingAfter(u64),
    Off(i64),
    /// Off by one more with each request.
    Moving,
}

/// In which order rows come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Stable,
    /// Another order with every request.
    Unstable,
    /// Another order for every position and page size, but always the same for these.
    Inconsistent,
}

/// A change of the list before a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Insert,
    Delete,
}

/// How a list misbehaves.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    pub(super) total: Total,
    pub(super) order: Order,
    /// Never gives more rows a page than this.
    pub(super) cap: Option<u32>,
    /// Answers 400 to a larger limit.
    pub(super) refuses_above: Option<u32>,
    pub(super) ignores_skip: bool,
    /// Each page starts with the last row of the page before.
    pub(super) overlap: bool,
    /// Leaves out rows at the end of the page, at this request.
    pub(super) truncates: Option<(u64, usize)>,
    /// Repeats the answer before, at this request.
    pub(super) repeats: Option<u64>,
    /// Fails at this request.
    pub(super) fails: Option<u64>,
    /// Changes before a request, by its number; the place is a share of the list in percent.
    pub(super) changes: Vec<(u64, Change, u64)>,
}

impl Faults {
    pub(super) const fn none() -> Self {
        Self {
            total: Total::Honest,
            order: Order::Stable,
            cap: None,
            refuses_above: None,
            ignores_skip: false,
            overlap: false,
            truncates: None,
            repeats: None,
            fails: None,
            changes: Vec::new(),
        }
    }
}

/// The list, and what was asked of it.
pub(super) struct World {
    pub(super) family: Family,
    pub(super) slots: Vec<Slot>,
    pub(super) faults: Faults,
    pub(super) asked: Vec<(u64, u32)>,
    /// Rows that were in the list from the beginning.
    pub(super) stayed: BTreeSet<u64>,
    /// Rows that ever were in it, and how many of each at most.
    pub(super) ever: BTreeMap<u64, u32>,
    next_text: u64,
    seed: u64,
    turns: BTreeMap<(u64, u32), u64>,
    before: Option<Vec<Slot>>,
}

impl World {
    pub(super) fn new(family: Family, slots: Vec<Slot>, faults: Faults, seed: u64) -> Self {
        let mut world = Self {
            family,
            slots,
            faults,
            asked: Vec::new(),
            stayed: BTreeSet::new(),
            ever: BTreeMap::new(),
            next_text: 1_000_000,
            seed,
            turns: BTreeMap::new(),
            before: None,
        };
        world.ever = world.rows();
        world.stayed = world.ever.keys().copied().collect();
        world
    }

    /// The rows that are in the list now, and how many of each.
    pub(super) fn rows(&self) -> BTreeMap<u64, u32> {
        let mut rows = BTreeMap::new();
        for slot in &self.slots {
            if let Slot::Row(text, _) = slot {
                *rows.entry(*text).or_default() += 1;
            }
        }
        rows
    }

    fn change(&mut self, request: u64) {
        for (at, change, place) in self.faults.changes.clone() {
            if at != request {
                continue;
            }
            let place = usize::try_from(place).unwrap() * self.slots.len() / 100;
            match change {
                Change::Insert => {
                    self.slots.insert(place, Slot::row(self.next_text));
                    self.ever.insert(self.next_text, 1);
                    self.next_text += 1;
                }
                Change::Delete if place < self.slots.len() => {
                    if let Slot::Row(text, _) = self.slots.remove(place) {
                        self.stayed.remove(&text);
                    }
                }
                Change::Delete => {}
            }
        }
    }

    fn answer(&mut self, skip: u64, limit: u32) -> Result<Answer, Error> {
        self.asked.push((skip, limit));
        let request = self.asked.len() as u64;
        let turn = self.turns.entry((skip, limit)).or_default();
        *turn += 1;
        let turn = *turn;
        self.change(request);
        if self.faults.fails == Some(request) {
            return Err(Error::new(ErrorKind::Transient));
        }
        if self.faults.refuses_above.is_some_and(|most| limit > most) {
            return Err(Error::new(ErrorKind::BadRequest));
        }
        let mut slots = self.slots.clone();
        let order = match self.faults.order {
            Order::Stable => None,
            Order::Unstable => Some(turn),
            Order::Inconsistent => Some(0),
        };
        if let Some(turn) = order {
            Dice::new(self.seed ^ (skip << 20) ^ (u64::from(limit) << 44) ^ turn)
                .shuffle(&mut slots);
        }
        let limit = limit.min(self.faults.cap.unwrap_or(u32::MAX));
        let mut from = if self.faults.ignores_skip { 0 } else { skip };
        if self.faults.overlap {
            from -= from / u64::from(limit);
        }
        let window = slots.iter().skip(usize::try_from(from).unwrap()).take(limit as usize);
        let mut page: Vec<Slot> = window.filter(|slot| **slot != Slot::Hole).copied().collect();
        if let Some((at, rows)) = self.faults.truncates
            && at == request
        {
            // A page that is withheld whole is the end of a list without totals.
            page.truncate(page.len().saturating_sub(rows).max(1));
        }
        if self.faults.repeats == Some(request)
            && let Some(before) = &self.before
        {
            page.clone_from(before);
        }
        self.before = Some(page.clone());
        let count = slots.len() as i64;
        let told = match self.faults.total {
            Total::Honest => Some(count),
            Total::Missing => None,
            Total::MissingAfter(first) => (request <= first).then_some(count),
            Total::Off(by) => Some(count + by),
            Total::Moving => Some(count + request as i64),
        };
        Ok(self.as_answer(&page, told.and_then(|told| u64::try_from(told).ok())))
    }

    fn as_answer(&self, page: &[Slot], total: Option<u64>) -> Answer {
        let keyed = self.family != Family::Table;
        let mut values = Vec::new();
        let mut marks = Vec::new();
        for slot in page {
            values.push(if let Slot::Row(text, _) = slot { Some(*text) } else { None });
            marks.push(match slot {
                Slot::Row(text, digest) => {
                    Mark::Read { digest: *digest, key: keyed.then(|| u128::from(*text)) }
                }
                Slot::Odd(digest) => Mark::Odd(SetAside {
                    position: 0,
                    id: None,
                    reason: SetAsideReason::NoIdentity,
                    digest: *digest,
                    raw: None,
                }),
                Slot::Hole | Slot::Null => Mark::Null,
            });
        }
        let rows =
            Rows { marks, values: Box::new(values), total, null_list: false, foreign: false };
        Answer { rows, header_total: None, fetched_at: Timestamp::UNIX_EPOCH, retries: 0 }
    }
}

/// The world as a source of pages, whose answers take a random number of turns.
pub(super) struct Sim(pub(super) Arc<Mutex<World>>);

impl PageSource for Sim {
    fn page(&self, skip: u64, limit: u32) -> BoxFuture<'static, Result<Answer, Error>> {
        let world = Arc::clone(&self.0);
        let seed = world.lock().unwrap().seed;
        Box::pin(async move {
            for _ in 0..Dice::new(seed ^ skip).below(4) {
                tokio::task::yield_now().await;
            }
            world.lock().unwrap().answer(skip, limit)
        })
    }

    fn no_progress(&self) -> Error {
        Error::new(ErrorKind::Contract)
    }
}

/// An unreadable row, one of a kind.
pub(super) fn odd(number: u64) -> Slot {
    let text = format!("odd {number}");
    debug_assert_ne!(key_of(text.as_bytes()), 0);
    Slot::Odd(RecordDigest::of(text.as_bytes()))
}
