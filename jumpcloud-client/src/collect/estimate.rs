//! What a collection would cost, told before it starts.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{self, StreamExt as _};

use super::events;
use super::plan::Plan;
use super::registry::{Care, Glance, LISTS, SCOPED, ScopedEntry};
use super::run::{SETTINGS, counterpart};
use super::spoils_all;
use super::states::failed;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::list::Peek;
use crate::snapshot::InputState;

/// What a collection would cost, and what of it this credential cannot read.
///
/// Lists of the organization are counted exactly, as far as their totals are true. What hangs on
/// records is counted at one request a record, as their lists are not known yet: a lower bound.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// The inputs that would be read, by code; the cheaper of two counterparts is chosen.
    pub inputs: Vec<InputEstimate>,
    /// Requests of all inputs together, if nothing fails.
    pub requests: u64,
    /// The time that these take at least, at the current rate of the client.
    pub time: Duration,
}

impl Estimate {
    /// The inputs that could not be read.
    pub fn obstructed(&self) -> impl Iterator<Item = &InputEstimate> + '_ {
        self.inputs.iter().filter(|input| input.obstacle.is_some())
    }
}

/// What one input would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputEstimate {
    /// Input code.
    pub input: &'static str,
    /// Records of a list of the organization; absent where the service does not say, and for
    /// inputs that hang on records.
    pub records: Option<u64>,
    /// Records that the input hangs on, each with a list of its own; absent for lists of the
    /// organization, and where the service does not say.
    pub parents: Option<u64>,
    /// Requests that reading it takes at least, if nothing fails.
    pub requests: u64,
    /// How the service kept the first record from being read: `failed` or `not_licensed`, of the
    /// input or of the list it hangs on; absent when it may be read.
    pub obstacle: Option<InputState>,
}

impl InputEstimate {
    const fn new(input: &'static str) -> Self {
        Self { input, records: None, parents: None, requests: 0, obstacle: None }
    }
}

/// What was seen of a list, or why it could not be.
type Sight = Result<Peek, InputState>;

/// Looks at the first record of every input and adds up what reading all of them takes.
pub(super) async fn estimate(client: &Client, plan: &Plan, care: &Care) -> Result<Estimate, Error> {
    let lists = LISTS.iter().filter(|entry| plan.inputs.contains(entry.code));
    let glances = lists.map(|entry| {
        let of_events = events::glance(entry.code, client, &plan.events);
        (entry.code, of_events.unwrap_or_else(|| (entry.glance)(client, care)))
    });
    let lists = look(client, glances.collect()).await?;

    let mut inputs = BTreeMap::new();
    for (code, sight) in &lists {
        let mut input = InputEstimate::new(code);
        match sight {
            Ok(peek) => (input.records, input.requests) = (peek.records, peek.requests),
            Err(state) => input.obstacle = Some(*state),
        }
        inputs.insert(*code, input);
    }

    let mut glances = Vec::new();
    for entry in SCOPED.iter().filter(|entry| plan.inputs.contains(entry.code)) {
        let entry = cheaper(entry, plan, &lists);
        let mut input = InputEstimate::new(entry.code);
        match parent(client, entry, &lists) {
            Err(state) => input.obstacle = Some(state),
            Ok((parents, first)) => {
                input.parents = parents;
                // The first list is counted when it has been seen.
                input.requests = parents.unwrap_or(1).saturating_sub(1);
                if let Some(first) = first {
                    glances.push((entry.code, (entry.glance)(client, care, &first)));
                }
            }
        }
        inputs.insert(entry.code, input);
    }
    for (code, sight) in look(client, glances).await? {
        let Some(input) = inputs.get_mut(code) else { continue };
        match sight {
            Ok(peek) => input.requests = input.requests.saturating_add(peek.requests),
            Err(state) => input.obstacle = Some(state),
        }
    }

    let inputs: Vec<InputEstimate> = inputs.into_values().collect();
    let requests = inputs.iter().fold(0_u64, |sum, input| sum.saturating_add(input.requests));
    Ok(Estimate { inputs, requests, time: client.core().least_time(requests) })
}

/// Looks at lists side by side, within the limits of the client.
async fn look(
    client: &Client,
    glances: Vec<(&'static str, Glance)>,
) -> Result<BTreeMap<&'static str, Sight>, Error> {
    let in_flight = client.core().settings().limits.max_in_flight;
    let width = usize::try_from(in_flight).unwrap_or(usize::MAX).max(1);
    let looking = glances.into_iter().map(|(code, glance)| async move { (code, glance.await) });
    let mut seen = BTreeMap::new();
    let mut looking = stream::iter(looking).buffer_unordered(width);
    while let Some((code, sight)) = looking.next().await {
        let sight = match sight {
            Ok(peek) => Ok(peek),
            Err(error) if spoils_all(error.kind()) || error.kind() == ErrorKind::Unauthorized => {
                return Err(error);
            }
            Err(error) => Err(failed(&error)),
        };
        seen.insert(code, sight);
    }
    Ok(seen)
}

/// Records that an input hangs on, how many there are and the id of the first.
fn parent(
    client: &Client,
    entry: &ScopedEntry,
    lists: &BTreeMap<&'static str, Sight>,
) -> Result<(Option<u64>, Option<String>), InputState> {
    if entry.code == SETTINGS
        && let Some(organization) = client.organization()
    {
        return Ok((Some(1), Some(organization.to_owned())));
    }
    match lists.get(entry.parent) {
        Some(Ok(peek)) => Ok((peek.records, peek.first.clone())),
        Some(Err(state)) => Err(*state),
        None => Err(InputState::NotCollected),
    }
}

/// The input, or its counterpart when fewer records stand at that end.
fn cheaper(
    entry: &'static ScopedEntry,
    plan: &Plan,
    lists: &BTreeMap<&'static str, Sight>,
) -> &'static ScopedEntry {
    let Some(other) = counterpart(entry.code).filter(|_| plan.flexible) else { return entry };
    if plan.inputs.contains(other.code) {
        return entry;
    }
    let records = |entry: &ScopedEntry| match lists.get(entry.parent) {
        Some(Ok(peek)) => peek.records,
        _ => None,
    };
    match (records(entry), records(other)) {
        (Some(own), Some(others)) if others < own => other,
        (None, Some(_)) => other,
        _ => entry,
    }
}
