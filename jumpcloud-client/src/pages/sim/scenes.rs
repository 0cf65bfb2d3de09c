//! Single faults by name, with what exactly comes of them.

use super::world::{Change, Family, Faults, Order, Slot, Total, World, odd};
use super::{Outcome, gait, run};
use crate::error::ErrorKind;
use crate::pages::walk::Gait;
use crate::snapshot::{CoverageNote, InputState, PartialReason};

const COMPLETE: InputState = InputState::Complete;

const fn partial(reason: PartialReason) -> InputState {
    InputState::Partial { reason }
}

fn rows(count: u64) -> Vec<Slot> {
    (0..count).map(Slot::row).collect()
}

fn walked(
    family: Family,
    slots: Vec<Slot>,
    faults: Faults,
    change: impl FnOnce(&mut Gait),
) -> (Outcome, World) {
    let world = World::new(family, slots, faults, 7);
    let mut gait = gait(&world, 100, 8);
    change(&mut gait);
    run(world, gait)
}

/// A solid list of this many rows with these faults, a hundred rows a page.
fn solid(count: u64, faults: Faults) -> Outcome {
    walked(Family::Solid, rows(count), faults, |_| {}).0
}

fn totals(total: Total) -> Faults {
    Faults { total, ..Faults::none() }
}

fn in_order(outcome: &Outcome, count: u64) -> bool {
    outcome.rows.iter().copied().eq(0..count)
}

#[test]
fn a_good_list_takes_the_fewest_requests() {
    for family in [Family::Solid, Family::Graph, Family::Table] {
        for (count, requests) in
            [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (730, 8), (1_000, 11)]
        {
            let (outcome, _) = walked(family, rows(count), Faults::none(), |_| {});
            assert_eq!(outcome.state(), COMPLETE);
            assert!(in_order(&outcome, count));
            assert_eq!(outcome.asked.len(), requests, "{family:?} {count}");
            assert!(outcome.asked.iter().all(|(skip, limit)| skip % 100 == 0 && *limit == 100));
        }
    }
    let trusted = |gait: &mut Gait| gait.trust_total = true;
    let (outcome, _) = walked(Family::Solid, rows(1_000), Faults::none(), trusted);
    assert_eq!((outcome.state(), outcome.asked.len()), (COMPLETE, 10), "no look beyond");
}

#[test]
fn a_list_without_a_total_is_read_to_an_empty_page() {
    // What fits on one page is proven by it; more is read twice.
    for (count, requests) in [(0, 1), (30, 2), (100, 4), (250, 8)] {
        let outcome = solid(count, totals(Total::Missing));
        assert_eq!((outcome.state(), outcome.asked.len()), (COMPLETE, requests), "{count}");
        assert!(in_order(&outcome, count));
        assert_eq!(outcome.coverage.notes, [CoverageNote::NoTotal]);
        assert_eq!(outcome.coverage.reported_total, None);
    }
}

#[test]
fn a_wrong_total_is_not_believed() {
    // 250 rows: told of 200, of which the last page is full, of 243, of 257, of 10 250.
    for by in [-50, -7, 7, 10_000] {
        let outcome = solid(250, totals(Total::Off(by)));
        assert_eq!(outcome.state(), partial(PartialReason::CountMismatch), "{by}");
        assert!(in_order(&outcome, 250), "every row is there all the same");
        assert!(outcome.asked.len() < 30, "{}", outcome.asked.len());
    }
    // Not even where references may lead nowhere: so many in a row are no accident.
    let (outcome, _) = walked(Family::Graph, rows(250), totals(Total::Off(10_000)), |_| {});
    assert_eq!(outcome.state(), partial(PartialReason::PageGap));
    assert!(in_order(&outcome, 250) && outcome.asked.len() < 250, "{}", outcome.asked.len());
    let outcome = solid(250, totals(Total::Moving));
    assert_eq!(outcome.state(), partial(PartialReason::Moved));
    assert!(in_order(&outcome, 250));
}

