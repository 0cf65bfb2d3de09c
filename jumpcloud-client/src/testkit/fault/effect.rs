//! What a fault does, and the plan for one request.

use std::time::Duration;

use super::super::dice::Dice;
use super::super::paging::{ListFaults, TotalFault};
use super::super::query::Target;
use super::super::rate::RetryAfter;

#[derive(Debug, Clone)]
pub(in super::super) enum Effect {
    Status(u16),
    Body(String),
    Header(String, String),
    RetryAfter(RetryAfter),
    Html,
    Redirect(String),
    Truncate(usize),
    InvalidUtf8,
    ContentLength(i64),
    ResetAfter(usize),
    HangUp,
    Drip(usize, Duration),
    GzipBomb(usize),
    Oversize(usize),
    Nest(usize),
    HugeRecord(usize),
    DuplicateKey,
    NeverAnswer,
    Delay(Duration),
    TotalMissing,
    Total(i64),
    TotalOff(i64),
    TotalText(String),
    TotalMoves(i64),
    Nulls(usize),
    Dangling(usize),
    ShortPage(usize),
    IgnoreSkip,
    CapLimit(usize),
    UnstableOrder,
    IgnoreSort,
    Overlap,
    InsertRows(usize),
    DeleteRows(usize),
    UnknownWrapper(String),
    RotateKey(String),
    RevokeTokens,
}

/// The effects on one request, in the order they were scripted.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Plan {
    pub(in super::super) effects: Vec<Effect>,
    turns: Vec<usize>,
}

impl Plan {
    pub(super) fn add(&mut self, effects: &[Effect], turn: usize) {
        self.effects.extend_from_slice(effects);
        self.turns.extend(effects.iter().map(|_| turn));
    }

    /// The total time to wait before answering.
    pub(in super::super) fn delay(&self) -> Duration {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Delay(pause) => Some(*pause),
                _ => None,
            })
            .fold(Duration::ZERO, Duration::saturating_add)
    }

    pub(in super::super) fn never_answers(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::NeverAnswer))
    }

    pub(in super::super) fn hangs_up(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::HangUp))
    }

    /// The effects on lists; the seed, the target and the turn decide unstable orders.
    pub(in super::super) fn list_faults(&self, seed: u64, target: &Target) -> ListFaults {
        let mut faults = ListFaults::default();
        for (effect, turn) in self.effects.iter().zip(&self.turns) {
            match effect {
                Effect::TotalMissing => faults.total = Some(TotalFault::Missing),
                Effect::Total(total) => faults.total = Some(TotalFault::Fixed(*total)),
                Effect::TotalOff(by) => faults.total = Some(TotalFault::Off(*by)),
                Effect::TotalText(text) => faults.total = Some(TotalFault::Text(text.clone())),
                Effect::TotalMoves(step) => {
                    let turn = i64::try_from(*turn).unwrap_or(i64::MAX);
                    faults.total = Some(TotalFault::Off(step.saturating_mul(turn)));
                }
                Effect::Nulls(items) => faults.nulls = *items,
                Effect::Dangling(items) => faults.missing = *items,
                Effect::ShortPage(rows) => faults.drop_last = *rows,
                Effect::IgnoreSkip => faults.ignore_skip = true,
                Effect::CapLimit(rows) => faults.cap = Some(*rows),
                Effect::UnstableOrder | Effect::IgnoreSort => {
                    faults.shuffle = Some(Dice::at(seed, &target.text(), *turn).roll());
                    faults.shuffle_sorted |= matches!(effect, Effect::IgnoreSort);
                }
                Effect::Overlap => faults.overlap = true,
                Effect::UnknownWrapper(name) => faults.rename_rows = Some(name.clone()),
                _ => {}
            }
        }
        faults
    }
}
