//! The digest by which an evaluation names the snapshot it judged.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::cmp::Ordering;

use jumpcloud_client::{RecordDigest, Snapshot};
use sha2::{Digest as _, Sha256};

use crate::evidence::Digest;

/// Digest over one line a row: input, parent, identity and the row's own digest, all lines in order.
///
/// Only names and digests are held; a line is written when its turn has come.
pub(crate) fn snapshot_digest(snapshot: &Snapshot) -> Digest {
    let mut inputs: Vec<(String, Rows)> = Vec::new();
    let mut last: Option<(&'static str, String)> = None;
    snapshot.digests(|input, scope, name, digest| {
        let scope = scope.unwrap_or_default();
        if last.as_ref().is_none_or(|last| last.0 != input || last.1 != scope) {
            inputs.push((alloc::format!("{input}|{scope}|"), Rows::default()));
            last = Some((input, scope.to_string()));
        }
        if let Some((_, rows)) = inputs.last_mut() {
            rows.push(name, digest);
        }
    });
    inputs.sort_by(|a, b| a.0.cmp(&b.0));
    let mut hasher = Sha256::new();
    let mut write = |line: &Line<'_>| {
        hasher.update(line.prefix);
        hasher.update(line.name);
        hasher.update("|");
        hasher.update(Digest::from_bytes(line.digest.to_bytes()).letters());
        hasher.update("\n");
    };
    if prefixes_are_apart(&inputs) {
        for (prefix, rows) in &inputs {
            rows.in_order(prefix, &mut write);
        }
    } else {
        for (_, rows) in &mut inputs {
            rows.name_up_to(rows.digests.len());
        }
        let mut lines: Vec<Line<'_>> =
            inputs.iter().flat_map(|(prefix, rows)| rows.lines(prefix)).collect();
        lines.sort_unstable_by(Line::compare);
        lines.iter().for_each(&mut write);
    }
    if inputs.is_empty() {
        hasher.update("\n");
    }
    Digest::from_bytes(hasher.finalize().into())
}

/// Whether the lines of each input stand together when all are in order.
fn prefixes_are_apart(inputs: &[(String, Rows)]) -> bool {
    // In order, a text comes right before those that begin with it.
    inputs.iter().zip(inputs.iter().skip(1)).all(|(first, second)| !second.0.starts_with(&first.0))
}

/// The rows of one input and parent.
#[derive(Default)]
struct Rows {
    digests: Vec<RecordDigest>,
    /// Every name, one after another; empty while rows are named by their position.
    names: String,
    /// Where each name ends; empty while rows are named by their position.
    ends: Vec<usize>,
}

impl Rows {
    fn push(&mut self, name: &str, digest: RecordDigest) {
        let at = self.digests.len();
        self.digests.push(digest);
        if self.ends.is_empty() && is_number(name, at) {
            return;
        }
        self.name_up_to(at);
        self.names.push_str(name);
        self.ends.push(self.names.len());
    }

    /// Gives the first rows their position as a name, where they have none.
    fn name_up_to(&mut self, limit: usize) {
        for position in self.ends.len()..limit {
            self.names.push_str(&position.to_string());
            self.ends.push(self.names.len());
        }
    }

    /// Hands the lines over in their order, which begins with one prefix for all.
    fn in_order(&self, prefix: &str, write: &mut impl FnMut(&Line<'_>)) {
        if self.ends.is_empty() {
            in_order_of_text(self.digests.len(), &mut |number| {
                if let Some(digest) = self.digests.get(number) {
                    write(&Line { prefix, name: &number.to_string(), digest: *digest });
                }
            });
            return;
        }
        let mut lines: Vec<Line<'_>> = self.lines(prefix).collect();
        lines.sort_unstable_by(Line::compare);
        lines.iter().for_each(write);
    }

    /// The lines of rows with names.
    fn lines<'r>(&'r self, prefix: &'r str) -> impl Iterator<Item = Line<'r>> {
        let starts = core::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).zip(&self.digests).map(move |((start, end), digest)| Line {
            prefix,
            name: self.names.get(start..*end).unwrap_or_default(),
            digest: *digest,
        })
    }
}

/// Whether a name is this number, as it is usually written.
fn is_number(name: &str, number: usize) -> bool {
    let plain = if number == 0 { name == "0" } else { !name.starts_with(['0', '+']) };
    plain && name.parse() == Ok(number)
}

