//! Patterns of user names, in the small part of regular expressions that names need.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use super::folded;
use crate::param::{Misfit, Structured};

/// Patterns as the configuration holds them: letters, digits, blanks, `-`, `_` and `.` inside classes,
/// classes `[…]`, `^` at the beginning and `$` at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct NamePatterns(Vec<String>);

impl Structured for NamePatterns {
    fn validate(&self) -> Result<(), Misfit> {
        if self.0.iter().all(|text| Pattern::read(text).is_some()) {
            Ok(())
        } else {
            Err(Misfit::Bounds)
        }
    }
}

impl NamePatterns {
    /// The first pattern that a name has; case does not matter.
    pub fn first_match(&self, name: &str) -> Option<&str> {
        let name: Vec<char> = folded(name).chars().collect();
        self.0
            .iter()
            .find(|text| Pattern::read(text).is_some_and(|pattern| pattern.matches(&name)))
            .map(String::as_str)
    }
}

/// A pattern: which characters each place takes, and whether its ends are those of the name.
struct Pattern {
    places: Vec<Vec<char>>,
    at_start: bool,
    at_end: bool,
}

impl Pattern {
    fn read(text: &str) -> Option<Self> {
        let text = folded(text);
        let (at_start, body) = match text.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        let (at_end, body) = match body.strip_suffix('$') {
            Some(rest) => (true, rest),
            None => (false, body),
        };
        let mut places = Vec::new();
        let mut letters = body.chars();
        while let Some(letter) = letters.next() {
            if letter == '[' {
                let mut class = Vec::new();
                loop {
                    match letters.next()? {
                        ']' => break,
                        '[' | '^' | '\\' => return None,
                        member => class.push(member),
                    }
                }
                // A dash between two members would be a range, which is not among what is read.
                let inner = class.get(1..class.len().saturating_sub(1)).unwrap_or_default();
                if class.is_empty() || inner.contains(&'-') {
                    return None;
                }
                places.push(class);
            } else if letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ' | '@') {
                places.push(alloc::vec![letter]);
            } else {
                return None;
            }
        }
        (!places.is_empty()).then_some(Self { places, at_start, at_end })
    }

    fn matches(&self, name: &[char]) -> bool {
        let length = self.places.len();
        let fits = |window: &[char]| {
            window.iter().zip(&self.places).all(|(letter, place)| place.contains(letter))
        };
        let first = name.get(..length).is_some_and(fits);
        let last = name.len().checked_sub(length).and_then(|at| name.get(at..)).is_some_and(fits);
        match (self.at_start, self.at_end) {
            (true, true) => name.len() == length && first,
            (true, false) => first,
            (false, true) => last,
            (false, false) => name.windows(length).any(fits),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patterns(list: &[&str]) -> NamePatterns {
        serde_json::from_value(json!(list)).unwrap()
    }

    #[test]
    fn ends_and_classes() {
        for (pattern, name, matches) in [
            ("^svc[-_.]", "svc-backup", true),
            ("^svc[-_.]", "SVC_backup", true),
            ("^svc[-_.]", "svcbackup", false),
            ("^svc[-_.]", "my-svc-backup", false),
            ("[-_.]svc$", "backup.svc", true),
            ("[-_.]svc$", "backup.svc2", false),
            ("^svc$", "svc", true),
            ("^svc$", "svc1", false),
            ("bot", "a-robot-b", true),
            ("bot", "bo", false),
        ] {
            let found = patterns(&[pattern]).first_match(name).is_some();
            assert_eq!(found, matches, "{pattern} {name}");
        }
        assert_eq!(patterns(&["x$", "^a"]).first_match("ada"), Some("^a"));
    }

    #[test]
    fn what_is_not_read_is_refused() {
        for pattern in
            ["", "^", "^$", "svc.*", "svc.", "(svc)", "[a-z]", "[", "[]", "[^a]", "sv\\d"]
        {
            assert!(patterns(&[pattern]).validate().is_err(), "{pattern}");
        }
        assert!(patterns(&["^svc[-_.]", "[-_.]svc$"]).validate().is_ok());
    }
}
