//! An integration that keeps itself up to date: connected once, read at once, then periodically.
//!
//! ```
//! use std::time::Duration;
//!
//! use futures::StreamExt as _;
//! use jumpcloud_client::Client;
//! use jumpcloud_client::collect::{Plan, Preset};
//! use jumpcloud_client::monitor::{Event, FileStore, Monitor, Schedule};
//!
//! # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let (handle, mut events) = Monitor::new(Plan::preset(Preset::Integration))
//!     .schedule(Schedule::every(Duration::from_secs(6 * 3600)))
//!     .store(FileStore::new("jumpcloud.json"))
//!     .start()
//!     .await?;
//! handle.connect(client); // inactive until now
//! while let Some(event) = events.next().await {
//!     match event {
//!         Event::Synced(sync) => println!("{} inputs", sync.snapshot.inputs().len()),
//!         Event::Standing(now) => println!("{}: {:?}", now.state, now.reason),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!                    connect                 all inputs
//!   unconfigured ──────────────> connecting ────────────> active <──┐
//!                                  │    │                   │  ^    │ each
//!                          401/403 │    │ passing failure   v  │    │ interval
//!        needs_key <───────────────┘    └──────────────> degraded ──┘
//!            └── connect with another key ──> connecting       pause/resume: paused
//! ```
//!
//! The stream of events drives everything: nothing happens while it is not polled, two syncs never
//! overlap, and dropping it stops at once. [`Handle::stop`] ends it after the sync under way. An event
//! counts as delivered when the next one is asked for: only then is the standing saved, so that a
//! program that dies while it works on a snapshot gets another one when it comes back.
//!
//! Waits use tokio's clock and times of day the monitor's own: a test that pauses the one and derives
//! the other from it sees days pass in no time.

mod drive;
mod schedule;
mod state;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::Stream;
use futures::channel::mpsc;
use jiff::Timestamp;

use crate::client::Client;
use crate::collect::{Checkpoint, Plan, Progress};
use crate::snapshot::Snapshot;

pub(crate) use drive::refused;
pub use schedule::Schedule;
pub use state::{Standing, State};
pub use store::{FileStore, MemoryStore, Store, StoreError};

/// What is read, when, and where the standing is kept.
#[must_use = "a monitor does nothing until it is started"]
pub struct Monitor {
    plan: Plan,
    schedule: Schedule,
    store: Arc<dyn Store>,
    checkpoint: Option<Arc<dyn Checkpoint>>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    random: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Monitor {
    /// Reads what a plan names, every six hours, and keeps its standing in memory.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            schedule: Schedule::every(Duration::from_secs(6 * 3600)),
            store: Arc::new(MemoryStore::default()),
            checkpoint: None,
            clock: Arc::new(Timestamp::now),
            random: Arc::new(|| fastrand::u64(..)),
        }
    }

    /// When syncs begin.
    pub const fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Where the standing is kept.
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Where a sync keeps what it has read, so that one that is cut off goes on where it was.
    ///
    /// A program that is killed in the middle of a sync, and comes back within the interval of the
    /// schedule, asks only for what was not done yet, as
    /// [`Collector::checkpoint`](crate::collect::Collector::checkpoint) does. So does the next try of
    /// a sync that failed, and the first one with a new credential. Any other sync that brought a
    /// snapshot leaves nothing: the next one reads everything as it is then. Each monitor needs a checkpoint of its own.
    ///
    /// ```
    /// use jumpcloud_client::collect::{FolderCheckpoint, Plan, Preset};
    /// use jumpcloud_client::monitor::{FileStore, Monitor};
    ///
    /// let monitor = Monitor::new(Plan::preset(Preset::Integration))
    ///     .store(FileStore::new("jumpcloud.json"))
    ///     .checkpoint(FolderCheckpoint::new("jumpcloud-sync"));
    /// # drop(monitor);
    /// ```
    pub fn checkpoint(mut self, checkpoint: impl Checkpoint + 'static) -> Self {
        self.checkpoint = Some(Arc::new(checkpoint));
        self
    }

    /// The time of day; the system's unless set.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The source of random numbers behind the jitter, over the whole range of the type.
    pub fn random(mut self, random: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Takes up the standing that was saved, if any. Nothing is asked for before
    /// [`Handle::connect`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the standing cannot be loaded.
    pub async fn start(self) -> Result<(Handle, Events), StoreError> {
        let standing = self.store.load().await?.unwrap_or_default();
        let (commands, heard) = mpsc::unbounded();
        Ok((Handle { commands }, Events(Box::pin(drive::drive(self, standing, heard)))))
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan, schedule, .. } = self;
        f.debug_struct("Monitor")
            .field("plan", plan)
            .field("schedule", schedule)
            .finish_non_exhaustive()
    }
}

/// Tells a monitor what to do. Clones speak to the same one.
///
/// Commands are heard between two syncs, in their order. When every handle is dropped the monitor
/// goes on by itself, and ends where only a command could wake it.
#[derive(Clone, Debug)]
pub struct Handle {
    commands: mpsc::UnboundedSender<Command>,
}

pub(super) enum Command {
    Connect(Box<Client>),
    SyncNow,
    Pause,
    Resume,
    Stop,
}

impl Handle {
    /// Gives a client with its credential: the first one, or a new one. A sync begins at once, unless
    /// a standing was taken up whose next sync is due later.
    pub fn connect(&self, client: Client) {
        self.tell(Command::Connect(Box::new(client)));
    }

    /// Begins a sync now; the next one is planned from here.
    pub fn sync_now(&self) {
        self.tell(Command::SyncNow);
    }

    /// Plans no further sync until [`Handle::resume`].
    pub fn pause(&self) {
        self.tell(Command::Pause);
    }

    /// Goes on after a pause.
    pub fn resume(&self) {
        self.tell(Command::Resume);
    }

    /// Ends the stream of events, after the sync under way.
    pub fn stop(&self) {
        self.tell(Command::Stop);
    }

    fn tell(&self, command: Command) {
        // A monitor that has ended hears nothing, and there is nothing it would do.
        drop(self.commands.unbounded_send(command));
    }
}

/// What a monitor tells.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The standing changed.
    Standing(Standing),
    /// A sync goes on.
    Progress(Progress),
    /// A sync brought a snapshot; some of its inputs may be incomplete.
    Synced(Box<Synced>),
    /// The standing could not be saved. It goes on, and tries again at the next change.
    NotSaved(StoreError),
}

/// What a sync brought.
#[derive(Debug)]
pub struct Synced {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// When the sync began.
    pub began_at: Timestamp,
    /// Inputs that did not arrive whole, by code; those that the organization has no licence for are
    /// left out.
    pub incomplete: Vec<&'static str>,
}

/// The events of a monitor; polling them drives it.
#[must_use = "a monitor does nothing until its events are polled"]
pub struct Events(Pin<Box<dyn Stream<Item = Event> + Send>>);

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
