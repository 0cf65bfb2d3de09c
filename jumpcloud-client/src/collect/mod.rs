//! From a client to a snapshot: every input side by side, each with its own coverage.

mod checkpoint;
mod estimate;
mod events;
mod folder;
mod journal;
mod plan;
mod progress;
mod raw;
mod refresh;
mod registry;
mod run;
mod saved_plan;
mod states;

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;

pub use checkpoint::{Checkpoint, CheckpointError, MemoryCheckpoint};
pub use estimate::{Estimate, InputEstimate};
pub use events::EventSpan;
pub use folder::FolderCheckpoint;
pub use plan::{Plan, Preset, UnknownInputs, UnknownPreset};
pub use progress::{Afresh, Anew, Progress};
pub use raw::{RawFolder, RawSink};

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{FailureClass, Snapshot};
use journal::{Finished, Journal, Terms};
use raw::Tap;
use refresh::{Earlier, Refresh};
use registry::{Care, LISTS, SCOPED};
use run::Run;

/// How old a checkpoint may be unless the collector says otherwise: less than a day, so that what
/// runs daily never goes on from the day before.
pub(crate) const RESUMED_WITHIN: Duration = Duration::from_secs(12 * 60 * 60);

/// How old what is taken over may be unless the collector says otherwise: what runs several times a
/// day still reads everything once a day.
const REFRESHED_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);

/// Every endpoint that a collection can read: lists of the organization, then lists of a record.
///
/// ```
/// let devices = jumpcloud_client::collect::endpoints().find(|endpoint| endpoint.input() == "SYS");
/// assert_eq!(devices.map(|endpoint| endpoint.path()), Some("/systems"));
/// ```
pub fn endpoints() -> impl Iterator<Item = Endpoint> {
    let lists = LISTS.iter().map(|entry| entry.endpoint);
    lists.chain(SCOPED.iter().map(|entry| entry.endpoint))
}

/// Collects a snapshot.
#[derive(Debug)]
#[must_use = "a collector does nothing until it runs"]
pub struct Collector {
    client: Client,
    plan: Plan,
    care: Care,
    checkpoint: Option<Arc<dyn Checkpoint>>,
    within: Duration,
    earlier: Option<Earlier>,
}

impl Client {
    /// Collects what a plan names into one snapshot.
    ///
    /// ```
    /// use jumpcloud_client::Client;
    /// use jumpcloud_client::collect::{Plan, Preset};
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// client.validate().await?;
    /// let snapshot = client.collect(Plan::preset(Preset::Lean)).run(&mut |_| {}).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn collect(&self, plan: Plan) -> Collector {
        Collector {
            client: self.clone(),
            plan,
            care: Care::default(),
            checkpoint: None,
            within: RESUMED_WITHIN,
            earlier: None,
        }
    }
}

