//! One list: what to read, and how fast.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures::StreamExt as _;
use futures::future::BoxFuture;

use crate::client::Client;
use crate::decode::{EnvelopeFault, Rows, rows};
use crate::endpoint::{Endpoint, Shape};
use crate::error::{Error, ErrorKind};
use crate::field::Kind;
use crate::id::Id;
use crate::model::Model as _;
use crate::pages::{Answer, Gait, Items, PageSource, Pages, Step, Summary, pick, walk};
use crate::record::Record;
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::send::{Call, Core};
use crate::snapshot::{Dataset, RequestLine};
use crate::transport::Verb;

/// Passes over a list that does not add up: the first, and two to repair it.
const MAX_PASSES: usize = 3;

/// A list that can be read: as pages, record by record, or at once.
///
/// Nothing is asked for until it is polled. After the first page has told the total, further pages
/// are fetched side by side, in order, within the limits of the client.
#[must_use = "a list does nothing until it is read"]
pub struct List<R: Resource> {
    core: Arc<Core>,
    path: String,
    page_size: u32,
    concurrency: usize,
    trust_total: bool,
    start_at: u64,
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
            start_at: 0,
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

    /// Begins at this position, counted from 0, to go on where an earlier read stopped.
    pub fn start_at(self, position: u64) -> Self {
        Self { start_at: position, ..self }
    }

    /// Reads page by page.
    pub fn pages(self) -> Pages<R> {
        let (source, gait) = self.parts();
        let request = source.request(gait.limit);
        Pages::new(walk(source, gait), request)
    }

    /// Reads record by record.
    pub fn items(self) -> Items<R> {
        Items::new(self.pages())
    }

    /// Reads everything.
    ///
    /// # Errors
    ///
    /// The error of the page that failed, and [`ErrorKind::Contract`] for a list that repeats
    /// itself. A list that arrived and does not add up is no error: its coverage says so.
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops what was read.
    pub async fn collect(self) -> Result<Listing<R>, Error> {
        let (dataset, failure) = self.read(&mut |_| {}).await;
        failure.map_or(Ok(dataset), Err)
    }

    /// Reads everything, keeps what arrived before a failure, and tells of each page.
    pub(crate) async fn read(
        self,
        on_page: &mut (dyn FnMut(PageSeen) + Send),
    ) -> (Dataset<R>, Option<Error>) {
        let (source, gait) = self.parts();
        let request = source.request(gait.limit);
        let mut steps = walk(source, gait);
        let mut keys = Vec::new();
        let mut twins = Vec::new();
        let mut dataset = Dataset::default();
        let mut failure = None;
        while let Some(step) = steps.next().await {
            match step {
                Step::Page(mut leaf) => {
                    let records: Vec<Record<R::Record>> =
                        pick(&mut *leaf.values, &leaf.picks, leaf.fetched_at);
                    on_page(PageSeen {
                        records: u64::try_from(records.len()).unwrap_or(u64::MAX),
                        total: leaf.total,
                    });
                    keys.extend(leaf.picks.iter().map(|pick| pick.key));
                    dataset.records.extend(records);
                    twins.extend(pick(&mut *leaf.values, &leaf.twins, leaf.fetched_at));
                    dataset.set_aside.extend(leaf.set_aside);
                }
                Step::End(summary) => {
                    let Summary { coverage, failure: error, gone, keep_twins } = *summary;
                    dataset.coverage = coverage;
                    failure = error;
                    if !gone.is_empty() {
                        let gone: HashSet<_> = gone.into_iter().collect();
                        let mut keys = keys.iter();
                        dataset
                            .records
                            .retain(|_| keys.next().is_none_or(|key| !gone.contains(key)));
                    }
                    if keep_twins {
                        dataset.records.append(&mut twins);
                    }
                }
            }
        }
        dataset.coverage.request = request;
        (dataset, failure)
    }

