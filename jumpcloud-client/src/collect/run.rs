//! A collection under way: which read comes next, and what becomes of its result.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::events;
use super::journal::{Journal, Unusable, lasts, passes};
use super::plan::{COUNTERPARTS, Plan};
use super::progress::Progress;
use super::refresh::{Refresh, Verdict};
use super::registry::{Care, Done, Job, LISTS, ListEntry, Reports, Restore, SCOPED, ScopedEntry};
use super::spoils_all;
use super::states::{failed, whole};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::region::Family;
use crate::snapshot::{FailureClass, InputState, Snapshot};

type OnProgress<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// The list of devices, by which tables are split.
const DEVICES: &str = "SYS";

/// The settings of the organization hang on the one that is read, not on all that the key sees.
pub(super) const SETTINGS: &str = "ORGD";

/// A collection under way.
pub(super) struct Run {
    client: Client,
    care: Care,
    /// Boxed, as it holds a place for every input there is.
    snapshot: Box<Snapshot>,
    /// Inputs that are wanted, and whether they may be replaced by their counterparts.
    plan: Plan,
    lists: VecDeque<&'static ListEntry>,
    /// Tables to be read by device, with the total of the whole.
    splits: VecDeque<(&'static ListEntry, Option<u64>)>,
    /// Tables that are to be read by device once these are known.
    waiting: Vec<Done>,
    /// Per-object inputs with their parents, and how many of these were asked for.
    objects: VecDeque<(&'static ScopedEntry, Arc<[String]>, usize)>,
    /// Lists that are done: their state and the ids of their records.
    known: BTreeMap<&'static str, (InputState, Arc<[String]>)>,
    /// Per-object inputs under way.
    open: BTreeMap<&'static str, Open>,
    /// Per-object inputs whose parents are known.
    released: BTreeSet<&'static str>,
    /// What was finished in an earlier life of the run.
    journal: Option<Arc<Journal>>,
    /// What an earlier snapshot still proves.
    refresh: Option<Refresh>,
    /// Whether something failed that may not fail again.
    passing: bool,
    /// Why nothing more is asked for.
    halted: Option<FailureClass>,
    finished: BTreeMap<&'static str, InputState>,
}

/// How far a per-object input is.
#[derive(Clone, Copy, Default)]
struct Open {
    arrived: usize,
    of: usize,
    records: u64,
}

impl Run {
    pub(super) fn new(
        client: Client,
        plan: &Plan,
        care: Care,
        halted: Option<FailureClass>,
        journal: Option<Arc<Journal>>,
        refresh: Option<Refresh>,
    ) -> Self {
        let organization = client.organization().map(str::to_owned);
        let now = client.core().timestamp();
        let began = journal.as_ref().map_or(now, |journal| journal.started_at);
        let mut snapshot = Box::new(Snapshot::new(organization, began));
        source(&client).clone_into(&mut snapshot.source);
        let wanted = |code| plan.inputs.contains(code);
        // What others hang on comes first.
        let is_parent =
            |code| SCOPED.iter().any(|entry| entry.parent == code && wanted(entry.code));
        let mut lists: Vec<_> = LISTS.iter().filter(|entry| wanted(entry.code)).collect();
        lists.sort_by_key(|entry| !is_parent(entry.code));
        Self {
            client,
            care,
            snapshot,
            plan: plan.clone(),
            lists: lists.into(),
            splits: VecDeque::new(),
            waiting: Vec::new(),
            objects: VecDeque::new(),
            known: BTreeMap::new(),
            open: BTreeMap::new(),
            released: BTreeSet::new(),
            journal,
            refresh,
            passing: halted.is_some(),
            halted,
            finished: BTreeMap::new(),
        }
    }

    /// Jobs under way at once: lists wait for each other's pages, so a few more than requests keep
    /// the line full.
    pub(super) fn width(&self) -> usize {
        let in_flight = self.client.core().settings().limits.max_in_flight;
        usize::try_from(in_flight).unwrap_or(usize::MAX).saturating_mul(2).max(4)
    }

    pub(super) fn next_job(&mut self, reports: &Reports) -> Option<Job> {
        if self.halted.is_some() {
            return None;
        }
        if let Some(entry) = self.lists.pop_front() {
            let job = events::job(entry.code, &self.client, &self.plan.events, reports)
                .unwrap_or_else(|| (entry.job)(&self.client, &self.care, reports.clone()));
            return Some(self.unless_restored(entry.code, None, entry.restore, job, reports));
        }
        if let Some((entry, total)) = self.splits.pop_front() {
            let (_, devices) = self.known.get(DEVICES)?;
            let devices = Arc::clone(devices);
            return Some((entry.split)(&self.client, &self.care, reports.clone(), devices, total));
        }
        let (entry, parents, asked) = self.objects.front_mut()?;
        let (entry, parent) = (*entry, parents.get(*asked).cloned());
        *asked = asked.saturating_add(1);
        if *asked >= parents.len() {
            self.objects.pop_front();
        }
        let parent = parent?;
        let job = (entry.job)(&self.client, &self.care, parent.clone());
        Some(self.unless_restored(entry.code, Some(parent), entry.restore, job, reports))
    }

    /// A job that asks the service only for what was not finished in an earlier life of the run.
    fn unless_restored(
        &self,
        code: &'static str,
        scope: Option<String>,
        restore: Restore,
        job: Job,
        reports: &Reports,
    ) -> Job {
        let Some(journal) = self.journal.clone().filter(|journal| journal.resumed) else {
            return job;
        };
        let reports = reports.clone();
        Box::pin(async move {
            let restored = match journal.load(code, scope.as_deref()).await {
                Ok(None) => return job.await,
                Ok(Some(saved)) => restore(saved.get(), scope.as_deref()),
                Err(Unusable) => None,
            };
            match restored.filter(|done| lasts(done.state)) {
                Some(done) => done,
                None => {
                    // A collector that is gone needs no progress.
                    drop(reports.unbounded_send(Progress::NotRestored { input: code }));
                    job.await
                }
            }
        })
    }

    /// Whether asking again what is not complete may well bring more.
    pub(super) const fn may_bring_more(&self) -> bool {
        self.passing
    }

    /// Takes the result of a job, once it is settled.
    pub(super) fn take(&mut self, done: Done, on_progress: OnProgress<'_>) -> Result<(), Error> {
        if let Some(error) = &done.failure {
            if spoils_all(error.kind()) {
                return done.failure.map_or(Ok(()), Err);
            }
            if error.kind() == ErrorKind::Unauthorized {
                self.halted = Some(FailureClass::Unauthorised);
                self.passing = true;
            }
        }
        if done.scope.is_some() {
            self.take_object(done, on_progress);
        } else if let Some(done) = self.unless_split(done) {
            self.take_list(done, on_progress);
        }
        Ok(())
    }

    /// Queues a table to be read by device, where it must be and can be; else hands it back.
    fn unless_split(&mut self, done: Done) -> Option<Done> {
        let Some(total) = done.too_deep else { return Some(done) };
        match self.known.get(DEVICES) {
            Some((_, devices)) if !devices.is_empty() && self.halted.is_none() => {
                let entry = LISTS.iter().find(|entry| entry.code == done.code)?;
                self.splits.push_back((entry, total));
                None
            }
            None if self.plan.inputs.contains(DEVICES) && self.halted.is_none() => {
                self.waiting.push(done);
                None
            }
            _ => Some(done),
        }
    }

    fn take_list(&mut self, done: Done, on_progress: OnProgress<'_>) {
        let (code, state, records) = (done.code, done.state, done.records);
        let ids = Arc::clone(&done.ids);
        self.put(done);
        self.known.insert(code, (state, ids));
        self.finish_input(code, state, records, on_progress);
        if code == DEVICES {
            for done in std::mem::take(&mut self.waiting) {
                if let Some(done) = self.unless_split(done) {
                    self.take_list(done, on_progress);
                }
            }
        }
        self.release(on_progress);
    }

    fn take_object(&mut self, done: Done, on_progress: OnProgress<'_>) {
        let (code, records) = (done.code, done.records);
        self.put(done);
        let Some(open) = self.open.get_mut(code) else { return };
        open.arrived = open.arrived.saturating_add(1);
        open.records = open.records.saturating_add(records);
        let Open { arrived, of, .. } = *open;
        on_progress(Progress::Object { input: code, done: arrived, of });
        if arrived == of {
            self.settle(code, on_progress);
        }
    }

    /// Puts rows into their place.
    fn put(&mut self, done: Done) {
        self.passing |= passes(done.state);
        done.rows.put(&mut self.snapshot);
    }

    fn finish_input(
        &mut self,
        input: &'static str,
        state: InputState,
        records: u64,
        on_progress: OnProgress<'_>,
    ) {
        self.finished.insert(input, state);
        on_progress(Progress::InputFinished { input, state, records });
    }

    /// Queues the per-object inputs whose parents are known by now.
    fn release(&mut self, on_progress: OnProgress<'_>) {
        for entry in SCOPED {
            if !self.plan.inputs.contains(entry.code) || self.released.contains(entry.code) {
                continue;
            }
            let Some(entry) = self.cheaper(entry) else { continue };
            let Some(parents) = self.parents(entry) else { continue };
            let verdict = match &self.refresh {
                Some(refresh) => {
                    refresh.verdict(entry.code, &self.plan, &self.known, &self.snapshot)
                }
                None => Verdict::Anew(None),
            };
            if matches!(verdict, Verdict::Open) {
                continue;
            }
            self.released.insert(entry.code);
            self.open.insert(entry.code, Open { of: parents.len(), ..Open::default() });
            if parents.is_empty() {
                self.settle(entry.code, on_progress);
                continue;
            }
            let parents = match verdict {
                Verdict::Unchanged => self.take_over(entry, &parents, on_progress),
                Verdict::Anew(Some(reason)) => {
                    on_progress(Progress::ReadAnew { input: entry.code, reason });
                    parents
                }
                Verdict::Anew(None) | Verdict::Open => parents,
            };
            if !parents.is_empty() {
                self.objects.push_back((entry, parents, 0));
            }
        }
    }

    /// Puts the lists into their place that the earlier snapshot still proves; the other parents are
    /// left to be asked for.
    fn take_over(
        &mut self,
        entry: &'static ScopedEntry,
        parents: &Arc<[String]>,
        on_progress: OnProgress<'_>,
    ) -> Arc<[String]> {
        let Some(refresh) = &self.refresh else { return Arc::clone(parents) };
        let (mut taken, mut rest) = (Vec::new(), Vec::new());
        for parent in parents.iter() {
            match (entry.unchanged)(refresh, parent) {
                Some(done) => taken.push(done),
                None => rest.push(parent.clone()),
            }
        }
        let Some(read_at) = taken.iter().filter_map(|done| done.rows.read_at()).min() else {
            return rest.into();
        };
        // Nothing in the snapshot is older than its beginning.
        self.snapshot.started_at = self.snapshot.started_at.min(read_at);
        on_progress(Progress::TakenOver { input: entry.code, lists: taken.len(), read_at });
        for done in taken {
            self.take_object(done, on_progress);
        }
        rest.into()
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
            (true, true) => others.len() < own.len(),
            // Neither end is whole: more parents show more of the facts.
            (false, false) => others.len() > own.len(),
        };
        if !swap {
            return Some(entry);
        }
        self.plan.inputs.remove(entry.code);
        self.plan.inputs.insert(other.code);
        Some(other)
    }

    /// Ids of the records an input hangs on; none while they are not known.
    fn parents(&self, entry: &ScopedEntry) -> Option<Arc<[String]>> {
        if entry.code == SETTINGS
            && let Some(organization) = self.client.organization()
        {
            return Some(Arc::new([organization.to_owned()]));
        }
        self.known.get(entry.parent).map(|(_, ids)| Arc::clone(ids))
    }

    /// Says how complete a per-object input is as a whole.
    fn settle(&mut self, code: &'static str, on_progress: OnProgress<'_>) {
        let Some(entry) = SCOPED.iter().find(|entry| entry.code == code) else { return };
        let own = (entry.states)(&self.snapshot);
        let open = self.open.remove(code).unwrap_or_default();
        let parent = match self.known.get(entry.parent) {
            Some((state, _)) if code != SETTINGS => *state,
            _ => InputState::Complete,
        };
        let state = whole(&own, open.of, parent, self.halted);
        (entry.mark)(&mut self.snapshot, state);
        self.finish_input(code, state, open.records, on_progress);
    }

    /// Marks what was not read and hands the snapshot over.
    pub(super) fn finish(mut self, on_progress: OnProgress<'_>) -> Snapshot {
        for done in std::mem::take(&mut self.waiting) {
            self.take_list(done, on_progress);
        }
        if let Some(class) = self.halted {
            let state = InputState::Failed { class };
            let unread = self.splits.drain(..).map(|(entry, _)| entry);
            for entry in self.lists.drain(..).chain(unread).collect::<Vec<_>>() {
                (entry.mark)(&mut self.snapshot, state);
                self.finish_input(entry.code, state, 0, on_progress);
            }
            for code in self.open.keys().copied().collect::<Vec<_>>() {
                self.settle(code, on_progress);
            }
            for entry in SCOPED {
                let wanted = self.plan.inputs.contains(entry.code);
                if wanted && !self.finished.contains_key(entry.code) {
                    (entry.mark)(&mut self.snapshot, state);
                    self.finish_input(entry.code, state, 0, on_progress);
                }
            }
        }
        for input in self.care.raw.iter().flat_map(|tap| tap.failed()) {
            on_progress(Progress::RawNotKept { input });
        }
        let complete = self.finished.values().filter(|state| state.is_complete()).count();
        let incomplete = self.finished.len().saturating_sub(complete);
        on_progress(Progress::Finished { complete, incomplete });
        self.snapshot.finished_at = self.client.core().timestamp();
        *self.snapshot
    }
}

impl Done {
    /// Settles on a state, now that the failure is looked at.
    pub(super) fn settled(mut self) -> Self {
        if let Some(error) = &self.failure
            && self.pages == 0
        {
            self.state = failed(error);
            self.rows.settle(self.state);
        }
        self
    }
}

/// Base address of the console, without path.
pub(super) fn source(client: &Client) -> &str {
    let base = client.hosts().base(Family::V1);
    base.strip_suffix("/api").unwrap_or(base)
}

pub(super) fn counterpart(code: &str) -> Option<&'static ScopedEntry> {
    let other = COUNTERPARTS.iter().find_map(|(one, other)| match code {
        code if code == *one => Some(*other),
        code if code == *other => Some(*one),
        _ => None,
    })?;
    SCOPED.iter().find(|entry| entry.code == other)
}
