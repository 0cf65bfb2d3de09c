//! Policies, the devices they are bound to, and how they ended there.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::{
    GraphObject, Policy, PolicyResult, PolicyStatuses, PolicySystems, SystemPolicies,
    SystemPolicyStatuses,
};
use jumpcloud_client::{ListedOf, Snapshot};

use super::{Device, Facts, Key, Source};
use crate::case::Row;
use crate::time::Moment;

/// A policy.
#[derive(Debug)]
pub struct PolicyFacts<'a> {
    /// Its id.
    pub key: Key,
    /// Its id as text.
    pub id: String,
    /// Its record.
    pub row: Row<'a, Policy>,
}

impl<'a> PolicyFacts<'a> {
    /// The record.
    pub const fn policy(&self) -> &'a Policy {
        self.row.value()
    }

    /// The record, with the policy's id.
    pub fn row(&self) -> Row<'_, Policy> {
        Row { id: Some(&self.id), ..self.row }
    }

    /// Name of the template, such as `lock_screen_darwin`.
    pub fn template(&self) -> Option<&'a str> {
        self.policy().template.value()?.name.filled()
    }
}

/// A policy bound to a device, with its latest result.
#[derive(Clone, Debug)]
pub struct BoundPolicy<'a> {
    /// The policy.
    pub policy: Key,
    /// The answer that says it is bound; none when only a result says so.
    pub binding: Option<Row<'a, GraphObject>>,
    /// The latest result; none when there is none yet.
    pub result: Option<Row<'a, PolicyResult>>,
}

impl BoundPolicy<'_> {
    /// Lengths of the ways by which it is bound, sorted; 1 is a direct binding.
    pub fn path_lengths(&self) -> Vec<i64> {
        self.binding.as_ref().map(super::access::lengths).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
pub(super) struct Policies<'a> {
    policies: Vec<PolicyFacts<'a>>,
    bound: BTreeMap<Key, BTreeMap<Key, Row<'a, GraphObject>>>,
    latest: BTreeMap<Key, BTreeMap<Key, Row<'a, PolicyResult>>>,
}

impl<'a> Policies<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let mut policies: Vec<_> = snapshot
            .list::<Policy>()
            .records
            .iter()
            .filter_map(|record| {
                let id = record.value.id.value()?;
                let row = super::row(record, "POL");
                Some(PolicyFacts { key: id.cast(), id: id.to_string(), row })
            })
            .collect();
        policies.sort_by(|a, b| a.key.cmp(&b.key));
        policies.dedup_by(|a, b| a.key == b.key);
        let mut all = Self { policies, ..Self::default() };
        for (policy, device, row) in super::edges::<PolicySystems>(snapshot) {
            all.bound.entry(device).or_default().insert(policy, row);
        }
        for (device, policy, row) in super::edges::<SystemPolicies>(snapshot) {
            all.bound.entry(device).or_default().insert(policy, row);
        }
        all.results::<PolicyStatuses>(snapshot, |policy, result| {
            Some((result.system_id.value()?.cast(), policy.clone()))
        });
        all.results::<SystemPolicyStatuses>(snapshot, |device, result| {
            Some((device.clone(), result.policy_id.value()?.cast()))
        });
        all
    }

    fn results<S>(
        &mut self,
        snapshot: &'a Snapshot,
        pair: impl Fn(&Key, &PolicyResult) -> Option<(Key, Key)>,
    ) where
        S: ListedOf<Record = PolicyResult>,
    {
        for (parent, dataset) in &snapshot.list_of::<S>().of {
            let Ok(parent_key) = Key::new(parent) else { continue };
            for record in &dataset.records {
                let Some((device, policy)) = pair(&parent_key, &record.value) else { continue };
                let row = Row {
                    record,
                    input: S::ENDPOINT.input(),
                    id: Some(parent.as_str()),
                    collected_at: None,
                };
                let results = self.latest.entry(device).or_default();
                match results.get(&policy) {
                    Some(known) if order(known.value()) >= order(&record.value) => {}
                    _ => {
                        results.insert(policy, row);
                    }
                }
            }
        }
    }
}

/// What makes a result the latest: its end, then its start, then its id.
fn order(result: &PolicyResult) -> (Option<Timestamp>, Option<Timestamp>, Option<String>) {
    let time = |text: Option<&str>| text.and_then(|text| Moment::parse(text.trim()).instant());
    (
        time(result.ended_at.text()),
        time(result.started_at.text()),
        result.id.value().map(ToString::to_string),
    )
}

impl<'a> Facts<'a> {
    /// Every policy, by id.
    pub fn policies(&self) -> &[PolicyFacts<'a>] {
        &self.policies.policies
    }

    /// The policy with this id.
    pub fn policy(&self, id: &Key) -> Option<&PolicyFacts<'a>> {
        super::find(&self.policies.policies, id, |policy| &policy.key)
    }

    /// The policies bound to a device, by policy, each with its latest result.
    pub fn policies_of_device(&self, device: &Key) -> Vec<BoundPolicy<'a>> {
        let mut bound: BTreeMap<&Key, BoundPolicy<'a>> = BTreeMap::new();
        for (policy, row) in self.policies.bound.get(device).into_iter().flatten() {
            let binding = Some(*row);
            bound.insert(policy, BoundPolicy { policy: policy.clone(), binding, result: None });
        }
        for (policy, row) in self.policies.latest.get(device).into_iter().flatten() {
            bound
                .entry(policy)
                .or_insert(BoundPolicy { policy: policy.clone(), binding: None, result: None })
                .result = Some(*row);
        }
        bound.into_values().collect()
    }

    /// Where the bindings of policies to a device come from.
    pub fn policy_bindings<'d>(&self, device: &'d Device<'_>) -> Source<'d> {
        let own = self.snapshot.list_of::<SystemPolicies>().state_of(&device.id);
        super::better(
            Source { input: "SYS-POL", scope: Some(&device.id), state: own },
            Source { input: "POL-SYS", scope: None, state: self.state("POL-SYS") },
        )
    }

    /// Where the policy results of a device come from.
    pub fn policy_results<'d>(&self, device: &'d Device<'_>) -> Source<'d> {
        let own = self.snapshot.list_of::<SystemPolicyStatuses>().state_of(&device.id);
        super::better(
            Source { input: "SYS-PST", scope: Some(&device.id), state: own },
            Source { input: "PST", scope: None, state: self.state("PST") },
        )
    }
}