#[test]
fn a_silent_cap_is_noticed() {
    let capped = |total| Faults { cap: Some(50), total, ..Faults::none() };
    let outcome = solid(230, capped(Total::Honest));
    assert_eq!(outcome.state(), COMPLETE);
    assert!(in_order(&outcome, 230));
    assert_eq!(outcome.coverage.notes, [CoverageNote::LimitLowered]);
    assert_eq!(outcome.asked.len(), 5, "nothing is asked twice");
    assert_eq!(solid(230, capped(Total::Missing)).state(), COMPLETE);
    // Where rows may be missing by right, a short page is no proof, and a second reading tells.
    let (outcome, _) = walked(Family::Graph, rows(230), capped(Total::Honest), |_| {});
    assert_eq!(outcome.state(), COMPLETE);
    assert_eq!(outcome.counts().len(), 230);
}

#[test]
fn a_refused_page_size_is_lowered() {
    let refuses = |most| Faults { refuses_above: Some(most), ..Faults::none() };
    let outcome = solid(230, refuses(60));
    assert_eq!(outcome.state(), COMPLETE);
    assert!(in_order(&outcome, 230));
    assert_eq!(outcome.coverage.notes, [CoverageNote::LimitLowered]);
    let limits: Vec<u32> = outcome.asked.iter().map(|(_, limit)| *limit).collect();
    assert_eq!(limits, [100, 50, 50, 50, 50, 50]);
    let outcome = solid(230, refuses(5));
    assert_eq!(outcome.failure, Some(ErrorKind::BadRequest), "it is no question of the size");
    assert_eq!(outcome.asked.len(), 3);
}

#[test]
fn a_list_that_repeats_itself_ends_in_an_error() {
    for total in [Total::Honest, Total::Missing] {
        let faults = Faults { ignores_skip: true, total, ..Faults::none() };
        let outcome = solid(250, faults.clone());
        assert_eq!(outcome.state(), partial(PartialReason::NoProgress));
        assert_eq!(outcome.failure, Some(ErrorKind::Contract));
        assert_eq!(outcome.rows.len(), 100, "the page that arrived is kept, once");
        let (outcome, _) = walked(Family::Table, rows(1_000), faults, |_| {});
        assert_eq!(outcome.failure, Some(ErrorKind::Contract));
        assert!(outcome.asked.len() < 16, "{}", outcome.asked.len());
    }
    let faults = Faults { repeats: Some(3), ..Faults::none() };
    assert_eq!(solid(450, faults).failure, Some(ErrorKind::Contract));
    let faults = Faults {
        ignores_skip: true,
        order: Order::Inconsistent,
        total: Total::Missing,
        ..Faults::none()
    };
    let outcome = solid(300, faults);
    assert_eq!(outcome.failure, Some(ErrorKind::Contract), "new orders without new rows");
    assert!(outcome.asked.len() < 60, "{}", outcome.asked.len());
}

#[test]
fn unstable_orders_are_settled_or_told() {
    // One row slips over a page edge and another comes twice: a second reading has the rest.
    let faults = Faults { order: Order::Unstable, ..Faults::none() };
    for count in [101, 130, 400] {
        let outcome = solid(count, faults.clone());
        let whole = outcome.counts().len() as u64 == count;
        assert_eq!(whole, outcome.state().is_complete(), "{count}: {:?}", outcome.state());
        assert!(whole || outcome.state() == partial(PartialReason::Moved));
        assert_eq!(outcome.rows.len(), outcome.counts().len(), "no row twice");
    }
    let overlap = Faults { overlap: true, ..Faults::none() };
    let outcome = solid(450, overlap);
    assert_eq!(outcome.state(), partial(PartialReason::Moved));
    assert_eq!(outcome.rows.len(), outcome.counts().len(), "no row twice");
}

#[test]
fn references_to_deleted_objects_are_no_end() {
    for hole in [Slot::Hole, Slot::Null] {
        let mut slots = rows(530);
        for place in [3, 150, 151, 152, 299, 400] {
            slots.insert(place, hole);
        }
        let (outcome, _) = walked(Family::Graph, slots, Faults::none(), |_| {});
        assert_eq!(outcome.state(), COMPLETE, "{hole:?}");
        assert!(in_order(&outcome, 530));
        assert_eq!(outcome.coverage.notes, [CoverageNote::DanglingReferences]);
        assert_eq!(outcome.coverage.reported_total, Some(536));
        assert_eq!(outcome.coverage.nulls, if hole == Slot::Null { 6 } else { 0 });
    }
    // A page of nothing else in the middle.
    let mut slots = rows(100);
    slots.extend([Slot::Hole; 120]);
    slots.extend((100..150).map(Slot::row));
    let (outcome, _) = walked(Family::Graph, slots, Faults::none(), |_| {});
    assert_eq!(outcome.state(), COMPLETE);
    assert!(in_order(&outcome, 150));
    // On one page that shows its holes there is nothing left to doubt.
    let slots = vec![Slot::row(0), Slot::Null, Slot::row(1)];
    let (outcome, _) = walked(Family::Graph, slots, Faults::none(), |_| {});
    assert_eq!((outcome.state(), outcome.asked.len()), (COMPLETE, 1));
}

