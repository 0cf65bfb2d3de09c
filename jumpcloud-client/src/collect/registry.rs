//! Every input as a job that reads it, made from the table of resources.

use std::sync::Arc;

use futures::channel::mpsc::UnboundedSender;
use futures::future::BoxFuture;
use jiff::Timestamp;

use super::progress::Progress;
use super::raw::Tap;
use super::refresh::Refresh;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::id::Id;
use crate::list::{List, PageSeen, Peek, Reading};
use crate::resource::{Resource, ScopedResource};
use crate::resources::{self, for_each_resource};
use crate::snapshot::{Dataset, InputState, Listed, ListedOf, Snapshot};

/// Where jobs tell how far they are.
pub(super) type Reports = UnboundedSender<Progress>;

/// How lists are to be read.
#[derive(Clone, Debug, Default)]
pub(super) struct Care {
    /// Two readings of each list must agree.
    pub(super) confirm: bool,
    /// A full last page is not looked beyond.
    pub(super) trust_totals: bool,
    /// Where the records are kept as text.
    pub(super) raw: Option<Arc<Tap>>,
}

impl Care {
    fn of<R: Resource>(&self, list: List<R>) -> List<R> {
        let list = if self.trust_totals { list.trust_total() } else { list };
        if self.confirm { list.confirm() } else { list }
    }

    /// The same for a list that is read in earnest.
    fn kept<R: Resource>(&self, list: List<R>, parent: Option<&str>) -> List<R> {
        let list = self.of(list);
        let Some(tap) = self.raw.clone() else { return list };
        list.keep_raw(parent.map(str::to_owned), move |page| {
            tap.keep(R::ENDPOINT.input(), &page);
        })
    }
}

/// A read under way.
pub(super) type Job = BoxFuture<'static, Done>;

/// A look at the first record of a list.
pub(super) type Glance = BoxFuture<'static, Result<Peek, Error>>;

/// A read that has ended.
pub(super) struct Done {
    pub(super) code: &'static str,
    /// Id of the parent, for per-object inputs.
    pub(super) scope: Option<String>,
    /// State before the failure is looked at.
    pub(super) state: InputState,
    pub(super) records: u64,
    pub(super) pages: u64,
    /// Ids of the records, for the inputs that hang on them.
    pub(super) ids: Arc<[String]>,
    /// Set when the service pages no further and the table can be read by device: the total told.
    pub(super) too_deep: Option<Option<u64>>,
    pub(super) failure: Option<Error>,
    /// Whether it comes from a checkpoint or an earlier snapshot.
    pub(super) restored: bool,
    pub(super) rows: Box<dyn Rows>,
}

/// Rows of a read, of whatever resource.
pub(super) trait Rows: Send {
    /// Says in which state they are.
    fn settle(&mut self, state: InputState);
    /// When the first of them was read.
    fn read_at(&self) -> Option<Timestamp>;
    /// Their saved form.
    fn saved(&self) -> Option<String>;
    /// Puts them into their place.
    fn put(self: Box<Self>, snapshot: &mut Snapshot);
}

struct RowsOf<R: Resource, P> {
    dataset: Dataset<R>,
    put: P,
}

impl<R: Resource, P: FnOnce(&mut Snapshot, Dataset<R>) + Send> Rows for RowsOf<R, P> {
    fn settle(&mut self, state: InputState) {
        self.dataset.coverage.state = state;
    }

    fn read_at(&self) -> Option<Timestamp> {
        self.dataset.coverage.read_at()
    }

    fn saved(&self) -> Option<String> {
        serde_json::to_string(&self.dataset).ok()
    }

    fn put(self: Box<Self>, snapshot: &mut Snapshot) {
        (self.put)(snapshot, self.dataset);
    }
}

/// What reads a saved dataset, of a list or of this parent; none when it is no such dataset.
pub(super) type Restore = fn(&str, Option<&str>) -> Option<Done>;

/// What makes the job that reads a table by these devices, given the total of the whole.
pub(super) type Split = fn(&Client, &Care, Reports, Arc<[String]>, Option<u64>) -> Job;

