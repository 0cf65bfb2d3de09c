//! One list: what to read, and how fast.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures::StreamExt as _;

use crate::client::Client;
use crate::decode::{rows, source};
use crate::endpoint::Shape;
use crate::error::{Error, ErrorKind};
use crate::field::Kind;
use crate::id::Id;
use crate::model::Model as _;
use crate::pages::{
    End, Gait, Gathering, HttpSource, Items, Keep, PageSource as _, Pages, Step, call, walk,
};
use crate::raw_record::RawRecord;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::System;
use crate::send::Core;
use crate::shelf::Shelf;
use crate::snapshot::{Coverage, CoverageNote, Dataset, InputState, PartialReason};

/// Passes over a list that does not add up: the first, and two to repair it.
pub(crate) const MAX_PASSES: usize = 3;

/// Devices named in one filter: a URL of some 1 300 bytes, far from any known limit `[inferred]`.
const DEVICES_A_REQUEST: usize = 50;

/// Positions that every table is known to page to; beyond them a refusal is taken for a ceiling
/// `[inferred]`.
const SURE_POSITIONS: u64 = 10_000;

/// A list that can be read: as pages, record by record, or at once.
///
/// Nothing is asked for until it is polled. After the first page has told the total, further pages
/// are fetched side by side, in order, within the limits of the client. A list that does not add up
/// is read again, at most twice; the [table of faults](crate::faults) says what comes of which.
///
/// ```
/// use jumpcloud_client::{Client, resources::System};
///
/// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
/// let devices = client.list::<System>().page_size(50).concurrency(2).collect().await?;
/// if devices.state().is_complete() {
///     println!("all {} devices", devices.records.len());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a list does nothing until it is read"]
pub struct List<R: Resource> {
    core: Arc<Core>,
    path: String,
    page_size: u32,
    concurrency: usize,
    trust_total: bool,
    confirm: bool,
    start_at: u64,
    devices: Vec<String>,
    keep: Option<Keep>,
    of: PhantomData<fn() -> R>,
}

/// What [`List::collect`] returns: the rows of one list with their coverage.
pub type Listing<R> = Dataset<R>;

impl Client {
    /// A list of the organization.
    ///
    /// ```
    /// use futures::TryStreamExt as _;
    /// use jumpcloud_client::{Client, resources::SystemUser};
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// let mut users = client.list::<SystemUser>().items();
    /// while let Some(user) = users.try_next().await? {
    ///     println!("{}", user.value.username.text().unwrap_or("(no name)"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list<R: Resource>(&self) -> List<R> {
        List::new(Arc::clone(self.core()), R::ENDPOINT.path().to_owned())
    }

    /// A list that hangs on another record, such as the members of a group.
    ///
    /// ```
    /// use jumpcloud_client::resources::{UserGroup, UserGroupMembership};
    /// use jumpcloud_client::{Client, Id};
    ///
    /// # async fn run(client: Client, group: Id<UserGroup>) -> Result<(), jumpcloud_client::Error> {
    /// let members = client.list_of::<UserGroupMembership>(&group).collect().await?;
    /// println!("{} members", members.records.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_of<R: ScopedResource>(&self, parent: &Id<R::Parent>) -> List<R> {
        let path = R::ENDPOINT.path().replace("{id}", &parent.to_string());
        List::new(Arc::clone(self.core()), path)
    }
}

impl<R: Resource> List<R> {
    fn new(core: Arc<Core>, path: String) -> Self {
        let in_flight = core.settings().limits.max_in_flight;
        let concurrency = usize::try_from(in_flight).unwrap_or(usize::MAX);
        Self {
            core,
            path,
            page_size: R::ENDPOINT.page_size(),
            concurrency,
            trust_total: false,
            confirm: false,
            start_at: 0,
            devices: Vec::new(),
            keep: None,
            of: PhantomData,
        }
    }

    /// Records a page, from 1 to what the endpoint allows; out of bounds is brought in.
    pub fn page_size(self, records: u32) -> Self {
        Self { page_size: records.clamp(1, R::ENDPOINT.max_limit()), ..self }
    }

    /// Pages in flight at once, at least 1; the client's own limit holds besides.
    pub fn concurrency(self, pages: usize) -> Self {
        Self { concurrency: pages.max(1), ..self }
    }

    /// Believes the total the service reports when a last page is full.
    ///
    /// Spares one request where the total is a multiple of the page size. A total that is too low
    /// then goes unnoticed.
    pub fn trust_total(self) -> Self {
        Self { trust_total: true, ..self }
    }

    /// Reads the list twice at least, and calls it complete only when two readings agree.
    ///
    /// One reading cannot notice a record that is added while another is deleted, because the total
    /// stays: a third one can then slip through between two pages. Twice the requests, for those
    /// who need proof of every row.
    pub fn confirm(self) -> Self {
        Self { confirm: true, ..self }
    }

    /// Begins at this position, counted from 0, to go on where an earlier read stopped.
    pub fn start_at(self, position: u64) -> Self {
        Self { start_at: position, ..self }
    }

