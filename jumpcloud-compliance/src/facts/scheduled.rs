//! Changes of users that are planned.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::{ScheduledUserState, UserState};

use super::{Facts, Key};
use crate::case::{Case, Row};

/// Planned changes by user, in the order in which they happen.
#[derive(Debug, Default)]
pub(super) struct Scheduled<'a> {
    by_user: BTreeMap<Key, Vec<Row<'a, ScheduledUserState>>>,
}

impl<'a> Scheduled<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let mut by_user: BTreeMap<Key, Vec<_>> = BTreeMap::new();
        for record in &snapshot.list::<ScheduledUserState>().records {
            if let Some(user) = record.value.system_user_id.value() {
                by_user.entry(user.cast()).or_default().push(super::row(record, "BUS"));
            }
        }
        for changes in by_user.values_mut() {
            changes.sort_by_key(|row| {
                let change = row.value();
                (change.scheduled_date.text(), change.scheduled_job_id.value())
            });
        }
        Self { by_user }
    }
}

impl Facts<'_> {
    /// When a user is planned to change into a state, the earliest time first; leaves observations.
    ///
    /// Plans without a readable date are no plans.
    pub fn planned_changes(
        &self,
        case: &mut Case<'_>,
        user: &Key,
        state: &UserState,
    ) -> Vec<Timestamp> {
        let mut times: Vec<Timestamp> = Vec::new();
        for row in self.scheduled.by_user.get(user).into_iter().flatten() {
            let change = row.value();
            if change.state.value() == Some(state) {
                case.see(*row, "state", &change.state);
                times.extend(case.see_time(*row, "scheduledDate", &change.scheduled_date).value());
            }
        }
        times.sort_unstable();
        times
    }
}