#[test]
fn holes_where_none_belong_are_told() {
    let mut slots = rows(150);
    slots.insert(20, Slot::Null);
    let (outcome, _) = walked(Family::Solid, slots, Faults::none(), |_| {});
    assert_eq!(outcome.state(), partial(PartialReason::PageGap));
    assert!(in_order(&outcome, 150));
    let mut slots = rows(150);
    slots.insert(20, Slot::Hole);
    let (outcome, _) = walked(Family::Solid, slots, Faults::none(), |_| {});
    assert_eq!(outcome.state(), partial(PartialReason::CountMismatch));
    assert!(in_order(&outcome, 150));
}

#[test]
fn rows_left_out_of_a_page_are_fetched_again() {
    for (family, request) in [(Family::Solid, 1), (Family::Solid, 2), (Family::Graph, 2)] {
        let faults = Faults { truncates: Some((request, 3)), ..Faults::none() };
        let (outcome, _) = walked(family, rows(250), faults, |_| {});
        assert_eq!(outcome.state(), COMPLETE, "{family:?} {request}");
        assert_eq!(outcome.counts().len(), 250);
    }
}

#[test]
fn a_list_that_moves_is_read_again() {
    for (change, count) in [(Change::Insert, 251), (Change::Delete, 249)] {
        let faults = Faults { changes: vec![(2, change, 0)], ..Faults::none() };
        let (outcome, world) = walked(Family::Solid, rows(250), faults, |_| {});
        assert_eq!(outcome.state(), COMPLETE);
        assert_eq!(outcome.counts(), world.rows(), "what the list holds at the end");
        assert_eq!(outcome.coverage.unique, count);
        assert_eq!(outcome.coverage.notes, [CoverageNote::TotalMoved]);
    }
    // It never comes to rest.
    let changes = (1..40).map(|at| (at, Change::Insert, 0)).collect();
    let outcome = solid(450, Faults { changes, ..Faults::none() });
    assert_eq!(outcome.state(), partial(PartialReason::Moved));
    assert_eq!(outcome.rows.len(), outcome.counts().len(), "no row twice");
}

#[test]
fn without_a_total_a_second_reading_finds_what_slipped_through() {
    let faults =
        Faults { changes: vec![(2, Change::Delete, 0)], total: Total::Missing, ..Faults::none() };
    let (outcome, world) = walked(Family::Solid, rows(250), faults, |_| {});
    assert_eq!(outcome.state(), COMPLETE);
    assert_eq!(outcome.counts(), world.rows());
}

#[test]
fn without_a_total_a_row_that_vanished_leaves_doubt() {
    // It may have been deleted, and it may stand behind a hole that reads as the end.
    let changes = vec![(3, Change::Delete, 0)];
    let faults = Faults { total: Total::Missing, changes, ..Faults::none() };
    let (outcome, _) = walked(Family::Graph, rows(250), faults.clone(), |_| {});
    assert!(!outcome.state().is_complete(), "{:?}", outcome.coverage);
    // Where every position has its row there are no holes, and two readings that agree settle it.
    let (outcome, _) = walked(Family::Solid, rows(250), faults, |_| {});
    assert_eq!(outcome.state(), COMPLETE);
    assert!(outcome.counts().into_keys().eq(1..250), "what slipped through was fetched");
}

#[test]
fn one_added_and_one_deleted_take_two_readings_to_notice() {
    let changes = vec![(2, Change::Delete, 0), (2, Change::Insert, 99)];
    let faults = Faults { changes, ..Faults::none() };
    let (outcome, world) = walked(Family::Solid, rows(250), faults.clone(), |_| {});
    assert_eq!(outcome.state(), COMPLETE, "the known limit of one reading");
    assert!(!outcome.counts().contains_key(&100), "the row at the page edge is missed");
    assert!(world.stayed.contains(&100));
    let confirm = |gait: &mut Gait| {
        gait.confirm = true;
        gait.max_passes = 4;
    };
    let (outcome, world) = walked(Family::Solid, rows(250), faults, confirm);
    assert_eq!(outcome.state(), COMPLETE);
    assert_eq!(outcome.counts(), world.rows());
}

