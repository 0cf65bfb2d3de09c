//! What a checkpoint means: which run it belongs to, what is worth keeping, and what may be used.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::plan::Plan;
use super::progress::Afresh;
use super::registry::{Care, Done};
use crate::error::{Error, ErrorKind};
use crate::record::RecordDigest;
use crate::snapshot::{FailureClass, InputState, PartialReason};

/// Name of the piece that says which run the others belong to.
const HEAD: &str = "run";

/// Ids up to this length are written into the names of pieces as they are.
const PLAIN_ID_BYTES: usize = 64;

/// What a run reads, where and how: pieces of a run that differs in any of it are not mixed in.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// Version of this crate.
    client: String,
    organization: String,
    source: String,
    inputs: BTreeSet<String>,
    flexible: bool,
    confirm: bool,
    trust_totals: bool,
    events: Value,
}

impl Terms {
    pub(super) fn new(organization: &str, source: &str, plan: &Plan, care: &Care) -> Self {
        Self {
            client: env!("CARGO_PKG_VERSION").to_owned(),
            organization: organization.to_owned(),
            source: source.to_owned(),
            inputs: plan.inputs.iter().copied().map(str::to_owned).collect(),
            flexible: plan.flexible,
            confirm: care.confirm,
            trust_totals: care.trust_totals,
            events: serde_json::to_value(&plan.events).unwrap_or_default(),
        }
    }
}

/// The first piece: the terms and the time of the run.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    terms: Terms,
    started_at: Timestamp,
}

/// One list that has come to an end that lasts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece {
    /// Digest of the first piece.
    run: RecordDigest,
    input: String,
    scope: Option<String>,
    /// Digest of the dataset's text.
    digest: RecordDigest,
    dataset: Box<RawValue>,
}

#[derive(Serialize)]
struct PieceRef<'a> {
    run: RecordDigest,
    input: &'a str,
    scope: Option<&'a str>,
    digest: RecordDigest,
    dataset: &'a RawValue,
}

/// The checkpoint of one run.
#[derive(Debug)]
pub(super) struct Journal {
    checkpoint: Arc<dyn Checkpoint>,
    run: RecordDigest,
    /// When the run began, in this life of the program or an earlier one.
    pub(super) started_at: Timestamp,
    /// Whether there may be pieces of an earlier life.
    pub(super) resumed: bool,
    /// Why what was there is not used.
    pub(super) afresh: Option<Afresh>,
}

impl Journal {
    /// Goes on from what is there, when that is of the same run and not too old; else begins.
    pub(super) async fn open(
        checkpoint: Arc<dyn Checkpoint>,
        terms: Terms,
        now: Timestamp,
        within: Duration,
    ) -> Result<Self, Error> {
        let found = checkpoint.load(HEAD).await.map_err(unusable)?;
        let mut afresh = None;
        if let Some(text) = found {
            match judge(&text, &terms, now, within)? {
                Ok(started_at) => {
                    let run = RecordDigest::of(&text);
                    return Ok(Self { checkpoint, run, started_at, resumed: true, afresh: None });
                }
                Err(reason) => afresh = Some(reason),
            }
        }
        checkpoint.clear().await.map_err(unusable)?;
        let head = serde_json::to_vec(&Head { terms, started_at: now });
        let head = head.map_err(|error| unusable(CheckpointError::new("cannot begin", error)))?;
        checkpoint.keep(HEAD, &head).await.map_err(unusable)?;
        let run = RecordDigest::of(&head);
        Ok(Self { checkpoint, run, started_at: now, resumed: false, afresh })
    }

    /// Keeps what was read, when it has come to an end that lasts.
    pub(super) async fn keep(&self, finished: Finished) -> Result<(), CheckpointError> {
        let Finished { input, scope, text } = finished;
        let failed = |error| CheckpointError::new("cannot write a piece", error);
        let digest = RecordDigest::of(text.as_bytes());
        let dataset = RawValue::from_string(text).map_err(failed)?;
        let piece =
            PieceRef { run: self.run, input, scope: scope.as_deref(), digest, dataset: &dataset };
        let piece = serde_json::to_vec(&piece).map_err(failed)?;
        self.checkpoint.keep(&name(input, scope.as_deref()), &piece).await
    }

    /// The text of a dataset that this run has finished in an earlier life; `Err` when there is
    /// something that is not it.
    pub(super) async fn load(
        &self,
        input: &str,
        scope: Option<&str>,
    ) -> Result<Option<Box<RawValue>>, Unusable> {
        if !self.resumed {
            return Ok(None);
        }
        let found = self.checkpoint.load(&name(input, scope)).await.map_err(|_| Unusable)?;
        let Some(found) = found else { return Ok(None) };
        let piece: Piece = serde_json::from_slice(&found).map_err(|_| Unusable)?;
        let same = piece.run == self.run
            && piece.input == input
            && piece.scope.as_deref() == scope
            && piece.digest == RecordDigest::of(piece.dataset.get().as_bytes());
        if same { Ok(Some(piece.dataset)) } else { Err(Unusable) }
    }

