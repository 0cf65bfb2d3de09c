//! Who reaches an application.

use alloc::vec::Vec;

use jumpcloud_client::resources::ApplicationUsers;

use super::{Application, Facts, Key, Source};

impl Facts<'_> {
    /// The people who reach an application, by id, each once, and how complete the list is.
    pub fn people_of_application<'s>(
        &self,
        application: &'s Application<'_>,
    ) -> (Vec<Key>, Source<'s>) {
        let lists = self.snapshot().list_of::<ApplicationUsers>();
        let mut people: Vec<Key> = lists
            .get(&application.id)
            .into_iter()
            .flat_map(jumpcloud_client::Dataset::values)
            .filter_map(|object| Some(object.id.value()?.cast()))
            .collect();
        people.sort();
        people.dedup();
        let state = lists.state_of(&application.id);
        (people, Source { input: "APP-USR", scope: Some(&application.id), state })
    }
}
