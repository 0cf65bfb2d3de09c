//! The newest of several rows that speak of the same thing.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::case::Row;

/// The rows that were collected last; more than one when they are of the same moment.
///
/// A row without a time is taken for older than any other.
pub fn newest<T>(mut rows: Vec<Row<'_, T>>) -> Vec<Row<'_, T>> {
    let latest = rows.iter().map(|row| row.collected_at).max().flatten();
    rows.retain(|row| row.collected_at == latest);
    rows
}

/// For each key, such as the name of a product, the rows that were collected last.
pub fn newest_by<'r, T, K: Ord>(
    rows: Vec<Row<'r, T>>,
    key: impl Fn(&'r T) -> K,
) -> BTreeMap<K, Vec<Row<'r, T>>> {
    let mut by_key: BTreeMap<K, Vec<Row<'r, T>>> = BTreeMap::new();
    for row in rows {
        by_key.entry(key(row.value())).or_default().push(row);
    }
    by_key.into_iter().map(|(key, rows)| (key, newest(rows))).collect()
}
