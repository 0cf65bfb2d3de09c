//! What must hold of every walk, whatever the list does.

use std::collections::BTreeSet;
use std::env;

use super::draw::draw;
use super::world::{Change, Family, Order, Slot, Total, World};
use super::{Outcome, gait, run};
use crate::error::ErrorKind;
use crate::pages::walk::Gait;
use crate::snapshot::{InputState, PartialReason};

const RUNS: u64 = 10_000;

/// Every law that a walk broke.
fn broken(world: &World, gait: &Gait, outcome: &Outcome) -> Vec<String> {
    let mut broken = Vec::new();
    let mut law = |holds: bool, text: &str| {
        if !holds {
            broken.push(text.to_owned());
        }
    };
    let counts = outcome.counts();
    let complete = outcome.state().is_complete();
    let keyed = world.family != Family::Table;
    let positions = world.ever.values().map(|n| u64::from(*n)).sum::<u64>()
        + world.slots.iter().filter(|slot| !matches!(slot, Slot::Row(..))).count() as u64;
    let told = if let Total::Off(by @ 0..) = world.faults.total { by.unsigned_abs() } else { 0 };
    let a_pass = 10 * ((positions + told) / u64::from(gait.limit) + 1) + 54;
    let bound = gait.max_passes as u64 * a_pass;
    law(outcome.asked.len() as u64 <= bound, "the requests are bounded");

    for (row, count) in &counts {
        let most = world.ever.get(row).copied().unwrap_or(0);
        law(*count <= most, "no row is handed out more often than it is in the list");
    }
    let unseen = !gait.confirm && unseen_changes(world)
        || matches!(world.faults.total, Total::Missing | Total::MissingAfter(_))
            && wide_hole(world, gait);
    if complete && !unseen {
        for (row, count) in world.rows() {
            let stayed = world.stayed.contains(&row);
            let got = counts.get(&row).copied().unwrap_or(0);
            law(!stayed || got == count, "complete means that no row is missing or doubled");
        }
        law(outcome.set_aside == 0, "complete means that every row could be read");
    }
    let odd = world.slots.iter().filter(|slot| matches!(slot, Slot::Odd(_))).count();
    let decode = InputState::Partial { reason: PartialReason::Decode };
    if outcome.state() == decode && !unseen && !moves(world) {
        let all = outcome.set_aside == odd && counts == world.rows();
        law(all, "where only reading failed, all other rows arrived");
    }
    let failed = matches!(
        outcome.state(),
        InputState::Partial { reason: PartialReason::PageFailed | PartialReason::NoProgress }
    );
    law(outcome.failure.is_none() || failed, "an error is told in the state");
    law(outcome.failure.is_some() == failed, "a state of failure comes with its error");
    law(
        outcome.failure != Some(ErrorKind::Transient) || world.faults.fails.is_some(),
        "errors are those of the service",
    );
    law(outcome.coverage.unique == outcome.rows.len() as u64, "the coverage counts the rows kept");
    law(outcome.coverage.set_aside == outcome.set_aside as u64, "and those set aside");
    law(outcome.coverage.pages <= outcome.asked.len() as u64, "and the pages that arrived");
    if keyed && !moves(world) && complete {
        law(outcome.coverage.received >= outcome.coverage.unique, "no row is made up");
    }
    if happy(world) {
        let alike = !keyed && gait.limit.min(world.faults.cap.unwrap_or(4)) < 4;
        law(complete || odd > 0 || alike, "a list without faults is complete");
        let full = positions > 0 && positions.is_multiple_of(u64::from(gait.limit));
        let fewest = positions.div_ceil(u64::from(gait.limit)).max(1) + u64::from(full);
        let twins = !keyed && world.rows().values().any(|n| *n > 1);
        let holes = world.slots.iter().any(|slot| matches!(slot, Slot::Hole | Slot::Null));
        let twice = gait.confirm || twins || holes;
        law(twice || outcome.asked.len() as u64 == fewest, "a good list takes the fewest requests");
    }
    if curable(world, gait) {
        let alike = !keyed && gait.limit.min(world.faults.cap.unwrap_or(4)) < 4;
        law(complete || odd > 0 || alike, "what can be cured is cured");
    }
    broken
}

/// One record added and one deleted leave the total as it was: one reading may not notice.
fn unseen_changes(world: &World) -> bool {
    let has = |wanted| world.faults.changes.iter().any(|(_, change, _)| *change == wanted);
    has(Change::Insert) && has(Change::Delete)
}

