//! The walk over a list: first page alone, the rest side by side, then repair if it does not add up.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use async_stream::stream;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _};
use jiff::Timestamp;

use super::book::Book;
use crate::decode::{Key, Mark, Rows};
use crate::error::{Error, ErrorKind};
use crate::record::{RecordDigest, SetAside};
use crate::snapshot::{Coverage, CoverageNote, PartialReason};

/// Pages of one pass before the walk gives up: ten million records at a hundred a page.
pub(super) const MAX_PAGES: u32 = 100_000;

/// Empty pages in a row, below the reported total, before the total is disbelieved: where
/// references to deleted objects leave holes, and where every position has a row.
pub(super) const MAX_EMPTY: (u32, u32) = (50, 2);

/// Smaller pages to try when the service refuses the size asked for.
const SMALLER_LIMITS: [u32; 3] = [100, 50, 10];

/// Where pages come from: the network in earnest, a simulation in tests.
pub(crate) trait PageSource: Send + Sync {
    /// Reads the records from `skip` on, at most `limit` of them.
    fn page(&self, skip: u64, limit: u32) -> BoxFuture<'static, Result<Answer, Error>>;

    /// The error for a list that repeats itself instead of going on.
    fn no_progress(&self) -> Error;
}

/// One page as it arrived.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) rows: Rows,
    /// The total from the header.
    pub(crate) header_total: Option<u64>,
    pub(crate) fetched_at: Timestamp,
    /// Attempts beyond the first.
    pub(crate) retries: u64,
}

impl Answer {
    /// Positions that the page covers, rows and nulls alike.
    pub(crate) fn positions(&self) -> u64 {
        u64::try_from(self.rows.marks.len()).unwrap_or(u64::MAX)
    }

    /// Whether every row shows an identity; one that could not be read shows nothing.
    fn has_identities(&self) -> bool {
        !self.rows.marks.iter().any(|mark| matches!(mark, Mark::Read { key: None, .. }))
    }

    /// The total, from the body where it has one.
    pub(crate) fn total(&self) -> Option<u64> {
        self.rows.total.or(self.header_total)
    }
}

/// How a list is to be walked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gait {
    /// Records a page.
    pub(crate) limit: u32,
    /// Pages in flight once the total is known.
    pub(crate) concurrency: usize,
    /// Rows have an identity of their own, unless the first page shows that they have none.
    pub(crate) keyed: bool,
    /// Positions may be counted without a row: references to deleted objects `[recorded]`.
    pub(crate) gaps_allowed: bool,
    /// Spare the request that looks beyond a full last page.
    pub(crate) trust_total: bool,
    /// Two passes must agree, even when one adds up.
    pub(crate) confirm: bool,
    /// The list is a single answer.
    pub(crate) single: bool,
    /// Position of the first record.
    pub(crate) start_at: u64,
    /// Passes over a list that does not add up, the first included.
    pub(crate) max_passes: usize,
}

impl Gait {
    /// Requests that a list of so many records takes when nothing is wrong with it; at least these
    /// when it does not say how many it has.
    pub(crate) fn requests(&self, records: Option<u64>) -> u64 {
        if self.single {
            return 1;
        }
        let limit = u64::from(self.limit.max(1));
        let a_pass = match records {
            Some(records) => {
                let look_beyond = records > 0 && records.is_multiple_of(limit) && !self.trust_total;
                records.div_ceil(limit).max(1).saturating_add(u64::from(look_beyond))
            }
            None => 2,
        };
        if self.confirm { a_pass.saturating_mul(2) } else { a_pass }
    }
}

/// What the walk hands out.
#[derive(Debug)]
pub(crate) enum Step {
    /// A page, with those of its rows that were not handed out before.
    Page(Leaf),
    /// The end: what is to be thought of the list.
    End(Box<Summary>),
}

/// One page, and which of its rows are new.
#[derive(Debug)]
pub(crate) struct Leaf {
    /// The records, a `Vec<Option<R::Record>>`.
    pub(crate) values: Box<dyn Any + Send>,
    /// Rows to be handed out: their places in `values`.
    pub(crate) picks: Vec<Pick>,
    /// Rows that look like rows of other pages: to be kept aside until the end tells.
    pub(crate) twins: Vec<Pick>,
    pub(crate) set_aside: Vec<SetAside>,
    pub(crate) nulls: u64,
    pub(crate) total: Option<u64>,
    pub(crate) position: u64,
    pub(crate) fetched_at: Timestamp,
}

/// A row of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) place: usize,
    pub(crate) key: Key,
    pub(crate) digest: RecordDigest,
}

/// What is to be thought of a list that was walked.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) coverage: Coverage,
    /// The error that ended the walk early.
    pub(crate) failure: Option<Error>,
    /// Position of the page that failed.
    pub(crate) failed_at: Option<u64>,
    /// Rows handed out, and how many of each, that the last pass no longer saw: they were deleted
    /// meanwhile.
    pub(crate) gone: HashMap<Key, u32>,
    /// Rows kept aside as twins are rows of their own.
    pub(crate) keep_twins: bool,
}

