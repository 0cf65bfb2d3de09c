//! Many organizations: who they are, and one after the other or side by side, fairly.
//!
//! ```
//! use futures::StreamExt as _;
//! use jumpcloud_client::collect::{Plan, Preset};
//! use jumpcloud_client::fleet::{Ended, Fleet};
//! use jumpcloud_client::{Client, Region};
//!
//! # #[cfg(feature = "rustls")]
//! # async fn run(key: String) -> Result<(), Box<dyn std::error::Error>> {
//! let provider = Client::builder().region(Region::Us).api_key(key).build()?;
//! let fleet = Fleet::new(provider.tenants().await?).workers(8);
//! let mut summary = fleet.summary();
//! let (_stop, mut runs) = fleet.run(async |tenant| {
//!     tenant.client().collect(Plan::preset(Preset::Integration)).run(&mut |_| {}).await
//! });
//! while let Some(run) = runs.next().await {
//!     summary.add(&run);
//!     match run.ended {
//!         Ended::Done(snapshot) => println!("{}: {} inputs", run.organization, snapshot.inputs().len()),
//!         Ended::Failed(error) => println!("{}: {error}", run.organization),
//!         _ => {}
//!     }
//! }
//! println!("{} of {} done", summary.done(), summary.tenants().len());
//! # Ok(())
//! # }
//! ```
//!
//! # What is shared and what is not
//!
//! | | among the tenants of one credential |
//! |---|---|
//! | rate, requests under way, cool-down after a 429 | shared: the service counts by credential |
//! | the credential and its renewal | shared: a rotated key is fetched once for all |
//! | the order of requests | in turn, so that a large tenant with many pages delays no small one |
//! | retries, time of the run, counters | each its own: what one spends is not missing for another |
//! | the organization | each its own: a record of another one ends that run |
//!
//! Clients that are built apart share nothing, even with the same key: build one for each credential and
//! derive the others with [`Client::for_organization`](crate::Client::for_organization).
//!
//! # Past one machine
//!
//! A [`Job`] is one organization at one time as plain data, and a [`JobReport`] what came of it: a queue
//! carries both, and the same job done twice leads to the same place. `examples/queue` runs them on a
//! queue in Postgres.

mod job;
mod run;
mod summary;
mod tenant;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of a test")]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::Stream;

pub use job::{InvalidJob, Job, JobReport, JobState};
pub use summary::{Summary, TenantLine, TenantState};
pub use tenant::Tenant;

/// Tenants that are under way at once unless set: each holds a snapshot in memory.
const WORKERS: usize = 4;
/// How long a tenant may keep its worker from others unless set.
const LONG: Duration = Duration::from_secs(15 * 60);

/// Organizations to run one unit of work for, each on its own and all of them fairly.
#[derive(Clone, Debug)]
#[must_use = "a fleet does nothing until it is run"]
pub struct Fleet {
    tenants: Vec<Tenant>,
    workers: usize,
    long: Duration,
}

impl Fleet {
    /// Of these tenants, whatever credentials they have.
    ///
    /// An organization that comes twice is run once, with the client that came first.
    pub fn new(tenants: impl IntoIterator<Item = Tenant>) -> Self {
        let mut seen = BTreeSet::new();
        let mut tenants: Vec<Tenant> = tenants.into_iter().collect();
        tenants.retain(|tenant| seen.insert(tenant.organization().to_owned()));
        Self { tenants, workers: WORKERS, long: LONG }
    }

    /// How many tenants are under way at once, at least 1; 4 unless set.
    ///
    /// It bounds memory and not the rate of requests, which each credential's client limits.
    pub fn workers(self, tenants: usize) -> Self {
        Self { workers: tenants.max(1), ..self }
    }

    /// How long a tenant may keep its worker from others; 15 minutes unless set.
    ///
    /// One that takes longer goes on beside the workers, so that the small ones behind it get theirs. As
    /// many may go on so as there are workers: never more than twice the workers are under way.
    pub const fn long_after(mut self, time: Duration) -> Self {
        self.long = time;
        self
    }

    /// The tenants, in the order in which they were given.
    pub fn tenants(&self) -> &[Tenant] {
        &self.tenants
    }

    /// A summary in which no tenant has begun.
    pub fn summary(&self) -> Summary {
        Summary::of(&self.tenants)
    }

    /// Runs the work for each tenant, and tells how each ended, in the order in which they end.
    ///
    /// Tenants begin in the order given; where there are several credentials, the one that has the fewest
    /// under way is next. What one tenant meets ends that tenant alone. A panic of the work is the
    /// program's own and is passed on.
    ///
    /// # Cancellation
    ///
    /// The stream drives the work: nothing happens while it is not polled, and dropping it breaks off
    /// whatever is under way. [`Stop`] ends it gently.
    pub fn run<'w, W, F, T, E>(self, work: W) -> (Stop, Runs<'w, T, E>)
    where
        W: Fn(Tenant) -> F + Send + 'w,
        F: Future<Output = Result<T, E>> + Send + 'w,
        T: Send + 'w,
        E: Send + 'w,
    {
        let stop = Stop(Arc::new(AtomicBool::new(false)));
        (stop.clone(), Runs(Box::pin(run::run(self, work, stop))))
    }
}

/// Ends a fleet gently: what is under way is finished and nothing else begins.
///
/// Tenants that have not begun are told as [`Ended::NotBegun`]. Clones stop the same fleet.
#[derive(Clone, Debug)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Lets no further tenant begin.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// How the run of one tenant ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantRun<T, E> {
    /// Id of the organization.
    pub organization: String,
    /// Its name, where one is known.
    pub name: Option<String>,
    /// How it ended.
    pub ended: Ended<T, E>,
    /// From its beginning to its end.
    pub took: Duration,
    /// Requests that its client sent meanwhile, repeated ones included.
    pub requests: u64,
}

/// What became of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended<T, E> {
    /// The work brought this.
    Done(T),
    /// The work failed.
    Failed(E),
    /// The fleet was stopped before: nothing was asked of the service.
    NotBegun,
}

/// The runs of a fleet, each as it ends; polling them drives the fleet.
#[must_use = "a fleet does nothing until its runs are polled"]
pub struct Runs<'w, T, E>(Pin<Box<dyn Stream<Item = TenantRun<T, E>> + Send + 'w>>);

impl<T, E> Stream for Runs<'_, T, E> {
    type Item = TenantRun<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T, E> fmt::Debug for Runs<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runs").finish_non_exhaustive()
    }
}
