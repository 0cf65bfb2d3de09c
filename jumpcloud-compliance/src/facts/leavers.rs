//! People who leave, and the accounts that are theirs.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jumpcloud_client::{Field, Id};

use super::{Facts, Key, User};
use crate::config::{Config, Leaver};

/// Where an entry of the register leads.
#[derive(Clone, Copy, Debug)]
struct Match {
    /// Place of the entry in the register.
    entry: usize,
    /// The entry leads to other accounts as well.
    ambiguous: bool,
}

/// Entries of the register by account.
#[derive(Debug, Default)]
pub(super) struct Leavers {
    by_user: BTreeMap<Key, Vec<Match>>,
    /// What entries that lead to no account were looked up by.
    unmatched: LookedUpBy,
}

/// Which words of a record entries without account were looked up by.
#[derive(Clone, Copy, Debug, Default)]
struct LookedUpBy {
    email: bool,
    employee_identifier: bool,
}

/// An entry of the register that leads to an account.
#[derive(Clone, Copy, Debug)]
pub struct Leaving<'c> {
    /// Place of the entry in the register.
    pub place: usize,
    /// The entry.
    pub entry: &'c Leaver,
    /// The entry leads to other accounts as well.
    pub ambiguous: bool,
}

impl Leavers {
    pub(super) fn new(facts: &Facts<'_>, config: &Config) -> Self {
        let mut leavers = Self::default();
        for (entry, leaver) in config.leavers.iter().flatten().enumerate() {
            let accounts = accounts(facts, leaver);
            if accounts.is_empty() {
                leavers.unmatched.email |= leaver.email.is_some();
                leavers.unmatched.employee_identifier |= leaver.employee_identifier.is_some();
            }
            let ambiguous = accounts.len() > 1;
            for user in accounts {
                let of = leavers.by_user.entry(user.key.clone()).or_default();
                of.push(Match { entry, ambiguous });
            }
        }
        leavers
    }
}

/// The accounts of a person: by account id, else by staff number, else by e-mail.
fn accounts<'f, 'a>(facts: &'f Facts<'a>, leaver: &Leaver) -> Vec<&'f User<'a>> {
    let by_id = leaver.user_id.as_deref().and_then(|id| facts.user(&Id::new(id).ok()?));
    if let Some(user) = by_id {
        return alloc::vec![user];
    }
    let by_number = leaver
        .employee_identifier
        .as_deref()
        .map(|number| facts.users_with_employee_identifier(number))
        .unwrap_or_default();
    if !by_number.is_empty() {
        return by_number;
    }
    leaver.email.as_deref().map(|email| facts.users_with_email(email)).unwrap_or_default()
}

impl Facts<'_> {
    /// The entries of the register that lead to an account.
    pub fn leaving<'c>(&self, user: &User<'_>, config: &'c Config) -> Vec<Leaving<'c>> {
        let register = config.leavers.as_deref().unwrap_or_default();
        let matches = self.leavers.by_user.get(&user.key).into_iter().flatten();
        matches
            .filter_map(|found| {
                let entry = register.get(found.entry)?;
                Some(Leaving { place: found.entry, entry, ambiguous: found.ambiguous })
            })
            .collect()
    }

    /// Whether a record lacks the words by which an entry without account could lead to it.
    pub fn may_be_leaving(&self, user: &User<'_>) -> bool {
        let record = user.user();
        let missing = |field: &Field<alloc::string::String>| {
            matches!(field, Field::Absent | Field::Unparseable(_))
        };
        self.leavers.unmatched.email && missing(&record.email)
            || self.leavers.unmatched.employee_identifier && missing(&record.employee_identifier)
    }
}
