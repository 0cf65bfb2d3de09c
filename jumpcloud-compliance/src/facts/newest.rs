//! The newest rows of a table: what a device said last.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Device, DeviceTable, Facts};
use crate::case::{Case, Row};
use crate::rule::{Judgement, Unknown, Verdict};

/// The rows that were collected last; several when they are of the same moment.
///
/// A row without a time is older than any other.
pub fn newest<T>(mut rows: Vec<Row<'_, T>>) -> Vec<Row<'_, T>> {
    let last = rows.iter().map(|row| row.collected_at).max().flatten();
    rows.retain(|row| row.collected_at == last);
    rows
}

/// The rows that were collected last for each key, such as the name of a product.
pub fn newest_by<'r, T, K: Ord>(
    rows: Vec<Row<'r, T>>,
    key: impl Fn(&'r T) -> K,
) -> BTreeMap<K, Vec<Row<'r, T>>> {
    let mut groups: BTreeMap<K, Vec<Row<'r, T>>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row.value())).or_default().push(row);
    }
    groups.into_iter().map(|(key, rows)| (key, newest(rows))).collect()
}

/// What the newest row of a table says about a device; none when the device has no row.
///
/// Of several rows of the same moment the worst decides. A pass rests on the row, and needs the
/// whole table: a row that did not arrive could be newer.
///
/// # Errors
///
/// Unknown when the row does not let the rule conclude, or a pass lacks a part of the table.
pub fn newest_says<'c, T: DeviceTable>(
    case: &mut Case<'c>,
    device: &'c Device<'c>,
    mut judge: impl FnMut(&mut Case<'c>, Row<'c, T::Record>) -> Judgement,
) -> Result<Option<Verdict>, Unknown> {
    let input = T::ENDPOINT.input();
    case.uses(input);
    let facts: &'c Facts<'c> = case.facts();
    let rows = newest(facts.rows::<T>(device));
    let judged = rows.into_iter().map(|row| {
        judge(case, row).map(|verdict| {
            if verdict.is_pass() { verdict.resting_on(row.collected_at) } else { verdict }
        })
    });
    let Some(worst) = judged.max_by_key(badness) else { return Ok(None) };
    let verdict = worst?;
    if verdict.is_pass() {
        case.settled(input)?;
    }
    Ok(Some(verdict))
}

/// How bad a judgement is; its reason decides between two that are alike.
fn badness(judgement: &Judgement) -> (u8, &'static str) {
    match judgement {
        Ok(verdict) if verdict.is_pass() => (0, verdict.reason),
        Err(unknown) => (1, unknown.reason),
        Ok(verdict) => (2, verdict.reason),
    }
}