    /// The devices of the organization, to split a System Insights table by.
    ///
    /// Used by [`collect`](Self::collect) when the service refuses to page past 10 000 rows: the
    /// table is then read for at most 50 of these devices at a time. Rows of devices that are not
    /// named here are missed, and the list says that it is partial. No other list looks at them.
    pub fn devices(self, devices: impl IntoIterator<Item = Id<System>>) -> Self {
        self.device_ids(devices.into_iter().map(|id| id.to_string()))
    }

    pub(crate) fn device_ids(self, ids: impl Iterator<Item = String>) -> Self {
        let ids: BTreeSet<String> = ids.collect();
        Self { devices: ids.into_iter().collect(), ..self }
    }

    /// Reads page by page; see [`Pages`] for how it ends.
    pub fn pages(self) -> Pages<R::Record> {
        let (source, gait) = self.parts(None);
        let request = source.request(gait.limit);
        Pages::new(walk(source, gait), R::ENDPOINT.path().into(), request)
    }

    /// Reads record by record; see [`Items`] for how it ends.
    pub fn items(self) -> Items<R::Record> {
        Items::new(self.pages())
    }

    /// Reads everything.
    ///
    /// # Errors
    ///
    /// The error of the page that failed, and [`ErrorKind::Contract`] for a list that repeats
    /// itself. A list that arrived and does not add up is no error: its coverage says so. Who wants
    /// to keep what arrived before a page failed reads [`pages`](Self::pages) or
    /// [collects](Client::collect).
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops what was read.
    pub async fn collect(self) -> Result<Listing<R>, Error> {
        let reading = self.read(&mut |_| {}).await;
        reading.failure.map_or(Ok(reading.dataset), Err)
    }

    /// Reads one record: enough to know how many there are and what reading them takes.
    pub(crate) async fn peek(self) -> Result<Peek, Error> {
        let (_, gait) = self.parts(None);
        let (source, _) = self.page_size(1).parts(None);
        let answer = source.page(0, 1).await?;
        let rows = answer.positions();
        let records = if gait.single || rows == 0 { Some(rows) } else { answer.total() };
        let first = answer.rows.values.downcast::<Vec<Option<R::Record>>>().ok();
        let first = first.and_then(|rows| R::key(rows.first()?.as_ref()?));
        Ok(Peek { records, requests: gait.requests(records), first })
    }

    /// Reads everything, keeps what arrived before a failure, and tells of each page.
    pub(crate) async fn read(self, on_page: OnPage<'_>) -> Reading<R> {
        let reading = self.walk(None, &mut Shelf::default(), on_page).await;
        if !reading.too_deep || self.devices.is_empty() {
            return reading;
        }
        self.read_by_device(reading.dataset.coverage.reported_total, on_page).await
    }

    /// Reads a table for some devices at a time; the total is the one of the whole table.
    pub(crate) async fn read_by_device(
        self,
        total: Option<u64>,
        on_page: OnPage<'_>,
    ) -> Reading<R> {
        let mut parts: VecDeque<&[String]> = self.devices.chunks(DEVICES_A_REQUEST).collect();
        let mut dataset = Dataset::empty(InputState::Complete);
        let mut failure = None;
        let mut shelf = Shelf::default();
        while let (Some(ids), None) = (parts.pop_front(), &failure) {
            let filter = format!("system_id:in:{}", ids.join("|"));
            let part = self.walk(Some(filter), &mut shelf, on_page).await;
            if part.too_deep && ids.len() > 1 {
                let (some, others) = ids.split_at(ids.len().div_ceil(2));
                parts.push_front(others);
                parts.push_front(some);
                continue;
            }
            add(&mut dataset.coverage, part.dataset.coverage);
            dataset.records.extend(part.dataset.records);
            dataset.set_aside.extend(part.dataset.set_aside);
            failure = part.failure;
        }
        let coverage = &mut dataset.coverage;
        let arrived = coverage.unique.saturating_add(coverage.set_aside);
        if total != Some(arrived) {
            let reason = PartialReason::CountMismatch;
            coverage.state = coverage.state.worse(InputState::Partial { reason });
        }
        coverage.reported_total = total;
        coverage.notes.push(CoverageNote::SplitByDevice);
        coverage.notes.sort_unstable();
        coverage.notes.dedup();
        let (source, gait) = self.parts(None);
        coverage.request = source.request(gait.limit);
        Reading { dataset, failure, too_deep: false }
    }

    async fn walk(
        &self,
        filter: Option<String>,
        shelf: &mut Shelf,
        on_page: OnPage<'_>,
    ) -> Reading<R> {
        let (source, gait) = self.parts(filter);
        let request = source.request(gait.limit);
        let mut steps = walk(source, gait);
        let mut gathering = Gathering::<R::Record>::new(shelf, R::Record::share);
        let mut reading = Reading::default();
        while let Some(step) = steps.next().await {
            match step {
                Step::Page(leaf) => {
                    let total = leaf.total;
                    let records = u64::try_from(gathering.page(leaf)).unwrap_or(u64::MAX);
                    on_page(PageSeen { records, total });
                }
                Step::End(summary) => {
                    let End { coverage, failure, failed_at } = gathering.end(*summary);
                    reading.dataset.coverage = coverage;
                    reading.too_deep = R::ENDPOINT.takes_device_filter()
                        && failed_at.is_some_and(|at| at >= SURE_POSITIONS)
                        && failure.as_ref().is_some_and(is_refusal);
                    reading.failure = failure;
                }
            }
        }
        reading.dataset.records = gathering.records;
        reading.dataset.set_aside = gathering.set_aside;
        reading.dataset.coverage.request = request;
        reading
    }