    pub(super) async fn clear(&self) -> Result<(), CheckpointError> {
        self.checkpoint.clear().await
    }
}

/// A piece that is damaged or of another run.
pub(super) struct Unusable;

/// A list that has come to an end that lasts, with its saved form.
pub(super) struct Finished {
    pub(super) input: &'static str,
    scope: Option<String>,
    text: String,
}

impl Finished {
    /// Of a read that has ended and was settled; none when it is to be asked for again.
    pub(super) fn of(done: &Done) -> Option<Self> {
        if done.restored || !lasts(done.state) {
            return None;
        }
        let text = done.rows.saved()?;
        Some(Self { input: done.code, scope: done.scope.clone(), text })
    }
}

/// Whether asking again would bring the same.
pub(super) const fn lasts(state: InputState) -> bool {
    matches!(
        state,
        InputState::Complete
            | InputState::NotLicensed
            | InputState::Failed { class: FailureClass::Forbidden }
    )
}

/// Whether asking again may well bring more.
pub(super) const fn passes(state: InputState) -> bool {
    match state {
        InputState::Partial { reason } => matches!(reason, PartialReason::PageFailed),
        InputState::Failed { class } => matches!(
            class,
            FailureClass::Unauthorised
                | FailureClass::RateLimited
                | FailureClass::Server
                | FailureClass::Transport
        ),
        InputState::Complete | InputState::NotCollected | InputState::NotLicensed => false,
    }
}

/// When the run of this first piece began, or why it is not gone on with.
fn judge(
    text: &[u8],
    terms: &Terms,
    now: Timestamp,
    within: Duration,
) -> Result<Result<Timestamp, Afresh>, Error> {
    let Ok(head) = serde_json::from_slice::<Head>(text) else {
        return Ok(Err(Afresh::Unreadable));
    };
    let kept = &head.terms;
    if kept.organization != terms.organization {
        return Err(Error::new(ErrorKind::WrongOrganization)
            .what("the checkpoint is of another organization")
            .advice("give each organization a checkpoint of its own, or clear this one"));
    }
    let within = SignedDuration::try_from(within).unwrap_or(SignedDuration::MAX);
    let age = now.duration_since(head.started_at);
    Ok(if kept.client != terms.client {
        Err(Afresh::OtherVersion)
    } else if kept.source != terms.source {
        Err(Afresh::OtherService)
    } else if kept != terms {
        Err(Afresh::OtherPlan)
    } else if age.is_negative() || age > within {
        Err(Afresh::TooOld)
    } else {
        Ok(head.started_at)
    })
}

fn unusable(error: CheckpointError) -> Error {
    Error::new(ErrorKind::Checkpoint).because(error)
}

/// Name of the piece of a list: distinct for distinct lists, whatever the id, on every system.
fn name(input: &str, scope: Option<&str>) -> String {
    let mut name = input.to_ascii_lowercase();
    if let Some(scope) = scope {
        name.push('.');
        let plain = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
        if scope.len() <= PLAIN_ID_BYTES && scope.chars().all(plain) {
            name.push_str(scope);
        } else {
            // Longer than what is plain, so that it is never the same.
            let digest = RecordDigest::of(scope.as_bytes()).to_string();
            name.push_str("id-");
            name.push_str(digest.trim_start_matches("sha256:"));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::super::registry::{LISTS, SCOPED};
    use super::*;

    #[test]
    fn names_are_safe_and_distinct() {
        let lists = LISTS.iter().map(|entry| name(entry.code, None));
        let scopes = ["5f0000000000000000000001", "aB", "Ab", "a:b", "é", "a..", &"x".repeat(128)];
        let of = |code: &'static str| scopes.map(|scope| name(code, Some(scope)));
        let scoped = SCOPED.iter().flat_map(|entry| of(entry.code));
        let names: Vec<String> = lists.chain(scoped).chain([HEAD.to_owned()]).collect();
        let distinct: BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        for name in names {
            let safe = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '.' | '-' | '_');
            assert!(name.chars().all(safe) && name.len() <= 128, "{name}");
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
            let stem = name.split('.').next().unwrap();
            assert!(!["con", "prn", "aux", "nul"].contains(&stem), "{name} is a device");
        }
    }

    #[test]
    fn only_what_lasts_is_kept() {
        use FailureClass::{Decode, Forbidden, NotFound, RateLimited, Server, Transport};
        use InputState::{Complete, Failed, NotCollected, NotLicensed, Partial};
        for state in [Complete, NotLicensed, Failed { class: Forbidden }] {
            assert!(lasts(state) && !passes(state), "{state:?}");
        }
        for class in [RateLimited, Server, Transport, FailureClass::Unauthorised] {
            assert!(!lasts(Failed { class }) && passes(Failed { class }), "{class:?}");
        }
        let cut = Partial { reason: PartialReason::PageFailed };
        assert!(!lasts(cut) && passes(cut));
        let moved = Partial { reason: PartialReason::Moved };
        for state in [NotCollected, moved, Failed { class: Decode }, Failed { class: NotFound }] {
            assert!(!lasts(state) && !passes(state), "{state:?}");
        }
    }
}
