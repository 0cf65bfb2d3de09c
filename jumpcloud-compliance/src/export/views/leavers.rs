//! Leavers: last day, since when the account is suspended, hours between.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Time;

use super::{Sight, UNKNOWN, View, access};
use crate::config::Leaver;
use crate::facts::{Standing, User};
use crate::pii::PiiMode;
use crate::subject::SubjectKind;
use crate::time;

const COLUMNS: &[&str] = &[
    "entry",
    "person",
    "user",
    "user_id",
    "last_day",
    "day_ended_at",
    "user_state",
    "first_seen_suspended_at",
    "hours_between",
    "result",
];

pub(super) fn view(sight: &Sight<'_>) -> View {
    let mut unknown = Vec::new();
    let Some(register) = &sight.config.leavers else {
        unknown.push("No register of leavers is kept: who left is not known.".to_string());
        return sight.view("leavers", "Leaver test", COLUMNS, Vec::new(), unknown);
    };
    let mut accounts: BTreeMap<usize, Vec<&User<'_>>> = BTreeMap::new();
    for user in sight.facts.users() {
        for leaving in sight.facts.leaving(user, sight.config) {
            accounts.entry(leaving.place).or_default().push(user);
        }
    }
    let mut rows = Vec::new();
    for (place, leaver) in register.iter().enumerate() {
        match accounts.get(&place) {
            Some(users) => {
                rows.extend(users.iter().map(|user| row(sight, place, leaver, Some(user))));
            }
            None => rows.push(row(sight, place, leaver, None)),
        }
    }
    match sight.history {
        None => unknown.push(
            "Since when accounts are suspended is not known: no history of earlier evaluations was \
             given."
                .to_string(),
        ),
        Some(_) => unknown.push(
            "An account was suspended at the latest when an evaluation first saw it so; the hours \
             between are the most it can have been."
                .to_string(),
        ),
    }
    if !sight.facts.state("USR").is_complete() {
        unknown.push("An entry without account may have one: not every user arrived.".to_string());
    }
    sight.view("leavers", "Leaver test", COLUMNS, rows, unknown)
}

fn row(sight: &Sight<'_>, place: usize, leaver: &Leaver, user: Option<&User<'_>>) -> Vec<String> {
    let ended = leaver
        .last_day
        .tomorrow()
        .ok()
        .and_then(|next| {
            sight.config.offset().to_timestamp(next.to_datetime(Time::midnight())).ok()
        })
        .unwrap_or(Timestamp::MAX);
    let mut cells = alloc::vec![place.saturating_add(1).to_string(), person(sight, leaver)];
    let days = [leaver.last_day.to_string(), time::format(ended)];
    let Some(user) = user else {
        cells.extend([String::new(), String::new()]);
        cells.extend(days);
        cells.extend([String::new(), String::new(), String::new()]);
        let whole = sight.facts.state("USR").is_complete();
        cells.push(if whole { "no account" } else { UNKNOWN }.to_string());
        return cells;
    };
    let since = sight
        .history
        .and_then(|history| history.suspended_since(&user.id))
        .filter(|_| user.standing == Standing::Suspended);
    let hours =
        since.map(|since| since.as_second().saturating_sub(ended.as_second()).div_euclid(3600));
    // Nothing is between for somebody who is not suspended.
    let missing = if user.standing == Standing::Suspended { UNKNOWN } else { "" };
    cells.extend([sight.called(SubjectKind::User, &user.id), user.id.clone()]);
    cells.extend(days);
    cells.extend([
        access::word(user.standing).to_string(),
        since.map_or_else(|| missing.to_string(), time::format),
        hours.map_or_else(|| missing.to_string(), |hours| hours.to_string()),
        sight.ended("JC-USR-021", &user.id),
    ]);
    cells
}

/// The person as the register names them; only where names may be shown.
fn person(sight: &Sight<'_>, leaver: &Leaver) -> String {
    if sight.config.pii_mode != PiiMode::Clear {
        return String::new();
    }
    let named = leaver.email.as_deref().or(leaver.employee_identifier.as_deref());
    named.or(leaver.user_id.as_deref()).unwrap_or_default().to_string()
}
