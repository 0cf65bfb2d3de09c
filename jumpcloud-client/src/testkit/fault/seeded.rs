//! Faults drawn from a seed.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::dice::Dice;
use super::super::rate::RetryAfter;
use super::Effect;

/// A request that failed this often in a row is answered well.
const MOST_FAILURES: usize = 2;

#[derive(Debug, Clone)]
pub(super) struct Seeded {
    seed: u64,
    percent: usize,
    pub(super) lists: bool,
    sent: BTreeMap<String, usize>,
}

impl Seeded {
    pub(super) fn new(seed: u64, percent: usize) -> Self {
        Self { seed, percent, lists: false, sent: BTreeMap::new() }
    }

    /// The effects on this request, and how often it was sent.
    pub(super) fn draw(&mut self, method: &str, path: &str, query: &str) -> (Vec<Effect>, usize) {
        let request = format!("{method} {path}?{query}");
        let turn = self.sent.entry(request.clone()).or_default();
        *turn = turn.saturating_add(1);
        let turn = *turn;
        let mut effects = Vec::new();
        let mut dice = Dice::at(self.seed, &request, turn);
        // Every third sending is spared, so that no client needs more than three tries.
        let spared = turn.checked_rem(MOST_FAILURES.saturating_add(1)) == Some(0);
        if !spared && dice.chance(self.percent) {
            effects.extend(transient(&mut dice));
        } else if self.lists {
            self.disturb(path, &mut dice, turn, &mut effects);
        }
        (effects, turn)
    }

    fn disturb(&self, path: &str, dice: &mut Dice, turn: usize, effects: &mut Vec<Effect>) {
        // Properties of the list itself are the same for each of its pages.
        let mut list = Dice::at(self.seed, path, 0);
        if list.chance(self.percent) {
            let count = list.below(4).saturating_add(1);
            effects.push(match list.below(3) {
                0 => Effect::Nulls(count),
                1 => Effect::Dangling(count),
                _ => Effect::UnstableOrder,
            });
        }
        if list.chance(self.percent) {
            effects.push(match list.below(4) {
                0 => Effect::TotalMissing,
                1 => Effect::TotalText("many".to_owned()),
                2 => Effect::Total(-1),
                _ => Effect::TotalOff(7),
            });
        }
        if turn == 1 && dice.chance(self.percent.checked_div(2).unwrap_or(0)) {
            effects.push(match dice.below(4) {
                0 => Effect::ShortPage(dice.below(3).saturating_add(1)),
                1 => Effect::Overlap,
                2 => Effect::InsertRows(1),
                _ => Effect::DeleteRows(1),
            });
        }
    }
}

fn transient(dice: &mut Dice) -> Vec<Effect> {
    let bytes = dice.below(40);
    match dice.below(12) {
        0 => vec![Effect::Status(429)],
        1 => vec![Effect::Status(429), Effect::RetryAfter(RetryAfter::Seconds(0))],
        2 => vec![Effect::Status(429), Effect::RetryAfter(RetryAfter::Text("soon".to_owned()))],
        3 => vec![Effect::Status(429), Effect::RetryAfter(RetryAfter::HttpDate(Duration::ZERO))],
        4 => vec![Effect::Status(500)],
        5 => vec![Effect::Status(502), Effect::Html],
        6 => vec![Effect::Status(503)],
        7 => vec![Effect::Status(504), Effect::Html],
        8 => vec![Effect::HangUp],
        9 => vec![Effect::ResetAfter(bytes)],
        10 => vec![Effect::ContentLength(64)],
        _ => vec![Effect::Drip(64, Duration::from_millis(1))],
    }
}
