//! Who was last active: events of sign-ins and of use, by person, administrator and application.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::insights::LocalUser;
use jumpcloud_client::resources::{Event, EventParty};
use jumpcloud_client::{Field, Record, Resource as _, Snapshot};

use super::{Admin, Application, User, folded};
use crate::case::Row;
use crate::config::Config;
use crate::time::Moment;

/// The event that shows an administrator in use.
pub const ADMIN_SIGN_IN: &str = "admin_login_attempt";
/// The event that shows an application in use.
pub const SINGLE_SIGN_ON: &str = "sso_auth";
/// The event that suspends a user.
const SUSPENSION: &str = "user_suspended";

/// Kinds of event that are logged for failures too, so that silence about success is no success.
const ATTEMPTS: [&str; 7] = [
    ADMIN_SIGN_IN,
    "ldap_bind",
    "login_attempt",
    "radius_auth",
    "radius_auth_attempt",
    SINGLE_SIGN_ON,
    "user_login_attempt",
];

/// An event that may show somebody or something in use.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    record: &'a Record<Event>,
    /// Its id; absent when the record has none.
    id: Option<&'a str>,
    /// When it happened; absent when the record does not say so readably.
    pub at: Option<Timestamp>,
    /// Whether it succeeded; absent when an attempt does not say.
    pub success: Option<bool>,
}

impl<'a> Use<'a> {
    fn new(record: &'a Record<Event>) -> Self {
        let event = &record.value;
        let at = event.timestamp.filled().and_then(|text| Moment::parse(text).instant());
        let attempt = event.event_type.filled().is_none_or(|kind| is_one_of(kind, &ATTEMPTS));
        let success = match &event.success {
            Field::Value(success) => Some(*success),
            Field::Absent | Field::Null if !attempt => Some(true),
            Field::Absent | Field::Null | Field::Unparseable(_) => None,
        };
        Self { record, id: event.id.filled(), at, success }
    }

    /// The event, with its id.
    pub const fn row(&self) -> Row<'a, Event> {
        Row { record: self.record, input: "DI", id: self.id, collected_at: None }
    }

    /// The event.
    pub const fn event(&self) -> &'a Event {
        &self.record.value
    }

    /// Whether the event is of this kind.
    pub fn is(&self, kind: &str) -> bool {
        self.event().event_type.filled().is_some_and(|own| own.eq_ignore_ascii_case(kind))
    }

    /// Whether the event is of one of these kinds, or does not say of which it is.
    pub fn may_be(&self, kinds: &[&str]) -> bool {
        self.event().event_type.filled().is_none_or(|own| is_one_of(own, kinds))
    }
}

/// Who is named in an event.
struct Actor {
    id: Option<String>,
    /// User name and e-mail; used when there is no id.
    names: Vec<String>,
}

impl Actor {
    /// The person of an event: who began it, else, for sign-ins of older events, whom it is about.
    fn of(event: &Event) -> Self {
        let attempt = event.event_type.filled().is_some_and(|kind| is_one_of(kind, &ATTEMPTS));
        let parties = [
            person(&event.initiated_by, true),
            if attempt { person(&event.resource, false) } else { None },
        ];
        let party = parties.into_iter().flatten().next();
        let id = party.and_then(|party| party.id.filled()).map(str::to_ascii_lowercase);
        let names = party
            .into_iter()
            .flat_map(|party| [party.username.filled(), party.email.filled()])
            .chain([event.username.filled()])
            .flatten()
            .map(folded)
            .collect();
        Self { id, names }
    }

    const fn is_nobody(&self) -> bool {
        self.id.is_none() && self.names.is_empty()
    }
}

/// A party that is a person, or does not say what it is where that is allowed.
fn person(party: &Field<EventParty>, unsaid: bool) -> Option<&EventParty> {
    let party = party.value()?;
    let person = match party.kind.filled() {
        Some(kind) => is_one_of(kind, &["user", "admin"]),
        None => unsaid,
    };
    let named = [&party.id, &party.username, &party.email].iter().any(|own| own.filled().is_some());
    (person && named).then_some(party)
}

fn is_one_of(kind: &str, kinds: &[&str]) -> bool {
    kinds.iter().any(|own| kind.eq_ignore_ascii_case(own))
}

/// Events of use, by whom and of what.
#[derive(Debug, Default)]
pub struct Activity<'a> {
    uses: Vec<Use<'a>>,
    by_id: BTreeMap<String, Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
    by_application: BTreeMap<String, Vec<usize>>,
    by_application_name: BTreeMap<String, Vec<usize>>,
    /// Events that name nobody.
    nameless: Vec<usize>,
    /// Sign-ins that name no application.
    objectless: Vec<usize>,
    suspended_at: BTreeMap<String, Timestamp>,
    local: BTreeMap<String, Vec<&'a Record<LocalUser>>>,
}

