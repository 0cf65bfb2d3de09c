//! People by the words that name them: e-mail, staff number, administrator account.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use unicode_normalization::UnicodeNormalization as _;

use super::{Facts, Key, User};

/// A word as it is compared: without surrounding blanks, in one Unicode form, without ASCII case.
pub fn folded(word: &str) -> String {
    word.trim().nfc().map(|c| c.to_ascii_lowercase()).collect()
}

/// Places of users by what names them.
#[derive(Debug, Default)]
pub(super) struct People {
    by_email: BTreeMap<String, Vec<usize>>,
    by_second_email: BTreeMap<String, Vec<usize>>,
    by_employee: BTreeMap<String, Vec<usize>>,
    by_admin: BTreeMap<Key, Vec<usize>>,
}

impl People {
    pub(super) fn new(users: &[User<'_>]) -> Self {
        let mut people = Self::default();
        for (at, user) in users.iter().enumerate() {
            let record = user.user();
            if let Some(email) = record.email.filled() {
                people.by_email.entry(folded(email)).or_default().push(at);
            }
            if let Some(email) = record.alternate_email.filled() {
                people.by_second_email.entry(folded(email)).or_default().push(at);
            }
            if let Some(number) = record.employee_identifier.filled() {
                people.by_employee.entry(folded(number)).or_default().push(at);
            }
            if let Some(id) = record.admin.value().and_then(|admin| admin.id.value()) {
                people.by_admin.entry(id.cast()).or_default().push(at);
            }
        }
        people
    }
}

impl<'a> Facts<'a> {
    /// The users with this e-mail address, by id; case does not matter.
    pub fn users_with_email(&self, email: &str) -> Vec<&User<'a>> {
        self.at(self.people.by_email.get(&folded(email)))
    }

    /// The users with this e-mail address as first or second one, the first ones before the second.
    pub fn users_with_any_email(&self, email: &str) -> Vec<&User<'a>> {
        let mut users = self.users_with_email(email);
        users.extend(self.at(self.people.by_second_email.get(&folded(email))));
        users
    }

    /// The users with this staff number, by id; case does not matter.
    pub fn users_with_employee_identifier(&self, number: &str) -> Vec<&User<'a>> {
        self.at(self.people.by_employee.get(&folded(number)))
    }

    /// The users whose records name this administrator as theirs, by id.
    pub fn users_of_admin(&self, admin: &Key) -> Vec<&User<'a>> {
        self.at(self.people.by_admin.get(admin))
    }

    /// The administrators that records of users name, by id, each with those users.
    pub fn linked_admins(&self) -> impl Iterator<Item = (&Key, Vec<&User<'a>>)> {
        self.people.by_admin.iter().map(|(id, places)| (id, self.at(Some(places))))
    }

    fn at(&self, places: Option<&Vec<usize>>) -> Vec<&User<'a>> {
        places.into_iter().flatten().filter_map(|at| self.users.get(*at)).collect()
    }
}
