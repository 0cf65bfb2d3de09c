//! How complete lists are together that are read object by object.
//!
//! The state of such an input speaks for the lists that were asked for. Absence in all of them is a
//! fact only when each known object has its list, and when every object is known.

use alloc::collections::BTreeMap;

use jumpcloud_client::resources::{
    ApplicationUserAssociations, ApplicationUsers, SystemUsers, UserGroupMembership,
};
use jumpcloud_client::{InputState, ListedOf, PartialReason, Snapshot};

use super::{Application, Device, Facts, Group, Source};

/// States by input code.
#[derive(Debug, Default)]
pub(super) struct Breadth {
    states: BTreeMap<&'static str, InputState>,
}

impl Breadth {
    pub(super) fn new(
        snapshot: &Snapshot,
        applications: &[Application<'_>],
        groups: &[Group<'_>],
        devices: &[Device<'_>],
    ) -> Self {
        let mut all = Self::default();
        let applications = || applications.iter().map(|application| application.id.as_str());
        let user_groups = groups.iter().filter(|group| !group.holds_devices());
        all.add::<ApplicationUsers>(snapshot, "APP", applications());
        all.add::<ApplicationUserAssociations>(snapshot, "APP", applications());
        all.add::<UserGroupMembership>(snapshot, "UG", user_groups.map(|group| group.id.as_str()));
        all.add::<SystemUsers>(snapshot, "SYS", devices.iter().map(|device| device.id.as_str()));
        all
    }

    fn add<'p, S: ListedOf>(
        &mut self,
        snapshot: &Snapshot,
        parent: &str,
        mut parents: impl Iterator<Item = &'p str>,
    ) {
        let lists = snapshot.list_of::<S>();
        let partial = |reason| InputState::Partial { reason };
        let state = if !lists.state.is_complete() {
            lists.state
        } else if !snapshot.state(parent).is_some_and(InputState::is_complete) {
            partial(PartialReason::ParentIncomplete)
        } else if parents.any(|id| lists.get(id).is_none()) {
            partial(PartialReason::ScopeIncomplete)
        } else {
            InputState::Complete
        };
        self.states.insert(S::ENDPOINT.input(), state);
    }
}

impl Facts<'_> {
    /// An input that is read object by object, over every object there is.
    ///
    /// Known for the users and direct associations of applications, the members of user groups and
    /// the users of devices; of other inputs it is the state they give themselves.
    pub fn whole(&self, input: &'static str) -> Source<'static> {
        let known = self.breadth.states.get(input).copied();
        Source { input, scope: None, state: known.unwrap_or_else(|| self.state(input)) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::config::Config;
    use crate::testing::{NOW, inputs, snapshot};

    fn whole(input: &'static str, given: Value) -> InputState {
        let snapshot = snapshot(&inputs(given));
        Facts::new(&snapshot, &Config::default(), NOW.parse().unwrap()).whole(input).state
    }

    const UNASKED: InputState = InputState::Partial { reason: PartialReason::ScopeIncomplete };
    const UNLISTED: InputState = InputState::Partial { reason: PartialReason::ParentIncomplete };

    #[test]
    fn every_known_object_needs_its_list() {
        for (input, parent, id) in [
            ("APP-USR", "APP", "_id"),
            ("APP-ASC", "APP", "_id"),
            ("SYS-USR", "SYS", "_id"),
            ("UGM", "UG", "id"),
        ] {
            let given = |of: Value| json!({parent: [{id: "p1"}, {id: "p2"}], input: {"of": of}});
            assert_eq!(whole(input, given(json!({"p1": [], "p2": []}))), InputState::Complete);
            assert_eq!(whole(input, given(json!({"p1": []}))), UNASKED, "{input}");
            assert_eq!(whole(input, given(json!({}))), UNASKED, "{input}");
            let none = json!({parent: [], input: {"of": {}}});
            assert_eq!(whole(input, none), InputState::Complete, "{input}");
            assert_eq!(whole(input, json!({input: {"of": {}}})), UNLISTED, "{input}");
            let open = json!({parent: {"state": "partial", "reason": "page_failed",
                "records": [{id: "p1"}]}, input: {"of": {"p1": []}}});
            assert_eq!(whole(input, open), UNLISTED, "{input}");
            let own = json!({parent: [{id: "p1"}], input: {"state": "not_licensed"}});
            assert_eq!(whole(input, own), InputState::NotLicensed, "{input}");
            assert_eq!(whole(input, json!({})), InputState::NotCollected, "{input}");
        }
    }

    #[test]
    fn other_inputs_speak_for_themselves() {
        assert_eq!(whole("USR", json!({"USR": []})), InputState::Complete);
        assert_eq!(whole("NOPE", json!({})), InputState::NotCollected);
    }
}
