//! Users, and where they stand in their life cycle.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jumpcloud_client::resources::{SystemUser, UserState};
use jumpcloud_client::{Field, Snapshot};

use super::Key;
use crate::case::Row;
use crate::config::Config;

/// Where a user stands in the life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// May sign in.
    Active,
    /// Suspended, by state or by the older flag; the stricter of the two wins.
    Suspended,
    /// Prepared and not yet activated.
    Staged,
    /// The record does not let anyone tell.
    Unclear,
}

impl Standing {
    /// Where the record of a user says that it stands.
    pub(crate) fn of(user: &SystemUser) -> Self {
        standing(user).0
    }
}

/// A user.
#[derive(Debug)]
pub struct User<'a> {
    /// Its id.
    pub key: Key,
    /// Its id as text.
    pub id: String,
    /// Its record.
    pub row: Row<'a, SystemUser>,
    /// Where it stands.
    pub standing: Standing,
    /// State and suspension flag contradict each other.
    pub state_conflict: bool,
    /// A service account: registered in the configuration, or flagged by the directory.
    pub service_account: bool,
}

impl<'a> User<'a> {
    /// The record.
    pub const fn user(&self) -> &'a SystemUser {
        self.row.value()
    }

    /// The record, with the user's id.
    pub fn row(&self) -> Row<'_, SystemUser> {
        Row { id: Some(&self.id), ..self.row }
    }

    /// Whether the person may sign in.
    pub fn is_active(&self) -> bool {
        self.standing == Standing::Active
    }

    /// A name for people: display name, first and last name, else user name, else id.
    pub fn name(&self) -> String {
        let user = self.user();
        if let Some(name) = user.displayname.filled() {
            return name.to_string();
        }
        match (user.firstname.filled(), user.lastname.filled()) {
            (Some(first), Some(last)) => alloc::format!("{first} {last}"),
            _ => user.username.filled().unwrap_or(&self.id).to_string(),
        }
    }
}

/// Where a user stands, and whether the record contradicts itself.
pub(super) fn standing(user: &SystemUser) -> (Standing, bool) {
    let suspended = user.suspended.is_true();
    match user.state.value() {
        Some(UserState::Activated) if suspended => (Standing::Suspended, true),
        Some(UserState::Activated) => (Standing::Active, false),
        Some(UserState::Suspended) => (Standing::Suspended, user.suspended.is_false()),
        Some(UserState::Staged) if suspended => (Standing::Suspended, true),
        Some(UserState::Staged) => (Standing::Staged, false),
        Some(_) if suspended => (Standing::Suspended, false),
        Some(_) => (Standing::Unclear, false),
        // Older records carry no state: activation and suspension decide together.
        None if suspended => (Standing::Suspended, false),
        None => match (&user.activated, &user.suspended) {
            (Field::Value(true), Field::Value(false)) => (Standing::Active, false),
            (Field::Value(false), Field::Value(false)) => (Standing::Staged, false),
            _ => (Standing::Unclear, false),
        },
    }
}

/// Every user of a snapshot, by id.
pub(super) fn all<'a>(snapshot: &'a Snapshot, config: &Config) -> Vec<User<'a>> {
    let mut users: Vec<_> = snapshot
        .list::<SystemUser>()
        .records
        .iter()
        .filter_map(|record| {
            let user = &record.value;
            let id = user.id.value()?;
            let (standing, state_conflict) = standing(user);
            let text = id.to_string();
            let service_account = user.ldap_binding_user.is_true()
                || user.samba_service_user.is_true()
                || config.service_accounts.iter().any(|account| account.user_id == text);
            Some(User {
                key: id.cast(),
                id: text,
                row: super::row(record, "USR"),
                standing,
                state_conflict,
                service_account,
            })
        })
        .collect();
    users.sort_by(|a, b| a.key.cmp(&b.key));
    users.dedup_by(|a, b| a.key == b.key);
    users
}
