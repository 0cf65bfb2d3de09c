//! The loop behind the events.

use std::sync::Arc;
use std::time::Duration;

use futures::channel::mpsc::{self, UnboundedReceiver};
use futures::future::{Either, select};
use futures::{FutureExt as _, Stream, StreamExt as _};
use jiff::Timestamp;

use super::state::{Standing, State};
use super::{Command, Event, Monitor, Synced};
use crate::client::Client;
use crate::collect::{Progress, RESUMED_WITHIN};
use crate::error::{Error, ErrorKind};
use crate::snapshot::{FailureClass, InputState, Snapshot};

/// The longest sleep in one piece: a machine that slept itself, or a clock that was set, is noticed
/// after this time.
const NAP: Duration = Duration::from_secs(600);

pub(super) fn drive(
    monitor: Monitor,
    mut standing: Standing,
    mut heard: UnboundedReceiver<Command>,
) -> impl Stream<Item = Event> + Send {
    async_stream::stream! {
        let mut client: Option<Client> = None;
        // Whatever was going on, nothing goes on without a credential.
        let mut taken_up = standing.state != State::Unconfigured;
        yield Event::Standing(standing.clone());
        loop {
            let now = (monitor.clock)();
            let due = match (&client, standing.state) {
                (None, _) | (_, State::Unconfigured | State::NeedsKey | State::Paused) => None,
                (Some(_), _) => Some(standing.next_run.unwrap_or(now)),
            };
            // What was asked for meanwhile goes before another sync.
            let asked = heard.try_recv().ok();
            let is_due = asked.is_none() && due.is_some_and(|due| due <= now);
            if let (Some(client), true) = (&client, is_due) {
                let (reports, mut heard_reports) = mpsc::unbounded();
                let mut sync = sync(client.clone(), &monitor, reports).boxed();
                let ended = loop {
                    match select(heard_reports.next(), &mut sync).await {
                        Either::Left((Some(progress), _)) => yield Event::Progress(progress),
                        // The sender lives as long as the sync.
                        Either::Left((None, _)) => break (&mut sync).await,
                        Either::Right((ended, _)) => break ended,
                    }
                };
                while let Ok(progress) = heard_reports.try_recv() {
                    yield Event::Progress(progress);
                }
                let ended = ended.and_then(|(organization, snapshot)| {
                    match &standing.organization {
                        Some(known) if Some(known) != organization.as_ref() => {
                            Err(Error::new(ErrorKind::WrongOrganization))
                        }
                        _ => Ok((organization, snapshot)),
                    }
                });
                match ended {
                    Ok((organization, snapshot)) => {
                        let incomplete = incomplete(&snapshot);
                        let refused = refused(&snapshot);
                        standing = settled(&snapshot, &incomplete, refused);
                        standing.organization = organization;
                        standing.last_sync = Some(now);
                        if !refused {
                            let ends = (monitor.clock)();
                            let random = (monitor.random)();
                            standing.next_run = Some(monitor.schedule.after_sync(now, ends, random));
                        }
                        yield Event::Synced(Box::new(Synced { snapshot, began_at: now, incomplete }));
                    }
                    Err(error) => {
                        let ends = (monitor.clock)();
                        standing = failed(&standing, &error, |failures| {
                            let random = (monitor.random)();
                            monitor.schedule.after_failure(failures, error.retry_after(), ends, random)
                        });
                    }
                }
            } else {
                let before = standing.clone();
                let heard = match asked {
                    Some(command) => Heard::Command(command),
                    None => next(&mut heard, due.map(|due| nap(now, due))).await,
                };
                match heard {
                    Heard::Time => continue,
                    Heard::Command(Command::Stop) => break,
                    Heard::Command(Command::Connect(new)) => {
                        client = Some(*new);
                        standing = connected(standing, taken_up);
                        taken_up = false;
                    }
                    Heard::Command(Command::SyncNow) => standing.next_run = Some(now),
                    Heard::Command(Command::Pause) => standing.state = State::Paused,
                    Heard::Command(Command::Resume) if standing.state == State::Paused => {
                        standing.state = State::Connecting;
                    }
                    Heard::Command(Command::Resume) => {}
                }
                if standing == before {
                    continue;
                }
            }
            if let Err(error) = monitor.store.save(&standing).await {
                yield Event::NotSaved(error);
            }
            yield Event::Standing(standing.clone());
        }
    }
}

