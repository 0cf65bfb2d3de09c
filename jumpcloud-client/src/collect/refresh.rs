//! What an earlier snapshot still proves, so that it need not be read again.
//!
//! No answer of the service says that a list is as it was: totals say nothing of what changed under
//! them, and objects carry no version. What is left are the events. The documented kinds of event and
//! what their names say are the source of the tables below `[spec]`; that a change leaves an event at
//! all is `[inferred]`. So everything that could speak for a change is taken for one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use super::plan::Plan;
use super::progress::Anew;
use super::registry::LISTS;
use super::run::{counterpart, source};
use super::spoils_all;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::events::{EventQuery, count};
use crate::field::Field;
use crate::resource::Resource;
use crate::resources::{MembershipMethod, SystemGroup, UserGroup};
use crate::send::Answer;
use crate::snapshot::{Dataset, InputState, Listed, Snapshot};

/// Objects between which bindings run, other than groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Objects {
    Devices,
    Users,
    Applications,
    Policies,
}

/// Documented kinds of event, and the objects that they change.
///
/// A kind that is not here, such as `association_change`, counts as changing everything. The first
/// ones change no object that a binding runs between: people who sign in or change a secret of their
/// own, and devices that report. `ldap_srch`, `radius_auth_attempt`, `command_result`,
/// `policy_result` and `software_status_update` are not documented but sent `[official code]`.
const KINDS: [(Option<Objects>, &[&str]); 5] = [
    (
        None,
        &[
            "admin_lockout",
            "admin_login_attempt",
            "admin_password_change",
            "admin_password_reset_request",
            "admin_totp_finish_enrollment",
            "admin_totp_start_enrollment",
            "command_result",
            "command_run",
            "ldap_bind",
            "ldap_search",
            "ldap_srch",
            "login_attempt",
            "policy_result",
            "radius_auth",
            "radius_auth_attempt",
            "remote_session_end",
            "remote_session_join",
            "remote_session_start",
            "software_status_update",
            "sso_auth",
            "system_fde_key_update",
            "totp_finish_enrollment",
            "totp_start_enrollment",
            "user_lockout",
            "user_login_attempt",
            "user_password_change",
            "user_password_expired",
            "user_password_reset_request",
            "user_password_set",
            "user_unlocked",
        ],
    ),
    (
        Some(Objects::Users),
        &[
            "user_activated",
            "user_activation_schedule_create",
            "user_activation_schedule_delete",
            "user_create",
            "user_create_provision",
            "user_delete",
            "user_delete_provision",
            "user_suspended",
            "user_suspension_schedule_create",
            "user_suspension_schedule_delete",
            "user_unsuspended",
            "user_update",
            "user_update_provision",
        ],
    ),
    (Some(Objects::Devices), &["system_create", "system_delete", "system_update"]),
    (
        Some(Objects::Applications),
        &["application_create", "application_delete", "application_update"],
    ),
    (Some(Objects::Policies), &["policy_create", "policy_delete", "policy_update"]),
];

/// An input of which events tell.
struct Provable {
    input: &'static str,
    /// Objects at its ends.
    ends: &'static [Objects],
    /// Lists of what it runs between and through.
    lists: &'static [&'static str],
    /// Whether it runs through the members of groups.
    through_groups: bool,
}

const fn provable(
    input: &'static str,
    ends: &'static [Objects],
    lists: &'static [&'static str],
    through_groups: bool,
) -> Provable {
    Provable { input, ends, lists, through_groups }
}

const PROVABLE: [Provable; 10] = {
    use Objects::{Applications, Devices, Policies, Users};
    [
        provable("SGM", &[Devices], &["SG", "SYS"], true),
        provable("UGM", &[Users], &["UG", "USR"], true),
        provable("SYS-USR", &[Devices, Users], &["SYS", "USR", "SG", "UG"], true),
        provable("USR-SYS", &[Devices, Users], &["SYS", "USR", "SG", "UG"], true),
        provable("APP-USR", &[Applications, Users], &["APP", "USR", "UG"], true),
        provable("APP-UG", &[Applications], &["APP", "UG"], true),
        provable("APP-ASC", &[Applications, Users], &["APP", "USR"], false),
        provable("APP-ASC-UG", &[Applications], &["APP", "UG"], false),
        provable("POL-SYS", &[Policies, Devices], &["POL", "SYS", "SG"], true),
        provable("SYS-POL", &[Policies, Devices], &["POL", "SYS", "SG"], true),
    ]
};