/// An input that is listed once.
pub(super) struct ListEntry {
    pub(super) code: &'static str,
    pub(super) endpoint: Endpoint,
    pub(super) job: fn(&Client, &Care, Reports) -> Job,
    pub(super) glance: fn(&Client, &Care) -> Glance,
    /// Reads the table for some devices at a time.
    pub(super) split: Split,
    pub(super) restore: Restore,
    /// Says what became of an input that was not read.
    pub(super) mark: fn(&mut Snapshot, InputState),
    /// Its state and the ids of its records.
    pub(super) ids: fn(&Snapshot) -> (InputState, Vec<String>),
}

/// An input that is listed once for each record of its parent.
pub(super) struct ScopedEntry {
    pub(super) code: &'static str,
    pub(super) endpoint: Endpoint,
    pub(super) parent: &'static str,
    pub(super) job: fn(&Client, &Care, String) -> Job,
    pub(super) glance: fn(&Client, &Care, &str) -> Glance,
    pub(super) restore: Restore,
    /// Says what became of the whole.
    pub(super) mark: fn(&mut Snapshot, InputState),
    /// The list of a parent as an earlier snapshot has it, where that still holds.
    pub(super) unchanged: fn(&Refresh, &str) -> Option<Done>,
    /// States of its lists.
    pub(super) states: fn(&Snapshot) -> Vec<InputState>,
}

macro_rules! registry {
    (
        lists { $($list:ident : [$($list_ty:tt)+] = $list_code:literal,)* }
        scoped { $($scoped:ident : [$($scoped_ty:tt)+] = $scoped_code:literal,)* }
    ) => {
        /// Every input that is listed once.
        pub(super) static LISTS: &[ListEntry] = &[$(list::<resources::$($list_ty)+>(),)*];

        /// Every input that is listed once for each record of its parent.
        pub(super) static SCOPED: &[ScopedEntry] = &[$(scoped::<resources::$($scoped_ty)+>(),)*];
    };
}

for_each_resource!(registry);

const fn list<R: Listed>() -> ListEntry {
    ListEntry {
        code: R::ENDPOINT.input(),
        endpoint: R::ENDPOINT,
        job: read_list::<R>,
        glance: glance_list::<R>,
        split: split_list::<R>,
        restore: restore_list::<R>,
        mark: mark_list::<R>,
        ids: ids::<R>,
    }
}

const fn scoped<R: ListedOf>() -> ScopedEntry
where
    R::Parent: Resource + Sized,
{
    ScopedEntry {
        code: R::ENDPOINT.input(),
        endpoint: R::ENDPOINT,
        parent: <R::Parent as Resource>::ENDPOINT.input(),
        job: read_scoped::<R>,
        glance: glance_scoped::<R>,
        restore: restore_scoped::<R>,
        mark: mark_scoped::<R>,
        unchanged: unchanged::<R>,
        states: states::<R>,
    }
}

fn read_list<R: Listed>(client: &Client, care: &Care, reports: Reports) -> Job {
    let list = care.kept(client.list::<R>(), None);
    Box::pin(async move {
        let reading = list.read(&mut |page| report::<R>(&reports, page)).await;
        list_done(reading)
    })
}

fn split_list<R: Listed>(
    client: &Client,
    care: &Care,
    reports: Reports,
    devices: Arc<[String]>,
    total: Option<u64>,
) -> Job {
    let list = care.kept(client.list::<R>(), None).device_ids(devices.iter().cloned());
    Box::pin(async move {
        let reading = list.read_by_device(total, &mut |page| report::<R>(&reports, page)).await;
        list_done(reading)
    })
}

fn glance_list<R: Listed>(client: &Client, care: &Care) -> Glance {
    Box::pin(care.of(client.list::<R>()).peek())
}