impl Collector {
    /// Reads each list twice at least, as [`List::confirm`](crate::List::confirm) does.
    ///
    /// ```
    /// use jumpcloud_client::Client;
    /// use jumpcloud_client::collect::Plan;
    ///
    /// # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let plan = Plan::exactly(["SYS", "USR"])?;
    /// let snapshot = client.collect(plan).confirm().run(&mut |_| {}).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn confirm(self) -> Self {
        Self { care: Care { confirm: true, ..self.care }, ..self }
    }

    /// Keeps the records as the service sent them, page by page, beside the snapshot.
    ///
    /// The snapshot has the digest of each record always; this keeps what the digest is of, so that an
    /// auditor can go from a finding to the source. Secrets are dropped before: where records may hold
    /// some, or a field is named like one, only the modelled fields are kept, which
    /// [`RawRecord::verbatim`](crate::RawRecord::verbatim) tells. They are about people, so keep them
    /// where such data may be. Inputs of events are not kept, and what comes from a
    /// [checkpoint](Self::checkpoint) or an [earlier snapshot](Self::refreshing) was kept when it was
    /// read. A sink that fails costs no row of the snapshot: [`Progress::RawNotKept`] tells.
    pub fn keep_raw(self, sink: impl RawSink + 'static) -> Self {
        Self { care: Care { raw: Some(Arc::new(Tap::new(sink))), ..self.care }, ..self }
    }

    /// Believes each total the service reports, as [`List::trust_total`](crate::List::trust_total)
    /// does.
    ///
    /// Spares one request for each list whose length is a multiple of its page size. A total that
    /// is too low by whole pages then goes unnoticed.
    ///
    /// ```
    /// use jumpcloud_client::Client;
    /// use jumpcloud_client::collect::{Plan, Preset};
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// let collector = client.collect(Plan::preset(Preset::Lean)).trust_totals();
    /// let snapshot = collector.run(&mut |_| {}).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn trust_totals(self) -> Self {
        Self { care: Care { trust_totals: true, ..self.care }, ..self }
    }

    /// Keeps each list that is done, and goes on from what an earlier run has kept.
    ///
    /// A run that was stopped, at whatever point and by whatever means, is gone on with by running
    /// the same plan with the same checkpoint: what had come to an end that lasts (complete, not
    /// licensed, or refused to this credential) is not asked for again, and the snapshot is that of
    /// a run that was never stopped. What is restored keeps its times of arrival, so that
    /// [`Coverage::last_fetched_at`](crate::Coverage::last_fetched_at) says how old each input is,
    /// and [`Snapshot::started_at`] when the first of the runs began.
    ///
    /// A run that ends clears the checkpoint, unless something failed in passing (an outage, a time
    /// of silence, a key that expired): then the next run asks for that alone. A credential with
    /// more rights than the one before needs a new checkpoint, as refusals are kept too. Before the service
    /// is asked for anything it is made sure that the checkpoint belongs to the organization that
    /// will be read. One of another plan, version or address, or that is damaged or
    /// [too old](Self::resume_within), is cleared, which [`Progress::StartedAfresh`] tells.
    ///
    /// ```
    /// use jumpcloud_client::Client;
    /// use jumpcloud_client::collect::{FolderCheckpoint, Plan, Preset, Progress};
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// let collector = client
    ///     .collect(Plan::preset(Preset::Integration))
    ///     .checkpoint(FolderCheckpoint::new("collection"));
    /// let snapshot = collector
    ///     .run(&mut |step| match step {
    ///         Progress::Resumed { started_at } => println!("going on from {started_at}"),
    ///         Progress::StartedAfresh { reason } => println!("starting anew: {reason}"),
    ///         _ => {}
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn checkpoint(self, checkpoint: impl Checkpoint + 'static) -> Self {
        Self { checkpoint: Some(Arc::new(checkpoint)), ..self }
    }

    /// How long ago the run may have begun that is gone on with; 12 hours unless set.
    ///
    /// No input of the snapshot is older than this and the run together.
    pub fn resume_within(self, time: Duration) -> Self {
        Self { within: time, ..self }
    }

    /// Takes over what an earlier snapshot of the organization still proves, and reads the rest.
    ///
    /// What is spared are the lists that take a request for each object: members of groups, and who
    /// is bound to which device, application and policy. They are taken over where nothing speaks
    /// for a change since they were read; everything else is read as always, since devices report
    /// and users change without an event. Seven questions to Directory Insights decide:
    ///
    /// - an event from before the earlier read is still there, so that none after it has expired,
    /// - every event since is of a kind that is known to change other objects than these; one of a
    ///   kind that nobody knows changes everything,
    /// - the devices, users, groups, applications and policies that are read anew have the ids that
    ///   they had, so that no event was missed,
    /// - every group on the way has members that administrators choose, as those of a query change
    ///   without an event.
    ///
    /// Wherever one of these cannot be said the input is read, which [`Progress::ReadAnew`] tells
    /// with the reason. That every change of a binding leaves an event is inferred from the
    /// documented names of events, and a binding that ends by itself may leave none: for an audit
    /// of record read everything.
    ///
    /// What is taken over keeps its times: [`Coverage::read_at`](crate::Coverage::read_at) says when
    /// it was read and [`Coverage::unchanged_until`](crate::Coverage::unchanged_until) until when no
    /// change is known. [`Snapshot::started_at`] is the oldest of these times. It is never older than
    /// [`refreshed_within`](Self::refreshed_within), however often it is taken over.
    ///
    /// ```
    /// use jumpcloud_client::collect::{Plan, Preset, Progress};
    /// use jumpcloud_client::{Client, Snapshot};
    ///
    /// # async fn run(client: Client, earlier: Snapshot) -> Result<(), jumpcloud_client::Error> {
    /// let plan = Plan::preset(Preset::Integration);
    /// let snapshot = client
    ///     .collect(plan)
    ///     .refreshing(earlier)
    ///     .run(&mut |step| match step {
    ///         Progress::TakenOver { input, read_at, .. } => println!("{input} as of {read_at}"),
    ///         Progress::ReadAnew { input, reason } => println!("{input} anew: {reason}"),
    ///         _ => {}
    ///     })
    ///     .await?;
    /// for input in snapshot.inputs() {
    ///     println!("{} {:?}", input.input, input.coverage.age_at(snapshot.finished_at));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn refreshing(self, earlier: impl Into<Arc<Snapshot>>) -> Self {
        let within = self.earlier.map_or(REFRESHED_WITHIN, |earlier| earlier.within);
        Self { earlier: Some(Earlier { snapshot: Some(earlier.into()), within }), ..self }
    }

    /// How old what is [taken over](Self::refreshing) may be at most; a day unless set.
    pub fn refreshed_within(self, time: Duration) -> Self {
        let snapshot = self.earlier.and_then(|earlier| earlier.snapshot);
        Self { earlier: Some(Earlier { snapshot, within: time }), ..self }
    }

    /// Tells what a run would cost and which inputs it could not read, before it starts.
    ///
    /// Looks at the first record of each list, and for inputs that hang on records at the list of
    /// one of these: as many requests as the plan has inputs. Nothing is kept of what was seen, and
    /// a [checkpoint](Self::checkpoint) is not looked at.
    ///
    /// ```
    /// use jumpcloud_client::Client;
    /// use jumpcloud_client::collect::{Plan, Preset};
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// let collector = client.collect(Plan::preset(Preset::Integration));
    /// let estimate = collector.plan().await?;
    /// println!("{} requests or more, {:?} or more", estimate.requests, estimate.time);
    /// for input in estimate.obstructed() {
    ///     println!("{} cannot be read", input.input);
    /// }
    /// let snapshot = collector.run(&mut |_| {}).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthorized`], and what makes a [run](Self::run) worthless:
    /// [`ErrorKind::Credentials`], [`ErrorKind::OrganizationRequired`] and
    /// [`ErrorKind::WrongOrganization`]. An input that fails is told beside the others.
    ///
    /// # Cancellation
    ///
    /// Dropping the future breaks requests off and leaves nothing behind.
    pub async fn plan(&self) -> Result<Estimate, Error> {
        if matches!(meet(&self.client).await?, Met::Refusal) {
            return Err(Error::new(ErrorKind::Unauthorized));
        }
        estimate::estimate(&self.client, &self.plan, &self.care).await
    }

    /// Reads everything and tells of each step.
    ///
    /// An input that fails is a state of that input and never loses the others: what arrived is
    /// kept and marked. A credential that stops being accepted ends the run; what was not read yet
    /// is marked so. A client whose organization is not known yet is
    /// [validated](Client::validate) first, so that no run reads another organization by default.
    ///
    /// # Errors
    ///
    /// Only what makes the whole worthless: [`ErrorKind::Credentials`],
    /// [`ErrorKind::OrganizationRequired`] and [`ErrorKind::WrongOrganization`]. With a
    /// [checkpoint](Self::checkpoint) also [`ErrorKind::Checkpoint`] when it cannot be opened,
    /// [`ErrorKind::WrongOrganization`] when it is of another organization, as with an earlier
    /// snapshot to be [refreshed](Self::refreshing), and what keeps the
    /// organization from being found out where the client does not
    /// [name](crate::ClientBuilder::organization) it.
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops what was read, except for what is kept in a checkpoint; requests
    /// under way are broken off.
    pub async fn run(
        self,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Snapshot, Error> {
        on_progress(Progress::Started { inputs: self.plan.inputs.len() });
        let (halted, journal) = match meet(&self.client).await? {
            Met::Organization => (None, self.journal(None).await?),
            Met::Nobody(error) => (None, self.journal(Some(error)).await?),
            // The checkpoint stays for a key that is accepted.
            Met::Refusal => (Some(FailureClass::Unauthorised), None),
        };
        if let Some(journal) = &journal {
            if journal.resumed {
                on_progress(Progress::Resumed { started_at: journal.started_at });
            }
            if let Some(reason) = journal.afresh {
                on_progress(Progress::StartedAfresh { reason });
            }
        }
        let refresh = match self.earlier {
            Some(earlier) if halted.is_none() => {
                Refresh::of(&self.client, &self.plan, earlier).await?
            }
            _ => None,
        };
        let (reports, mut heard) = mpsc::unbounded();
        let mut run =
            Run::new(self.client, &self.plan, self.care, halted, journal.clone(), refresh);
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < run.width() {
                match run.next_job(&reports) {
                    Some(job) => under_way.push(job),
                    None => break,
                }
            }
            if under_way.is_empty() {
                break;
            }
            let done = loop {
                match select(heard.next(), under_way.next()).await {
                    Either::Left((Some(progress), _)) => on_progress(progress),
                    Either::Left((None, _)) => {}
                    Either::Right((done, _)) => break done,
                }
            };
            while let Ok(progress) = heard.try_recv() {
                on_progress(progress);
            }
            if let Some(done) = done {
                let done = done.settled();
                if let Some(journal) = &journal
                    && let Some(finished) = Finished::of(&done)
                {
                    let input = finished.input;
                    if let Err(error) = journal.keep(finished).await {
                        tracing::warn!(input, %error, "a finished list could not be kept");
                        on_progress(Progress::NotKept { input });
                    }
                }
                run.take(done, on_progress)?;
            }
        }
        let ended = !run.may_bring_more();
        let snapshot = run.finish(on_progress);
        if let Some(journal) = journal.filter(|_| ended)
            && let Err(error) = journal.clear().await
        {
            tracing::warn!(%error, "the checkpoint of a collection that is done is still there");
        }
        Ok(snapshot)
    }

    /// Opens the checkpoint, when there is one and it is known whose records will come.
    async fn journal(&self, unknown: Option<Error>) -> Result<Option<Arc<Journal>>, Error> {
        let Some(checkpoint) = &self.checkpoint else { return Ok(None) };
        let Some(organization) = self.client.organization() else {
            return Err(unknown.unwrap_or_else(|| {
                Error::new(ErrorKind::OrganizationRequired)
                    .what("a checkpoint needs an organization and this credential may not see its own")
                    .advice("name the organization in the builder")
            }));
        };
        let terms = Terms::new(organization, run::source(&self.client), &self.plan, &self.care);
        let now = self.client.core().timestamp();
        let journal = Journal::open(Arc::clone(checkpoint), terms, now, self.within).await?;
        Ok(Some(Arc::new(journal)))
    }
}

/// Whose records will be read.
enum Met {
    Organization,
    /// It could not be found out.
    Nobody(Error),
    /// Nothing can be read: the credential is not accepted.
    Refusal,
}

/// Makes sure that it is known which organization will be read; says when nothing can be.
async fn meet(client: &Client) -> Result<Met, Error> {
    if client.organization().is_some() {
        return Ok(Met::Organization);
    }
    match client.validate().await {
        Ok(_) => Ok(Met::Organization),
        Err(error) if spoils_all(error.kind()) => Err(error),
        Err(error) if error.kind() == ErrorKind::Unauthorized => Ok(Met::Refusal),
        // Each input will tell what it meets itself.
        Err(error) => Ok(Met::Nobody(error)),
    }
}

/// Whether an error makes the whole run worthless.
const fn spoils_all(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Credentials
            | ErrorKind::Cancelled
            | ErrorKind::WrongOrganization
            | ErrorKind::OrganizationRequired
    )
}
