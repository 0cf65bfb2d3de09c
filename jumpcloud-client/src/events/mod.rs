//! Directory Insights: the events of an organization, over a pinned window of time.
//!
//! ```
//! use futures::TryStreamExt as _;
//! use jumpcloud_client::Client;
//! use jumpcloud_client::events::EventQuery;
//!
//! # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let query = EventQuery::since("2026-11-01T00:00:00Z".parse()?).event_types(["sso_auth"]);
//! println!("{} sign-ins", client.count_events(&query).await?);
//!
//! let mut pages = client.events(query).pages();
//! while let Some(page) = pages.try_next().await? {
//!     for event in page.records {
//!         println!("{:?} at {:?}", event.value.username.text(), event.value.timestamp.text());
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The service answers these questions to a POST. They are the only POSTs of this crate, and they
//! read: see [`Client::events`], [`Client::count_events`] and [`Client::distinct_events`].

mod ask;
mod cursor;
mod query;
mod walk;

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::stream::{BoxStream, Stream, StreamExt as _};
use serde::de::DeserializeOwned;

pub use ask::DistinctValue;
pub(crate) use ask::{count, distinct};
pub use query::{EventQuery, InvalidTime};
use walk::walk;
pub(crate) use walk::{Step, request_line};

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::pages::Page;
use crate::record::{Record, SetAside};
use crate::resource::Resource;
use crate::resources::Event;
use crate::send::Core;
use crate::snapshot::{Coverage, InputState, PartialReason};

/// Events that can be read: as pages, or at once.
///
/// Nothing is asked for until it is polled. A read first asks how many events the window holds and
/// which is the oldest of any kind, then walks from the oldest to the latest; events that arrive
/// twice are handed out once.
#[must_use = "events are not read until they are polled"]
pub struct Events<T = Event> {
    core: Arc<Core>,
    query: EventQuery,
    page_size: u32,
    of: PhantomData<fn() -> T>,
}

impl Client {
    /// Events of a window.
    pub fn events(&self, query: EventQuery) -> Events {
        self.events_as(query)
    }

    /// Events of a window as a type of the caller's own, or as [`serde_json::Value`].
    ///
    /// ```
    /// # async fn run(client: jumpcloud_client::Client, query: jumpcloud_client::events::EventQuery)
    /// # -> Result<(), jumpcloud_client::Error> {
    /// #[derive(serde::Deserialize)]
    /// struct Where {
    ///     client_ip: Option<String>,
    /// }
    ///
    /// let log = client.events_as::<Where>(query).collect().await?;
    /// println!("{:?}", log.records.first().and_then(|event| event.value.client_ip.as_deref()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn events_as<T: DeserializeOwned + Send + 'static>(&self, query: EventQuery) -> Events<T> {
        let page_size = ENDPOINT.page_size();
        Events { core: Arc::clone(self.core()), query, page_size, of: PhantomData }
    }
}

const ENDPOINT: Endpoint = <Event as Resource>::ENDPOINT;

/// Everything that a read of events brought.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EventLog<T = Event> {
    /// What was asked and how much of it arrived; its window says of which time.
    pub coverage: Coverage,
    /// The events, the oldest first.
    pub records: Vec<Record<T>>,
    /// Events that could not be read.
    pub set_aside: Vec<SetAside>,
}

impl<T: DeserializeOwned + Send + 'static> Events<T> {
    /// Events a page, from 1 to 10 000, which is the default; out of bounds is brought in.
    pub fn page_size(self, events: u32) -> Self {
        Self { page_size: events.clamp(1, ENDPOINT.max_limit()), ..self }
    }

    /// Reads page by page.
    pub fn pages(self) -> EventPages<T> {
        EventPages { steps: self.steps(), coverage: None, ending: None, ended: false }
    }

    /// Reads everything.
    ///
    /// # Errors
    ///
    /// The error of the request that failed; [`ErrorKind::Contract`] when the service, or a proxy
    /// before it, withholds where the next page begins. A read that ended and does not add up, or
    /// whose window reaches back further than the service remembers, is no error: its coverage
    /// says so.
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops what was read.
    pub async fn collect(self) -> Result<EventLog<T>, Error> {
        let mut steps = self.steps();
        let mut log =
            EventLog { coverage: Coverage::default(), records: Vec::new(), set_aside: Vec::new() };
        let mut failure = None;
        while let Some(step) = steps.next().await {
            match step {
                Step::Page(page) => {
                    log.records.extend(page.records);
                    log.set_aside.extend(page.set_aside);
                }
                Step::End(coverage, error) => {
                    log.coverage = *coverage;
                    failure = error;
                }
            }
        }
        failure.map_or(Ok(log), Err)
    }

    pub(crate) fn steps(self) -> BoxStream<'static, Step<T>> {
        walk(self.core, self.query, self.page_size)
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("page_size", &self.page_size).finish_non_exhaustive()
    }
}

/// The pages of a read of events.
///
/// Ends after an error. A read that ended without one is complete unless its
/// [`coverage`](Self::coverage) says otherwise; one that does not add up ends with
/// [`ErrorKind::Incomplete`]. A window that reaches back further than the service remembers is told
/// in the coverage only.
#[must_use = "streams do nothing until they are polled"]
pub struct EventPages<T = Event> {
    steps: BoxStream<'static, Step<T>>,
    coverage: Option<Coverage>,
    ending: Option<Error>,
    ended: bool,
}

impl<T> EventPages<T> {
    /// What was asked and how much of it arrived; absent until the stream has ended.
    pub const fn coverage(&self) -> Option<&Coverage> {
        self.coverage.as_ref()
    }
}

impl<T> Stream for EventPages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(self.ending.take().map(Err));
        }
        match self.steps.poll_next_unpin(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Step::Page(page))) => Poll::Ready(Some(Ok(page))),
            Poll::Ready(Some(Step::End(coverage, failure))) => {
                self.ending = failure.or_else(|| unsound(coverage.state));
                self.coverage = Some(*coverage);
                self.ended = true;
                Poll::Ready(self.ending.take().map(Err))
            }
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(None)
            }
        }
    }
}

/// The error of a stream whose end does not add up.
fn unsound(state: InputState) -> Option<Error> {
    match state {
        InputState::Partial { reason: PartialReason::Decode | PartialReason::RetentionGap } => None,
        InputState::Partial { .. } => {
            Some(Error::new(ErrorKind::Incomplete).on("POST", ENDPOINT.path()))
        }
        _ => None,
    }
}

impl<T> Unpin for EventPages<T> {}

impl<T> fmt::Debug for EventPages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventPages").field("coverage", &self.coverage).finish_non_exhaustive()
    }
}
