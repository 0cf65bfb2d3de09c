//! From a client to a snapshot: every input side by side, each with its own coverage.

mod events;
mod plan;
mod progress;
mod registry;

use std::collections::{BTreeMap, VecDeque};

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;

pub use events::EventSpan;
pub use plan::{Plan, Preset, UnknownInputs, UnknownPreset};
pub use progress::Progress;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::snapshot::{FailureClass, InputState, PartialReason, Snapshot};
use plan::COUNTERPARTS;
use registry::{Done, Job, LISTS, SCOPED, ScopedEntry};

/// Collects a snapshot.
#[derive(Debug)]
#[must_use = "a collector does nothing until it runs"]
pub struct Collector {
    client: Client,
    plan: Plan,
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
        Collector { client: self.clone(), plan }
    }
}

impl Collector {
    /// Reads everything and tells of each step.
    ///
    /// An input that fails is a state of that input and never loses the others: what arrived is
    /// kept and marked. A credential that stops being accepted ends the run; what was not read yet
    /// is marked so.
    ///
    /// # Errors
    ///
    /// Only what makes the whole worthless: [`ErrorKind::Credentials`],
    /// [`ErrorKind::OrganizationRequired`] and [`ErrorKind::WrongOrganization`].
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops what was read.
    pub async fn run(
        self,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Snapshot, Error> {
        let (reports, mut heard) = mpsc::unbounded();
        let mut run = Run::new(self.client, &self.plan);
        on_progress(Progress::Started { inputs: self.plan.inputs.len() });
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < run.width {
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

/// A collection under way.
struct Run {
    client: Client,
    snapshot: Snapshot,
    /// Inputs that are wanted, and whether they may be replaced by their counterparts.
    plan: Plan,
    lists: VecDeque<&'static registry::ListEntry>,
    objects: VecDeque<(&'static ScopedEntry, String)>,
    /// Lists that are done: their state and the ids of their records.
    known: BTreeMap<&'static str, (InputState, Vec<String>)>,
    /// Per-object inputs under way: lists done, and lists there are.
    open: BTreeMap<&'static str, (usize, usize, u64)>,
    settled: Vec<&'static str>,
    /// Jobs under way at once.
    width: usize,
    /// Why nothing more is asked for.
    halted: Option<FailureClass>,
    finished: BTreeMap<&'static str, InputState>,
}

impl Run {
    fn new(client: Client, plan: &Plan) -> Self {
        let wanted = |code| plan.inputs.contains(code);
        let in_flight = client.core().settings().limits.max_in_flight;
        let mut snapshot =
            Snapshot::new(client.organization().map(str::to_owned), client.core().timestamp());
        let base = client.hosts().base(crate::region::Family::V1);
        base.strip_suffix("/api").unwrap_or(base).clone_into(&mut snapshot.source);
        Self {
            snapshot,
            plan: plan.clone(),
            lists: LISTS.iter().filter(|entry| wanted(entry.code)).collect(),
            objects: VecDeque::new(),
            known: BTreeMap::new(),
            open: BTreeMap::new(),
            settled: Vec::new(),
            // Lists wait for each other's pages, so a few more jobs than requests keep the line full.
            width: usize::try_from(in_flight).unwrap_or(usize::MAX).saturating_mul(2).max(4),
            halted: None,
            finished: BTreeMap::new(),
            client,
        }
    }

    fn next_job(&mut self, reports: &registry::Reports) -> Option<Job> {
        if self.halted.is_some() {
            return None;
        }
        if let Some(entry) = self.lists.pop_front() {
            return events::job(entry.code, &self.client, &self.plan.events, reports)
                .or_else(|| Some((entry.job)(&self.client, reports.clone())));
        }
        let (entry, parent) = self.objects.pop_front()?;
        Some((entry.job)(&self.client, parent))
    }

    fn take(
        &mut self,
        done: Done,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), Error> {
        let mut state = done.state;
        if let Some(error) = done.failure {
            if matches!(
                error.kind(),
                ErrorKind::Credentials
                    | ErrorKind::Cancelled
                    | ErrorKind::WrongOrganization
                    | ErrorKind::OrganizationRequired
            ) {
                return Err(error);
            }
            if error.kind() == ErrorKind::Unauthorized {
                self.halted = Some(FailureClass::Unauthorised);
            }
            if done.pages == 0 {
                state = failed(&error);
            }
        }
        (done.put)(&mut self.snapshot, state);
        match done.scope {
            None => {
                on_progress(Progress::InputFinished {
                    input: done.code,
                    state,
                    records: done.records,
                });
                self.finished.insert(done.code, state);
                self.known.insert(done.code, (state, done.ids));
                self.release(on_progress);
            }
            Some(_) => {
                if let Some((arrived, of, records)) = self.open.get_mut(done.code) {
                    *arrived = arrived.saturating_add(1);
                    *records = records.saturating_add(done.records);
                    on_progress(Progress::Object { input: done.code, done: *arrived, of: *of });
                    if arrived == of {
                        self.settle(done.code, on_progress);
                    }
                }
            }
        }
        Ok(())
    }

    /// Queues the per-object inputs whose parents are known by now.
    fn release(&mut self, on_progress: &mut (dyn FnMut(Progress) + Send)) {
        for entry in SCOPED {
            if !self.plan.inputs.contains(entry.code) || self.settled.contains(&entry.code) {
                continue;
            }
            let Some(entry) = self.cheaper(entry) else { continue };
            if entry.code != "ORGD" && !self.known.contains_key(entry.parent) {
                continue;
            }
            let Some(parents) = self.parents(entry) else { continue };
            self.settled.push(entry.code);
            if parents.is_empty() {
                self.open.insert(entry.code, (0, 0, 0));
                self.settle(entry.code, on_progress);
                continue;
            }
            self.open.insert(entry.code, (0, parents.len(), 0));
            self.objects.extend(parents.into_iter().map(|parent| (entry, parent)));
        }
    }

    /// The input, or its counterpart when that needs fewer requests; none while that is open.
    fn cheaper(&mut self, entry: &'static ScopedEntry) -> Option<&'static ScopedEntry> {
        if !self.plan.flexible {
            return Some(entry);
        }
        let Some(other) = counterpart(entry.code) else { return Some(entry) };
        if self.plan.inputs.contains(other.code) {
            // Both were asked for.
            return Some(entry);
        }
        let (own_state, own) = self.known.get(entry.parent)?;
        let (other_state, others) = self.known.get(other.parent)?;
        let swap = match (own_state.is_complete(), other_state.is_complete()) {
            (true, false) => false,
            (false, true) => true,
            _ => others.len() < own.len(),
        };
        if swap {
            self.plan.inputs.remove(entry.code);
            self.plan.inputs.insert(other.code);
            return Some(other);
        }
        Some(entry)
    }

    /// Ids of the records an input hangs on; none while they are not known.
    fn parents(&self, entry: &ScopedEntry) -> Option<Vec<String>> {
        if entry.code == "ORGD"
            && let Some(organization) = self.client.organization()
        {
            // Only the organization that is read, not all that the key sees.
            return Some(vec![organization.to_owned()]);
        }
        self.known.get(entry.parent).map(|(_, ids)| ids.clone())
    }

    /// Says how complete a per-object input is as a whole.
    fn settle(&mut self, code: &'static str, on_progress: &mut (dyn FnMut(Progress) + Send)) {
        let Some(entry) = SCOPED.iter().find(|entry| entry.code == code) else { return };
        let own = (entry.states)(&self.snapshot);
        let parent = self.known.get(entry.parent).map(|(state, _)| *state);
        let asked = self.open.get(code).map_or(0, |(_, of, _)| *of);
        let unasked = asked.saturating_sub(own.len()) > 0;
        let all = |wanted: fn(&InputState) -> bool| !own.is_empty() && own.iter().all(wanted);
        let worst = own.iter().copied().fold(InputState::Complete, InputState::worse);
        let state = match (own.is_empty(), parent) {
            (true, Some(InputState::Partial { .. })) => {
                InputState::Partial { reason: PartialReason::ParentIncomplete }
            }
            (true, Some(state)) if !state.is_complete() => state,
            _ if unasked && let Some(class) = self.halted => {
                if own.is_empty() {
                    InputState::Failed { class }
                } else {
                    SCOPE_INCOMPLETE
                }
            }
            _ if all(|state| matches!(state, InputState::Failed { .. })) => worst,
            _ if all(|state| *state == InputState::NotLicensed) => worst,
            _ if !worst.is_complete() => SCOPE_INCOMPLETE,
            (false, Some(state)) if !state.is_complete() && code != "ORGD" => {
                InputState::Partial { reason: PartialReason::ParentIncomplete }
            }
            _ => InputState::Complete,
        };
        (entry.mark)(&mut self.snapshot, state);
        let records = self.open.remove(code).map_or(0, |(_, _, records)| records);
        self.finished.insert(code, state);
        on_progress(Progress::InputFinished { input: code, state, records });
    }

    fn finish(mut self, on_progress: &mut (dyn FnMut(Progress) + Send)) -> Snapshot {
        if let Some(class) = self.halted {
            let state = InputState::Failed { class };
            for entry in std::mem::take(&mut self.lists) {
                (entry.mark)(&mut self.snapshot, state);
                self.finished.insert(entry.code, state);
            }
            let open: Vec<_> = self.open.keys().copied().collect();
            for code in open {
                self.settle(code, on_progress);
            }
            for entry in SCOPED {
                let wanted = self.plan.inputs.contains(entry.code);
                if wanted && !self.finished.contains_key(entry.code) {
                    (entry.mark)(&mut self.snapshot, state);
                    self.finished.insert(entry.code, state);
                }
            }
        }
        let complete = self.finished.values().filter(|state| state.is_complete()).count();
        let incomplete = self.finished.len().saturating_sub(complete);
        on_progress(Progress::Finished { complete, incomplete });
        self.snapshot.finished_at = self.client.core().timestamp();
        self.snapshot
    }
}

const SCOPE_INCOMPLETE: InputState = InputState::Partial { reason: PartialReason::ScopeIncomplete };

fn counterpart(code: &str) -> Option<&'static ScopedEntry> {
    let other = COUNTERPARTS.iter().find_map(|(one, other)| match code {
        code if code == *one => Some(*other),
        code if code == *other => Some(*one),
        _ => None,
    })?;
    SCOPED.iter().find(|entry| entry.code == other)
}

/// State of an input of which nothing arrived.
fn failed(error: &Error) -> InputState {
    let class = match error.kind() {
        ErrorKind::Unavailable => return InputState::NotLicensed,
        ErrorKind::Unauthorized => FailureClass::Unauthorised,
        ErrorKind::Forbidden | ErrorKind::EdgeBlocked | ErrorKind::OrgHeaderNotAllowed => {
            FailureClass::Forbidden
        }
        ErrorKind::NotFound => FailureClass::NotFound,
        ErrorKind::RateLimited => FailureClass::RateLimited,
        ErrorKind::Contract | ErrorKind::Decode | ErrorKind::BadRequest => FailureClass::Decode,
        ErrorKind::Transport | ErrorKind::Timeout => FailureClass::Transport,
        _ => FailureClass::Server,
    };
    InputState::Failed { class }
}
