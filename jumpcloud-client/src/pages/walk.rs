//! The walk over a list: first page alone, the rest side by side, then repair if it does not add up.

use std::any::Any;
use std::sync::Arc;

use async_stream::stream;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt as _};
use jiff::Timestamp;

use super::book::Book;
use super::tally::Ending;
use crate::decode::{Key, Rows};
use crate::error::{Error, ErrorKind};
use crate::record::{RecordDigest, SetAside};
use crate::snapshot::{Coverage, CoverageNote, PartialReason};

/// Pages of one pass before the walk gives up: ten million records at a hundred a page.
const MAX_PAGES: u64 = 100_000;

/// Empty pages in a row, below the reported total, before the total is disbelieved.
const MAX_EMPTY_PAGES: u32 = 50;

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
    fn positions(&self) -> u64 {
        u64::try_from(self.rows.marks.len()).unwrap_or(u64::MAX)
    }

    /// The total, from the body where it has one.
    pub(super) fn total(&self) -> Option<u64> {
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
    /// Rows have an identity of their own.
    pub(crate) keyed: bool,
    /// Positions may be counted without a row: references to deleted objects `[recorded]`.
    pub(crate) gaps_allowed: bool,
    /// Spare the request that looks beyond a full last page.
    pub(crate) trust_total: bool,
    /// The list is a single answer.
    pub(crate) single: bool,
    /// Position of the first record.
    pub(crate) start_at: u64,
    /// Passes over a list that does not add up, the first included.
    pub(crate) max_passes: usize,
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
    /// Rows that look like rows of earlier pages: to be kept aside until the end tells.
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
    /// Rows handed out that a later, quiet pass no longer saw: they were deleted meanwhile.
    pub(crate) gone: Vec<Key>,
    /// Rows kept aside as twins are rows of their own.
    pub(crate) keep_twins: bool,
}

/// Walks a list to its end and says what is to be thought of it.
///
/// Every list ends in exactly one [`Step::End`]; nothing is asked for until the stream is polled,
/// and a dropped stream leaves nothing behind.
pub(crate) fn walk(source: Arc<dyn PageSource>, mut gait: Gait) -> BoxStream<'static, Step> {
    let steps = stream! {
        let mut book = Book::new(gait.keyed);
        let mut stepwise = false;
        loop {
            let first = first_page(&*source, &mut gait, &mut book).await;
            let first = match first {
                Ok(first) => first,
                Err(error) => {
                    book.fail(error);
                    break;
                }
            };
            let positions = first.positions();
            let total = first.total();
            let limit = u64::from(gait.limit);
            yield Step::Page(book.take(gait.start_at, first));
            let mut skip = gait.start_at.saturating_add(positions);
            let mut stride = limit;
            if !gait.single && !gait.gaps_allowed && 0 < positions && positions < limit && total > Some(skip) {
                // Where every position has a row, a short page means that the service gives fewer
                // rows than it was asked for.
                stride = positions;
                book.note(CoverageNote::LimitLowered);
            }
            let mut last_full = positions >= stride;
            let mut counted = !stepwise && !gait.single;
            if counted && let Some(total) = total && total > skip {
                skip = gait.start_at.saturating_add(stride);
                let mut pages = stream::iter(offsets(skip, total, stride))
                    .map(|skip| {
                        let page = source.page(skip, gait.limit);
                        async move { (skip, page.await) }
                    })
                    .buffered(gait.concurrency.max(1));
                let mut empty = 0_u32;
                while let Some((at, answer)) = pages.next().await {
                    match answer {
                        Ok(answer) => {
                            let positions = answer.positions();
                            last_full = positions >= stride;
                            empty = if positions == 0 { empty.saturating_add(1) } else { 0 };
                            skip = at.saturating_add(stride);
                            book.short_page(positions < stride && skip < total);
                            yield Step::Page(book.take(at, answer));
                            if book.repeats() {
                                book.stop(PartialReason::NoProgress, source.no_progress());
                                break;
                            }
                            if empty >= MAX_EMPTY_PAGES {
                                break;
                            }
                        }
                        Err(error) => {
                            book.fail(error);
                            break;
                        }
                    }
                }
            } else {
                counted = false;
            }
            let beyond = book.reported() > Some(skip) || (last_full && !gait.trust_total);
            let to_step = !gait.single
                && !book.stopped()
                && (book.reported().is_none() && positions > 0
                    || !counted && stepwise && positions > 0
                    || beyond);
            if to_step {
                let mut empty = 0_u32;
                loop {
                    if book.pages_in_pass() >= MAX_PAGES {
                        book.cap();
                        break;
                    }
                    let answer = match source.page(skip, gait.limit).await {
                        Ok(answer) => answer,
                        Err(error) => {
                            book.fail(error);
                            break;
                        }
                    };
                    let positions = answer.positions();
                    yield Step::Page(book.take(skip, answer));
                    if book.repeats() {
                        book.stop(PartialReason::NoProgress, source.no_progress());
                        break;
                    }
                    let reached = book.reported().is_none_or(|total| total <= skip.saturating_add(positions));
                    if positions == 0 {
                        empty = empty.saturating_add(1);
                        // A page of nothing but deleted references looks like the end, so a list
                        // that has had gaps is looked at once more.
                        let patience = match book.reported() {
                            Some(total) if total > skip => MAX_EMPTY_PAGES,
                            Some(_) => 1,
                            None if gait.gaps_allowed && book.had_short_pages() => 2,
                            None => 1,
                        };
                        if empty >= patience {
                            break;
                        }
                        skip = skip.saturating_add(limit);
                    } else {
                        empty = 0;
                        book.short_page(positions < limit);
                        skip = skip.saturating_add(positions);
                        if reached && book.reported().is_some() && positions < limit {
                            break;
                        }
                    }
                }
            }
            if gait.single || book.stopped() {
                break;
            }
            match book.close_pass(gait) {
                Ending::Again => stepwise = book.had_short_pages(),
                Ending::Whole { .. } | Ending::Short(_) => break,
            }
        }
        yield Step::End(Box::new(book.summary(gait)));
    };
    steps.boxed()
}

/// Positions of the pages after the first.
fn offsets(from: u64, total: u64, stride: u64) -> impl Iterator<Item = u64> + Send {
    let pages = usize::try_from(MAX_PAGES).unwrap_or(usize::MAX);
    std::iter::successors(Some(from), move |skip| skip.checked_add(stride))
        .take_while(move |skip| *skip < total)
        .take(pages)
}

/// The first page, of a smaller size when the service refuses the one asked for.
async fn first_page(
    source: &dyn PageSource,
    gait: &mut Gait,
    book: &mut Book,
) -> Result<Answer, Error> {
    let mut answer = source.page(gait.start_at, gait.limit).await;
    for limit in SMALLER_LIMITS {
        let refused = answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::BadRequest);
        if gait.single || !refused {
            break;
        }
        if limit < gait.limit {
            answer = source.page(gait.start_at, limit).await;
            gait.limit = limit;
            book.note(CoverageNote::LimitLowered);
        }
    }
    answer
}
