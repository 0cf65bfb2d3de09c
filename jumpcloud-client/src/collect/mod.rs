//! From a client to a snapshot: every input side by side, each with its own coverage.

mod estimate;
mod events;
mod plan;
mod progress;
mod registry;
mod run;

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;

pub use estimate::{Estimate, InputEstimate};
pub use events::EventSpan;
pub use plan::{Plan, Preset, UnknownInputs, UnknownPreset};
pub use progress::Progress;

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{FailureClass, Snapshot};
use registry::{Care, LISTS, SCOPED};
use run::Run;

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
        Collector { client: self.clone(), plan, care: Care::default() }
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
        Self { care: Care { confirm: true }, ..self }
    }

    /// Tells what a run would cost and which inputs it could not read, before it starts.
    ///
    /// Looks at the first record of each list, and for inputs that hang on records at the list of
    /// one of these: as many requests as the plan has inputs. Nothing is kept of what was seen.
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
        if meet(&self.client).await?.is_some() {
            return Err(Error::new(ErrorKind::Unauthorized));
        }
        estimate::estimate(&self.client, &self.plan, self.care).await
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
    /// [`ErrorKind::OrganizationRequired`] and [`ErrorKind::WrongOrganization`].
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops what was read; requests under way are broken off.
    pub async fn run(
        self,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Snapshot, Error> {
        let Self { client, plan, care } = self;
        on_progress(Progress::Started { inputs: plan.inputs.len() });
        let halted = meet(&client).await?;
        let (reports, mut heard) = mpsc::unbounded();
        let mut run = Run::new(client, &plan, care, halted);
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
                run.take(done, on_progress)?;
            }
        }
        Ok(run.finish(on_progress))
    }
}

/// Makes sure that it is known which organization will be read; says when nothing can be.
async fn meet(client: &Client) -> Result<Option<FailureClass>, Error> {
    if client.organization().is_some() {
        return Ok(None);
    }
    match client.validate().await {
        Ok(_) => Ok(None),
        Err(error) if spoils_all(error.kind()) => Err(error),
        Err(error) if error.kind() == ErrorKind::Unauthorized => {
            Ok(Some(FailureClass::Unauthorised))
        }
        // Each input will tell what it meets itself.
        Err(_) => Ok(None),
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