/// How far before the earlier read an event is looked for that shows how long events are kept: as
/// long as the service keeps them at most `[spec]`.
const WITNESSED: SignedDuration = SignedDuration::from_hours(90 * 24);

/// An earlier snapshot, and how old what is taken over from it may be.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) snapshot: Option<Arc<Snapshot>>,
    pub(super) within: Duration,
}

/// An earlier snapshot, and what events say of the time since.
pub(super) struct Refresh {
    earlier: Arc<Snapshot>,
    since: Result<Since, Anew>,
}

/// What happened since the earlier read.
struct Since {
    /// What was read before this time is not covered.
    covered_from: Timestamp,
    /// Until when every event has arrived.
    until: Timestamp,
    /// The moment of the questions.
    asked_at: Timestamp,
    /// Objects that were changed.
    changed: Vec<Objects>,
    /// There were events that may have changed anything.
    anything: bool,
}

/// Whether an input is as it was.
pub(super) enum Verdict {
    /// It is not known yet: lists are still under way.
    Open,
    /// Nothing speaks for a change.
    Unchanged,
    /// It is to be read; without a reason where no refresh could spare it.
    Anew(Option<Anew>),
}

impl Refresh {
    /// Asks the events what happened since the earlier snapshot was read.
    ///
    /// Fails for what spoils the whole run alone; where the events cannot be had all is read.
    pub(super) async fn of(
        client: &Client,
        plan: &Plan,
        earlier: Earlier,
    ) -> Result<Option<Self>, Error> {
        let Earlier { snapshot: Some(earlier), within } = earlier else { return Ok(None) };
        match (client.organization(), earlier.organization_id.as_deref()) {
            (Some(ours), Some(theirs)) if !ours.eq_ignore_ascii_case(theirs) => {
                return Err(Error::new(ErrorKind::WrongOrganization)
                    .what("the earlier snapshot is of another organization")
                    .advice("refresh each organization from a snapshot of its own"));
            }
            (Some(_), Some(_)) if earlier.source == source(client) => {}
            _ => return Ok(Some(Self { earlier, since: Err(Anew::NotThere) })),
        }
        let now = client.core().timestamp();
        let since = match read_since(&earlier, plan, now, within) {
            Err(reason) => Err(reason),
            Ok(oldest) => match ask(client, plan, oldest, now).await {
                Err(error) if spoils_all(error.kind()) => return Err(error),
                Err(_) => Err(Anew::NoEvents),
                Ok(since) => since,
            },
        };
        Ok(Some(Self { earlier, since }))
    }

    pub(super) fn earlier(&self) -> &Snapshot {
        &self.earlier
    }

    /// Whether an input is as it was, given the lists that were read by now.
    pub(super) fn verdict(
        &self,
        input: &str,
        plan: &Plan,
        known: &BTreeMap<&'static str, (InputState, Arc<[String]>)>,
        now: &Snapshot,
    ) -> Verdict {
        let Some(provable) = PROVABLE.iter().find(|own| own.input == input) else {
            return Verdict::Anew(None);
        };
        let anew = |reason| Verdict::Anew(Some(reason));
        let since = match &self.since {
            Err(reason) => return anew(*reason),
            Ok(since) => since,
        };
        if self.earlier.state(input) == Some(InputState::NotCollected) {
            return anew(Anew::NotThere);
        }
        if since.anything || provable.ends.iter().any(|end| since.changed.contains(end)) {
            return anew(Anew::Changed);
        }
        if !provable.lists.iter().all(|list| plan.inputs.contains(list)) {
            return anew(Anew::Unchecked);
        }
        for list in provable.lists {
            let Some((state, ids)) = known.get(list) else { return Verdict::Open };
            if !state.is_complete() || !self.has(list, ids) {
                return anew(Anew::Unannounced);
            }
        }
        let chosen = |list| match list {
            "SG" => members_are_chosen::<SystemGroup>(now, |group| &group.membership_method),
            "UG" => members_are_chosen::<UserGroup>(now, |group| &group.membership_method),
            _ => true,
        };
        if provable.through_groups && !provable.lists.iter().all(|list| chosen(list)) {
            return anew(Anew::DynamicGroup);
        }
        Verdict::Unchanged
    }