    /// Hands out the rows of each page as text; `parent` is the record that the list hangs on.
    pub(crate) fn keep_raw(
        self,
        parent: Option<String>,
        keep: impl Fn(Vec<RawRecord>) + Send + Sync + 'static,
    ) -> Self {
        let keep = move |body: &[u8], fetched_at| {
            keep(source::<R>(body, parent.as_deref(), fetched_at));
        };
        Self { keep: Some(Arc::new(keep)), ..self }
    }

    fn parts(&self, filter: Option<String>) -> (Arc<HttpSource>, Gait) {
        let endpoint = R::ENDPOINT;
        let single = !endpoint.is_paged() || endpoint.shape() == Shape::Object;
        let gait = Gait {
            limit: self.page_size,
            concurrency: self.concurrency,
            keyed: R::KEYED,
            gaps_allowed: R::KEYED
                && endpoint.shape() == Shape::Array
                && endpoint.path().contains("{id}"),
            trust_total: self.trust_total,
            confirm: self.confirm,
            single,
            start_at: self.start_at,
            max_passes: MAX_PASSES.saturating_add(usize::from(self.confirm)),
        };
        let fixed = endpoint.fixed_query().iter();
        let mut query: Vec<(String, String)> =
            fixed.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let fields = endpoint.is_projected().then(projection::<R>);
        query.extend(fields.map(|fields| ("fields".to_owned(), fields)));
        query.extend(filter.map(|filter| ("filter".to_owned(), filter)));
        let source = HttpSource {
            core: Arc::clone(&self.core),
            refused: None,
            call: call(&endpoint, self.path.clone(), query),
            sort: endpoint.sort().map(str::to_owned),
            offset: endpoint.offset().into(),
            single,
            decode: Arc::new(rows::<R>),
            keep: self.keep.clone(),
        };
        (Arc::new(source), gait)
    }
}

impl<R: Resource> fmt::Debug for List<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("input", &R::ENDPOINT.input())
            .field("page_size", &self.page_size)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// What the first record of a list tells of all of it.
#[derive(Clone, Debug)]
pub(crate) struct Peek {
    /// Records there are, where the service says so.
    pub(crate) records: Option<u64>,
    /// Requests that reading all of them takes at least.
    pub(crate) requests: u64,
    /// Id of the first.
    pub(crate) first: Option<String>,
}

/// A page that arrived, for progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageSeen {
    pub(crate) records: u64,
    pub(crate) total: Option<u64>,
}

/// What is told of each page.
pub(crate) type OnPage<'a> = &'a mut (dyn FnMut(PageSeen) + Send);

/// What came of reading a list.
pub(crate) struct Reading<R: Resource> {
    pub(crate) dataset: Dataset<R>,
    /// The error that ended it early.
    pub(crate) failure: Option<Error>,
    /// The service does not page as far as the table goes, and it could be read by device.
    pub(crate) too_deep: bool,
}

impl<R: Resource> Default for Reading<R> {
    fn default() -> Self {
        Self { dataset: Dataset::default(), failure: None, too_deep: false }
    }
}

/// Whether the service refused or broke down over a request, other than for its rate.
fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::BadRequest
        || error.status().is_some_and(|status| status.is_server_error())
}

/// Adds the coverage of a part to that of the whole.
fn add(whole: &mut Coverage, part: Coverage) {
    for (sum, more) in [
        (&mut whole.pages, part.pages),
        (&mut whole.received, part.received),
        (&mut whole.unique, part.unique),
        (&mut whole.duplicates, part.duplicates),
        (&mut whole.set_aside, part.set_aside),
        (&mut whole.nulls, part.nulls),
        (&mut whole.retries, part.retries),
    ] {
        *sum = sum.saturating_add(more);
    }
    whole.state = whole.state.worse(part.state);
    whole.first_fetched_at = whole.first_fetched_at.or(part.first_fetched_at);
    whole.last_fetched_at = whole.last_fetched_at.max(part.last_fetched_at);
    whole.notes.extend(part.notes);
}

/// The modelled keys of a record, secrets left out, in the family's spelling.
fn projection<R: Resource>() -> String {
    let keys: Vec<&str> = R::Record::SCHEMA
        .fields
        .iter()
        .filter(|field| field.kind != Kind::Secret)
        .filter_map(|field| field.keys.first().copied())
        .collect();
    keys.join(if R::ENDPOINT.family() == Family::V1 { " " } else { "," })
}
