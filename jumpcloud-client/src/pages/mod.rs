//! Lists as streams: page by page, or record by record.

mod book;
mod echo;
mod gather;
#[cfg(test)]
mod sim;
mod source;
mod tally;
mod walk;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::stream::{BoxStream, Stream, StreamExt as _};
use jiff::Timestamp;

pub(crate) use gather::{End, Gathering};
pub(crate) use source::{HttpSource, Keep, call};
pub(crate) use walk::{Gait, PageSource, Step, Summary, walk};

use self::gather::{pick, take_one};
use crate::decode::Key;
use crate::error::{Error, ErrorKind};
use crate::record::{Record, SetAside};
use crate::snapshot::{Coverage, InputState, PartialReason, RequestLine};

/// One page of a list, with those of its rows that had not arrived before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// Records, in the order of the service.
    pub records: Vec<Record<T>>,
    /// Rows that could not be read.
    pub set_aside: Vec<SetAside>,
    /// Positions answered with `null`.
    pub nulls: u64,
    /// The total the service reported with this page; absent when it reported none.
    pub total: Option<u64>,
    /// Position of the page's first row in the list, from 0.
    pub position: u64,
    /// When the page arrived.
    pub fetched_at: Timestamp,
}

/// The pages of a list of `T`.
///
/// Ends after an error. A list that ended without one is complete unless [`coverage`](Self::coverage)
/// says otherwise; one that does not add up ends with [`ErrorKind::Incomplete`].
///
/// A list that is read again, because it did not add up, hands out what the later readings found
/// beside the first; a record that was deleted meanwhile is not taken back, as it is by
/// [`List::collect`](crate::List::collect).
///
/// ```
/// use futures::TryStreamExt as _;
/// use jumpcloud_client::{Client, resources::System};
///
/// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
/// let mut pages = client.list::<System>().pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} of {:?}, {} set aside", page.records.len(), page.total, page.set_aside.len());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Cancellation
///
/// Dropping the stream breaks requests off and leaves nothing behind.
#[must_use = "streams do nothing until they are polled"]
pub struct Pages<T> {
    steps: BoxStream<'static, Step>,
    path: Cow<'static, str>,
    request: RequestLine,
    twins: Vec<(Key, Record<T>)>,
    coverage: Option<Coverage>,
    ending: Option<Error>,
    ended: bool,
}

impl<T: 'static> Pages<T> {
    /// Pages of the list at this path, a template.
    pub(crate) const fn new(
        steps: BoxStream<'static, Step>,
        path: Cow<'static, str>,
        request: RequestLine,
    ) -> Self {
        let twins = Vec::new();
        Self { steps, path, request, twins, coverage: None, ending: None, ended: false }
    }

    /// What was asked and how much of it arrived; absent until the stream has ended.
    pub const fn coverage(&self) -> Option<&Coverage> {
        self.coverage.as_ref()
    }

    /// The last page, with rows that look like others and are rows of their own, if there are any.
    fn end(&mut self, summary: Summary) -> Option<Page<T>> {
        let mut coverage = summary.coverage;
        coverage.request = self.request.clone();
        let state = coverage.state;
        let fetched_at = coverage.last_fetched_at;
        self.coverage = Some(coverage);
        self.ending = summary.failure.or_else(|| match state {
            InputState::Partial { reason: PartialReason::Decode } => None,
            InputState::Partial { .. } => {
                Some(Error::new(ErrorKind::Incomplete).on("GET", &self.path))
            }
            _ => None,
        });
        self.ended = true;
        let mut gone = summary.gone;
        let records: Vec<_> = std::mem::take(&mut self.twins)
            .into_iter()
            .filter(|(key, _)| !take_one(&mut gone, *key))
            .map(|(_, record)| record)
            .collect();
        if !summary.keep_twins || records.is_empty() {
            return None;
        }
        Some(Page {
            records,
            set_aside: Vec::new(),
            nulls: 0,
            total: None,
            position: 0,
            fetched_at: fetched_at?,
        })
    }
}

impl<T: 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(self.ending.take().map(Err));
        }
        match self.steps.poll_next_unpin(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Step::Page(mut leaf))) => {
                let twins = pick(&mut *leaf.values, &leaf.twins, leaf.fetched_at);
                self.twins.extend(leaf.twins.iter().map(|pick| pick.key).zip(twins));
                Poll::Ready(Some(Ok(Page {
                    records: pick(&mut *leaf.values, &leaf.picks, leaf.fetched_at),
                    set_aside: leaf.set_aside,
                    nulls: leaf.nulls,
                    total: leaf.total,
                    position: leaf.position,
                    fetched_at: leaf.fetched_at,
                })))
            }
            Poll::Ready(Some(Step::End(summary))) => match self.end(*summary) {
                Some(page) => Poll::Ready(Some(Ok(page))),
                None => Poll::Ready(self.ending.take().map(Err)),
            },
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(None)
            }
        }
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("path", &self.path)
            .field("coverage", &self.coverage)
            .finish_non_exhaustive()
    }
}

/// What a stream of records has passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Records handed out.
    pub records: u64,
    /// Rows that could not be read and were left out.
    pub set_aside: u64,
    /// Positions answered with `null`.
    pub nulls: u64,
    /// The last total the service reported.
    pub total: Option<u64>,
}

/// The records of a list of `T`, one by one.
///
/// Only rows that decode are handed out. Who must not miss one reads [`tally`](Self::tally) at the
/// end, or uses [`List::pages`](crate::List::pages) or [`List::collect`](crate::List::collect).
///
/// ```
/// use futures::TryStreamExt as _;
/// use jumpcloud_client::{Client, resources::System};
///
/// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
/// let mut devices = client.list::<System>().items();
/// while let Some(device) = devices.try_next().await? {
///     println!("{:?}", device.value.hostname.text());
/// }
/// println!("{} could not be read", devices.tally().set_aside);
/// # Ok(())
/// # }
/// ```
///
/// # Cancellation
///
/// Dropping the stream breaks requests off and leaves nothing behind.
#[must_use = "streams do nothing until they are polled"]
pub struct Items<T> {
    pages: Pages<T>,
    ready: VecDeque<Record<T>>,
    tally: Tally,
}

impl<T: 'static> Items<T> {
    pub(crate) const fn new(pages: Pages<T>) -> Self {
        Self {
            pages,
            ready: VecDeque::new(),
            tally: Tally { records: 0, set_aside: 0, nulls: 0, total: None },
        }
    }

    /// What has been handed out and passed over so far.
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// What was asked and how much of it arrived; absent until the stream has ended.
    pub const fn coverage(&self) -> Option<&Coverage> {
        self.pages.coverage()
    }
}

impl<T: 'static> Stream for Items<T> {
    type Item = Result<Record<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                self.tally.records = self.tally.records.saturating_add(1);
                return Poll::Ready(Some(Ok(record)));
            }
            match self.pages.poll_next_unpin(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(page))) => {
                    let odd = u64::try_from(page.set_aside.len()).unwrap_or(u64::MAX);
                    self.tally.set_aside = self.tally.set_aside.saturating_add(odd);
                    self.tally.nulls = self.tally.nulls.saturating_add(page.nulls);
                    self.tally.total = page.total.or(self.tally.total);
                    self.ready.extend(page.records);
                }
            }
        }
    }
}

impl<T> Unpin for Pages<T> {}
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("path", &self.pages.path)
            .field("tally", &self.tally)
            .finish_non_exhaustive()
    }
}
