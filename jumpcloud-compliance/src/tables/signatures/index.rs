//! Lookup structures over the signatures, built once.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use aho_corasick::{AhoCorasick, Anchored, Input, StartKind};

use super::{Signature, lower};

/// Positions of entries by exact key.
#[derive(Clone, Debug, Default)]
pub(super) struct Exact(BTreeMap<String, Vec<usize>>);

impl Exact {
    fn add(&mut self, key: String, position: usize) {
        self.0.entry(key).or_default().push(position);
    }

    pub(super) fn find(&self, key: &str, found: &mut Vec<usize>) {
        found.extend(self.0.get(key).into_iter().flatten());
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Positions of entries by a dotted prefix that ends at a dot or at the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Dotted(Exact);

impl Dotted {
    fn add(&mut self, prefix: &str, position: usize) {
        self.0.add(lower(prefix.trim_end_matches('.')), position);
    }

    /// `name` is lower-case. Every dot and the end are tried as the boundary.
    pub(super) fn find(&self, name: &str, found: &mut Vec<usize>) {
        for (boundary, _) in name.match_indices('.') {
            if let Some(prefix) = name.get(..boundary) {
                self.0.find(prefix, found);
            }
        }
        self.0.find(name, found);
    }
}

/// A pattern anchored at the start; open at the end when it had a star.
#[derive(Clone, Debug)]
struct Pattern {
    stem: String,
    open: bool,
}

impl Pattern {
    fn of(text: &str) -> Self {
        let open = text.ends_with('*');
        Self { stem: text.trim_end_matches('*').to_ascii_lowercase(), open }
    }

    fn matches(&self, text: &str) -> bool {
        if self.open { text.starts_with(&self.stem) } else { text == self.stem }
    }

    /// As [`Pattern::matches`], and a closed one also matches before a dot.
    fn covers(&self, text: &str) -> bool {
        let dotted = || text.strip_prefix(&self.stem).is_some_and(|rest| rest.starts_with('.'));
        self.matches(text) || dotted()
    }
}

/// Positions of entries by pattern, in buckets of the first letter.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns(BTreeMap<char, Vec<(Pattern, usize)>>);

impl Patterns {
    fn add(&mut self, pattern: &str, position: usize) {
        let pattern = Pattern::of(pattern);
        if let Some(first) = pattern.stem.chars().next() {
            self.0.entry(first).or_default().push((pattern, position));
        }
    }

    pub(super) fn find(&self, text: &str, found: &mut Vec<usize>) {
        let bucket = text.chars().next().and_then(|first| self.0.get(&first));
        let hits = bucket.into_iter().flatten().filter(|(pattern, _)| pattern.matches(text));
        found.extend(hits.map(|(_, position)| *position));
    }
}

/// Whether a name begins with any of many texts, without regard to ASCII case, in one walk over it.
///
/// Most names of an inventory belong to no product of the table, and this tells before anything is
/// folded, cut or looked up. It may say yes to a name that then matches nothing, never no to one that
/// would.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate(Option<AhoCorasick>);

impl Gate {
    fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).start_kind(StartKind::Anchored);
        Self(builder.build(texts).ok())
    }

    pub(super) fn lets_in(&self, name: &str) -> bool {
        let input = Input::new(name.trim()).anchored(Anchored::Yes);
        self.0.as_ref().is_none_or(|texts| !matches!(texts.try_find(input), Ok(None)))
    }
}

/// Every lookup of the table.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) bundles: Dotted,
    pub(super) apps: Exact,
    pub(super) daemons: Dotted,
    pub(super) security_center: Exact,
    pub(super) programs: Patterns,
    pub(super) services: Exact,
    pub(super) packages: Exact,
    pub(super) bundle_gate: Gate,
    pub(super) app_gate: Gate,
    pub(super) program_gate: Gate,
    pub(super) package_gate: Gate,
    excludes: BTreeMap<usize, Vec<Pattern>>,
}

impl Index {
    pub(super) fn of(entries: &[Signature]) -> Self {
        let mut index = Self::default();
        for (position, entry) in entries.iter().enumerate() {
            entry.bundles.iter().for_each(|prefix| index.bundles.add(prefix, position));
            entry.daemons.iter().for_each(|prefix| index.daemons.add(prefix, position));
            entry.apps.iter().for_each(|name| index.apps.add(name.clone(), position));
            entry.programs.iter().for_each(|pattern| index.programs.add(pattern, position));
            for name in &entry.security_center {
                index.security_center.add(lower(name), position);
            }
            entry.services.iter().for_each(|name| index.services.add(lower(name), position));
            for name in entry.packages.iter().chain(&entry.on_demand_packages) {
                index.packages.add(lower(name), position);
            }
            let excludes: Vec<Pattern> =
                entry.exclude.iter().map(|text| Pattern::of(text)).collect();
            if !excludes.is_empty() {
                index.excludes.insert(position, excludes);
            }
        }
        let stems = index.programs.0.values().flatten().map(|(pattern, _)| pattern.stem.as_str());
        index.program_gate = Gate::of(stems);
        index.bundle_gate = Gate::of(index.bundles.0.texts());
        index.app_gate = Gate::of(index.apps.texts());
        index.package_gate = Gate::of(index.packages.texts());
        index
    }

    /// Whether an exclude of the entry meets any lower-case text of the row.
    pub(super) fn excludes(&self, position: usize, row: &[Option<&str>]) -> bool {
        self.excludes.get(&position).is_some_and(|patterns| {
            row.iter().flatten().any(|text| patterns.iter().any(|own| own.covers(text)))
        })
    }
}