#[test]
fn what_arrived_before_a_page_failed_is_kept() {
    let outcome = solid(450, Faults { fails: Some(4), ..Faults::none() });
    assert_eq!(outcome.state(), partial(PartialReason::PageFailed));
    assert_eq!(outcome.failure, Some(ErrorKind::Transient));
    assert!(outcome.rows.len() >= 100, "{}", outcome.rows.len());
    assert!(in_order(&outcome, outcome.rows.len() as u64));
    let outcome = solid(450, Faults { fails: Some(1), ..Faults::none() });
    assert_eq!((outcome.rows.len(), outcome.coverage.pages), (0, 0));
}

#[test]
fn equal_rows_of_a_table_are_rows_of_their_own() {
    // Twins on one page, over a page edge, and far apart.
    let mut slots = rows(250);
    slots[11] = Slot::row(10);
    slots[100] = Slot::row(99);
    slots[240] = Slot::row(5);
    let (outcome, world) = walked(Family::Table, slots.clone(), Faults::none(), |_| {});
    assert_eq!(outcome.state(), COMPLETE);
    assert_eq!(outcome.counts(), world.rows());
    assert_eq!(outcome.coverage.duplicates, 0);
    // A row that comes twice because another came before it is none.
    let faults = Faults { changes: vec![(2, Change::Insert, 0)], ..Faults::none() };
    let (outcome, world) = walked(Family::Table, slots, faults, |_| {});
    assert_eq!(outcome.state(), COMPLETE);
    assert_eq!(outcome.counts(), world.rows());
}

#[test]
fn doubled_rows_of_a_table_that_ignores_page_sizes_are_told() {
    // Every page begins with the last row of the one before, whatever size was asked for: readings
    // agree, and prove nothing, as no edge has moved.
    let faults = Faults { overlap: true, cap: Some(30), total: Total::Missing, ..Faults::none() };
    let (outcome, _) = walked(Family::Table, rows(80), faults, |_| {});
    assert_ne!(outcome.state(), COMPLETE, "{:?}", outcome.coverage);
    assert_eq!(outcome.counts().len(), 80, "every row is there all the same");
}

#[test]
fn unreadable_rows_are_counted_and_set_aside() {
    let mut slots = rows(150);
    slots.insert(20, odd(1));
    slots.insert(120, odd(1));
    slots.insert(121, odd(1));
    for family in [Family::Solid, Family::Table] {
        let (outcome, _) = walked(family, slots.clone(), Faults::none(), |_| {});
        assert!(!outcome.state().is_complete());
        assert!(in_order(&outcome, 150));
        assert!(outcome.set_aside >= 2, "{}", outcome.set_aside);
    }
    let mut slots = rows(150);
    slots.insert(120, odd(1));
    let (outcome, _) = walked(Family::Solid, slots, Faults::none(), |_| {});
    assert_eq!(outcome.state(), partial(PartialReason::Decode));
    assert_eq!((outcome.asked.len(), outcome.set_aside), (2, 1));
}

#[test]
fn a_read_can_begin_in_the_middle() {
    let later = |gait: &mut Gait| gait.start_at = 120;
    let (outcome, _) = walked(Family::Solid, rows(250), Faults::none(), later);
    assert_eq!((outcome.state(), outcome.asked.len()), (COMPLETE, 2));
    assert!(outcome.rows.iter().copied().eq(120..250));
    let (outcome, _) = walked(Family::Solid, rows(50), Faults::none(), later);
    assert_eq!((outcome.state(), outcome.rows.len()), (COMPLETE, 0));
}

#[test]
fn a_single_answer_is_held_to_its_total() {
    let single = |gait: &mut Gait| gait.single = true;
    let (outcome, _) = walked(Family::Solid, rows(30), Faults::none(), single);
    assert_eq!((outcome.state(), outcome.asked.len()), (COMPLETE, 1));
    let (outcome, _) = walked(Family::Solid, rows(130), Faults::none(), single);
    assert_eq!(outcome.state(), partial(PartialReason::CountMismatch));
}
