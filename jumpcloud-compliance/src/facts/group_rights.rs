//! What a group gives to its members.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::{
    ApplicationUserGroupAssociations, SystemGroupPolicyAssociations,
};

use super::{Facts, Group, Key, Source};

/// Applications by the user group that opens them.
#[derive(Debug, Default)]
pub(super) struct GroupRights {
    applications: BTreeMap<Key, Vec<Key>>,
}

impl GroupRights {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let mut rights = Self::default();
        for (application, dataset) in &snapshot.list_of::<ApplicationUserGroupAssociations>().of {
            let Ok(application) = Key::new(application) else { continue };
            for association in dataset.values() {
                if let Some(group) = association.to.value().and_then(|to| to.id.value()) {
                    rights.applications.entry(group.cast()).or_default().push(application.clone());
                }
            }
        }
        for applications in rights.applications.values_mut() {
            applications.sort();
            applications.dedup();
        }
        rights
    }
}

impl Facts<'_> {
    /// The applications that a user group opens directly, by id.
    pub fn applications_of_group(&self, group: &Group<'_>) -> &[Key] {
        self.group_rights.applications.get(&group.key).map(Vec::as_slice).unwrap_or_default()
    }

    /// How complete it is known which user groups open an application.
    pub fn groups_of_application_source<'s>(&self, application: &'s str) -> Source<'s> {
        let lists = self.snapshot.list_of::<ApplicationUserGroupAssociations>();
        Source { input: "APP-ASC-UG", scope: Some(application), state: lists.state_of(application) }
    }

    /// How many applications or policies hang on a group directly, and how complete that count is.
    pub fn bindings_of_group<'g>(&self, group: &'g Group<'_>) -> (usize, Source<'g>) {
        if group.holds_devices() {
            let lists = self.snapshot.list_of::<SystemGroupPolicyAssociations>();
            let count = lists.get(&group.id).map_or(0, |list| list.records.len());
            let state = lists.state_of(&group.id);
            return (count, Source { input: "SG-ASC-POL", scope: Some(&group.id), state });
        }
        let state = self.state("APP-ASC-UG");
        let count = self.applications_of_group(group).len();
        (count, Source { input: "APP-ASC-UG", scope: None, state })
    }
}
