//! Lists that are not modelled, walked like all others.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures::StreamExt as _;
use serde::de::DeserializeOwned;

use super::{Place, Raw};
use crate::decode::{Loose, loose};
use crate::error::{Error, ErrorKind};
use crate::list::MAX_PASSES;
use crate::pages::{Gait, Gathering, HttpSource, Items, Pages, Step, walk};
use crate::record::{Record, SetAside};
use crate::region::Family;
use crate::send::Call;
use crate::shelf::Shelf;
use crate::snapshot::{Coverage, InputState};

/// Parameters that belong to the walk.
const WALKED: [&str; 3] = ["limit", "skip", "offset"];

/// Records asked for in a page of System Insights, and the most that is ever asked for `[spec]`.
const ROWS: (u32, u32) = (1_000, 10_000);

impl Raw {
    /// A list of anything, walked to its end like the modelled ones.
    ///
    /// API v1 answers with its rows under `results`, sorted by `_id` unless the query sorts
    /// otherwise; API v2 with a bare array. [`RawList::wrapped`] names another key. The query holds
    /// what every page is asked with, without `limit` and `skip`.
    ///
    /// Rows are told apart by `_id` or `id`, or by where they lead if they are associations. Lists
    /// whose first page has a row without such an identity, and all tables of System Insights, are
    /// read as rows that may equal each other.
    ///
    /// Nothing is modelled here, so nothing is dropped: a record may carry secrets. A type that
    /// names the fields you need keeps them out of your program.
    ///
    /// ```
    /// use jumpcloud_client::{Client, Family};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct IpList {
    ///     name: String,
    /// }
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// let lists = client.raw(Family::V2).list::<IpList>("/iplists", &[]).collect().await?;
    /// assert!(lists.state().is_complete());
    /// for list in lists.values() {
    ///     println!("{}", list.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list<T>(&self, path: &str, query: &[(&str, &str)]) -> RawList<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let call = self.call(path, query);
        let place = Place::of(self.family, path);
        let table = place.first.eq_ignore_ascii_case("systeminsights");
        let results = (place.family == Family::V1).then(|| "results".to_owned());
        let sorted = call.query.iter().any(|(name, _)| name == "sort");
        let sort = (place.family == Family::V1 && !sorted).then(|| "_id".to_owned());
        let walked = call.query.iter().any(|(name, _)| WALKED.contains(&name.as_str()));
        let in_flight = self.client.core().settings().limits.max_in_flight;
        RawList {
            raw: self.clone(),
            call,
            sort,
            offset: "skip".to_owned(),
            key: results,
            keyed: !table,
            walked,
            page_size: if table { ROWS.0 } else { 100 },
            concurrency: usize::try_from(in_flight).unwrap_or(usize::MAX),
            confirm: false,
            of: PhantomData,
        }
    }
}