    fn parts(self) -> (Arc<HttpSource>, Gait) {
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
            single,
            start_at: self.start_at,
            max_passes: MAX_PASSES,
        };
        let source = HttpSource {
            core: self.core,
            endpoint,
            path: self.path,
            fields: endpoint.is_projected().then(projection::<R>),
            single,
            decode: rows::<R>,
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

/// A page that arrived, for progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageSeen {
    pub(crate) records: u64,
    pub(crate) total: Option<u64>,
}

/// Pages over the network.
struct HttpSource {
    core: Arc<Core>,
    endpoint: Endpoint,
    path: String,
    /// Fields to ask for, where the endpoint is projected.
    fields: Option<String>,
    single: bool,
    decode: Decode,
}

/// Reads the rows of an answer, given the position of the first and the organization that is read.
type Decode = fn(&[u8], u64, Option<&str>) -> Result<Rows, EnvelopeFault>;

impl HttpSource {
    /// Query parameters of every page, without the position.
    fn query(&self, limit: u32) -> Vec<(String, String)> {
        let endpoint = &self.endpoint;
        let mut query: Vec<(String, String)> = Vec::new();
        let mut put = |name: &str, value: String| query.push((name.to_owned(), value));
        for (name, value) in endpoint.fixed_query() {
            put(name, (*value).to_owned());
        }
        if let Some(fields) = &self.fields {
            put("fields", fields.clone());
        }
        if !self.single {
            put("limit", limit.to_string());
            if let Some(sort) = endpoint.sort() {
                put("sort", sort.to_owned());
            }
        }
        query
    }

    fn request(&self, limit: u32) -> RequestLine {
        let endpoint = &self.endpoint;
        let base = self.core.settings().hosts.base(endpoint.family());
        let base_path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let base_path = base_path.map_or("", |(_, path)| path.trim_end_matches('/'));
        let slash = if base_path.is_empty() { "" } else { "/" };
        let chosen = self.core.settings().organization.as_ref();
        RequestLine {
            path: format!("{slash}{base_path}{}", endpoint.path()),
            query: self.query(limit).into_iter().collect(),
            organization: chosen
                .filter(|_| endpoint.takes_organization_header())
                .and_then(|id| id.to_str().ok().map(str::to_owned)),
        }
    }
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

/// Path template, verb and flags of a read of this endpoint.
pub(crate) fn call(endpoint: &Endpoint, path: String, query: Vec<(String, String)>) -> Call {
    Call {
        family: endpoint.family(),
        template: endpoint.path().into(),
        path,
        query,
        verb: Verb::Get,
        org_header: endpoint.takes_organization_header(),
        optional: endpoint.is_optional(),
    }
}

impl PageSource for HttpSource {
    fn page(&self, skip: u64, limit: u32) -> BoxFuture<'static, Result<Answer, Error>> {
        let mut query = self.query(limit);
        if !self.single {
            query.push((self.endpoint.offset().to_owned(), skip.to_string()));
        }
        let call = call(&self.endpoint, self.path.clone(), query);
        let core = Arc::clone(&self.core);
        let decode = self.decode;
        let path = self.endpoint.path();
        Box::pin(async move {
            let answer = core.send(call).await?;
            let rows = decode(&answer.body, skip, core.organization()).map_err(|fault| {
                let what = match fault {
                    EnvelopeFault::Syntax => "the answer is no whole JSON text",
                    EnvelopeFault::Shape => "the answer does not hold the list that is documented",
                };
                Error::new(ErrorKind::Contract)
                    .what(what)
                    .on("GET", path)
                    .with_status(answer.status)
                    .after_attempts(answer.attempts)
            })?;
            if rows.foreign {
                return Err(Error::new(ErrorKind::WrongOrganization).on("GET", path));
            }
            let header_total = answer
                .headers
                .get("x-total-count")
                .and_then(|value| value.to_str().ok()?.trim().parse().ok());
            Ok(Answer {
                rows,
                header_total,
                fetched_at: answer.received_at,
                retries: u64::from(answer.attempts.saturating_sub(1)),
            })
        })
    }

    fn no_progress(&self) -> Error {
        Error::new(ErrorKind::Contract)
            .what("the list repeats a page instead of going on")
            .on("GET", self.endpoint.path())
    }
}