/// Validates the credential and reads everything.
async fn sync(
    client: Client,
    monitor: &Monitor,
    reports: mpsc::UnboundedSender<Progress>,
) -> Result<(Option<String>, Snapshot), Error> {
    let connection = client.validate().await?;
    let mut report = |progress| drop(reports.unbounded_send(progress));
    let mut collector = client.collect(monitor.plan.clone());
    if let Some(checkpoint) = &monitor.checkpoint {
        let within = monitor.schedule.interval().min(RESUMED_WITHIN);
        collector = collector.checkpoint(Arc::clone(checkpoint)).resume_within(within);
    }
    let snapshot = collector.run(&mut report).boxed().await?;
    // What was refused in the middle waits for another credential; the next sync of this one shows
    // its own time.
    if let Some(checkpoint) = monitor.checkpoint.as_ref().filter(|_| !refused(&snapshot))
        && let Err(error) = checkpoint.clear().await
    {
        tracing::warn!(%error, "the checkpoint of a sync that is done is still there");
    }
    Ok((connection.organization().map(Into::into), snapshot))
}

/// Where a new credential leads: to a sync at once, unless a planned one was taken up.
fn connected(standing: Standing, taken_up: bool) -> Standing {
    match standing.state {
        State::Paused => standing,
        State::Active | State::Degraded if taken_up => standing,
        _ => Standing {
            state: State::Connecting,
            reason: None,
            next_run: None,
            failures: 0,
            ..standing
        },
    }
}

/// Where a sync that brought a snapshot leads.
fn settled(snapshot: &Snapshot, incomplete: &[&str], refused: bool) -> Standing {
    let (state, reason) = if refused {
        let what = "the credential was refused in the middle of a sync: give a new one";
        (State::NeedsKey, Some(what.to_owned()))
    } else if incomplete.is_empty() {
        (State::Active, None)
    } else {
        let told = incomplete.iter().map(|code| match snapshot.state(code) {
            Some(state) => format!("{code} ({state})"),
            None => (*code).to_owned(),
        });
        let told = told.collect::<Vec<_>>().join(", ");
        (State::Degraded, Some(format!("these inputs are incomplete: {told}")))
    };
    Standing { state, reason, ..Standing::new() }
}

/// Where a sync that brought nothing leads: to another try, or to the wait for a new credential.
fn failed(standing: &Standing, error: &Error, next_run: impl FnOnce(u32) -> Timestamp) -> Standing {
    let lasting = matches!(
        error.kind(),
        ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::OrganizationRequired
            | ErrorKind::WrongOrganization
    );
    let failures = standing.failures.saturating_add(1);
    Standing {
        state: if lasting { State::NeedsKey } else { State::Degraded },
        reason: Some(error.to_string()),
        next_run: (!lasting).then(|| next_run(failures)),
        failures,
        ..standing.clone()
    }
}

fn incomplete(snapshot: &Snapshot) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = snapshot
        .inputs()
        .iter()
        .filter(|view| {
            !matches!(view.coverage.state, InputState::Complete | InputState::NotLicensed)
        })
        .map(|view| view.input)
        .collect();
    codes.dedup();
    codes
}

/// Whether the credential was refused in the middle of a collection.
pub(crate) fn refused(snapshot: &Snapshot) -> bool {
    let refusal = InputState::Failed { class: FailureClass::Unauthorised };
    snapshot.inputs().iter().any(|view| view.coverage.state == refusal)
}

enum Heard {
    Time,
    Command(Command),
}

/// Waits for a command, at most so long; without handles only the time counts.
async fn next(heard: &mut UnboundedReceiver<Command>, nap: Option<Duration>) -> Heard {
    let time = async {
        match nap {
            Some(nap) => tokio::time::sleep(nap).await,
            None => std::future::pending().await,
        }
    };
    let time = std::pin::pin!(time);
    match select(heard.next(), time).await {
        Either::Left((Some(command), _)) => Heard::Command(command),
        Either::Left((None, _)) if nap.is_none() => Heard::Command(Command::Stop),
        Either::Left((None, time)) => {
            time.await;
            Heard::Time
        }
        Either::Right(_) => Heard::Time,
    }
}

fn nap(now: Timestamp, due: Timestamp) -> Duration {
    Duration::try_from(due.duration_since(now)).unwrap_or_default().min(NAP)
}