/// Hands the numbers below `limit` over in the order of their texts, a bar after each.
///
/// A bar comes after every digit, so a number comes after all that begin with it.
fn in_order_of_text(limit: usize, visit: &mut impl FnMut(usize)) {
    fn walk(number: usize, limit: usize, visit: &mut impl FnMut(usize)) {
        if number >= limit {
            return;
        }
        for digit in 0..=9 {
            if let Some(longer) = number.checked_mul(10).and_then(|ten| ten.checked_add(digit)) {
                walk(longer, limit, visit);
            }
        }
        visit(number);
    }

    if limit > 0 {
        visit(0);
    }
    (1..=9).for_each(|first| walk(first, limit, visit));
}

/// One line: prefix, name, a bar and the digest.
#[derive(Clone, Copy)]
struct Line<'r> {
    prefix: &'r str,
    name: &'r str,
    digest: RecordDigest,
}

impl Line<'_> {
    /// The order of the whole texts.
    fn compare(&self, other: &Self) -> Ordering {
        let begins = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        if self.prefix == other.prefix {
            if self.name == other.name {
                return self.digest.cmp(&other.digest);
            }
            if !begins(self.name, other.name) {
                return self.name.cmp(other.name);
            }
        }
        self.bytes().cmp(other.bytes())
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        let letters = Digest::from_bytes(self.digest.to_bytes()).letters();
        self.prefix.bytes().chain(self.name.bytes()).chain([b'|']).chain(letters)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use proptest::prelude::*;

    use super::*;

    /// The rows' digest as it is defined.
    fn defined(rows: &[(&str, &str, String)]) -> Digest {
        let mut lines: Vec<String> = rows
            .iter()
            .map(|(input, scope, name)| {
                format!("{input}|{scope}|{name}|{}", RecordDigest::of(name.as_bytes()))
            })
            .collect();
        lines.sort_unstable();
        Digest::of_bytes(format!("{}\n", lines.join("\n")).as_bytes())
    }

    #[test]
    fn numbers_come_in_the_order_of_their_texts() {
        for limit in [0, 1, 9, 10, 11, 100, 101, 1234] {
            let mut sorted: Vec<String> = (0..limit).map(|number| format!("{number}|")).collect();
            sorted.sort();
            let mut walked = Vec::new();
            in_order_of_text(limit, &mut |number| walked.push(format!("{number}|")));
            assert_eq!(walked, sorted);
        }
    }

    #[test]
    fn the_digest_of_a_snapshot_is_that_of_its_sorted_lines() {
        let snapshot = Snapshot::from_json(
            r#"{"schema": "jumpcloud-snapshot/1", "taken_at": "2026-11-23T11:00:00Z", "inputs": {
                "SYS": [{"_id": "b"}, {"_id": "a"}, {"_id": "ab"}],
                "SYS-USR": {"of": {"a": [{"id": "u", "type": "user"}], "a2": [{"id": "u"}]}},
                "SI.programs": [{"system_id": "a"}, {"system_id": "b"}, {"system_id": "c"}]}}"#,
        )
        .unwrap();
        let mut lines: Vec<String> = Vec::new();
        snapshot.digests(|input, scope, record, digest| {
            let scope = scope.unwrap_or_default();
            lines.push(format!("{input}|{scope}|{record}|{digest}"));
        });
        lines.sort_unstable();
        let defined = Digest::of_bytes(format!("{}\n", lines.join("\n")).as_bytes());
        assert_eq!(snapshot_digest(&snapshot), defined);
        assert_eq!(lines.len(), 8);
        let empty = Snapshot::new(None, "2026-11-23T11:00:00Z".parse().unwrap());
        assert_eq!(snapshot_digest(&empty), Digest::of_bytes(b"\n"));
    }

    proptest! {
        #[test]
        fn lines_are_in_the_order_of_their_texts(names in prop::collection::vec("[|a0-2~]{0,3}", 0..12)) {
            let mut rows = Rows::default();
            for name in &names {
                rows.push(name, RecordDigest::of(name.as_bytes()));
            }
            let mut told = String::new();
            rows.in_order("X||", &mut |line| {
                let letters = line.bytes().map(char::from).collect::<String>();
                told.push_str(&letters);
                told.push('\n');
            });
            let rows: Vec<_> = names.iter().map(|name| ("X", "", name.clone())).collect();
            if !names.is_empty() {
                prop_assert_eq!(Digest::of_bytes(told.as_bytes()), defined(&rows));
            }
        }
    }
}