/// Walks a list to its end and says what is to be thought of it.
///
/// Every list ends in exactly one [`Step::End`]; nothing is asked for until the stream is polled,
/// and a dropped stream leaves nothing behind.
pub(crate) fn walk(source: Arc<dyn PageSource>, mut gait: Gait) -> BoxStream<'static, Step> {
    let steps = stream! {
        let first = first_page(&*source, &mut gait).await;
        if let (_, Ok(answer)) = &first {
            gait.keyed &= answer.has_identities();
            gait.gaps_allowed &= gait.keyed;
        }
        let mut book = Book::new(gait);
        let mut limit = gait.limit;
        let (lowered, mut first) = first;
        if lowered {
            book.note(CoverageNote::LimitLowered);
        }
        loop {
            let answer = match first {
                Ok(answer) => answer,
                Err(error) => {
                    book.fail(gait.start_at, error);
                    break;
                }
            };
            let positions = answer.positions();
            yield Step::Page(book.take(gait.start_at, limit, answer));
            if gait.single {
                break;
            }
            let mut at = gait.start_at.saturating_add(positions);
            let mut lower = false;
            let total = book.pass().total();
            let solid = !gait.gaps_allowed && !book.repairs();
            if solid && 0 < positions && positions < u64::from(limit) && total > Some(at) {
                // Where every position has a row, a short page means that the service gives fewer
                // rows than it was asked for.
                limit = u32::try_from(positions).unwrap_or(limit);
                lower = true;
            }
            let mut full = positions >= u64::from(limit);
            if let Some(total) = total {
                at = gait.start_at.saturating_add(u64::from(limit));
                let ahead = |at| {
                    let page = source.page(at, limit);
                    async move { (at, page.await) }
                };
                // A full last page is looked beyond; who knows that it will be full looks at once.
                let rows = total.saturating_sub(gait.start_at);
                let beyond = solid && !gait.trust_total && rows.is_multiple_of(u64::from(limit));
                let end = if beyond { total.saturating_add(1) } else { total };
                let mut pages =
                    stream::iter(offsets(at, end, limit)).map(ahead).buffered(gait.concurrency.max(1));
                let mut empty = 0_u32;
                while let Some((position, answer)) = pages.next().await {
                    let answer = match answer {
                        Ok(answer) => answer,
                        Err(error) => {
                            book.fail(position, error);
                            break;
                        }
                    };
                    let positions = answer.positions();
                    full = positions >= u64::from(limit);
                    at = position.saturating_add(u64::from(limit));
                    empty = if positions == 0 { empty.saturating_add(1) } else { 0 };
                    if lower && positions > 0 {
                        book.note(CoverageNote::LimitLowered);
                    }
                    yield Step::Page(book.take(position, limit, answer));
                    if book.echo().is_stuck() {
                        book.stop(PartialReason::NoProgress, source.no_progress());
                        break;
                    }
                    if empty >= patience(&gait) {
                        book.cut();
                        break;
                    }
                }
                drop(pages);
            } else if positions > 0 {
                full = true;
            }
            // Then one by one: beyond a full last page, after a total that grew, or without a total.
            let mut empty = 0_u32;
            let mut go_on = full || gait.gaps_allowed && book.repairs();
            go_on &= !(gait.trust_total && total.is_some());
            while !book.stopped()
                && !book.pass().is_cut()
                && (go_on || book.pass().total() > Some(at))
            {
                if book.pages_in_pass() >= MAX_PAGES {
                    book.cap();
                    break;
                }
                let answer = match source.page(at, limit).await {
                    Ok(answer) => answer,
                    Err(error) => {
                        book.fail(at, error);
                        break;
                    }
                };
                let positions = answer.positions();
                let seen = book.pass().unique();
                yield Step::Page(book.take(at, limit, answer));
                if book.echo().is_stuck() || book.echo().is_stale() {
                    book.stop(PartialReason::NoProgress, source.no_progress());
                    break;
                }
                let counted = book.pass().total().is_some();
                let fresh = book.pass().unique() > seen;
                let stride = if counted || !fresh { u64::from(limit) } else { positions };
                at = at.saturating_add(stride);
                empty = if positions == 0 { empty.saturating_add(1) } else { 0 };
                let more = if counted && !gait.gaps_allowed { u64::from(limit) } else { 1 };
                go_on = positions >= more;
                if empty >= patience(&gait) {
                    book.cut();
                }
            }
            if book.stopped() {
                break;
            }
            match book.close_pass() {
                Some(next) => limit = next,
                None => break,
            }
            first = source.page(gait.start_at, limit).await;
        }
        yield Step::End(Box::new(book.summary()));
    };
    steps.boxed()
}

/// Empty pages in a row before a total is disbelieved.
const fn patience(gait: &Gait) -> u32 {
    if gait.gaps_allowed { MAX_EMPTY.0 } else { MAX_EMPTY.1 }
}

/// Positions of the pages after the first.
fn offsets(from: u64, total: u64, stride: u32) -> impl Iterator<Item = u64> + Send {
    let pages = usize::try_from(MAX_PAGES).unwrap_or(usize::MAX);
    std::iter::successors(Some(from), move |at| at.checked_add(u64::from(stride)))
        .take_while(move |at| *at < total)
        .take(pages)
}

/// The first page, of a smaller size when the service refuses the one asked for, which is told.
async fn first_page(source: &dyn PageSource, gait: &mut Gait) -> (bool, Result<Answer, Error>) {
    let mut answer = source.page(gait.start_at, gait.limit).await;
    let mut lowered = false;
    for limit in SMALLER_LIMITS {
        let refused = answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::BadRequest);
        if gait.single || !refused {
            break;
        }
        if limit < gait.limit {
            answer = source.page(gait.start_at, limit).await;
            gait.limit = limit;
            lowered = true;
        }
    }
    (lowered && answer.is_ok(), answer)
}