fn moves(world: &World) -> bool {
    !world.faults.changes.is_empty()
}

/// Nothing is wrong with the list, but for references to deleted objects.
fn happy(world: &World) -> bool {
    let faults = &world.faults;
    quiet(world) && faults.total == Total::Honest && faults.cap.is_none()
}

/// No fault but in totals and page sizes.
fn quiet(world: &World) -> bool {
    let faults = &world.faults;
    faults.order == Order::Stable
        && faults.refuses_above.is_none()
        && !faults.ignores_skip
        && !faults.overlap
        && faults.truncates.is_none()
        && faults.repeats.is_none()
        && faults.fails.is_none()
        && !moves(world)
}

/// Lists that are always read whole: without totals, with silent caps, with rows that came or went
/// once during the first reading.
fn curable(world: &World, gait: &Gait) -> bool {
    let faults = &world.faults;
    let told = matches!(faults.total, Total::Honest | Total::Missing);
    let least = match (world.family, faults.total) {
        (Family::Graph, Total::Missing) => u32::MAX,
        (Family::Graph, _) => 4,
        _ => 1,
    };
    let cap = faults.cap.is_none_or(|cap| cap * 10 >= gait.limit && cap >= least);
    let first_pass = world.slots.len() as u64 / u64::from(gait.limit);
    let once = faults.total == Total::Honest
        && faults.cap.is_none()
        && matches!(faults.changes.as_slice(), [(at, ..)] if *at <= first_pass);
    let still = World::new(
        world.family,
        Vec::new(),
        super::world::Faults { changes: Vec::new(), ..faults.clone() },
        0,
    );
    quiet(&still)
        && told
        && cap
        && (!moves(world) || once && !gait.confirm)
        && !wide_hole(world, gait)
}

/// Without a total, a hole of a page reads as the end.
fn wide_hole(world: &World, gait: &Gait) -> bool {
    let mut run = 0;
    let mut longest = 0;
    for slot in &world.slots {
        run = if matches!(slot, Slot::Row(..) | Slot::Odd(_)) { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    longest >= (gait.limit / 2).min(world.faults.cap.unwrap_or(u32::MAX))
}

/// Whether answers depend on the request alone, so that pages side by side change nothing.
fn repeatable(world: &World) -> bool {
    let faults = &world.faults;
    faults.truncates.is_none()
        && faults.repeats.is_none()
        && faults.fails.is_none()
        && !moves(world)
        && !matches!(faults.total, Total::Moving | Total::MissingAfter(_))
        && !(faults.order == Order::Unstable && matches!(faults.total, Total::Off(_)))
}

/// Walks one drawn list in three ways; says what is wrong, if anything is.
fn check(seed: u64, verbose: bool) -> Option<String> {
    let mut one: Option<Outcome> = None;
    for (concurrency, confirm) in [(1, false), (8, false), (4, true)] {
        let drawn = draw(seed);
        let mut gait = gait(&drawn.world, drawn.limit, concurrency);
        gait.confirm = confirm;
        gait.max_passes += usize::from(confirm);
        let (outcome, world) = run(drawn.world, gait);
        if verbose {
            println!("{gait:?}\n{:?}\n{:?}\n{outcome:#?}\n", world.faults, world.rows());
        }
        let mut broken = broken(&world, &gait, &outcome);
        if let Some(one) = &one
            && !confirm
            && repeatable(&world)
            && (one.rows != outcome.rows || one.state() != outcome.state())
        {
            broken.push("side by side is the same as one by one".to_owned());
        }
        let broken: BTreeSet<String> = broken.into_iter().collect();
        if !broken.is_empty() {
            return Some(format!(
                "seed {seed}, {concurrency} pages at once, confirm {confirm}: {broken:#?}\n{:?} \
                 {} a page, {:?} {:?}\n",
                world.family, gait.limit, outcome.coverage, world.faults,
            ));
        }
        if !confirm {
            one = Some(outcome);
        }
    }
    None
}

#[test]
fn every_walk_ends_and_says_the_truth() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let wrong: Vec<String> = match number("PAGES_SEED") {
        Some(seed) => check(seed, true).into_iter().collect(),
        None => (0..number("PAGES_RUNS").unwrap_or(RUNS))
            .filter_map(|seed| check(seed, false))
            .take(5)
            .collect(),
    };
    assert!(
        wrong.is_empty(),
        "{}replay: PAGES_SEED=<seed> cargo test -p jumpcloud-client --all-features --lib \
         pages::sim -- --nocapture",
        wrong.join("\n"),
    );
}
