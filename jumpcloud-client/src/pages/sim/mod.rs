//! Simulated lists: thousands of seeded runs of the walk, without network and without time.
//!
//! Each seed draws a list and its faults and walks it one page at a time, eight at a time, and once
//! more with two readings that must agree. `PAGES_SEED=<seed>` repeats one run and prints it;
//! `PAGES_RUNS=<number>` runs more of them.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "small numbers in tests"
)]

mod dice;
mod draw;
mod laws;
mod scenes;
mod world;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt as _;

use self::world::{Sim, World};
use super::gather::{End, Gathering};
use super::walk::{Gait, Step, walk};
use crate::error::ErrorKind;
use crate::snapshot::{Coverage, InputState};

/// What came of a walk.
#[derive(Debug)]
struct Outcome {
    /// The rows, in the order in which they were handed out.
    rows: Vec<u64>,
    set_aside: usize,
    coverage: Coverage,
    failure: Option<ErrorKind>,
    asked: Vec<(u64, u32)>,
}

impl Outcome {
    fn state(&self) -> InputState {
        self.coverage.state
    }

    fn counts(&self) -> BTreeMap<u64, u32> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(*row).or_default() += 1;
        }
        counts
    }
}

/// Walks a world to its end; the world is as the walk left it.
fn run(world: World, gait: Gait) -> (Outcome, World) {
    let world = Arc::new(Mutex::new(world));
    let source = Arc::new(Sim(Arc::clone(&world)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (gathering, end) = runtime.block_on(async move {
        let shelf = Box::leak(Box::default());
        let mut gathering = Gathering::<u64>::new(shelf, |_, _| {});
        let mut end: Option<End> = None;
        let mut steps = walk(source, gait);
        while let Some(step) = steps.next().await {
            assert!(end.is_none(), "nothing comes after the end");
            match step {
                Step::Page(leaf) => {
                    gathering.page(leaf);
                }
                Step::End(summary) => end = Some(gathering.end(*summary)),
            }
        }
        (gathering, end.expect("every walk ends"))
    });
    drop(runtime);
    let Ok(world) = Arc::try_unwrap(world) else { panic!("the walk holds on to its source") };
    let world = world.into_inner().unwrap_or_else(PoisonError::into_inner);
    let outcome = Outcome {
        rows: gathering.records.iter().map(|record| record.value).collect(),
        set_aside: gathering.set_aside.len(),
        coverage: end.coverage,
        failure: end.failure.map(|error| error.kind()),
        asked: world.asked.clone(),
    };
    (outcome, world)
}

/// A careful walk: what `List` asks for by default, at this page size.
fn gait(world: &World, limit: u32, concurrency: usize) -> Gait {
    use self::world::Family;

    Gait {
        limit,
        concurrency,
        keyed: world.family != Family::Table,
        gaps_allowed: world.family == Family::Graph,
        trust_total: false,
        confirm: false,
        single: false,
        start_at: 0,
        max_passes: 3,
    }
}