impl<'a> Activity<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, config: &Config) -> Self {
        let mut activity = Self::default();
        let mut records: Vec<&Record<Event>> = snapshot.list::<Event>().records.iter().collect();
        // The same rows give the same evidence, whatever order they came in.
        records.sort_by(|a, b| {
            let key = |own: &Record<Event>| (Event::key(&own.value), own.digest);
            key(a).cmp(&key(b))
        });
        for record in records {
            let event = &record.value;
            let Some(kind) = event.event_type.filled() else {
                // It may be anything, so it may be anybody's.
                activity.keep_nameless(record);
                continue;
            };
            if kind.eq_ignore_ascii_case(SUSPENSION) {
                activity.suspension(event);
            }
            if config.activity_event_types.iter().any(|own| own.eq_ignore_ascii_case(kind)) {
                activity.keep(record, kind.eq_ignore_ascii_case(SINGLE_SIGN_ON));
            }
        }
        for record in &snapshot.list::<LocalUser>().records {
            if let (true, Some(name)) =
                (record.value.managed.is_true(), record.value.username.filled())
            {
                activity.local.entry(folded(name)).or_default().push(record);
            }
        }
        activity
    }

    fn keep_nameless(&mut self, record: &'a Record<Event>) {
        self.nameless.push(self.uses.len());
        self.objectless.push(self.uses.len());
        self.uses.push(Use::new(record));
    }

    fn keep(&mut self, record: &'a Record<Event>, single_sign_on: bool) {
        let at = self.uses.len();
        let actor = Actor::of(&record.value);
        if actor.is_nobody() {
            self.nameless.push(at);
        }
        match actor.id {
            Some(id) => self.by_id.entry(id).or_default().push(at),
            None => {
                for name in actor.names {
                    self.by_name.entry(name).or_default().push(at);
                }
            }
        }
        if single_sign_on {
            self.application(&record.value, at);
        }
        self.uses.push(Use::new(record));
    }

    fn application(&mut self, event: &Event, at: usize) {
        let application = event.application.value();
        if let Some(id) = application.and_then(|own| own.id.filled()) {
            self.by_application.entry(id.to_ascii_lowercase()).or_default().push(at);
            return;
        }
        let names = application
            .into_iter()
            .flat_map(|own| [own.name.filled(), own.display_label.filled()])
            .flatten();
        let mut named = false;
        for name in names {
            named = true;
            self.by_application_name.entry(folded(name)).or_default().push(at);
        }
        if !named {
            self.objectless.push(at);
        }
    }

    fn suspension(&mut self, event: &Event) {
        if event.success.is_false() {
            return;
        }
        let id = event.resource.value().and_then(|own| own.id.filled());
        let at = event.timestamp.filled().and_then(|text| Moment::parse(text).instant());
        if let Some((id, at)) = id.zip(at) {
            let latest = self.suspended_at.entry(id.to_ascii_lowercase()).or_insert(at);
            *latest = at.max(*latest);
        }
    }

    /// What a user did, as far as events tell: those with the user's id, and those that give no id
    /// but the user's name or e-mail.
    pub fn of_user(&self, user: &User<'_>) -> Vec<&Use<'a>> {
        let record = user.user();
        let names = [record.username.filled(), record.email.filled()];
        let mut uses = self.of(&user.id, &names);
        uses.retain(|own| !own.is(ADMIN_SIGN_IN));
        uses
    }

    /// Sign-ins of an administrator.
    pub fn of_admin(&self, admin: &Admin<'_>) -> Vec<&Use<'a>> {
        let mut uses = self.of(&admin.id, &[admin.administrator().email.filled()]);
        uses.retain(|own| own.is(ADMIN_SIGN_IN));
        uses
    }

    fn of(&self, id: &str, names: &[Option<&str>]) -> Vec<&Use<'a>> {
        let mut places: Vec<usize> =
            self.by_id.get(&id.to_ascii_lowercase()).into_iter().flatten().copied().collect();
        for name in names.iter().flatten() {
            places.extend(self.by_name.get(&folded(name)).into_iter().flatten());
        }
        self.at(places)
    }

    fn at(&self, mut places: Vec<usize>) -> Vec<&Use<'a>> {
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|at| self.uses.get(at)).collect()
    }

    /// Single sign-ons to an application by its id.
    pub fn of_application(&self, application: &Application<'_>) -> Vec<&Use<'a>> {
        let id = application.id.to_ascii_lowercase();
        self.at(self.by_application.get(&id).cloned().unwrap_or_default())
    }

    /// Single sign-ons that give no id but a name of the application.
    pub fn of_application_name(&self, application: &Application<'_>) -> Vec<&Use<'a>> {
        let record = application.application();
        let names = [&record.name, &record.display_label, &record.display_name];
        let places = names.iter().filter_map(|name| name.filled()).flat_map(|name| {
            self.by_application_name.get(&folded(name)).into_iter().flatten().copied()
        });
        self.at(places.collect())
    }

    /// Events that name nobody, so that they may be anybody's.
    pub fn nameless(&self) -> Vec<&Use<'a>> {
        self.at(self.nameless.clone())
    }

    /// Single sign-ons that name no application, so that they may be to any.
    pub fn objectless(&self) -> Vec<&Use<'a>> {
        self.at(self.objectless.clone())
    }

    /// When a user was last suspended, as far as events tell.
    pub fn suspended_at(&self, user: &User<'_>) -> Option<Timestamp> {
        self.suspended_at.get(&user.id.to_ascii_lowercase()).copied()
    }

    /// Rows of the managed local accounts of a user.
    pub fn local_accounts(&self, user: &User<'_>) -> Vec<Row<'a, LocalUser>> {
        let record = user.user();
        let name = record.system_username.filled().or_else(|| record.username.filled());
        let rows = name.and_then(|name| self.local.get(&folded(name))).into_iter().flatten();
        let mut rows: Vec<Row<'a, LocalUser>> = rows
            .map(|record| Row {
                record: *record,
                input: "SI.users",
                id: None,
                collected_at: record
                    .value
                    .collection_time
                    .filled()
                    .and_then(|text| Moment::parse(text).instant()),
            })
            .collect();
        rows.sort_by_key(|row| {
            let system = row.value().system_id.value().map(ToString::to_string);
            (system, row.record.digest)
        });
        rows
    }
}
