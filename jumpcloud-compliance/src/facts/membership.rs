//! Whether a person is in one particular group.

use super::{Facts, Key, User};

impl Facts<'_> {
    /// Whether a user is in a user group, effectively, as far as its members are known.
    ///
    /// A group that the complete list of groups does not hold was deleted: it has no members.
    pub fn is_member(&self, user: &User<'_>, group: &Key) -> Option<bool> {
        if self.groups_of_user(&user.key).contains(group) {
            return Some(true);
        }
        let members = match self.group(group) {
            Some(group) => self.members_source(group).state,
            None => self.state("UG"),
        };
        members.is_complete().then_some(false)
    }
}
