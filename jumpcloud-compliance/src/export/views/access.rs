//! Who is let into which application, by which way, for a reviewer to decide.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::{ApplicationUsers, Event, GraphHop, GraphObject};
use jumpcloud_client::{InputState, PartialReason, Record};

use super::{Sight, UNKNOWN, View, state};
use crate::facts::{Application, SINGLE_SIGN_ON, Standing, User};
use crate::subject::SubjectKind;

const COLUMNS: &[&str] = &[
    "application",
    "application_id",
    "user",
    "user_key",
    "user_id",
    "user_state",
    "granted_by",
    "last_use",
    "list",
    "decision",
    "reviewer",
    "remark",
];

pub(super) fn view(sight: &Sight<'_>) -> View {
    let lists = sight.facts.snapshot().list_of::<ApplicationUsers>();
    let mut rows = Vec::new();
    let mut unknown = Vec::new();
    let mut short: usize = 0;
    for application in sight.facts.applications() {
        let list_state = lists.state_of(&application.id);
        if !list_state.is_complete() {
            short = short.saturating_add(1);
        }
        let records =
            lists.get(&application.id).map(|list| list.records.as_slice()).unwrap_or_default();
        if records.is_empty() {
            rows.push(nobody(sight, application, list_state));
        }
        let mut users: Vec<&Record<GraphObject>> = records.iter().collect();
        users.sort_by(|a, b| a.value.id.value().cmp(&b.value.id.value()));
        rows.extend(users.into_iter().map(|record| user(sight, application, record, list_state)));
    }
    let applications = sight.facts.state("APP");
    if !applications.is_complete() {
        unknown.push(alloc::format!(
            "There may be more applications: input APP is {}.",
            state(applications)
        ));
    }
    if short > 0 {
        unknown.push(alloc::format!(
            "The users of {short} applications may be incomplete; the column list says which."
        ));
    }
    unknown.push(match seen_since(sight) {
        Some(since) => alloc::format!(
            "Last use is the latest single sign-on that JumpCloud logged since {since}; signing in past \
             JumpCloud leaves no trace."
        ),
        None => alloc::format!(
            "When an application was last used may be unknown: input DI is {}.",
            state(sight.facts.state("DI"))
        ),
    });
    sight.view("access_review", "Access review", COLUMNS, rows, unknown)
}

/// An application of which no user arrived still has its row.
fn nobody(sight: &Sight<'_>, application: &Application<'_>, list_state: InputState) -> Vec<String> {
    let user = if list_state.is_complete() { "nobody" } else { UNKNOWN };
    let mut cells = alloc::vec![
        sight.called(SubjectKind::Application, &application.id),
        application.id.clone(),
        user.to_string(),
    ];
    cells.resize(8, String::new());
    cells.push(state(list_state));
    cells.resize(COLUMNS.len(), String::new());
    cells
}

fn user(
    sight: &Sight<'_>,
    application: &Application<'_>,
    record: &Record<GraphObject>,
    list_state: InputState,
) -> Vec<String> {
    let id = record.value.id.value();
    let user = id.and_then(|id| sight.facts.user(&id.cast()));
    let id = id.map_or_else(|| UNKNOWN.to_string(), ToString::to_string);
    let standing = match user.map(|user| user.standing) {
        Some(standing) => word(standing),
        None if sight.facts.state("USR").is_complete() => "not in the directory",
        None => UNKNOWN,
    };
    let mut cells = alloc::vec![
        sight.called(SubjectKind::Application, &application.id),
        application.id.clone(),
        sight.name(SubjectKind::User, &id),
        sight.natural_key(SubjectKind::User, &id),
        id,
        standing.to_string(),
        granted_by(sight, &record.value),
        last_use(sight, application, user),
        state(list_state),
    ];
    cells.resize(COLUMNS.len(), String::new());
    cells
}

/// Since when every single sign-on was seen, where that is known.
fn seen_since(sight: &Sight<'_>) -> Option<Timestamp> {
    let events = sight.facts.snapshot().list::<Event>();
    let window = events.coverage.window.as_deref()?;
    let whole = matches!(
        events.state(),
        InputState::Complete | InputState::Partial { reason: PartialReason::RetentionGap }
    );
    let asked = window.asks_every_service() && window.asks_for(SINGLE_SIGN_ON);
    (whole && asked).then(|| window.covered_from())
}

/// The latest single sign-on of a user to an application.
fn last_use(sight: &Sight<'_>, application: &Application<'_>, user: Option<&User<'_>>) -> String {
    let Some(user) = user else { return UNKNOWN.to_string() };
    let uses = sight.facts.activity().of_user(user);
    let into = |event: &Event| {
        let id = event.application.value().and_then(|named| named.id.filled());
        id.is_some_and(|id| id.eq_ignore_ascii_case(&application.id))
    };
    let signed_on = uses.iter().filter(|own| own.success == Some(true) && into(own.event()));
    match (signed_on.filter_map(|own| own.at).max(), seen_since(sight)) {
        (Some(at), _) => at.to_string(),
        (None, Some(since)) => alloc::format!("none since {since}"),
        (None, None) => UNKNOWN.to_string(),
    }
}

/// A user's standing in a word.
pub(super) const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
        Standing::Staged => "staged",
        Standing::Unclear => UNKNOWN,
    }
}

/// Each way that grants the access, from the application to the user, in words.
fn granted_by(sight: &Sight<'_>, object: &GraphObject) -> String {
    let ways = object.paths.value().map(Vec::as_slice).unwrap_or_default();
    if ways.is_empty() {
        return UNKNOWN.to_string();
    }
    let mut ways: Vec<String> = ways.iter().map(|way| words(sight, way)).collect();
    ways.sort();
    ways.dedup();
    ways.join("; ")
}

fn words(sight: &Sight<'_>, way: &[GraphHop]) -> String {
    // The last hop is the user.
    let between = way.split_last().map(|(_, between)| between).unwrap_or_default();
    if between.is_empty() {
        return "direct".to_string();
    }
    let hops: Vec<String> = between
        .iter()
        .map(|hop| {
            let to = hop.to.value();
            let Some(id) = to.and_then(|to| to.id.value()) else { return UNKNOWN.to_string() };
            let kind = to.and_then(|to| to.kind.value()).map_or("object", |kind| kind.as_str());
            let name = match sight.facts.group(&id.cast()) {
                Some(group) => sight.called(SubjectKind::Group, &group.id),
                None => id.to_string(),
            };
            alloc::format!("{} {name}", kind.replace('_', " "))
        })
        .collect();
    hops.join(" > ")
}
