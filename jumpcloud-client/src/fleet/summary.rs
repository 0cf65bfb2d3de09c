//! What became of the tenants of a fleet.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::tenant::Tenant;
use super::{Ended, TenantRun};

/// What became of each tenant of a fleet, in the order of their ids.
///
/// It begins with all of them, so that one that was never run is told and not forgotten: a sum over tenants
/// is only as good as the tenants that are in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    tenants: BTreeMap<String, TenantLine>,
}

/// What became of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TenantLine {
    /// Id of the organization.
    pub organization: String,
    /// Its name, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What became of it.
    pub state: TenantState,
    /// Why it failed, in the words of its error; absent where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Requests sent for it.
    pub requests: u64,
}

/// What became of a tenant, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TenantState {
    /// Its run has not begun, or was broken off.
    NotRun,
    /// Its work brought a result.
    Done,
    /// Its work failed.
    Failed,
}

impl TenantState {
    /// The word for it, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRun => "not_run",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for TenantState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Summary {
    pub(super) fn of(tenants: &[Tenant]) -> Self {
        let lines = tenants.iter().map(|tenant| {
            let line = TenantLine {
                organization: tenant.organization().to_owned(),
                name: tenant.name().map(str::to_owned),
                state: TenantState::NotRun,
                reason: None,
                requests: 0,
            };
            (line.organization.clone(), line)
        });
        Self { tenants: lines.collect() }
    }

    /// Takes in how a tenant ended, in place of what was known of it.
    pub fn add<T, E: fmt::Display>(&mut self, run: &TenantRun<T, E>) {
        let (state, reason) = match &run.ended {
            Ended::Done(_) => (TenantState::Done, None),
            Ended::Failed(error) => (TenantState::Failed, Some(error.to_string())),
            Ended::NotBegun => (TenantState::NotRun, None),
        };
        let line = TenantLine {
            organization: run.organization.clone(),
            name: run.name.clone(),
            state,
            reason,
            requests: run.requests,
        };
        self.tenants.insert(line.organization.clone(), line);
    }

    /// Each tenant, by id.
    pub fn tenants(&self) -> impl ExactSizeIterator<Item = &TenantLine> {
        self.tenants.values()
    }

    fn count(&self, state: TenantState) -> usize {
        self.tenants.values().filter(|line| line.state == state).count()
    }

    /// How many brought a result.
    pub fn done(&self) -> usize {
        self.count(TenantState::Done)
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.count(TenantState::Failed)
    }

    /// How many have no run to their name.
    pub fn not_run(&self) -> usize {
        self.count(TenantState::NotRun)
    }

    /// Requests sent for all of them.
    pub fn requests(&self) -> u64 {
        self.tenants.values().fold(0, |sum, line| sum.saturating_add(line.requests))
    }
}
