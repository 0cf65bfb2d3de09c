//! Sorting, by the separators of each family.

use std::borrow::Cow;

use serde_json::Value;

use super::field;

/// Parses `-created _id` (V1) or `-name,id` (V2); with the other separator the whole text is one
/// field name that no record has, so the order stays as it was.
pub(super) fn keys(text: &str, separator: char) -> Vec<(String, bool)> {
    text.split(separator)
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            let descending = name.starts_with('-');
            (name.trim_start_matches(['-', '+']).to_owned(), descending)
        })
        .collect()
}

/// Sorts rows by these keys; equal rows keep their order.
pub(super) fn sort(rows: &mut [Cow<'_, Value>], keys: &[(String, bool)]) {
    if keys.is_empty() {
        return;
    }
    rows.sort_by(|left, right| {
        keys.iter().fold(std::cmp::Ordering::Equal, |so_far, (name, descending)| {
            so_far.then_with(|| {
                let order = field::order(field::lookup(left, name), field::lookup(right, name));
                if *descending { order.reverse() } else { order }
            })
        })
    });
}