    /// Whether a list had just these records.
    fn has(&self, list: &str, ids: &[String]) -> bool {
        let Some(entry) = LISTS.iter().find(|entry| entry.code == list) else { return false };
        let (state, earlier) = (entry.ids)(&self.earlier);
        let earlier: BTreeSet<&str> = earlier.iter().map(String::as_str).collect();
        let now: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        state.is_complete() && earlier == now
    }

    /// A list of the earlier snapshot, where it was read whole and within the time that is covered.
    pub(super) fn renewed<R: Resource>(&self, earlier: &Dataset<R>) -> Option<Dataset<R>> {
        let since = self.since.as_ref().ok()?;
        let read_at = earlier.coverage.read_at()?;
        let covered = (since.covered_from..=since.asked_at).contains(&read_at);
        if !earlier.state().is_complete() || !covered {
            return None;
        }
        let mut dataset = earlier.clone();
        dataset.coverage.unchanged_until = Some(since.until.max(read_at));
        Some(dataset)
    }
}

fn members_are_chosen<G: Listed>(
    snapshot: &Snapshot,
    method: fn(&G::Record) -> &Field<MembershipMethod>,
) -> bool {
    let groups = snapshot.list::<G>();
    groups.values().all(|group| method(group).value() == Some(&MembershipMethod::Static))
}

/// When the oldest of what may be taken over was read; why there is nothing to be taken over.
fn read_since(
    earlier: &Snapshot,
    plan: &Plan,
    now: Timestamp,
    within: Duration,
) -> Result<Timestamp, Anew> {
    let within = SignedDuration::try_from(within).unwrap_or(SignedDuration::MAX);
    let views = earlier.inputs();
    let planned = |input| plan.inputs.contains(input);
    let wanted = |input| {
        let other = counterpart(input).filter(|_| plan.flexible);
        PROVABLE.iter().any(|own| own.input == input)
            && (planned(input) || other.is_some_and(|other| planned(other.code)))
    };
    let read_at: Vec<Timestamp> = views
        .iter()
        .filter(|view| wanted(view.input))
        .filter(|view| view.coverage.state.is_complete())
        .filter_map(|view| view.coverage.read_at())
        .filter(|read_at| *read_at <= now)
        .collect();
    if read_at.is_empty() {
        return Err(Anew::NotThere);
    }
    let young = read_at.into_iter().filter(|read_at| now.duration_since(*read_at) <= within);
    young.min().ok_or(Anew::TooOld)
}

/// Asks what happened since the earlier read.
async fn ask(
    client: &Client,
    plan: &Plan,
    oldest: Timestamp,
    now: Timestamp,
) -> Result<Result<Since, Anew>, Error> {
    let core = client.core();
    // A change just before the read may not have been in it yet: so much earlier as events are late.
    let start = plan.events.end(oldest);
    let before = start.saturating_sub(WITNESSED).unwrap_or(start);
    let witness = EventQuery::between(before, start).pinned(now);
    let (witnesses, answer) = count(core, &witness).await?;
    if witnesses == 0 {
        return Ok(Err(Anew::Unwitnessed));
    }
    // Events carry the time of the service, the reads that of this machine.
    if clocks_differ(&answer, oldest.duration_since(start)) {
        return Ok(Err(Anew::ClockOff));
    }
    // Times are cut to whole seconds: what happened in this one counts as well.
    let end = now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now);
    let window = EventQuery::between(start, end).pinned(now);
    let of_kinds = KINDS.map(|(_, kinds)| window.clone().event_types(kinds.iter().copied()));
    let known = try_join_all(of_kinds.iter().map(|query| count(core, query))).await?;
    // All of them last: what arrives meanwhile then counts as unknown and never covers for another.
    let (all, _) = count(core, &window).await?;
    let mut since = Since {
        covered_from: oldest,
        until: plan.events.end(now),
        asked_at: now,
        changed: Vec::new(),
        anything: false,
    };
    let mut told = 0_u64;
    for ((objects, _), (events, _)) in KINDS.iter().zip(known) {
        told = told.saturating_add(events);
        if let Some(objects) = objects.filter(|_| events > 0) {
            since.changed.push(objects);
        }
    }
    since.anything = told != all;
    Ok(Ok(since))
}

/// Whether the clocks of the service and of this machine are further apart than this, where the
/// service tells its own.
fn clocks_differ(answer: &Answer, most: SignedDuration) -> bool {
    let told = answer.headers.get(http::header::DATE).and_then(|date| date.to_str().ok());
    let told = told.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
    told.is_some_and(|told| answer.received_at.duration_since(told).abs() > most)
}