fn glance_scoped<R: ListedOf>(client: &Client, care: &Care, parent: &str) -> Glance {
    let id = Id::<<R as ScopedResource>::Parent>::new(parent).ok();
    let list = id.map(|id| care.of(client.list_of::<R>(&id)));
    Box::pin(async move {
        match list {
            Some(list) => list.peek().await,
            None => Err(Error::new(ErrorKind::Contract).on("GET", R::ENDPOINT.path())),
        }
    })
}

fn report<R: Resource>(reports: &Reports, page: PageSeen) {
    // A collector that is gone needs no progress.
    drop(reports.unbounded_send(Progress::Page {
        input: R::ENDPOINT.input(),
        records: page.records,
        total: page.total,
    }));
}

fn list_done<R: Listed>(reading: Reading<R>) -> Done {
    let total = reading.dataset.coverage.reported_total;
    let too_deep = reading.too_deep.then_some(total);
    let ids = reading.dataset.values().filter_map(R::key).collect();
    let put = |snapshot: &mut Snapshot, dataset| *R::of_mut(snapshot) = dataset;
    Done { ids, too_deep, ..done::<R>(None, reading, put) }
}

fn restore_list<R: Listed>(saved: &str, _: Option<&str>) -> Option<Done> {
    let dataset = serde_json::from_str::<Dataset<R>>(saved).ok()?;
    let reading = Reading { dataset, failure: None, too_deep: false };
    Some(Done { restored: true, ..list_done(reading) })
}

fn read_scoped<R: ListedOf>(client: &Client, care: &Care, parent: String) -> Job {
    let id = Id::<<R as ScopedResource>::Parent>::new(&parent).ok();
    let list = id.map(|id| care.kept(client.list_of::<R>(&id), Some(&parent)));
    Box::pin(async move {
        let reading = match list {
            Some(list) => list.read(&mut |_| {}).await,
            None => Reading::default(),
        };
        scoped_done(parent, reading)
    })
}

fn scoped_done<R: ListedOf>(parent: String, reading: Reading<R>) -> Done {
    let scope = parent.clone();
    done::<R>(Some(parent), reading, move |snapshot, dataset| {
        R::of_mut(snapshot).of.insert(scope, dataset);
    })
}

fn restore_scoped<R: ListedOf>(saved: &str, parent: Option<&str>) -> Option<Done> {
    let dataset = serde_json::from_str::<Dataset<R>>(saved).ok()?;
    let reading = Reading { dataset, failure: None, too_deep: false };
    Some(Done { restored: true, ..scoped_done(parent?.to_owned(), reading) })
}

fn unchanged<R: ListedOf>(refresh: &Refresh, parent: &str) -> Option<Done> {
    let dataset = refresh.renewed(R::of(refresh.earlier()).get(parent)?)?;
    let reading = Reading { dataset, failure: None, too_deep: false };
    Some(Done { restored: true, ..scoped_done(parent.to_owned(), reading) })
}

fn ids<R: Listed>(snapshot: &Snapshot) -> (InputState, Vec<String>) {
    let dataset = R::of(snapshot);
    (dataset.state(), dataset.values().filter_map(R::key).collect())
}

pub(super) fn done<R: Resource>(
    scope: Option<String>,
    reading: Reading<R>,
    put: impl FnOnce(&mut Snapshot, Dataset<R>) + Send + 'static,
) -> Done {
    let Reading { dataset, failure, .. } = reading;
    Done {
        code: R::ENDPOINT.input(),
        scope,
        state: dataset.state(),
        records: u64::try_from(dataset.records.len()).unwrap_or(u64::MAX),
        pages: dataset.coverage.pages,
        ids: Arc::new([]),
        too_deep: None,
        failure,
        restored: false,
        rows: Box::new(RowsOf { dataset, put }),
    }
}

fn mark_list<R: Listed>(snapshot: &mut Snapshot, state: InputState) {
    R::of_mut(snapshot).coverage.state = state;
}

fn mark_scoped<R: ListedOf>(snapshot: &mut Snapshot, state: InputState) {
    R::of_mut(snapshot).state = state;
}

fn states<R: ListedOf>(snapshot: &Snapshot) -> Vec<InputState> {
    R::of(snapshot).of.values().map(Dataset::state).collect()
}
