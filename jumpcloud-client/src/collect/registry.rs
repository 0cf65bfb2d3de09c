//! Every input as a job that reads it, made from the table of resources.

use futures::channel::mpsc::UnboundedSender;
use futures::future::BoxFuture;

use super::progress::Progress;
use crate::client::Client;
use crate::error::Error;
use crate::id::Id;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{self, for_each_resource};
use crate::snapshot::{Dataset, InputState, Listed, ListedOf, Snapshot};

/// Where jobs tell how far they are.
pub(super) type Reports = UnboundedSender<Progress>;

/// A read under way.
pub(super) type Job = BoxFuture<'static, Done>;

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
    pub(super) ids: Vec<String>,
    pub(super) failure: Option<Error>,
    /// Puts the rows into their place, in this state.
    pub(super) put: Put,
}

/// What puts the rows of a job into their place, in the state that the run settles on.
pub(super) type Put = Box<dyn FnOnce(&mut Snapshot, InputState) + Send>;

/// An input that is listed once.
pub(super) struct ListEntry {
    pub(super) code: &'static str,
    pub(super) job: fn(&Client, Reports) -> Job,
    /// Says what became of an input that was not read.
    pub(super) mark: fn(&mut Snapshot, InputState),
}

/// An input that is listed once for each record of its parent.
pub(super) struct ScopedEntry {
    pub(super) code: &'static str,
    pub(super) parent: &'static str,
    pub(super) job: fn(&Client, String) -> Job,
    /// Says what became of the whole.
    pub(super) mark: fn(&mut Snapshot, InputState),
    /// States of its lists.
    pub(super) states: fn(&Snapshot) -> Vec<InputState>,
}

macro_rules! registry {
    (
        lists { $($list:ident : [$($list_ty:tt)+] = $list_code:literal,)* }
        scoped { $($scoped:ident : [$($scoped_ty:tt)+] = $scoped_code:literal,)* }
    ) => {
        /// Every input that is listed once.
        pub(super) const LISTS: &[ListEntry] = &[$(list::<resources::$($list_ty)+>(),)*];

        /// Every input that is listed once for each record of its parent.
        pub(super) const SCOPED: &[ScopedEntry] = &[$(scoped::<resources::$($scoped_ty)+>(),)*];
    };
}

for_each_resource!(registry);

const fn list<R: Listed>() -> ListEntry {
    ListEntry { code: R::ENDPOINT.input(), job: read_list::<R>, mark: mark_list::<R> }
}

const fn scoped<R: ListedOf>() -> ScopedEntry
where
    R::Parent: Resource + Sized,
{
    ScopedEntry {
        code: R::ENDPOINT.input(),
        parent: <R::Parent as Resource>::ENDPOINT.input(),
        job: read_scoped::<R>,
        mark: mark_scoped::<R>,
        states: states::<R>,
    }
}

fn read_list<R: Listed>(client: &Client, reports: Reports) -> Job {
    let list = client.list::<R>();
    Box::pin(async move {
        let input = R::ENDPOINT.input();
        let (dataset, failure) = list
            .read(&mut |page| {
                // A collector that is gone needs no progress.
                drop(reports.unbounded_send(Progress::Page {
                    input,
                    records: page.records,
                    total: page.total,
                }));
            })
            .await;
        let ids = dataset.values().filter_map(R::key).collect();
        done::<R>(None, ids, dataset, failure, |snapshot, dataset| *R::of_mut(snapshot) = dataset)
    })
}

fn read_scoped<R: ListedOf>(client: &Client, parent: String) -> Job {
    let list =
        Id::<<R as ScopedResource>::Parent>::new(&parent).ok().map(|id| client.list_of::<R>(&id));
    Box::pin(async move {
        let (dataset, failure) = match list {
            Some(list) => list.read(&mut |_| {}).await,
            None => (Dataset::default(), None),
        };
        let scope = parent.clone();
        done::<R>(Some(parent), Vec::new(), dataset, failure, move |snapshot, dataset| {
            R::of_mut(snapshot).of.insert(scope, dataset);
        })
    })
}

pub(super) fn done<R: Resource>(
    scope: Option<String>,
    ids: Vec<String>,
    dataset: Dataset<R>,
    failure: Option<Error>,
    put: impl FnOnce(&mut Snapshot, Dataset<R>) + Send + 'static,
) -> Done {
    Done {
        code: R::ENDPOINT.input(),
        scope,
        state: dataset.state(),
        records: u64::try_from(dataset.records.len()).unwrap_or(u64::MAX),
        pages: dataset.coverage.pages,
        ids,
        failure,
        put: Box::new(move |snapshot, state| {
            let mut dataset = dataset;
            dataset.coverage.state = state;
            put(snapshot, dataset);
        }),
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
