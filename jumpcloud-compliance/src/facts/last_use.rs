//! From events to "in use", "not in use" and "nobody knows".

use alloc::string::ToString as _;
use alloc::vec::Vec;

use jiff::{SignedDuration, Timestamp};
use jumpcloud_client::resources::Event;
use jumpcloud_client::{InputState, PartialReason};

use super::activity::Use;
use crate::case::{Case, complete};
use crate::outcome::UnknownCause;
use crate::param::FUTURE_SKEW_SECS;
use crate::rule::Unknown;
use crate::time::{is_future, plus_days};

/// How long before the judgement the events may end and still stand for the present.
const TAIL: SignedDuration = SignedDuration::from_hours(24);

/// The instant so many days before the judgement.
pub fn days_ago(case: &Case<'_>, days: i64) -> Timestamp {
    plus_days(case.evaluated_at(), days.saturating_neg())
}

/// What is known of the last use of somebody or something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastUse {
    /// Latest use that is certain, not in the future.
    pub latest: Option<Timestamp>,
    /// A use that may count and cannot be judged: why.
    pub doubt: Option<Doubt>,
}

/// Why an event neither counts nor can be passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// It does not say when it happened.
    NoTime,
    /// An attempt that does not say whether it succeeded.
    NoSuccess,
    /// It does not say whose it is.
    Nameless,
    /// It lies in the future.
    Future,
}

impl Doubt {
    /// What a rule says that would otherwise call the subject unused.
    pub const fn unknown(self) -> Unknown {
        match self {
            Self::NoTime => Unknown::new(UnknownCause::FieldUnparseable, "event_time_unreadable"),
            Self::NoSuccess => Unknown::new(UnknownCause::FieldAbsent, "success_unclear"),
            Self::Nameless => Unknown::new(UnknownCause::Ambiguous, "event_without_subject"),
            Self::Future => Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"),
        }
    }
}

impl LastUse {
    /// Adds a use at a time, if there is one that counts.
    pub fn add(&mut self, case: &Case<'_>, at: Timestamp) {
        if is_future(at, case.evaluated_at(), case.param(&FUTURE_SKEW_SECS)) {
            self.doubt(Doubt::Future);
        } else {
            self.latest = self.latest.max(Some(at));
        }
    }

    /// Notes that something cannot be judged.
    pub fn doubt(&mut self, doubt: Doubt) {
        self.doubt = self.doubt.max(Some(doubt));
    }

    /// Adds events of the subject and leaves an observation of the latest, and of those in doubt.
    pub fn events(&mut self, case: &mut Case<'_>, uses: &[&Use<'_>], since: Timestamp) {
        let before = self.latest;
        let mut latest: Option<&Use<'_>> = None;
        for own in uses {
            match (own.success, own.at) {
                (Some(false), _) => {}
                (_, Some(at)) if at < since => {}
                (None, _) => self.in_doubt(case, own, Doubt::NoSuccess),
                (Some(true), None) => self.in_doubt(case, own, Doubt::NoTime),
                (Some(true), Some(at)) => {
                    self.add(case, at);
                    if self.latest == Some(at) && self.latest > before {
                        let newer = latest.is_none_or(|known| known.at < own.at);
                        latest = if newer { Some(own) } else { latest };
                    }
                }
            }
        }
        if let Some(own) = latest {
            observe(case, own);
        }
    }

    /// Notes events that name nobody: each may be the subject's.
    pub fn nameless(&mut self, case: &mut Case<'_>, uses: &[&Use<'_>], since: Timestamp) {
        let open =
            |own: &&&Use<'_>| own.success != Some(false) && own.at.is_none_or(|at| at >= since);
        let found: Vec<_> = uses.iter().filter(open).collect();
        if let Some(first) = found.first() {
            self.in_doubt(case, first, Doubt::Nameless);
        }
    }

    fn in_doubt(&mut self, case: &mut Case<'_>, own: &Use<'_>, doubt: Doubt) {
        observe(case, own);
        self.doubt(doubt);
    }

    /// Whether a use at or after `since` is certain.
    pub fn is_after(&self, since: Timestamp) -> bool {
        self.latest.is_some_and(|latest| latest >= since)
    }
}

/// Leaves observations of what an event says.
pub fn observe(case: &mut Case<'_>, own: &Use<'_>) {
    let event = own.event();
    case.see(own.row(), "event_type", &event.event_type);
    case.see_time(own.row(), "timestamp", &event.timestamp);
    case.see(own.row(), "success", &event.success);
}

/// Requires that the absence of an event of these kinds since `since` is a fact, and leaves
/// observations of the window that was read.
///
/// # Errors
///
/// Unknown with the cause that the state of the events calls for; `window_too_short` when the window
/// that was read, or what the service remembers of it, begins later or ends too early;
/// `events_not_asked` when other kinds were read; `future_timestamp` when it ends in the future.
pub fn absence(case: &mut Case<'_>, kinds: &[&str], since: Timestamp) -> Result<(), Unknown> {
    const TOO_SHORT: Unknown = Unknown::new(UnknownCause::InputPartial, "window_too_short");

    let dataset = case.facts().snapshot().list::<Event>();
    let window = dataset.coverage.window.as_deref();
    if let Some(window) = window {
        case.see_count("DI", "window.start", window.start.to_string());
        case.see_count("DI", "window.covered_from", window.covered_from().to_string());
        case.see_count("DI", "window.end", window.end.to_string());
    }
    let kept = dataset.records.len();
    case.see_count("DI", "events", i64::try_from(kept).unwrap_or(i64::MAX));
    match case.uses("DI") {
        // What is missing lies before the time from which on the window is covered.
        InputState::Partial { reason: PartialReason::RetentionGap } => {}
        state => complete(state)?,
    }
    let Some(window) = window else { return Err(TOO_SHORT) };
    let now = case.evaluated_at();
    if is_future(window.end, now, case.param(&FUTURE_SKEW_SECS)) {
        return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
    }
    if window.covered_from() > since || now.duration_since(window.end) > TAIL {
        return Err(TOO_SHORT);
    }
    if !window.asks_every_service() || !kinds.iter().all(|kind| window.asks_for(kind)) {
        return Err(Unknown::new(UnknownCause::InputNotCollected, "events_not_asked"));
    }
    Ok(())
}
