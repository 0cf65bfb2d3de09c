//! Worlds drawn from a seed.

use super::dice::Dice;
use super::world::{Change, Family, Faults, Order, Slot, Total, World, odd};

/// A list and a page size, drawn from a seed.
pub(super) struct Drawn {
    pub(super) world: World,
    pub(super) limit: u32,
}

pub(super) fn draw(seed: u64) -> Drawn {
    let mut dice = Dice::new(seed);
    let family = dice.pick(&[Family::Solid, Family::Solid, Family::Graph, Family::Table]);
    let limit = dice.pick(&[2, 3, 4, 5, 7, 10, 10, 20, 20]);
    let rows = match dice.below(4) {
        0 => u64::from(limit) * dice.below(6),
        1 => (u64::from(limit) * dice.below(6)).saturating_sub(1),
        _ => dice.below(80),
    };
    let mut slots: Vec<Slot> = (0..rows)
        .map(|number| {
            // In a table some rows are equal.
            let equal = family == Family::Table && dice.chance(20);
            Slot::row(if equal { dice.below(number + 1) } else { number })
        })
        .collect();
    if family == Family::Graph && dice.chance(60) {
        let hole = dice.pick(&[Slot::Hole, Slot::Null]);
        for _ in 0..dice.below(rows / 4 + 2) {
            let place = usize::try_from(dice.below(slots.len() as u64 + 1)).unwrap();
            slots.insert(place, hole);
        }
    }
    if dice.chance(5) {
        for number in 0..=dice.below(2) {
            let place = usize::try_from(dice.below(slots.len() as u64 + 1)).unwrap();
            slots.insert(place, odd(number));
        }
    }
    let mut faults = faults(&mut dice, limit, slots.len() as u64, family);
    // What no reader can see through, and the docs say so: a total that is too low by just what is
    // withheld.
    let withheld = faults.cap.is_some()
        || faults.truncates.is_some()
        || faults.repeats.is_some()
        || slots.iter().any(|slot| matches!(slot, Slot::Hole | Slot::Null));
    if let Total::Off(by) = faults.total
        && withheld
    {
        faults.total = Total::Off(by.abs());
    }
    Drawn { world: World::new(family, slots, faults, seed), limit }
}

fn faults(dice: &mut Dice, limit: u32, positions: u64, family: Family) -> Faults {
    let mut faults = Faults::none();
    let pages = positions / u64::from(limit) + 2;
    // Mostly one fault, sometimes none, sometimes several at once.
    for _ in 0..dice.pick(&[0, 1, 1, 1, 2, 2, 3]) {
        match dice.below(12) {
            0 => faults.total = Total::Missing,
            1 => faults.total = Total::MissingAfter(dice.below(3)),
            2 => {
                let by = dice.pick(&[-1, 1, -7, 7, 40, 1_000]);
                let multiple = -i64::from(limit) * i64::try_from(dice.below(4)).unwrap();
                faults.total = Total::Off(if dice.chance(30) { multiple } else { by });
            }
            3 => faults.total = Total::Moving,
            4 => faults.order = Order::Unstable,
            5 => faults.order = Order::Inconsistent,
            6 => faults.cap = Some(1 + u32::try_from(dice.below(u64::from(limit))).unwrap()),
            7 => faults.refuses_above = Some(10),
            8 => match dice.below(3) {
                0 => faults.ignores_skip = true,
                1 => faults.overlap = true,
                _ => faults.repeats = Some(1 + dice.below(pages)),
            },
            9 => {
                let rows = usize::try_from(1 + dice.below(3)).unwrap();
                faults.truncates = Some((1 + dice.below(pages), rows));
            }
            10 => faults.fails = Some(1 + dice.below(pages * 2)),
            _ => {
                for _ in 0..=dice.below(3) {
                    let at = 1 + dice.below(pages + 1);
                    let change = dice.pick(&[Change::Insert, Change::Delete]);
                    faults.changes.push((at, change, dice.below(100)));
                }
            }
        }
    }
    // Nor a short list with holes whose order changes by chance in the same way twice.
    if family == Family::Graph && faults.order != Order::Stable && positions < 12 {
        faults.order = Order::Stable;
    }
    faults
}