/// A list that is not modelled: as pages, record by record, or at once.
///
/// Made by [`Raw::list`]. It ends complete or says why not, by the same proof as
/// [`List`](crate::List).
#[must_use = "a list does nothing until it is read"]
pub struct RawList<T> {
    raw: Raw,
    call: Call,
    sort: Option<String>,
    offset: String,
    key: Option<String>,
    keyed: bool,
    walked: bool,
    page_size: u32,
    concurrency: usize,
    confirm: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + Send + 'static> RawList<T> {
    /// The rows stand under this key; an answer without it is an error, never an empty list.
    pub fn wrapped(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// The rows are a bare array.
    pub fn bare(self) -> Self {
        Self { key: None, ..self }
    }

    /// `_id` and `id` are no identities here: rows that are equal are rows of their own.
    pub fn unkeyed(self) -> Self {
        Self { keyed: false, ..self }
    }

    /// The parameter that skips records, where it is not `skip`.
    pub fn offset_parameter(self, name: &str) -> Self {
        Self { offset: name.to_owned(), ..self }
    }

    /// Records a page, from 1 to 10 000; 100, and 1 000 for System Insights, if not said.
    ///
    /// A size that the service refuses is lowered.
    pub fn page_size(self, records: u32) -> Self {
        Self { page_size: records.clamp(1, ROWS.1), ..self }
    }

    /// Pages in flight at once, at least 1; the client's own limit holds besides.
    pub fn concurrency(self, pages: usize) -> Self {
        Self { concurrency: pages.max(1), ..self }
    }

    /// Reads twice at least, as [`List::confirm`](crate::List::confirm) does.
    pub fn confirm(self) -> Self {
        Self { confirm: true, ..self }
    }

    /// Reads page by page; see [`Pages`] for how it ends.
    pub fn pages(self) -> Pages<T> {
        let (source, gait) = self.parts();
        let (path, request) = (source.call.template.clone(), source.request(gait.limit));
        Pages::new(walk(Arc::new(source), gait), path, request)
    }

    /// Reads record by record; see [`Items`] for how it ends.
    pub fn items(self) -> Items<T> {
        Items::new(self.pages())
    }

    /// Reads everything.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Refused`] before anything is sent, when the path has a side effect or answers
    /// with a secret, or the query holds `limit` or `skip`; [`ErrorKind::Contract`] when the rows
    /// do not stand where they should, or a page is repeated; else the error of the page that
    /// failed. A list that arrived and does not add up is no error: its coverage says so.
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops what was read.
    pub async fn collect(self) -> Result<RawListing<T>, Error> {
        let (source, gait) = self.parts();
        let template = source.call.template.clone();
        let request = source.request(gait.limit);
        let mut steps = walk(Arc::new(source), gait);
        // A type of the caller's has nothing that its rows could share.
        let mut shelf = Shelf::default();
        let mut gathering = Gathering::<T>::new(&mut shelf, |_, _| {});
        while let Some(step) = steps.next().await {
            match step {
                Step::Page(leaf) => {
                    gathering.page(leaf);
                }
                Step::End(summary) => {
                    let end = gathering.end(*summary);
                    if let Some(failure) = end.failure {
                        return Err(failure);
                    }
                    return Ok(RawListing {
                        coverage: Coverage { request, ..end.coverage },
                        records: gathering.records,
                        set_aside: gathering.set_aside,
                    });
                }
            }
        }
        Err(Error::new(ErrorKind::Incomplete).on("GET", &template))
    }

    fn parts(self) -> (HttpSource, Gait) {
        let gait = Gait {
            limit: self.page_size,
            concurrency: self.concurrency,
            keyed: self.keyed,
            gaps_allowed: self.keyed && self.key.is_none() && self.call.template.contains("{id}"),
            trust_total: false,
            confirm: self.confirm,
            single: false,
            start_at: 0,
            max_passes: MAX_PASSES.saturating_add(usize::from(self.confirm)),
        };
        let list = Loose { key: self.key, keyed: self.keyed };
        let source = HttpSource {
            core: Arc::clone(self.raw.client.core()),
            refused: (self.walked || self.call.query.iter().any(|(name, _)| *name == self.offset))
                .then_some("size and position of a page are not for the query of a list,"),
            call: self.call,
            sort: self.sort,
            offset: self.offset.into(),
            single: false,
            decode: Arc::new(move |body, position, organization| {
                loose::<T>(&list, body, position, organization)
            }),
            keep: None,
        };
        (source, gait)
    }
}

impl<T> fmt::Debug for RawList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawList")
            .field("path", &self.call.template)
            .field("page_size", &self.page_size)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// What [`RawList::collect`] returns: the rows of one list with their coverage.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RawListing<T> {
    /// What was asked and how much of it arrived.
    pub coverage: Coverage,
    /// The rows, in the order of the service; those that only another reading found come last.
    pub records: Vec<Record<T>>,
    /// Rows that could not be read, without their text.
    pub set_aside: Vec<SetAside>,
}

impl<T> RawListing<T> {
    /// Whether the absence of a row is a fact.
    pub const fn state(&self) -> InputState {
        self.coverage.state
    }

    /// The rows without their provenance.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.records.iter().map(|record| &record.value)
    }
}

impl<T> fmt::Debug for RawListing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawListing")
            .field("state", &self.coverage.state)
            .field("records", &self.records.len())
            .field("set_aside", &self.set_aside.len())
            .finish_non_exhaustive()
    }
}
